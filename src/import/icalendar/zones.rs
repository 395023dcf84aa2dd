//! What a TZID means: an IANA name, a Windows name, or a private name whose VTIMEZONE agrees with an IANA zone.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use icalendar::parser::Component;
use windows_timezones::WindowsTimezone;

use crate::import::clock::likely;
use crate::import::rule::date_time;
use crate::recurrence::{Rrule, Run};
use crate::text::count;
use crate::zone::{Instant, Zone};

/// For how many years a VTIMEZONE is compared with the zones of the database.
const YEARS: i32 = 4;

/// The zones of one file.
#[derive(Debug, Default)]
pub struct Zones {
    /// The zone of times that have none.
    pub floating: Option<Zone>,
    defined: BTreeMap<String, Vec<Block>>,
    /// What each TZID was found to mean, or why it means nothing.
    known: BTreeMap<String, Result<Zone, String>>,
    /// Names that had to be interpreted, for the report.
    pub remarks: Vec<String>,
}

/// STANDARD or DAYLIGHT, RFC 5545 3.6.5.
#[derive(Debug)]
struct Block {
    start: NaiveDateTime,
    /// Seconds ahead of UTC, before and after.
    from: i32,
    to: i32,
    run: Option<Run>,
    dates: Vec<NaiveDateTime>,
}

impl Zones {
    /// Before any VTIMEZONE. `floating` is the zone of times that have none.
    pub fn new(floating: Option<Zone>) -> Self {
        Self { floating, ..Self::default() }
    }

    /// Takes a VTIMEZONE.
    pub fn define(&mut self, component: &Component) {
        let Some(name) = value(component, "TZID") else { return };
        let blocks = component.components.iter().filter_map(block).take(500).collect();
        self.defined.insert(name.trim_matches('"').to_owned(), blocks);
    }

    /// The zone of a TZID, for a date.
    pub fn named(&mut self, name: &str, day: NaiveDate) -> Result<Zone, String> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let found = self.find(name, day);
        self.known.insert(name.to_owned(), found.clone());
        found
    }

    fn find(&mut self, name: &str, day: NaiveDate) -> Result<Zone, String> {
        if let Ok(zone) = Zone::of_place(name) {
            return Ok(zone);
        }
        // A globally unique TZID (RFC 5545 3.8.3.1): /mozilla.org/20050126_1/Europe/London.
        let mut tails = name.char_indices().filter(|(_, letter)| *letter == '/').map(|(at, _)| &name[at + 1..]);
        if let Some(zone) = tails.find_map(|tail| Zone::of_place(tail).ok()) {
            return Ok(zone);
        }
        let fixed = [("EST", "Etc/GMT+5"), ("MST", "Etc/GMT+7"), ("HST", "Etc/GMT+10")];
        let fixed = fixed.iter().find(|(short, _)| *short == name).map(|(_, zone)| *zone);
        let windows = name.parse::<WindowsTimezone>().ok().map(WindowsTimezone::tzdb_id);
        let spelled = || Zone::all().map(Zone::name).find(|zone| zone.eq_ignore_ascii_case(name));
        let utc = ["Z", "GMT", "UTC", "tzone://Microsoft/Utc"].contains(&name).then_some("UTC");
        if let Some(zone) = fixed.or(windows).or(utc).or_else(spelled).and_then(|name| Zone::named(name).ok()) {
            self.remarks.push(format!("the zone \"{name}\" is read as {}", zone.name()));
            return Ok(zone);
        }
        let shown = crate::diagnostic::quoted(name);
        let Some(blocks) = self.defined.get(name) else {
            return Err(format!(
                "its zone {shown} is neither an IANA name nor one of Windows, nor is it defined in the file"
            ));
        };
        let Some((zone, others)) = same_clocks(blocks, day.year(), name) else {
            return Err(format!("no IANA zone has the rules that the file defines for {shown}"));
        };
        let also =
            if others == 0 { String::new() } else { format!(" ({} would do as well)", count(others, "other zone")) };
        self.remarks.push(format!(
            "the zone {shown} is read as {}, whose clocks agree with it from {} through {}{also}",
            zone.name(),
            day.year(),
            day.year() + YEARS - 1
        ));
        Ok(zone)
    }
}

/// The zone of the database that agrees over some years: one whose place is part of the name, else the likeliest. With
/// it, how many others agree.
fn same_clocks(blocks: &[Block], year: i32, name: &str) -> Option<(Zone, usize)> {
    let year = year.clamp(1900, 9000);
    let (from, to) = (noon(year, 1)?, noon(year + YEARS, 1)?);
    let theirs = OffsetChanges::of(blocks, year - 1, year + YEARS);
    let same = |zone: &Zone| {
        let changes = zone.transitions(from, to);
        let changes: Vec<(i64, i32)> = changes
            .iter()
            .filter(|change| change.before.offset != change.after.offset)
            .map(|change| (change.instant.unix_seconds(), change.after.offset))
            .collect();
        theirs.offset(from) == Some(zone.observance(from).offset) && theirs.between(from, to) == changes
    };
    let fitting: Vec<Zone> = likely(&[]).into_iter().filter(same).collect();
    let lower = name.to_lowercase();
    let alike = fitting.iter().find(|zone| lower.contains(&zone.place().to_lowercase()));
    let zone = alike.or(fitting.first())?;
    Some((*zone, fitting.len() - 1))
}

fn noon(year: i32, month: u32) -> Option<Instant> {
    let noon = NaiveDate::from_ymd_opt(year, month, 1)?.and_hms_opt(12, 0, 0)?;
    Some(Instant::from_unix_seconds(noon.and_utc().timestamp()))
}

/// The changes of offset that a VTIMEZONE defines, in order: instant, offset before, offset after.
struct OffsetChanges(Vec<(i64, i32, i32)>);

impl OffsetChanges {
    fn of(blocks: &[Block], first: i32, last: i32) -> Self {
        let mut changes = Vec::new();
        for block in blocks {
            let mut push = |wall: NaiveDateTime| {
                changes.push((wall.and_utc().timestamp() - i64::from(block.from), block.from, block.to));
            };
            push(block.start);
            block.dates.iter().for_each(|wall| push(*wall));
            if let (Some(run), Some(from)) = (&block.run, NaiveDate::from_ymd_opt(first, 1, 1)) {
                let dates = run.dates_from(from).take_while(|date| date.year() <= last);
                dates.take(200).for_each(|date| push(date.and_time(block.start.time())));
            }
        }
        changes.sort_unstable();
        changes.dedup();
        Self(changes)
    }

    fn offset(&self, at: Instant) -> Option<i32> {
        let at = at.unix_seconds();
        let before = self.0.iter().rev().find(|(instant, ..)| *instant <= at).map(|(_, _, after)| *after);
        before.or_else(|| self.0.first().map(|(_, before, _)| *before))
    }

    fn between(&self, from: Instant, to: Instant) -> Vec<(i64, i32)> {
        let within = |instant: i64| from.unix_seconds() < instant && instant <= to.unix_seconds();
        let changes = self.0.iter().filter(|(instant, before, after)| within(*instant) && before != after);
        changes.map(|(instant, _, after)| (*instant, *after)).collect()
    }
}

fn block(component: &Component) -> Option<Block> {
    let start = date_time(value(component, "DTSTART")?.trim_end_matches('Z'))?;
    let rule = value(component, "RRULE").and_then(|text| text.parse::<Rrule>().ok());
    let run = rule.map(|rule| rule.run(start.date(), |until| until.date()));
    let dates = component.properties.iter().filter(|property| property.name.as_str() == "RDATE");
    let dates = dates.flat_map(|property| property.val.as_ref().split(',').filter_map(date_time).collect::<Vec<_>>());
    Some(Block {
        start,
        from: offset(&value(component, "TZOFFSETFROM")?)?,
        to: offset(&value(component, "TZOFFSETTO")?)?,
        run,
        dates: dates.take(500).collect(),
    })
}

fn value(component: &Component, name: &str) -> Option<String> {
    component.find_prop(name).map(|property| property.val.to_string().trim().to_owned())
}

/// UTC-OFFSET, RFC 5545 3.3.14, in seconds.
fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if !matches!(digits.len(), 4 | 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let number = if digits.len() == 4 { number * 100 } else { number };
    Some(sign * (number / 10_000 * 3_600 + number / 100 % 100 * 60 + number % 100))
}
