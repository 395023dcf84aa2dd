//! iCalendar files (RFC 5545): cut into components, whose content lines the `icalendar` parser reads; then grouped by UID and
//! assigned to chats by title.

mod event;
mod lines;
mod own;
mod property;
mod zones;

use std::collections::BTreeMap;

use icalendar::parser::ParseString;

use super::chats;
use super::draft::ChatDraft;
use super::event::{CalendarEvent, Group};
use super::input::{Chats, Input, Options};
use super::report::FileReport;
use super::work::Work;
use crate::diagnostic::quoted;
use crate::feed::without_successor;
use crate::zone::Zone;
use lines::{Calendar, Chunk};
use zones::Zones;

/// The most rules that are taken from one calendar.
const MOST_RULES: usize = 20_000;
/// The most content lines of a calendar itself that are read; it has a few.
const MOST_LINES: usize = 1_000;

/// Why a component is not read.
const TOO_LONG: &str = "it is longer than a mebibyte";

/// What a calendar says about itself.
#[derive(Debug, Default)]
struct Head {
    name: Option<String>,
    description: Option<String>,
    zone: Option<Zone>,
    /// Whether chatcal made it.
    own: bool,
}

/// Reads a file.
pub fn read(text: &str, input: &Input, options: &Options, work: &mut Work, report: &mut FileReport) -> Chats {
    // CR-only line endings.
    let old = (!text.contains('\n') && text.contains('\r')).then(|| text.replace('\r', "\n"));
    let calendars = lines::cut(old.as_deref().unwrap_or(text))?;
    let mut chats = Vec::new();
    let mut events = 0;
    for calendar in &calendars {
        let head = head(calendar, report);
        let read = self::events(calendar, &head, input.base(), options.zone.or(head.zone), report);
        events += read.len();
        chats.extend(of_calendar(read, head, work, report));
    }
    if events == 0 && report.left_out.is_empty() {
        return Err("it has no events".to_owned());
    }
    Ok(chats)
}

/// The calendar's own properties, read as a calendar without components.
fn head(calendar: &Calendar, report: &mut FileReport) -> Head {
    let mut head = Head::default();
    let lines = &calendar.lines[..calendar.lines.len().min(MOST_LINES)];
    if lines.len() < calendar.lines.len() {
        let what = format!("of its {} lines before and between the events {MOST_LINES} are read", calendar.lines.len());
        report.change(None, "VCALENDAR", what);
    }
    let text = format!("BEGIN:VCALENDAR\n{}\nEND:VCALENDAR\n", lines.join("\n"));
    let Ok(component) = property::parse(&text, 1) else { return head };
    let value = |name: &str| property::text_of(&component, name);
    // The parser knows all others to be TEXT.
    let name = value("NAME").map(|name| ParseString::from(name).unescape_text().to_string());
    head.name = name.or_else(|| value("X-WR-CALNAME"));
    head.description = value("DESCRIPTION").or_else(|| value("X-WR-CALDESC"));
    head.zone = value("X-WR-TIMEZONE").and_then(|name| Zone::known(&name));
    head.own = value("PRODID").as_deref() == Some(crate::feed::PRODUCT);
    if head.own
        && let Some((rest, Some(successor))) = head.description.as_deref().map(without_successor)
    {
        let what = format!("its chat is continued as {}: say so with `successor`", quoted(successor));
        report.change(None, "X-WR-CALDESC", what);
        head.description = rest.map(str::to_owned);
    }
    head
}

/// The events of a calendar that can be read. `floating` is the zone of times that name none.
fn events(
    calendar: &Calendar,
    head: &Head,
    file: &str,
    floating: Option<Zone>,
    report: &mut FileReport,
) -> Vec<CalendarEvent> {
    let mut zones = Zones::new(floating);
    for chunk in calendar.components.iter().filter(|chunk| chunk.name == "VTIMEZONE") {
        let read = if chunk.is_too_long() { Err(TOO_LONG.to_owned()) } else { property::parse(chunk.text, chunk.line) };
        match read {
            Ok(component) => zones.define(&component),
            Err(reason) => report.change(chunk.line, "VTIMEZONE", reason),
        }
    }
    let (mut events, mut rules) = (Vec::new(), 0);
    for chunk in &calendar.components {
        match chunk.name.as_str() {
            "VTIMEZONE" => {}
            "VEVENT" if chunk.is_too_long() => {
                report.leave_out(chunk.line, "an event", TOO_LONG);
            }
            "VEVENT" => match event::read(chunk, file, &mut zones, report) {
                Ok(event) => {
                    rules += event.rules.len();
                    if rules <= MOST_RULES {
                        events.push(if head.own { own::restored(event) } else { event });
                    } else {
                        let what = format!("the calendar has more than {MOST_RULES} rules");
                        report.leave_out(chunk.line, &event.title, what);
                    }
                }
                Err(reason) => report.leave_out(chunk.line, &title_of(chunk), reason),
            },
            name @ ("VTODO" | "VJOURNAL" | "VFREEBUSY") => report.leave_out(chunk.line, name, "it is not a meeting"),
            name => report.set_aside(name),
        }
    }
    for remark in zones.remarks() {
        report.change(None, "zones", remark);
    }
    events
}

/// What the report calls a component that cannot be read.
fn title_of(chunk: &Chunk) -> String {
    let summary = chunk.text.lines().find_map(|line| line.strip_prefix("SUMMARY:"));
    summary.map_or_else(|| "an event".to_owned(), |summary| summary.trim().to_owned())
}

/// The chats of one calendar.
fn of_calendar(events: Vec<CalendarEvent>, head: Head, work: &mut Work, report: &mut FileReport) -> Vec<ChatDraft> {
    let groups = groups(events, report);
    let name = head.name.as_deref();
    let assignments = if head.own { own::assign(&groups, name) } else { chats::assign(&groups, name) };
    let hints = head.zone.into_iter().collect();
    let blank = ChatDraft { hints, has_host_zones: head.own, ..ChatDraft::default() };
    let mut chats = chats::chats(groups, assignments, &blank, work, report);
    if let [chat] = &mut chats[..] {
        chat.description = chat.description.take().or(head.description);
    }
    chats
}

/// Groups events by UID, in the order of the file.
fn groups(events: Vec<CalendarEvent>, report: &mut FileReport) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let (overrides, masters): (Vec<_>, Vec<_>) = events.into_iter().partition(|event| event.recurrence_id.is_some());
    for event in masters {
        let known = places.get(&event.uid).copied().filter(|_| !event.uid.is_empty());
        match known.and_then(|at| groups[at].master.as_mut()) {
            // Two versions of one event: the later one counts (RFC 5545 3.8.7.4).
            Some(known)
                if known.sequence != event.sequence || known.start == event.start && known.rules == event.rules =>
            {
                let newer = event.sequence >= known.sequence;
                let older = if newer { std::mem::replace(known, event) } else { event };
                let what = "an older version of this event is left out: the file has a newer one";
                report.change(older.line, &older.title, what);
            }
            _ => {
                places.insert(event.uid.clone(), groups.len());
                groups.push(Group { master: Some(event), overrides: Vec::new() });
            }
        }
    }
    for event in overrides {
        let at = *places.entry(event.uid.clone()).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Group { master: None, overrides: Vec::new() });
        }
        groups[at].overrides.push(event);
    }
    groups
}
