//! The YAML of `OpenStack`'s irc-meetings: times in UTC, rhythms by name, among them some by the number of the ISO week. What
//! it means is what its own publisher, yaml2ical, makes of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Weekday};
use serde_json::{Map, Value};

use super::chat::{Chat, Moment, Run, Said};
use super::report::FileReport;
use super::{Found, Options, base};
use crate::recurrence::weekday_code;
use crate::schedule::Link;
use crate::text::weekday_and_day;
use crate::zone::Zone;

/// A rule that names no start begins in this year.
const FIRST_YEAR: i32 = 2014;
/// Years to come in which one of 53 weeks is looked for: none is further away than seven.
const AHEAD: i32 = 12;
/// Entries of `schedule`.
const MOST: usize = 100;

type Table = Map<String, Value>;

/// Reads a file.
pub fn read(text: &str, name: &str, options: &Options, report: &mut FileReport) -> Found {
    let root: Value = serde_saphyr::from_str(text).map_err(|error| {
        let first = error.to_string().lines().next().unwrap_or_default().chars().take(300).collect::<String>();
        format!("it is no YAML that can be read: {first}")
    })?;
    let root = root.as_object().ok_or("it holds no keys: this is no file of irc-meetings")?;
    let Some(project) = words(root, "project") else {
        return Err("it has no `project`: this is no file of irc-meetings".to_owned());
    };
    let entries = root.get("schedule").and_then(Value::as_array).ok_or("it has no `schedule`")?;
    if entries.len() > MOST {
        return Err(format!("its schedule has {} entries; at most {MOST} are read", entries.len()));
    }
    let mut chat = Chat {
        title: project.clone(),
        description: words(root, "description"),
        home: links(root, &["agenda_url", "project_url"], report).into_iter().next(),
        hosts: words(root, "chair").map(|chair| names(&chair)).unwrap_or_default(),
        ..Chat::default()
    };
    for key in root.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        report.set_aside(key);
    }
    let places: BTreeSet<String> = entries.iter().filter_map(|entry| place(entry.as_object()?)).collect();
    chat.platform = (!places.is_empty()).then(|| places.iter().cloned().collect::<Vec<_>>().join("; "));
    let mut reader = Reader { file: base(name), year: options.at.utc().year(), report };
    for (index, entry) in entries.iter().enumerate() {
        let of = format!("{project}, schedule {}", index + 1);
        let read = entry.as_object().ok_or_else(|| "it is no table".to_owned()).and_then(|entry| {
            let note = if places.len() > 1 { place(entry) } else { None };
            reader.entry(entry, &of, note, &mut chat.hosts)
        });
        match read {
            Ok(run) => chat.runs.push(run),
            Err(reason) => reader.report.leave_out(None, &of, reason),
        }
    }
    if chat.runs.is_empty() { Ok(Vec::new()) } else { Ok(vec![chat]) }
}

/// Keys of a file that have a place in a schedule.
const KEYS: [&str; 6] = ["project", "description", "agenda_url", "project_url", "chair", "schedule"];
/// Keys of an entry.
const ENTRY_KEYS: [&str; 9] =
    ["time", "day", "irc", "matrix", "frequency", "start_date", "duration", "skip_dates", "chair"];

struct Reader<'r> {
    file: &'r str,
    /// The year in which the import is made.
    year: i32,
    report: &'r mut FileReport,
}

/// How often, and how it begins.
enum Rhythm {
    Weeks { every: i64, week: Option<i64> },
    Month { nth: usize, weekday: Weekday },
}

impl Reader<'_> {
    /// One entry of `schedule`.
    fn entry(&mut self, entry: &Table, of: &str, note: Option<String>, hosts: &mut Vec<String>) -> Result<Run, String> {
        for key in entry.keys().filter(|key| !ENTRY_KEYS.contains(&key.as_str())) {
            self.report.set_aside(key);
        }
        let time = time(entry)?;
        let day = words(entry, "day").ok_or("it has no day")?;
        let weekday: Weekday = day.parse().map_err(|_| format!("{} is no weekday", crate::diagnostic::quoted(&day)))?;
        let frequency = words(entry, "frequency").ok_or("it has no frequency")?;
        let rhythm = rhythm(&frequency)?;
        let named = match entry.get("start_date") {
            Some(value) => Some(date(value).ok_or_else(|| format!("start_date {value} is no date"))?),
            None => None,
        };
        let from = named.or_else(|| NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1)).unwrap_or_default();
        let start = first(&rhythm, weekday, from, named.is_some());
        if named.is_none() {
            self.report.change(
                None,
                of,
                format!("it names no start: it begins at its first date in {FIRST_YEAR}, {start}"),
            );
        } else if matches!(rhythm, Rhythm::Month { .. }) {
            self.report.change(
                None,
                of,
                format!("it begins in the month after its start_date, on {start}, as yaml2ical publishes it"),
            );
        }
        let text = match rhythm {
            Rhythm::Weeks { every, .. } => format!("FREQ=WEEKLY;INTERVAL={every};BYDAY={}", weekday_code(weekday)),
            Rhythm::Month { nth, weekday } => format!("FREQ=MONTHLY;BYDAY={nth}{}", weekday_code(weekday)),
        };
        if let Rhythm::Weeks { week: Some(_), every } = rhythm {
            self.warn_of_long_years(&frequency, every, start, of);
        }
        hosts.extend(
            words(entry, "chair")
                .iter()
                .flat_map(|chair| names(chair))
                .filter(|name| !hosts.contains(name))
                .collect::<Vec<_>>(),
        );
        let mut run = Run {
            label: format!("{day} {}", time.format("%H%M")),
            rule: text.parse().map_err(|error: crate::recurrence::RuleError| error.to_string())?,
            start,
            until: None,
            time,
            zone: Zone::UTC,
            duration: self.duration(entry, of)?,
            confidence: crate::schedule::Confidence::Confirmed,
            sources: vec![format!("Imported from {}", self.file)],
            note,
            without: BTreeSet::new(),
            said: BTreeMap::new(),
        };
        self.skip(entry, of, &mut run);
        Ok(run)
    }

    fn duration(&mut self, entry: &Table, of: &str) -> Result<TimeDelta, String> {
        let minutes = match entry.get("duration") {
            None => {
                self.report.change(None, of, "it does not say how long it takes: 1h, as yaml2ical has it");
                60
            }
            Some(value) => number(value).ok_or_else(|| format!("duration {value} is no number of minutes"))?,
        };
        if (1..=24 * 60).contains(&minutes) {
            Ok(TimeDelta::minutes(minutes))
        } else {
            Err(format!("it takes {minutes} minutes: a meeting takes up to 24 hours"))
        }
    }

    /// `skip_dates`: people expected the meeting, so it is marked as called off.
    fn skip(&mut self, entry: &Table, of: &str, run: &mut Run) {
        for skip in entry.get("skip_dates").and_then(Value::as_array).into_iter().flatten() {
            let Some(date) = skip.get("skip_date").and_then(date) else {
                self.report.leave_out(None, of, format!("the skip_date {skip} is no date"));
                continue;
            };
            let reason = skip.get("reason").and_then(Value::as_str).map_or("skipped", str::trim);
            if run.holds(date) {
                let cancelled = Some(reason.to_owned());
                run.said.insert(date, Said { cancelled, ..Said::default() });
            } else {
                let near = run.nearest(date).map(|date| {
                    format!(
                        "; the nearest is {}",
                        super::icalendar::shown(Moment { date, time: run.time, zone: run.zone })
                    )
                });
                let day = weekday_and_day(date);
                self.report.change(
                    None,
                    of,
                    format!("the skip_date {day} hits no meeting{}", near.unwrap_or_default()),
                );
            }
        }
    }

    /// Weeks are counted by their number in the year, which an interval cannot follow over a year of 53.
    fn warn_of_long_years(&mut self, frequency: &str, every: i64, start: NaiveDate, of: &str) {
        let long = |year: &i32| weeks_in(*year) == 53;
        let passed: Vec<String> =
            (start.iso_week().year()..self.year).filter(long).map(|year| year.to_string()).collect();
        let next = (self.year.max(start.year())..self.year.max(start.year()) + AHEAD).find(long);
        let mut text = format!("{frequency} is kept as every {every} weeks from {start}, as yaml2ical publishes it");
        if !passed.is_empty() {
            // 53 weeks are one more than a multiple of two and of four.
            let week = (i64::from(start.iso_week().week()) - passed.len() as i64).rem_euclid(every);
            let now = match (every, week) {
                (2, 0) => "even weeks".to_owned(),
                (2, _) => "odd weeks".to_owned(),
                (every, week) => format!("weeks whose number leaves {week} when divided by {every}"),
            };
            text = format!("{text}; {} had 53 weeks, so that it falls on {now} now", passed.join(" and "));
        }
        if let Some(next) = next {
            text = format!(
                "{text}; the next year of 53 weeks is {next}, after which the numbers of its weeks change sides"
            );
        }
        self.report.change(None, of, text);
    }
}

/// ISO weeks of a year: 28 December lies in the last one.
fn weeks_in(year: i32) -> u32 {
    NaiveDate::from_ymd_opt(year, 12, 28).map_or(52, |day| day.iso_week().week())
}

fn rhythm(frequency: &str) -> Result<Rhythm, String> {
    let weeks = |every, week| Ok(Rhythm::Weeks { every, week });
    match frequency {
        "weekly" => weeks(1, None),
        "biweekly-odd" => weeks(2, Some(1)),
        "biweekly-even" => weeks(2, Some(0)),
        "quadweekly" => weeks(4, Some(0)),
        "quadweekly-week-1" => weeks(4, Some(1)),
        "quadweekly-week-2" | "quadweekly-alternate" => weeks(4, Some(2)),
        "quadweekly-week-3" => weeks(4, Some(3)),
        "adhoc" => Err("it meets as needed (adhoc): there are no dates to keep".to_owned()),
        other => {
            let monthly = other.split_once('-').and_then(|(nth, weekday)| {
                let nth = ["first", "second", "third", "fourth"].iter().position(|name| *name == nth)? + 1;
                Some(Rhythm::Month { nth, weekday: weekday.parse().ok()? })
            });
            monthly.ok_or_else(|| format!("{} is no frequency of irc-meetings", crate::diagnostic::quoted(other)))
        }
    }
}

/// The first meeting from a day on. A monthly one that names a start begins in the month after it: that is how yaml2ical
/// reads it.
fn first(rhythm: &Rhythm, weekday: Weekday, from: NaiveDate, named: bool) -> NaiveDate {
    let next = |from: NaiveDate, weekday: Weekday| {
        let days = (7 + weekday.num_days_from_monday() - from.weekday().num_days_from_monday()) % 7;
        from.checked_add_days(Days::new(days.into())).unwrap_or(from)
    };
    match rhythm {
        Rhythm::Weeks { every, week } => {
            let mut date = next(from, weekday);
            // Two years of weeks hold every remainder.
            for _ in 0..106 {
                if week.is_none_or(|week| i64::from(date.iso_week().week()) % every == week) {
                    break;
                }
                date = date.checked_add_days(Days::new(7)).unwrap_or(date);
            }
            date
        }
        Rhythm::Month { nth, weekday } => {
            let month = from.with_day(1).unwrap_or(from);
            let month = month.checked_add_months(Months::new(u32::from(named))).unwrap_or(month);
            let first = next(month, *weekday);
            first.checked_add_days(Days::new(7 * (*nth as u64 - 1))).unwrap_or(first)
        }
    }
}

fn words(table: &Table, key: &str) -> Option<String> {
    let text = match table.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// `20171211`, with or without quotes.
fn date(value: &Value) -> Option<NaiveDate> {
    let digits = value.as_str().map_or_else(|| value.to_string(), |text| text.trim().replace('-', ""));
    super::rule::date(&digits)
}

/// `'1600'`; a number where the quotes were forgotten.
fn time(entry: &Table) -> Result<NaiveTime, String> {
    let text = words(entry, "time").ok_or("it has no time")?;
    let digits = format!("{:0>4}", text.replace(':', ""));
    let time = (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| NaiveTime::from_hms_opt(digits[..2].parse().ok()?, digits[2..].parse().ok()?, 0))
        .flatten();
    time.ok_or_else(|| format!("{} is no time such as '1600'", crate::diagnostic::quoted(&text)))
}

/// Where an entry's meetings are held.
fn place(entry: &Table) -> Option<String> {
    let irc = words(entry, "irc").map(|channel| format!("IRC, #{}", channel.trim_start_matches('#')));
    irc.or_else(|| words(entry, "matrix").map(|room| format!("Matrix, {room}")))
}

/// The addresses under these keys; what is none is told.
fn links(root: &Table, keys: &[&str], report: &mut FileReport) -> Vec<String> {
    let mut links = Vec::new();
    for key in keys {
        match words(root, key) {
            Some(text) if Link::new(&text).is_some() && links.is_empty() => links.push(text),
            Some(text) => report.change(None, key, format!("left aside: {}", crate::diagnostic::quoted(&text))),
            None => {}
        }
    }
    links
}

/// `Ann Other (ann), Bob (bob)` as a list; commas in parentheses part nothing.
fn names(chair: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let parts = chair.split(|letter: char| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth <= 0
    });
    parts.map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty()).collect()
}
