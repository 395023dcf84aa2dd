//! Reads one VEVENT with the `icalendar` parser.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use jiff::SpanRelativeTo;
use jiff::fmt::temporal::SpanParser;

use super::lines::Chunk;
use super::property::{Component, ContentLine, parse, properties, property, text_of, values};
use super::zones::Zones;
use crate::diagnostic::quoted;
use crate::import::draft::imported_from;
use crate::import::event::{CalendarEvent, DateOrTime, NO_ZONE, cut_title, status};
use crate::import::listed::some_of;
use crate::import::report::FileReport;
use crate::schedule::{Evidence, Tag};
use crate::text::agreeing;

/// The most exceptions and additions: no meeting of people has more.
const MOST_DATES: usize = 5_000;

/// The longest UID, in octets: RFC 7986 5.3 recommends at most 255. Its meetings repeat it as their source.
const LONGEST_UID: usize = 1_000;

/// Properties that are read, and those that every calendar program makes itself, chatcal among them: nothing is lost.
const KNOWN: &str = "SUMMARY DESCRIPTION LOCATION URL X-GOOGLE-CONFERENCE ORGANIZER CATEGORIES STATUS UID SEQUENCE \
                     DTSTART DTEND DURATION RRULE EXRULE EXDATE RDATE RECURRENCE-ID DTSTAMP CREATED LAST-MODIFIED \
                     TRANSP CLASS PRIORITY";

/// Reads an event of a file.
pub fn read(chunk: &Chunk, file: &str, zones: &mut Zones, report: &mut FileReport) -> Result<CalendarEvent, String> {
    let component = parse(chunk.text, chunk.line)?;
    let text = |name: &str| text_of(&component, name);
    let title = cut_title(text("SUMMARY").unwrap_or_default(), Some(chunk.line), report);
    let of = if title.is_empty() { "an event without SUMMARY" } else { &title };
    let mut reader = PropertyReader { component: &component, zones, line: chunk.line, of, report };
    let start = reader.date("DTSTART")?.ok_or("it has no DTSTART")?;
    let end = reader.date("DTEND")?;
    let recurrence_id = reader.date("RECURRENCE-ID")?;
    let (exceptions, additions) = (reader.dates("EXDATE"), reader.dates("RDATE"));
    if exceptions.len() + additions.len() > MOST_DATES {
        return Err(format!("it has more than {MOST_DATES} exceptions and additions"));
    }
    for rule in values(&component, "EXRULE") {
        reader.report.leave_out(chunk.line, of, format!("EXRULE:{rule}, which calendar programs no longer support"));
    }
    let names = component.properties.iter().map(|property| property.name.to_ascii_uppercase());
    report.set_aside_unless(KNOWN, names);
    component.components.iter().for_each(|inner| report.set_aside(&inner.name));
    let range = property(&component, "RECURRENCE-ID").and_then(|id| id.parameter("RANGE"));
    let duration = match (end, text("DURATION")) {
        (Some(end), _) => start.until(end),
        (None, Some(text)) => {
            Some(duration(&text).ok_or_else(|| format!("{} is not a valid duration such as PT30M", quoted(&text)))?)
        }
        (None, None) => None,
    };
    let (cancelled, confidence) = status(&text("STATUS").unwrap_or_default());
    let rules: Vec<String> = values(&component, "RRULE").map(str::to_owned).collect();
    let categories: Vec<&str> = values(&component, "CATEGORIES").flat_map(|line| line.split(',')).collect();
    let uid = text("UID").unwrap_or_default();
    if uid.len() > LONGEST_UID {
        return Err(format!("its UID has {} octets: at most {LONGEST_UID} are read", uid.len()));
    }
    Ok(CalendarEvent {
        line: Some(chunk.line),
        description: text("DESCRIPTION"),
        describes_chat: !rules.is_empty(),
        location: text("LOCATION"),
        url: text("URL").or_else(|| text("X-GOOGLE-CONFERENCE")),
        organizer: property(&component, "ORGANIZER").and_then(organizer),
        tags: tags(&categories, report),
        source: if uid.is_empty() { imported_from(file) } else { Evidence::Words(format!("{file}, UID {uid}")) },
        uid,
        title,
        occurrence: None,
        start,
        meets_at_start: true,
        duration,
        rules,
        additions,
        exceptions,
        recurrence_id,
        this_and_future: range.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE")),
        cancelled,
        confidence,
        sequence: text("SEQUENCE").and_then(|text| text.parse().ok()).unwrap_or(0),
    })
}

/// The tags that CATEGORIES are, each once. Those that no tag can be made of are reported.
fn tags(categories: &[&str], report: &mut FileReport) -> Vec<Tag> {
    let (mut tags, mut strange) = (BTreeSet::new(), BTreeSet::new());
    let mut in_order = Vec::new();
    for category in categories.iter().map(|category| category.trim()).filter(|category| !category.is_empty()) {
        match Tag::meant(category) {
            Some(tag) if tags.insert(tag.clone()) => in_order.push(tag),
            Some(_) => {}
            None => _ = strange.insert(quoted(category)),
        }
    }
    if !strange.is_empty() {
        let (number, makes) = (strange.len(), agreeing(strange.len(), "makes", "make"));
        let what =
            format!("{} {makes} no tag: one has letters from a to z or digits", some_of(strange.into_iter(), number));
        report.leave_out(None, "CATEGORIES", what);
    }
    in_order
}

/// Reads the dates of a component.
struct PropertyReader<'r> {
    component: &'r Component,
    zones: &'r mut Zones,
    line: usize,
    of: &'r str,
    report: &'r mut FileReport,
}

impl PropertyReader<'_> {
    fn date(&mut self, name: &str) -> Result<Option<DateOrTime>, String> {
        let property = property(self.component, name);
        property.map(|property| date_or_time(property, &property.value, self.zones)).transpose()
    }

    /// The dates of EXDATE or RDATE.
    fn dates(&mut self, name: &str) -> Vec<DateOrTime> {
        let mut dates = Vec::new();
        for property in properties(self.component, name) {
            for part in property.value.split(',').map(str::trim).filter(|part| !part.is_empty()).take(MOST_DATES + 1) {
                // A PERIOD has a start and an end (3.3.9); the event's length is kept.
                let begin = part.split_once('/').map_or(part, |(begin, _)| begin);
                if begin.len() < part.len() {
                    self.report.change(self.line, self.of, format!("{part}: its own length is left out"));
                }
                match date_or_time(property, begin, self.zones) {
                    Ok(date) => dates.push(date),
                    Err(reason) => self.report.leave_out(self.line, self.of, format!("{name}: {reason}")),
                }
            }
        }
        dates
    }
}

/// A DURATION of RFC 5545 3.3.6, whose days have 24 hours. As ical.js and vobject do, it reads hours without their `T`:
/// `P1H` can mean nothing else.
fn duration(text: &str) -> Option<TimeDelta> {
    let text = text.to_ascii_uppercase();
    let hours = text.strip_prefix('P').filter(|rest| !rest.contains('T') && rest.contains('H'));
    let text = hours.map_or_else(|| text.clone(), |hours| format!("PT{hours}"));
    let span = SpanParser::new().parse_span(&text).ok()?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Some(TimeDelta::seconds(length.as_secs())).filter(|length| *length >= TimeDelta::zero())
}

/// A date or date-time in the zone that its parameters name.
fn date_or_time(property: &ContentLine, value: &str, zones: &mut Zones) -> Result<DateOrTime, String> {
    let value = value.trim();
    let read = DateOrTime::read(value, |day| match property.parameter("TZID") {
        Some(name) => zones.named(&name, day),
        None => zones.floating.ok_or_else(|| NO_ZONE.to_owned()),
    })?;
    read.ok_or_else(|| format!("{} is neither a date nor a date with a time", quoted(value)))
}

/// The organizer's name, else the address.
fn organizer(property: &ContentLine) -> Option<String> {
    let named = property.parameter("CN").filter(|name| !name.is_empty());
    let address = || property.value.rsplit_once(':').map(|(_, address)| address.to_owned());
    named.or_else(address).filter(|name| !name.ends_with("calendar.google.com") && !name.is_empty())
}
