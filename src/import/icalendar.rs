//! iCalendar files (RFC 5545) as chats: components cut out, events read by the `icalendar` parser, grouped by UID, then
//! by title.

mod event;
mod group;
mod lines;
mod own;
mod series;
mod zones;

use std::collections::BTreeMap;

use icalendar::parser::unfold;

use super::draft::ChatDraft;
use super::input::{Found, Input, Options};
use super::report::FileReport;
use super::titles::{self, Assignment, Titled};
use crate::schedule::Link;
use crate::zone::Zone;
use event::VEvent;
use group::Group;
use lines::{Calendar, Chunk};
use zones::Zones;

/// Events with rules that are taken from one calendar.
const MOST_RULES: usize = 5_000;
/// Hosts and tags that a chat may have.
const MOST_NAMES: usize = 50;

/// What a calendar says of itself.
#[derive(Debug, Default)]
struct Head {
    name: Option<String>,
    description: Option<String>,
    zone: Option<Zone>,
    /// Whether chatcal made it.
    own: bool,
}

/// Reads a file.
pub fn read(text: &str, input: &Input, options: &Options, report: &mut FileReport) -> Found {
    // CR-only line endings.
    let old = (!text.contains('\n') && text.contains('\r')).then(|| text.replace('\r', "\n"));
    let calendars = lines::cut(old.as_deref().unwrap_or(text))?;
    let mut chats = Vec::new();
    let mut events = 0;
    for calendar in &calendars {
        let head = head(calendar);
        let read = self::events(calendar, &head, options, report);
        events += read.len();
        chats.extend(of_calendar(read, &head, input.base(), report));
    }
    if events == 0 && report.left_out.is_empty() {
        return Err("it holds no event".to_owned());
    }
    Ok(chats)
}

/// The calendar's own properties, read as a component without others.
fn head(calendar: &Calendar) -> Head {
    let mut head = Head::default();
    let text = unfold(&format!("BEGIN:VCALENDAR\n{}\nEND:VCALENDAR\n", calendar.lines.join("\n").replace('\r', "")));
    let Ok(component) = event::parse(&text, 1) else { return head };
    let value = |name: &str| {
        let property = component.find_prop(name)?;
        let text = property.val.as_str().trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    // The parser knows all others to be TEXT.
    head.name = value("NAME").map(|name| event::unescaped(&name)).or_else(|| value("X-WR-CALNAME"));
    head.description = value("DESCRIPTION").or_else(|| value("X-WR-CALDESC"));
    head.zone = value("X-WR-TIMEZONE").and_then(|name| Zone::of_place(&name).ok());
    head.own = value("PRODID").as_deref() == Some(crate::feed::PRODUCT);
    head
}

/// The events of a calendar that can be read.
fn events(calendar: &Calendar, head: &Head, options: &Options, report: &mut FileReport) -> Vec<VEvent> {
    let mut zones = Zones::new(options.zone.or(head.zone));
    for chunk in calendar.components.iter().filter(|chunk| chunk.name == "VTIMEZONE") {
        let text = unfold(&chunk.text.replace('\r', ""));
        match event::parse(&text, chunk.line) {
            Ok(component) => zones.define(&component),
            Err(reason) => report.change(chunk.line, "VTIMEZONE", reason),
        }
    }
    let (mut events, mut rules) = (Vec::new(), 0);
    for chunk in &calendar.components {
        match chunk.name.as_str() {
            "VTIMEZONE" => {}
            "VEVENT" if lines::is_too_long(chunk) => report.leave_out(chunk.line, "an event", "longer than a mebibyte"),
            "VEVENT" => match event::read(chunk, &zones, report) {
                Ok(event) => {
                    rules += event.rules.len();
                    if rules <= MOST_RULES {
                        events.push(event);
                    } else {
                        let what = format!("the calendar has more than {MOST_RULES} rules");
                        report.leave_out(chunk.line, &event.title, what);
                    }
                }
                Err(reason) => report.leave_out(chunk.line, &title_of(chunk), reason),
            },
            name @ ("VTODO" | "VJOURNAL" | "VFREEBUSY") => report.leave_out(chunk.line, name, "it is no meeting"),
            name => report.set_aside(name),
        }
    }
    for remark in zones.remarks() {
        report.change(None, "zones", remark);
    }
    events
}

/// What a component that cannot be read is spoken of as.
fn title_of(chunk: &Chunk) -> String {
    let summary = chunk.text.lines().find_map(|line| line.strip_prefix("SUMMARY:"));
    summary.map_or_else(|| "an event".to_owned(), |summary| summary.trim().to_owned())
}

/// The chats of one calendar.
fn of_calendar(events: Vec<VEvent>, head: &Head, file: &str, report: &mut FileReport) -> Vec<ChatDraft> {
    let groups = group::groups(events, report);
    let titled = |group: &Group| (group.title().to_owned(), group.recurs(), group::base_uid(group.uid()).to_owned());
    let titled: Vec<(String, bool, String)> = groups.iter().map(titled).collect();
    let titled = titled.iter().map(|(title, recurs, same)| Titled { title, recurs: *recurs, same });
    let assignments = if head.own {
        own::assign(&groups, head.name.as_deref())
    } else {
        titles::assign(&titled.collect::<Vec<_>>(), head.name.as_deref())
    };
    let mut chats: Vec<ChatDraft> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (group, Assignment { key, title, topic }) in groups.into_iter().zip(assignments) {
        let index = *known.entry(key).or_insert_with(|| {
            chats.push(ChatDraft { title, hints: head.zone.into_iter().collect(), ..ChatDraft::default() });
            chats.len() - 1
        });
        let chat = &mut chats[index];
        describe(chat, group.main(), head);
        series::add(chat, group, topic.as_deref(), file, head.own, report);
    }
    chats.retain(|chat| !chat.series.is_empty() || !chat.singles.is_empty());
    if let ([chat], Some(description)) = (&mut chats[..], &head.description) {
        chat.description.get_or_insert_with(|| description.clone());
    }
    chats
}

/// What is said of the chat as a whole: by its first event that says it.
fn describe(chat: &mut ChatDraft, event: &VEvent, head: &Head) {
    let recurs = !event.rules.is_empty();
    if head.own {
        chat.has_host_zones = true;
    } else if recurs && chat.description.is_none() {
        chat.description.clone_from(&event.description);
    }
    let link = |text: &Option<String>| text.as_deref().and_then(Link::new);
    let location = link(&event.location);
    if chat.platform.is_none() && location.is_none() {
        chat.platform.clone_from(&event.location);
    }
    chat.home = chat.home.take().or_else(|| link(&event.url)).or(location);
    if let Some(organizer) =
        event.organizer.as_ref().filter(|organizer| !chat.hosts.contains(organizer) && chat.hosts.len() < MOST_NAMES)
    {
        chat.hosts.push(organizer.clone());
    }
    for tag in &event.tags {
        if chat.tags.len() < MOST_NAMES && !chat.tags.contains(tag) {
            chat.tags.push(tag.clone());
        }
    }
}
