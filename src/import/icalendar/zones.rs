//! What a TZID means: an IANA name, a Windows name, or a private name whose VTIMEZONE agrees with an IANA zone.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use icalendar::parser::Component;
use windows_timezones::WindowsTimezone;

use super::property::text_of;
use crate::diagnostic::quoted;
use crate::import::clock::{likely, others_too};
use crate::import::rule::{date_time, time};
use crate::recurrence::{Rrule, Run};
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
        let Some(name) = text_of(component, "TZID") else { return };
        let blocks = component.components.iter().filter_map(block).take(500).collect();
        self.defined.insert(name.trim_matches('"').to_owned(), blocks);
    }

    /// The zone of a TZID, for a date.
    pub fn named(&mut self, name: &str, day: NaiveDate) -> Result<Zone, String> {
        if !self.known.contains_key(name) {
            let found = self.find(name, day);
            self.known.insert(name.to_owned(), found);
        }
        self.known[name].clone()
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
        let fixed = [("EST", "Etc/GMT+5"), ("MST", "Etc/GMT+7"), ("HST", "Etc/GMT+10"), ("Z", "UTC")];
        let fixed = fixed.iter().find(|(short, _)| *short == name).map(|(_, zone)| *zone);
        let windows = name.parse::<WindowsTimezone>().ok().map(WindowsTimezone::tzdb_id);
        let spelled = || Zone::all().map(Zone::name).find(|zone| zone.eq_ignore_ascii_case(name));
        let utc = (name == "tzone://Microsoft/Utc").then_some("UTC");
        if let Some(zone) = fixed.or(windows).or(utc).or_else(spelled).and_then(|name| Zone::named(name).ok()) {
            self.remarks.push(format!("the zone \"{name}\" is read as {}", zone.name()));
            return Ok(zone);
        }
        let shown = quoted(name);
        let Some(blocks) = self.defined.get(name) else {
            return Err(format!(
                "its zone {shown} is neither an IANA name nor a Windows name, and the file does not define it"
            ));
        };
        let Some((zone, others)) = same_clocks(blocks, day.year(), name) else {
            return Err(format!("no IANA zone has the rules that the file defines for {shown}"));
        };
        let also = others_too(others);
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
    let (from, to) = (noon(year)?, noon(year + YEARS)?);
    let changes = changes(blocks, year - 1, year + YEARS);
    let (_, before_all, _) = *changes.first()?;
    let offset = |instant: Instant| {
        let next = changes.partition_point(|(at, ..)| *at <= instant);
        next.checked_sub(1).map_or(before_all, |last| changes[last].2)
    };
    let same = |zone: &Zone| {
        let agree = |at: Instant| offset(at) == zone.observance(at).offset;
        let ours = changes.iter().map(|(at, ..)| *at).filter(|at| from < *at && *at <= to);
        let theirs = zone.transitions(from, to).into_iter().map(|transition| transition.instant);
        agree(from) && ours.chain(theirs).all(|at| agree(at.plus_seconds(-1)) && agree(at))
    };
    let fitting: Vec<Zone> = likely(&[]).into_iter().filter(same).collect();
    let lower = name.to_lowercase();
    let alike = fitting.iter().find(|zone| lower.contains(&zone.place().to_lowercase()));
    let zone = alike.or(fitting.first())?;
    Some((*zone, fitting.len() - 1))
}

/// Noon of 1 January, in UTC.
fn noon(year: i32) -> Option<Instant> {
    let noon = NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(12, 0, 0)?;
    Some(Instant::from(noon.and_utc()))
}

/// When a VTIMEZONE changes its offset, in order, with the offset before and after: at every date that it names, and as
/// its rules say from a year through another.
fn changes(blocks: &[Block], first: i32, last: i32) -> Vec<(Instant, i32, i32)> {
    let mut changes = Vec::new();
    for Block { start, from, to, run, dates } in blocks {
        let begin = NaiveDate::from_ymd_opt(first, 1, 1).unwrap_or(start.date());
        let regular = run.iter().flat_map(|run| run.dates_from(begin)).take_while(|date| date.year() <= last).take(200);
        let regular = regular.map(|date| date.and_time(start.time()));
        for wall in std::iter::once(*start).chain(dates.iter().copied()).chain(regular) {
            let at = Instant::from(wall.and_utc()).plus_seconds(-i64::from(*from));
            changes.push((at, *from, *to));
        }
    }
    changes.sort_unstable();
    changes.dedup();
    changes
}

fn block(component: &Component) -> Option<Block> {
    let start = date_time(text_of(component, "DTSTART")?.trim_end_matches('Z'))?;
    let rule = text_of(component, "RRULE").and_then(|text| text.parse::<Rrule>().ok());
    let run = rule.map(|rule| rule.run(start.date(), |until| until.date()));
    let dates = component.properties.iter().filter(|property| property.name.as_str() == "RDATE");
    let dates = dates.flat_map(|property| property.val.as_ref().split(',').filter_map(date_time).collect::<Vec<_>>());
    Some(Block {
        start,
        from: offset(&text_of(component, "TZOFFSETFROM")?)?,
        to: offset(&text_of(component, "TZOFFSETTO")?)?,
        run,
        dates: dates.take(500).collect(),
    })
}

/// UTC-OFFSET, RFC 5545 3.3.14, in seconds.
fn offset(text: &str) -> Option<i32> {
    let digits = text.trim_start_matches(['+', '-']);
    let seconds = time(&format!("{digits:0<6}"))?.num_seconds_from_midnight() as i32;
    Some(if text.starts_with('-') { -seconds } else { seconds })
}
