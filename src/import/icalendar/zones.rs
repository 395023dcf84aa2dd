//! What a TZID means: an IANA name, a Windows name, or a private name whose VTIMEZONE agrees with an IANA zone.

use std::collections::BTreeMap;

use super::property::{Component, text_of, values};
use crate::diagnostic::quoted;
use crate::import::clock::{likely, others_too};
use crate::import::rule::run_of;
use crate::recurrence::{Rrule, Run};
use crate::text::{ical_date_time, ical_time};
use crate::zone::{Instant, Zone};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

/// For how many years a VTIMEZONE is compared with the zones of the database.
const YEARS: i32 = 4;

/// The most comparisons that one file may ask for: each looks at every zone of the database.
const MOST_COMPARED: usize = 2_000;
/// The most STANDARD and DAYLIGHT of a VTIMEZONE that are read.
const MOST_PARTS: usize = 500;
/// The most changes that they name by RDATE, all together.
const MOST_CHANGES: usize = 2_000;
/// The most changes that a rule gives in the years that are compared: clocks change a few times a year.
const MOST_REGULAR: usize = 20;
/// The longest TZID, in octets. Names are looked up for each date that has them.
const LONGEST_NAME: usize = 500;

/// The zones of one file.
#[derive(Debug, Default)]
pub struct Zones {
    /// The zone of times that have none.
    pub floating: Option<Zone>,
    defined: BTreeMap<String, Vec<DefinedObservance>>,
    /// What each TZID means by its name alone.
    by_name: BTreeMap<String, Option<Zone>>,
    /// The zone whose clocks are those of a private TZID from a year on, and how many others have the same.
    by_clocks: BTreeMap<(String, i32), Option<(Zone, usize)>>,
}

/// STANDARD or DAYLIGHT, RFC 5545 3.6.5.
#[derive(Debug)]
struct DefinedObservance {
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
        let mut observances: Vec<DefinedObservance> =
            component.components.iter().filter_map(observance).take(MOST_PARTS).collect();
        let mut left = MOST_CHANGES;
        for observance in &mut observances {
            observance.dates.truncate(left);
            left -= observance.dates.len();
        }
        self.defined.insert(name.trim_matches('"').to_owned(), observances);
    }

    /// The zone of a TZID, for a date.
    pub fn named(&mut self, name: &str, day: NaiveDate) -> Result<Zone, String> {
        if name.len() > LONGEST_NAME {
            let shown = quoted(name);
            return Err(format!("its zone {shown} has {} octets: at most {LONGEST_NAME} are read", name.len()));
        }
        let meant = || Zone::meant_by_program(name);
        if let Some(zone) = *self.by_name.entry(name.to_owned()).or_insert_with(meant) {
            return Ok(zone);
        }
        let shown = quoted(name);
        let Some(observances) = self.defined.get(name) else {
            return Err(format!(
                "its zone {shown} is neither an IANA name nor a Windows name, and the file does not define it"
            ));
        };
        // What a private name means in one year, it need not mean in another.
        let key = (name.to_owned(), day.year().clamp(1900, 9000));
        let found = match self.by_clocks.get(&key) {
            Some(found) => *found,
            None if self.by_clocks.len() >= MOST_COMPARED => {
                return Err(format!(
                    "the file uses zones of its own in too many years: at most {MOST_COMPARED} are compared"
                ));
            }
            None => {
                let others = self.by_clocks.range((name.to_owned(), i32::MIN)..=(name.to_owned(), i32::MAX));
                let others: Vec<Zone> = others.filter_map(|(_, found)| Some((*found)?.0)).collect();
                let found = same_clocks(observances, key.1, name, &others);
                self.by_clocks.insert(key, found);
                found
            }
        };
        let (year, last) = (day.year(), day.year() + YEARS - 1);
        found.map(|(zone, _)| zone).ok_or_else(|| {
            format!("no IANA zone has the rules that the file defines for {shown} from {year} through {last}")
        })
    }

    /// Names that had to be interpreted, for the report.
    pub fn remarks(&self) -> Vec<String> {
        let read_as = |name: &str, zone: Zone| format!("the zone {} is read as {}", quoted(name), zone.name());
        let by_name = self.by_name.iter().filter_map(|(name, zone)| Some((name, (*zone)?)));
        let other = by_name.filter(|(name, zone)| !name.ends_with(zone.name()));
        let mut remarks: Vec<String> = other.map(|(name, zone)| read_as(name, zone)).collect();
        let found = self.by_clocks.iter().filter_map(|((name, year), found)| Some((name, *year, (*found)?)));
        let found: Vec<(&String, i32, (Zone, usize))> = found.collect();
        let goes_on = |(name, year, (zone, _)): &_, (next_name, next_year, (next_zone, _)): &_| {
            (name, zone) == (next_name, next_zone) && *next_year <= year + YEARS
        };
        for same in found.chunk_by(goes_on) {
            let ([(name, from, (zone, _)), ..], [.., (_, last, _)]) = (same, same) else { continue };
            let others = same.iter().map(|(.., (_, others))| *others).min().unwrap_or_default();
            let (read_as, last, also) = (read_as(name, *zone), last + YEARS - 1, others_too(others));
            remarks.push(format!("{read_as}, whose clocks agree with it from {from} through {last}{also}"));
        }
        remarks
    }
}

/// The zone of the database that agrees over some years: one whose place is part of the name, else one that agreed in
/// other years, else the likeliest. With it, how many others agree.
fn same_clocks(observances: &[DefinedObservance], year: i32, name: &str, known: &[Zone]) -> Option<(Zone, usize)> {
    let (from, to) = (noon(year)?, noon(year + YEARS)?);
    let changes = changes(observances, year - 1, year + YEARS);
    let (_, before_all, _) = *changes.first()?;
    let offset = |instant: Instant| {
        let next = changes.partition_point(|(at, ..)| *at <= instant);
        next.checked_sub(1).map_or(before_all, |last| changes[last].2)
    };
    let ours = &changes[changes.partition_point(|(at, ..)| *at <= from)..];
    let ours = &ours[..ours.partition_point(|(at, ..)| *at <= to)];
    let same = |zone: &Zone| {
        let agree = |at: Instant| offset(at) == zone.observance(at).offset;
        let around = |at: Instant| agree(at.plus_seconds(-1)) && agree(at);
        let theirs = || zone.transitions(from, to).into_iter().map(|transition| transition.instant);
        agree(from) && ours.iter().all(|(at, ..)| around(*at)) && theirs().all(around)
    };
    let fitting: Vec<Zone> = likely(&[]).into_iter().filter(same).collect();
    let lower = name.to_lowercase();
    let alike = fitting.iter().find(|zone| lower.contains(&zone.place().to_lowercase()));
    let zone = alike.or_else(|| fitting.iter().find(|zone| known.contains(zone))).or(fitting.first())?;
    Some((*zone, fitting.len() - 1))
}

/// Noon of 1 January, in UTC.
fn noon(year: i32) -> Option<Instant> {
    let noon = NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(12, 0, 0)?;
    Some(Instant::from(noon.and_utc()))
}

/// When a VTIMEZONE changes its offset, in order, with the offset before and after: at every date that it names, and as
/// its rules say from a year through another.
fn changes(observances: &[DefinedObservance], first: i32, last: i32) -> Vec<(Instant, i32, i32)> {
    let mut changes = Vec::new();
    for DefinedObservance { start, from, to, run, dates } in observances {
        let begin = NaiveDate::from_ymd_opt(first, 1, 1).unwrap_or(start.date());
        let end = NaiveDate::from_ymd_opt(last, 12, 31).unwrap_or(begin);
        let regular = run.iter().flat_map(|run| run.dates_from(begin).through(end)).take(MOST_REGULAR);
        let regular = regular.map(|date| date.and_time(start.time()));
        for wall in std::iter::once(*start).chain(dates.iter().copied()).chain(regular) {
            let at = Instant::from(wall.and_utc()).plus_seconds(-i64::from(*from));
            changes.push((at, *from, *to));
        }
    }
    changes.sort_unstable();
    // What leaves the offset as it is changes nothing.
    changes.dedup_by(|(.., next), (.., offset)| next == offset);
    changes
}

fn observance(component: &Component) -> Option<DefinedObservance> {
    let start = ical_date_time(text_of(component, "DTSTART")?.trim_end_matches('Z'))?;
    let rule = text_of(component, "RRULE").and_then(|text| text.parse::<Rrule>().ok());
    let run = rule.map(|rule| run_of(rule, start.date(), |until| until.date()));
    let dates = values(component, "RDATE").flat_map(|dates| dates.split(',').filter_map(ical_date_time));
    Some(DefinedObservance {
        start,
        from: offset(&text_of(component, "TZOFFSETFROM")?)?,
        to: offset(&text_of(component, "TZOFFSETTO")?)?,
        run,
        dates: dates.take(MOST_CHANGES).collect(),
    })
}

/// UTC-OFFSET, RFC 5545 3.3.14, in seconds.
fn offset(text: &str) -> Option<i32> {
    let digits = text.trim_start_matches(['+', '-']);
    let seconds = ical_time(&format!("{digits:0<6}"))?.num_seconds_from_midnight() as i32;
    Some(if text.starts_with('-') { -seconds } else { seconds })
}
