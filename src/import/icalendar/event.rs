//! Reads one VEVENT with the `icalendar` parser.

use chrono::{NaiveDateTime, TimeDelta};
use icalendar::parser::{Component, Property, read_calendar_simple, unfold};
use jiff::SpanRelativeTo;
use jiff::fmt::temporal::SpanParser;

use super::lines::Chunk;
use super::zones::Zones;
use crate::diagnostic::quoted;
use crate::import::draft::{Moment, imported_from};
use crate::import::event::{CalendarEvent, DateOrTime};
use crate::import::report::FileReport;
use crate::import::rule::{date, date_time};
use crate::import::slug::slug;
use crate::schedule::Evidence;
use crate::zone::Zone;

/// The most exceptions and additions: no meeting of people has more.
const MOST_DATES: usize = 5_000;

/// Properties that every calendar program makes itself, chatcal among them, or that are read elsewhere: nothing is
/// lost.
const OWN: [&str; 10] =
    ["DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "TRANSP", "CLASS", "PRIORITY", "DTEND", "UID", "DURATION"];

/// Reads an event of a file.
///
/// # Errors
///
/// Why it cannot be read, in words for people.
pub fn read(chunk: &Chunk, file: &str, zones: &mut Zones, report: &mut FileReport) -> Result<CalendarEvent, String> {
    let text = unfold(&chunk.text.replace('\r', ""));
    let component = parse(&text, chunk.line)?;
    let title = text_of(&component, "SUMMARY").unwrap_or_default();
    let of = if title.is_empty() { "an event without SUMMARY".to_owned() } else { title.clone() };
    let start = component.find_prop("DTSTART").ok_or("it has no DTSTART")?;
    let start = date_or_time(start, start.val.as_ref(), zones)?;
    let uid = text_of(&component, "UID").unwrap_or_default();
    let source = match uid.as_str() {
        "" => imported_from(file),
        uid => Evidence::Words(format!("{file}, UID {uid}")),
    };
    let mut event = CalendarEvent {
        uid,
        description: text_of(&component, "DESCRIPTION"),
        location: text_of(&component, "LOCATION"),
        url: text_of(&component, "URL").or_else(|| text_of(&component, "X-GOOGLE-CONFERENCE")),
        organizer: component.find_prop("ORGANIZER").and_then(organizer),
        duration: length(&component, start, zones)?,
        sequence: text_of(&component, "SEQUENCE").and_then(|text| text.parse().ok()).unwrap_or(0),
        ..CalendarEvent::new(Some(chunk.line), title, source, start)
    };
    let mut reader = Reader { zones, line: chunk.line, of: &of, report };
    for property in &component.properties {
        reader.take(&mut event, property)?;
    }
    event.describes_chat = !event.rules.is_empty();
    for inner in &component.components {
        report.set_aside(inner.name.as_str());
    }
    if event.exceptions.len() + event.additions.len() > MOST_DATES {
        return Err(format!("it has more than {MOST_DATES} exceptions and additions"));
    }
    Ok(event)
}

/// The component, by the `icalendar` parser.
pub fn parse(text: &str, line: usize) -> Result<Component<'_>, String> {
    let components = read_calendar_simple(text).map_err(|error| {
        let at = text.len() - error.input.len().min(text.len());
        let number = line + text[..at].matches('\n').count();
        let shown = quoted(error.input.lines().next().unwrap_or_default());
        format!("{shown} is not a content line (near line {number})")
    })?;
    components.into_iter().next().ok_or_else(|| "it is empty".to_owned())
}

fn text_of(component: &Component, name: &str) -> Option<String> {
    let property = component.properties.iter().find(|property| property.name.as_str().eq_ignore_ascii_case(name))?;
    let text = property.val.to_string().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

struct Reader<'r> {
    zones: &'r mut Zones,
    line: usize,
    of: &'r str,
    report: &'r mut FileReport,
}

impl Reader<'_> {
    /// Adds what a property says to its event.
    fn take(&mut self, event: &mut CalendarEvent, property: &Property) -> Result<(), String> {
        let value = property.val.to_string();
        match property.name.as_str().to_ascii_uppercase().as_str() {
            "SUMMARY" | "DESCRIPTION" | "LOCATION" | "URL" | "X-GOOGLE-CONFERENCE" | "ORGANIZER" | "DTSTART" => {}
            "RRULE" => event.rules.push(value),
            "EXRULE" => {
                let what = format!("EXRULE:{value}, which programs no longer support");
                self.report.leave_out(self.line, self.of, what);
            }
            "EXDATE" => self.dates(&mut event.exceptions, property),
            "RDATE" => self.dates(&mut event.additions, property),
            "RECURRENCE-ID" => {
                event.recurrence_id = Some(date_or_time(property, &value, self.zones)?);
                let range = parameter(property, "RANGE");
                event.this_and_future = range.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"));
            }
            "STATUS" => event.set_status(&value),
            "CATEGORIES" => event.tags.extend(value.split(',').filter_map(slug).take(20)),
            name if OWN.contains(&name) => {}
            name => self.report.set_aside(name),
        }
        Ok(())
    }

    /// Takes the dates of an EXDATE or RDATE.
    fn dates(&mut self, into: &mut Vec<DateOrTime>, property: &Property) {
        let value = property.val.to_string();
        for part in value.split(',').map(str::trim).filter(|part| !part.is_empty()).take(MOST_DATES + 1) {
            // A PERIOD has a start and an end (3.3.9); the event's length is kept.
            let begin = part.split_once('/').map_or(part, |(begin, _)| begin);
            if begin.len() < part.len() {
                self.report.change(self.line, self.of, format!("{part}: its own length is left out"));
            }
            match date_or_time(property, begin, self.zones) {
                Ok(date) => into.push(date),
                Err(reason) => {
                    self.report.leave_out(self.line, self.of, format!("{}: {reason}", property.name.as_str()));
                }
            }
        }
    }
}

/// How long it takes, by DTEND or DURATION; nothing where neither is there.
fn length(component: &Component, start: DateOrTime, zones: &mut Zones) -> Result<Option<TimeDelta>, String> {
    if let Some(end) = component.find_prop("DTEND") {
        return Ok(start.until(date_or_time(end, end.val.as_ref(), zones)?));
    }
    let Some(text) = text_of(component, "DURATION") else { return Ok(None) };
    duration(&text).map(Some).ok_or_else(|| format!("{text:?} is not a duration"))
}

/// A DURATION of RFC 5545 3.3.6, whose days have 24 hours.
fn duration(text: &str) -> Option<TimeDelta> {
    let span = SpanParser::new().parse_span(text).ok()?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Some(TimeDelta::seconds(length.as_secs())).filter(|length| *length >= TimeDelta::zero())
}

/// A date or date-time in the zone that its parameters name.
fn date_or_time(property: &Property, value: &str, zones: &mut Zones) -> Result<DateOrTime, String> {
    let value = value.trim();
    let wrong = || format!("{} is neither a date nor a date with a time", quoted(value));
    if let Some(day) = date(value) {
        return Ok(DateOrTime::Date(day));
    }
    let at = |wall: NaiveDateTime, zone: Zone| DateOrTime::At(Moment { date: wall.date(), time: wall.time(), zone });
    if let Some(utc) = value.strip_suffix(['Z', 'z']) {
        return date_time(utc).map(|wall| at(wall, Zone::UTC)).ok_or_else(wrong);
    }
    let wall = date_time(value).ok_or_else(wrong)?;
    let zone = match parameter(property, "TZID") {
        Some(name) => zones.named(&name, wall.date())?,
        None => zones.floating.ok_or("its time has no zone; say which with --zone")?,
    };
    Ok(at(wall, zone))
}

fn parameter(property: &Property, name: &str) -> Option<String> {
    let found = property.params.iter().find(|parameter| parameter.key.as_str().eq_ignore_ascii_case(name))?;
    found.val.as_ref().map(|value| value.as_str().trim().trim_matches('"').to_owned())
}

/// The organizer's name, else the address.
fn organizer(property: &Property) -> Option<String> {
    let named = parameter(property, "CN").filter(|name| !name.is_empty());
    let address = || property.val.as_str().rsplit_once(':').map(|(_, address)| address.to_owned());
    named.or_else(address).filter(|name| !name.ends_with("calendar.google.com") && !name.is_empty())
}
