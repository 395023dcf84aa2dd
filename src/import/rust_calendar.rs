//! The TOML of rust-lang/calendar: `[[events]]` with rules as tables. Read plainly: an exception takes away the meeting
//! that begins at that very moment, and no other.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use toml::{Table, Value};

use super::draft::{ChatDraft, Moment, SeriesDraft, SingleDraft, evidence, nearest};
use super::input::{Found, Input, Options};
use super::report::FileReport;
use super::rule;
use super::titles::{self, Assignment, Titled};
use crate::diagnostic::quoted;
use crate::schedule::{Confidence, Link, OneOff, Series};
use crate::zone::{Instant, Zone};

/// Keys of an event that have a place in a schedule.
const TAKEN: [&str; 11] = [
    "uid",
    "title",
    "description",
    "location",
    "start",
    "end",
    "status",
    "organizer",
    "recurrence_rules",
    "exceptions",
    "url",
];
/// Keys that chatcal makes anew for itself.
const OWN: [&str; 4] = ["last_modified_on", "created_on", "transparency", "sequence"];

/// Reads a file.
pub fn read(text: &str, input: &Input, options: &Options, report: &mut FileReport) -> Found {
    let root: Table = text.parse().map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        format!("line {line}: {}", error.message().lines().next().unwrap_or("no TOML"))
    })?;
    let events = match root.get("events") {
        Some(Value::Array(events)) => events,
        Some(_) => return Err("`events` is no list of tables".to_owned()),
        None => return Err(without_events(&root)),
    };
    for key in root.keys().filter(|key| !["events", "name", "description", "meta", "timezones"].contains(&key.as_str()))
    {
        report.set_aside(key);
    }
    let mut includes = includes(&root).unwrap_or_default();
    includes.retain(|file| !file.contains("_timezones"));
    if !includes.is_empty() {
        report.change(None, "includes", format!("not followed: import {} as well", includes.join(", ")));
    }
    let lines: Vec<usize> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.trim_start().starts_with("[[events]]"))
        .map(|(index, _)| index + 1)
        .collect();
    let mut reader = Reader { file: input.base(), floating: options.zone, report };
    let titles: Vec<String> = events.iter().map(|event| title(event, &root)).collect();
    let recurs =
        |event: &Value| event.get("recurrence_rules").and_then(Value::as_array).is_some_and(|rules| !rules.is_empty());
    let events_titled =
        titles.iter().zip(events).map(|(title, event)| Titled { title, recurs: recurs(event), same: title });
    let assignments = titles::assign(&events_titled.collect::<Vec<_>>(), None);
    let mut chats: Vec<ChatDraft> = Vec::new();
    for (index, (event, assignment)) in events.iter().zip(&assignments).enumerate() {
        let line = lines.get(index).copied().filter(|_| lines.len() == events.len());
        let read = event.as_table().ok_or_else(|| "it is no table".to_owned());
        if let Err(reason) = read.and_then(|event| reader.event(event, assignment, line, &mut chats)) {
            reader.report.leave_out(line, &titles[index], reason);
        }
    }
    if let ([chat], Some(about)) = (&mut chats[..], words(&root, "description")) {
        chat.summary = Some(about).filter(|about| chat.description.as_ref() != Some(about));
    }
    Ok(chats)
}

fn title(event: &Value, root: &Table) -> String {
    let own = event.as_table().and_then(|event| words(event, "title"));
    own.or_else(|| words(root, "name")).unwrap_or_else(|| "Untitled".to_owned())
}

fn without_events(root: &Table) -> String {
    if root.contains_key("timezones") {
        return "it defines time zones and holds no events; chatcal has the zones of the IANA database".to_owned();
    }
    match includes(root) {
        Some(includes) => format!("it holds no events, only the names of other files: import {}", includes.join(", ")),
        None => "it holds no [[events]]: this is no file of rust-lang/calendar".to_owned(),
    }
}

fn includes(root: &Table) -> Option<Vec<String>> {
    let list = root.get("meta")?.get("includes")?.as_array()?;
    Some(list.iter().filter_map(|name| name.as_str().map(str::to_owned)).take(100).collect())
}

fn words(table: &Table, key: &str) -> Option<String> {
    table.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

struct Reader<'r> {
    file: &'r str,
    floating: Option<Zone>,
    report: &'r mut FileReport,
}

impl Reader<'_> {
    /// Adds an event to the chat of its title.
    fn event(
        &mut self,
        event: &Table,
        assignment: &Assignment,
        line: Option<usize>,
        chats: &mut Vec<ChatDraft>,
    ) -> Result<(), String> {
        let title = assignment.title.as_str();
        for key in event.keys().filter(|key| !TAKEN.contains(&key.as_str()) && !OWN.contains(&key.as_str())) {
            self.report.set_aside(key);
        }
        let start = event.get("start").ok_or("it has no start")?;
        let start = self.moment(start)?.ok_or("an all-day event: a meeting in a schedule has a time of day")?;
        let duration = self.duration(event, start, title, line)?;
        let confidence = match words(event, "status").as_deref() {
            Some("tentative") => Confidence::Inferred,
            _ => Confidence::Confirmed,
        };
        let cancelled = words(event, "status").is_some_and(|status| status == "cancelled");
        let source = evidence(match words(event, "uid") {
            Some(uid) => format!("{}, uid {uid}", self.file),
            None => format!("Imported from {}", self.file),
        });
        let rules = event.get("recurrence_rules").map(|rules| rules.as_array().ok_or("recurrence_rules is no list"));
        let rules = rules.transpose()?.map(Vec::as_slice).unwrap_or_default();
        let (mut series, mut singles) = (Vec::new(), Vec::new());
        for table in rules {
            let text = rrule(table.as_table().ok_or("a recurrence rule is no table")?)?;
            let runs = rule::read(&text, start).map_err(|reason| format!("its rule {text}: {reason}"))?;
            series.extend(runs.into_iter().map(|(time, run)| {
                let (zone, sources) = (start.zone, vec![source.clone()]);
                let series =
                    Series { name: None, run, seen: None, time, duration, zone, confidence, sources, note: None };
                SeriesDraft::new(title.to_owned(), series)
            }));
        }
        if rules.is_empty() {
            let one_off = OneOff {
                name: None,
                date: start.date,
                time: start.time,
                duration,
                zone: start.zone,
                topic: assignment.topic.clone(),
                cancelled: cancelled.then(|| "called off".to_owned()),
                confidence,
                sources: vec![source],
                note: words(event, "description"),
            };
            singles.push(SingleDraft { occurrence: None, one_off });
        } else if cancelled {
            return Err("the event is cancelled with all its meetings".to_owned());
        }
        self.exceptions(event, title, line, &mut series, &mut singles)?;
        let chat = chat_of(title, chats);
        describe(chat, event, assignment.topic.is_none());
        for single in &mut singles {
            let note = &mut single.one_off.note;
            *note = note.take().filter(|note| chat.description.as_ref() != Some(note));
        }
        chat.series.append(&mut series);
        chat.singles.append(&mut singles);
        Ok(())
    }

    fn duration(
        &mut self,
        event: &Table,
        start: Moment,
        title: &str,
        line: Option<usize>,
    ) -> Result<TimeDelta, String> {
        let end = event.get("end").map(|end| self.moment(end)).transpose()?.flatten();
        let seconds = end.map(|end| end.instant().unix_seconds() - start.instant().unix_seconds());
        match seconds {
            Some(seconds) if seconds > 24 * 3_600 => Err("it takes more than 24 hours".to_owned()),
            Some(seconds) if seconds > 0 => Ok(TimeDelta::minutes((seconds + 59) / 60)),
            _ => {
                self.report.change(line, title, "it does not say how long it takes: 1h is assumed");
                Ok(TimeDelta::hours(1))
            }
        }
    }

    /// `exceptions = { timezone = "…", dates = ["…"] }`
    fn exceptions(
        &mut self,
        event: &Table,
        title: &str,
        line: Option<usize>,
        series: &mut [SeriesDraft],
        singles: &mut Vec<SingleDraft>,
    ) -> Result<(), String> {
        let Some(exceptions) = event.get("exceptions") else { return Ok(()) };
        let (zone, dates) = match exceptions {
            Value::Array(dates) => (None, dates),
            Value::Table(table) => {
                let zone = table.get("timezone").and_then(Value::as_str).map(zone_named).transpose()?;
                (zone, table.get("dates").and_then(Value::as_array).ok_or("its exceptions have no dates")?)
            }
            _ => return Err("its exceptions are no table".to_owned()),
        };
        for date in dates {
            let Some(at) = wall(date, zone.or(self.floating))? else {
                self.report.leave_out(line, title, format!("the exception {date} has no time of day"));
                continue;
            };
            let before = singles.len();
            singles.retain(|single| single.at().instant() != at.instant());
            let mut hit = singles.len() < before;
            for draft in &mut *series {
                if let Some(date) = draft.date_at(at.instant()) {
                    draft.without.insert(date);
                    hit = true;
                }
            }
            if !hit {
                self.report.change(line, title, miss(at, series));
            }
        }
        Ok(())
    }

    /// `"2024-01-09T16:00:00.00Z"` or `{ date = "…", timezone = "…" }`; nothing for a day without a time.
    fn moment(&self, value: &Value) -> Result<Option<Moment>, String> {
        match value {
            Value::Table(table) => {
                let zone = table.get("timezone").and_then(Value::as_str).map(zone_named).transpose()?;
                wall(table.get("date").ok_or("a moment without date")?, zone.or(self.floating))
            }
            value => wall(value, self.floating),
        }
    }
}

/// A wall time, or an instant where it ends in `Z`; nothing for a day without a time.
fn wall(value: &Value, zone: Option<Zone>) -> Result<Option<Moment>, String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Datetime(datetime) => datetime.to_string(),
        other => return Err(format!("{other} is no date")),
    };
    let wrong = || format!("{} is no date", quoted(&text));
    let (local, utc) = text.strip_suffix(['Z', 'z']).map_or((text.as_str(), false), |local| (local, true));
    if !local.contains(['T', 't', ' ']) {
        return NaiveDate::parse_from_str(local, "%Y-%m-%d").map(|_| None).map_err(|_| wrong());
    }
    let local = local.replace(['t', ' '], "T");
    let wall = NaiveDateTime::parse_from_str(&local, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(&local, "%Y-%m-%dT%H:%M"))
        .map_err(|_| wrong())?;
    let zone = if utc { Some(Zone::UTC) } else { zone };
    let zone = zone.ok_or_else(|| format!("{} names no zone; say which with --zone", quoted(&text)))?;
    let time = wall.time().with_second(0).and_then(|time| time.with_nanosecond(0)).unwrap_or_default();
    Ok(Some(Moment { date: wall.date(), time, zone }))
}

/// What there is to say of an exception that takes nothing away.
fn miss(at: Moment, series: &[SeriesDraft]) -> String {
    let mut text = format!("the exception {at} takes no meeting away{}", nearest(series, at.date));
    let as_utc = Instant::from(at.wall().and_utc());
    if series.iter().any(|draft| draft.date_at(as_utc).is_some()) {
        text.push_str(
            ", which it would hit if it were written in UTC: if that is meant, add a [[break]] or a [[change]]",
        );
    }
    text
}

/// The chat of a title.
fn chat_of<'c>(title: &str, chats: &'c mut Vec<ChatDraft>) -> &'c mut ChatDraft {
    let index = chats.iter().position(|chat| chat.title.eq_ignore_ascii_case(title)).unwrap_or_else(|| {
        chats.push(ChatDraft { title: title.to_owned(), ..ChatDraft::default() });
        chats.len() - 1
    });
    &mut chats[index]
}

fn describe(chat: &mut ChatDraft, event: &Table, speaks_for_all: bool) {
    if speaks_for_all && chat.description.is_none() {
        chat.description = words(event, "description");
    }
    let location = words(event, "location");
    let link = |text: &Option<String>| text.as_deref().and_then(Link::new);
    chat.home = chat.home.take().or_else(|| link(&words(event, "url"))).or_else(|| link(&location));
    if chat.platform.is_none() {
        chat.platform = location.filter(|location| Link::new(location).is_none());
    }
    let host = event.get("organizer").and_then(Value::as_table).and_then(|organizer| {
        match (words(organizer, "name"), words(organizer, "email")) {
            (Some(name), Some(email)) => Some(format!("{name} ({email})")),
            (name, email) => name.or(email),
        }
    });
    chat.hosts.extend(host.filter(|host| !chat.hosts.contains(host)));
}

fn zone_named(name: &str) -> Result<Zone, String> {
    Zone::of_place(name).map_err(|unknown| unknown.to_string())
}

/// The keys of a rule's table, and the part of an RRULE that each of them is.
const RULE_KEYS: [(&str, &str); 17] = [
    ("frequency", "FREQ"),
    ("interval", "INTERVAL"),
    ("count", "COUNT"),
    ("until", "UNTIL"),
    ("by_second", "BYSECOND"),
    ("by_minute", "BYMINUTE"),
    ("by_hour", "BYHOUR"),
    ("by_day", "BYDAY"),
    ("by_month_day", "BYMONTHDAY"),
    ("by_year_day", "BYYEARDAY"),
    ("by_week_no", "BYWEEKNO"),
    ("by_week_number", "BYWEEKNO"),
    ("by_month", "BYMONTH"),
    ("by_set_pos", "BYSETPOS"),
    ("by_set_position", "BYSETPOS"),
    ("week_start", "WKST"),
    ("work_week_start", "WKST"),
];

/// A rule's table as RRULE text: what reads that proves each value, and says what is wrong with it.
fn rrule(table: &Table) -> Result<String, String> {
    let part = |(key, value): (&String, &Value)| {
        let part = RULE_KEYS.iter().find(|(known, _)| known == key);
        let (_, name) = part.ok_or_else(|| format!("its rule has {}, which is not known", quoted(key)))?;
        let value = match *name {
            "UNTIL" => until(&plain(value)?),
            "FREQ" => plain(value)?.to_uppercase(),
            "INTERVAL" | "COUNT" => plain(value)?,
            "BYDAY" | "WKST" => list(value, weekday)?,
            _ => list(value, plain)?,
        };
        Ok(format!("{name}={value}"))
    };
    Ok(table.iter().map(part).collect::<Result<Vec<_>, String>>()?.join(";"))
}

fn plain(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Datetime(datetime) => Ok(datetime.to_string()),
        other => Err(format!("{other} is neither a number nor a text")),
    }
}

/// One entry or several.
fn list(value: &Value, entry: fn(&Value) -> Result<String, String>) -> Result<String, String> {
    let entries = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    Ok(entries.iter().map(entry).collect::<Result<Vec<_>, String>>()?.join(","))
}

/// `"Monday"` or `{ day = "Monday", num = 1 }`.
fn weekday(value: &Value) -> Result<String, String> {
    if let Value::Table(table) = value {
        let number = table.get("num").map(plain).transpose()?.unwrap_or_default();
        return Ok(format!("{number}{}", weekday(table.get("day").ok_or("by_day without day")?)?));
    }
    let name = plain(value)?;
    let day: chrono::Weekday = name.parse().map_err(|_| format!("{} is no weekday", quoted(&name)))?;
    Ok(crate::recurrence::weekday_code(day).to_owned())
}

/// `2026-03-25T13:00:00.00Z` as RFC 5545 writes it.
fn until(text: &str) -> String {
    let utc = text.ends_with(['Z', 'z']);
    let whole = text.split('.').next().unwrap_or(text).trim_end_matches(['Z', 'z']);
    let digits: String = whole.chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
    if utc && digits.contains('T') { format!("{digits}Z") } else { digits }
}
