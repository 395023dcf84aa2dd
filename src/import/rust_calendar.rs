//! The TOML of rust-lang/calendar: `[[events]]` with rules as tables. It is read to the letter: an exception takes away
//! the meeting that begins at that very instant, and no other.

use chrono::{NaiveDate, NaiveDateTime};
use toml::{Table, Value};

use super::chats;
use super::draft::{ChatDraft, imported_from};
use super::event::{CalendarEvent, DateOrTime, Group, NO_ZONE, cut_title, status};
use super::input::{Chats, Input, Options};
use super::report::FileReport;
use super::work::Work;
use crate::diagnostic::{did_you_mean, nearest, quoted};
use crate::schedule::Evidence;
use crate::text::{self, as_ical_date, as_ical_date_time};
use crate::zone::Zone;

/// Keys of a file that are read, or say nothing about its chats.
const FILE_KEYS: &str = "events name description meta timezones";
/// Keys of an event that have a place in a schedule, and then those whose values chatcal makes itself.
const EVENT_KEYS: &str = "uid title description location start end status organizer recurrence_rules recurrences \
                          exceptions url last_modified_on created_on transparency sequence";

/// Reads a file.
pub fn read(text: &str, input: &Input, options: &Options, work: &mut Work, report: &mut FileReport) -> Chats {
    let root: Table = text.parse().map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        format!("line {line}: {}", error.message().lines().next().unwrap_or("no TOML"))
    })?;
    let events = match root.get("events") {
        Some(Value::Array(events)) => events,
        Some(_) => return Err("`events` is not a list of tables".to_owned()),
        None => return Err(without_events(&root)),
    };
    if let Err(reason) = check_keys(&root, FILE_KEYS, "a file", report) {
        report.leave_out(None, "", reason);
    }
    let mut includes = includes(&root).unwrap_or_default();
    includes.retain(|file| !file.contains("_timezones"));
    if !includes.is_empty() {
        report.change(None, "includes", format!("not read: import {} as well", includes.join(", ")));
    }
    let headers = text.lines().zip(1..).filter(|(line, _)| line.trim_start().starts_with("[[events]]"));
    let lines: Vec<usize> = headers.map(|(_, number)| number).collect();
    let mut reader = EventReader { file: input.base(), floating: options.zone, report };
    let mut groups = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let line = lines.get(index).copied().filter(|_| lines.len() == events.len());
        let title = cut_title(title(event, &root), line, reader.report);
        let read = event.as_table().ok_or_else(|| "it is not a table".to_owned());
        match read.and_then(|event| reader.event(event, &title, line)) {
            Ok(event) => groups.push(Group { master: Some(event), overrides: Vec::new() }),
            Err(reason) => reader.report.leave_out(line, &title, reason),
        }
    }
    let assignments = chats::assign(&groups, None);
    let mut chats = chats::chats(groups, assignments, &ChatDraft::default(), work, report);
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
        return "it only defines time zones; chatcal takes its own from the IANA database".to_owned();
    }
    match includes(root) {
        Some(includes) => format!("it has no events, only the names of other files: import {}", includes.join(", ")),
        None => "it has no [[events]]: this is not a file of rust-lang/calendar".to_owned(),
    }
}

fn includes(root: &Table) -> Option<Vec<String>> {
    let list = root.get("meta")?.get("includes")?.as_array()?;
    Some(list.iter().filter_map(|name| name.as_str().map(str::to_owned)).take(100).collect())
}

fn words(table: &Table, key: &str) -> Option<String> {
    table.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Reads `[[events]]`.
struct EventReader<'r> {
    file: &'r str,
    floating: Option<Zone>,
    report: &'r mut FileReport,
}

impl EventReader<'_> {
    fn event(&mut self, table: &Table, title: &str, line: Option<usize>) -> Result<CalendarEvent, String> {
        check_keys(table, EVENT_KEYS, "an event", self.report)?;
        let start = self.moment(table.get("start").ok_or("it has no start")?)?;
        let end = table.get("end").map(|end| self.moment(end)).transpose()?;
        let duration = end.and_then(|end| start.until(end));
        let rules = table.get("recurrence_rules").map(|rules| rules.as_array().ok_or("recurrence_rules is not a list"));
        let rules = rules.transpose()?.map(Vec::as_slice).unwrap_or_default();
        let rules = rules.iter().map(|rule| rrule(rule.as_table().ok_or("a recurrence rule is not a table")?));
        let rules = rules.collect::<Result<Vec<String>, String>>()?;
        let source = match words(table, "uid") {
            Some(uid) => Evidence::Words(format!("{}, uid {uid}", self.file)),
            None => imported_from(self.file),
        };
        let (cancelled, confidence) = status(&words(table, "status").unwrap_or_default());
        Ok(CalendarEvent {
            line,
            uid: String::new(),
            title: title.to_owned(),
            description: words(table, "description"),
            describes_chat: true,
            location: words(table, "location"),
            url: words(table, "url"),
            organizer: table.get("organizer").and_then(Value::as_table).and_then(|organizer| {
                match (words(organizer, "name"), words(organizer, "email")) {
                    (Some(name), Some(email)) => Some(format!("{name} ({email})")),
                    (name, email) => name.or(email),
                }
            }),
            tags: Vec::new(),
            source,
            occurrence: None,
            start,
            meets_at_start: rules.is_empty(),
            duration,
            rules,
            additions: self.times(table, "recurrences", title, line)?,
            exceptions: self.times(table, "exceptions", title, line)?,
            recurrence_id: None,
            this_and_future: false,
            cancelled,
            confidence,
            sequence: 0,
        })
    }

    /// The times of a key: `exceptions = ["…"]` or `exceptions = { timezone = "…", dates = ["…"] }`.
    fn times(&mut self, table: &Table, key: &str, title: &str, line: Option<usize>) -> Result<Vec<DateOrTime>, String> {
        let (zone, dates) = match table.get(key) {
            None => return Ok(Vec::new()),
            Some(Value::Array(dates)) => (None, dates),
            Some(Value::Table(table)) => {
                let dates = table.get("dates").and_then(Value::as_array);
                (zone_in(table, "dates")?, dates.ok_or_else(|| format!("its {key} have no list of dates"))?)
            }
            Some(_) => return Err(format!("its {key} are neither a list nor a table")),
        };
        let mut taken = Vec::new();
        for date in dates {
            match wall(date, zone.or(self.floating))? {
                DateOrTime::Date(_) => {
                    self.report.leave_out(line, title, format!("{date} in its {key} has no time of day"));
                }
                at @ DateOrTime::At(_) => taken.push(at),
            }
        }
        Ok(taken)
    }

    /// `"2024-01-09T16:00:00.00Z"` or `{ date = "…", timezone = "…" }`.
    fn moment(&self, value: &Value) -> Result<DateOrTime, String> {
        match value {
            Value::Table(table) => {
                wall(table.get("date").ok_or("a time has no date")?, zone_in(table, "date")?.or(self.floating))
            }
            value => wall(value, self.floating),
        }
    }
}

/// The zone of a table that has `timezone` and another key.
fn zone_in(table: &Table, other: &str) -> Result<Option<Zone>, String> {
    only_known(table, &[other, "timezone"], "a time with a zone")?;
    let Some(name) = table.get("timezone") else { return Ok(None) };
    let name = name.as_str().ok_or("its timezone is not a text")?;
    Zone::of_place(name).map(Some).map_err(|unknown| unknown.to_string())
}

/// A date, a wall time, or an instant where it ends in `Z`.
fn wall(value: &Value, zone: Option<Zone>) -> Result<DateOrTime, String> {
    let text = plain(value)?;
    let read = DateOrTime::read(&compact(&text), |_| zone.ok_or_else(|| NO_ZONE.to_owned()))?;
    read.ok_or_else(|| format!("{} is neither a date nor a date with a time", quoted(&text)))
}

/// The keys of a rule's table, and the parts of an RRULE that they are.
const RULE_KEYS: [(&str, &str); 15] = [
    ("frequency", "FREQ"),
    ("until", "UNTIL"),
    ("count", "COUNT"),
    ("interval", "INTERVAL"),
    ("by_second", "BYSECOND"),
    ("by_minute", "BYMINUTE"),
    ("by_hour", "BYHOUR"),
    ("by_day", "BYDAY"),
    ("by_month_day", "BYMONTHDAY"),
    ("by_year_day", "BYYEARDAY"),
    ("by_week_number", "BYWEEKNO"),
    ("by_month", "BYMONTH"),
    ("by_set_position", "BYSETPOS"),
    ("week_start", "WKST"),
    ("work_week_start", "WKST"),
];

/// A rule's table as RRULE text, whose reader checks each part and says what is wrong with it.
fn rrule(table: &Table) -> Result<String, String> {
    only_known(table, &RULE_KEYS.map(|(key, _)| key), "a recurrence rule")?;
    let part = |(key, value): (&String, &Value)| {
        let (_, name) = RULE_KEYS.iter().find(|(known, _)| known == key)?;
        let value = match *name {
            "UNTIL" => plain(value).map(|text| compact(&text)),
            "BYDAY" | "WKST" => list(value, weekday),
            _ => list(value, plain),
        };
        Some(value.map(|value| format!("{name}={value}")))
    };
    Ok(table.iter().filter_map(part).collect::<Result<Vec<_>, String>>()?.join(";"))
}

/// Sets aside the keys that are not among the known ones, which are separated by spaces. One that is probably misspelled
/// is refused instead: without what it says, the meetings might be others.
fn check_keys(table: &Table, known: &str, what: &str, report: &mut FileReport) -> Result<(), String> {
    let mut checked = Ok(());
    for key in table.keys().filter(|key| !known.split(' ').any(|known| known == key.as_str())) {
        match nearest(key, known.split(' ')) {
            Some(near) => checked = checked.and(Err(not_a_key(key, what, &did_you_mean(near)))),
            None => report.set_aside(key),
        }
    }
    checked
}

/// Refuses a table with a key that is not known: without what it says, the meetings might be others.
fn only_known(table: &Table, known: &[&str], what: &str) -> Result<(), String> {
    let Some(unknown) = table.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
    let way_out = nearest(unknown, known.iter().copied()).map_or_else(
        || format!("the keys are {}", text::list(known.iter().map(|key| (*key).to_owned()))),
        did_you_mean,
    );
    Err(not_a_key(unknown, what, &way_out))
}

fn not_a_key(key: &str, what: &str, way_out: &str) -> String {
    format!("{} is not a key of {what}; {way_out}", quoted(key))
}

fn plain(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Datetime(datetime) => Ok(datetime.to_string()),
        other => Err(format!("{} is neither a number nor a text", quoted(&other.to_string()))),
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
        only_known(table, &["day", "num"], "an entry of by_day")?;
        let number = table.get("num").map(plain).transpose()?.unwrap_or_default();
        return Ok(format!("{number}{}", weekday(table.get("day").ok_or("by_day has no day")?)?));
    }
    let name = plain(value)?;
    let day: chrono::Weekday = name.parse().map_err(|_| format!("{} is not a weekday", quoted(&name)))?;
    Ok(crate::recurrence::weekday_code(day).to_owned())
}

/// `2026-03-25T13:00:00.00Z` as RFC 5545 writes it: `20260325T130000Z`.
fn compact(text: &str) -> String {
    let (local, utc) = text.trim().strip_suffix(['Z', 'z']).map_or((text.trim(), ""), |local| (local, "Z"));
    let local = local.replace(['t', ' '], "T");
    let with_time = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    if let Some(wall) = with_time.iter().find_map(|form| NaiveDateTime::parse_from_str(&local, form).ok()) {
        return format!("{}{utc}", as_ical_date_time(wall));
    }
    // What cannot be read is left as it is: then it is refused as it was written.
    NaiveDate::parse_from_str(&local, "%Y-%m-%d")
        .map_or_else(|_| text.to_owned(), |date| as_ical_date(date).to_string())
}
