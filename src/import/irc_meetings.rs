//! The YAML of `OpenStack`'s irc-meetings: times in UTC, and frequencies by name, some of which go by the number of the
//! ISO week. A file means what its own publisher, yaml2ical, makes of it.

use std::collections::BTreeSet;

use chrono::{Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Weekday};
use serde_json::{Map, Value};

use super::draft::{ChatDraft, UnsettledSeries, imported_from, nearest_meeting};
use super::input::{Chats, Input, Options};
use super::listed::Listed;
use super::report::FileReport;
use super::rule;
use super::work::Work;
use crate::diagnostic::quoted;
use crate::recurrence::{Frequency, RecurrenceRule, RuleParts, Run, WeekdayNum};
use crate::schedule::keys::LIST;
use crate::schedule::{Change, Confidence, Link};
use crate::text::{ical_date, ical_time, weekday_and_day};
use crate::zone::Zone;

/// A meeting without a `start_date` begins in this year.
const FIRST_YEAR: i32 = 2014;
/// How many years ahead one with 53 weeks is looked for; the next is never more than seven away.
const AHEAD: i32 = 12;
/// Keys of a file that have a place in a schedule.
const FILE_KEYS: &str = "project description agenda_url project_url chair schedule";
/// Keys of an entry that have one.
const ENTRY_KEYS: &str = "time day irc matrix frequency start_date duration skip_dates chair";
/// The most entries of `schedule`.
const MOST: usize = 100;

type Table = Map<String, Value>;

/// Reads a file.
pub fn read(text: &str, input: &Input, options: &Options, _: &mut Work, report: &mut FileReport) -> Chats {
    let root: Value = serde_saphyr::from_str(text).map_err(|error| {
        let first = error.to_string().lines().next().unwrap_or_default().chars().take(300).collect::<String>();
        format!("it is not valid YAML: {first}")
    })?;
    let root = root.as_object().ok_or("it has no keys: this is not a file of irc-meetings")?;
    let project = words(root, "project").ok_or("it has no `project`: this is not a file of irc-meetings")?;
    let entries = root.get("schedule").and_then(Value::as_array).ok_or("it has no `schedule`")?;
    if entries.len() > MOST {
        return Err(format!("its schedule has {} entries; at most {MOST} are read", entries.len()));
    }
    let mut chat = ChatDraft {
        title: project.clone(),
        description: words(root, "description"),
        home: home(root, report),
        ..ChatDraft::default()
    };
    chat.hosts.add(words(root, "chair").map(|chair| names(&chair)).unwrap_or_default());
    report.set_aside_unless(FILE_KEYS, root.keys());
    let places: BTreeSet<String> = entries.iter().filter_map(|entry| place(entry.as_object()?)).collect();
    chat.platform = (!places.is_empty()).then(|| places.iter().cloned().collect::<Vec<_>>().join("; "));
    let mut reader = EntryReader { file: input.base(), year: options.at.utc().year(), report };
    for (index, entry) in entries.iter().enumerate() {
        let of = format!("{project}, schedule {}", index + 1);
        let read = entry.as_object().ok_or_else(|| "it is not a table".to_owned()).and_then(|entry| {
            let note = if places.len() > 1 { place(entry) } else { None };
            reader.entry(entry, &of, note, &mut chat.hosts)
        });
        match read {
            Ok(draft) => chat.series.push(draft),
            Err(reason) => reader.report.leave_out(None, &of, reason),
        }
    }
    Ok(if chat.series.is_empty() { Vec::new() } else { vec![chat] })
}

/// Reads the entries of `schedule`.
struct EntryReader<'r> {
    file: &'r str,
    /// The year in which the import is made.
    year: i32,
    report: &'r mut FileReport,
}

/// How often it meets, and in which weeks: those whose ISO number leaves `week` when divided by the interval.
struct Rhythm {
    rule: RecurrenceRule,
    week: Option<u32>,
}

impl EntryReader<'_> {
    /// One entry of `schedule`.
    fn entry(
        &mut self,
        entry: &Table,
        of: &str,
        note: Option<String>,
        hosts: &mut Listed<String, LIST>,
    ) -> Result<UnsettledSeries, String> {
        self.report.set_aside_unless(ENTRY_KEYS, entry.keys());
        let time = time(entry)?;
        let day = words(entry, "day").ok_or("it has no day")?;
        let weekday: Weekday = day.parse().map_err(|_| format!("{} is not a weekday", quoted(&day)))?;
        let frequency = words(entry, "frequency").ok_or("it has no frequency")?;
        let rhythm = rhythm(&frequency, weekday)?;
        let named = entry.get("start_date");
        let named = named.map(|value| date(value).ok_or_else(|| format!("start_date {value} is not a date")));
        let named = named.transpose()?;
        let start = first(&rhythm, weekday, named).ok_or("it never meets")?;
        if named.is_none() {
            let what = format!("it has no start_date: it begins on its first date in {FIRST_YEAR}, {start}");
            self.report.change(None, of, what);
        } else if rhythm.rule.frequency == Frequency::Monthly {
            let what = format!("it begins in the month after its start_date, on {start}, as yaml2ical publishes it");
            self.report.change(None, of, what);
        }
        if rhythm.week.is_some() {
            self.warn_of_long_years(&frequency, rhythm.rule.interval, start, of);
        }
        hosts.add(words(entry, "chair").map(|chair| names(&chair)).unwrap_or_default());
        let run = Run { rule: rhythm.rule, start, last: None };
        let slot = (time, Zone::UTC, self.duration(entry, of)?);
        let label = format!("{day} {}", time.format("%H%M"));
        let mut draft = UnsettledSeries::new(label, run, slot, Confidence::Confirmed, imported_from(self.file));
        draft.series.note = note;
        self.skip(entry, of, &mut draft);
        Ok(draft)
    }

    fn duration(&mut self, entry: &Table, of: &str) -> Result<TimeDelta, String> {
        let minutes = match entry.get("duration") {
            None => {
                self.report.change(None, of, "it has no duration: 1h is assumed, as yaml2ical does");
                60
            }
            Some(value) => number(value).ok_or_else(|| format!("the duration {value} is not a number of minutes"))?,
        };
        if (1..=24 * 60).contains(&minutes) {
            Ok(TimeDelta::minutes(minutes))
        } else {
            Err(format!("it lasts {minutes} minutes: a meeting may last up to 24 hours"))
        }
    }

    /// `skip_dates`: people expected these meetings, so they are marked as called off.
    fn skip(&mut self, entry: &Table, of: &str, draft: &mut UnsettledSeries) {
        for skip in entry.get("skip_dates").and_then(Value::as_array).into_iter().flatten() {
            let Some(date) = skip.get("skip_date").and_then(date) else {
                self.report.leave_out(None, of, format!("the skip_date {skip} is not a date"));
                continue;
            };
            let reason = skip.get("reason").and_then(Value::as_str).map_or("skipped", str::trim);
            if draft.series.run.holds(date) {
                draft.change(Change { date, cancelled: Some(reason.to_owned()), ..Change::default() });
            } else {
                let (day, near) = (weekday_and_day(date), nearest_meeting(std::slice::from_ref(draft), date));
                self.report.change(None, of, format!("the skip_date {day} matches no meeting{near}"));
            }
        }
    }

    /// Frequencies go by the number of the week in its year, which an interval cannot follow over a year with 53 weeks.
    fn warn_of_long_years(&mut self, frequency: &str, every: u32, start: NaiveDate, of: &str) {
        let long = |year: &i32| weeks_in(*year) == 53;
        let passed: Vec<String> =
            (start.iso_week().year()..self.year).filter(long).map(|year| year.to_string()).collect();
        let next = (self.year.max(start.year())..self.year.max(start.year()) + AHEAD).find(long);
        let mut text = format!("{frequency} is kept as every {every} weeks from {start}, as yaml2ical publishes it");
        if !passed.is_empty() {
            // 53 is one more than a multiple of two and of four.
            let week = (start.iso_week().week() as i32 - passed.len() as i32).rem_euclid(every as i32);
            let now = match (every, week) {
                (2, 0) => "even weeks".to_owned(),
                (2, _) => "odd weeks".to_owned(),
                (every, week) => format!("weeks whose number leaves {week} when divided by {every}"),
            };
            text = format!("{text}; {} had 53 weeks, so it is now held in {now}", passed.join(" and "));
        }
        if let Some(next) = next {
            text = format!("{text}; the next year with 53 weeks is {next}, after which its week numbers shift again");
        }
        self.report.change(None, of, text);
    }
}

/// How many ISO weeks a year has: 28 December is always in the last one.
fn weeks_in(year: i32) -> u32 {
    NaiveDate::from_ymd_opt(year, 12, 28).map_or(52, |day| day.iso_week().week())
}

fn rhythm(frequency: &str, weekday: Weekday) -> Result<Rhythm, String> {
    let weeks = |every, week| (rule::on_weekdays(every, [weekday]), week);
    let (parts, week) = match frequency {
        "weekly" => weeks(1, None),
        "biweekly-odd" => weeks(2, Some(1)),
        "biweekly-even" => weeks(2, Some(0)),
        "quadweekly" => weeks(4, Some(0)),
        "quadweekly-week-1" => weeks(4, Some(1)),
        "quadweekly-week-2" | "quadweekly-alternate" => weeks(4, Some(2)),
        "quadweekly-week-3" => weeks(4, Some(3)),
        "adhoc" => return Err("it meets as needed (adhoc): it has no dates".to_owned()),
        other => {
            let monthly = other.split_once('-').and_then(|(nth, weekday)| {
                let nth = ["first", "second", "third", "fourth"].iter().position(|name| *name == nth)? + 1;
                let by_day = vec![WeekdayNum::nth(nth as i8, weekday.parse().ok()?)];
                Some((RuleParts { by_day, ..RuleParts::new(Frequency::Monthly) }, None))
            });
            monthly.ok_or_else(|| format!("{} is not a frequency of irc-meetings", quoted(other)))?
        }
    };
    Ok(Rhythm { rule: parts.rule().map_err(|error| error.to_string())?, week })
}

/// The first meeting, from its `start_date` or the first year on. A monthly one with a `start_date`
/// begins in the month after it: that is how yaml2ical reads it.
fn first(Rhythm { rule, week }: &Rhythm, weekday: Weekday, named: Option<NaiveDate>) -> Option<NaiveDate> {
    let from = named.or_else(|| NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1))?;
    if rule.frequency == Frequency::Monthly {
        let month = from.with_day(1)?.checked_add_months(Months::new(u32::from(named.is_some())))?;
        return rule.dates(month).next();
    }
    let is_in_week = |date: &NaiveDate| week.is_none_or(|week| date.iso_week().week() % rule.interval == week);
    from.iter_days().filter(|date| date.weekday() == weekday).find(is_in_week)
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
    ical_date(&digits)
}

/// `'1600'`; a number where the quotes were forgotten.
fn time(entry: &Table) -> Result<NaiveTime, String> {
    let text = words(entry, "time").ok_or("it has no time")?;
    let digits = format!("{:0>4}", text.replace(':', ""));
    let time = ical_time(&format!("{digits}00"));
    time.ok_or_else(|| format!("{} is not a time such as '1600'", quoted(&text)))
}

/// Where an entry's meetings are held.
fn place(entry: &Table) -> Option<String> {
    let irc = words(entry, "irc").map(|channel| format!("IRC, #{}", channel.trim_start_matches('#')));
    irc.or_else(|| words(entry, "matrix").map(|room| format!("Matrix, {room}")))
}

/// The first valid link of its agenda and its project; the other is reported.
fn home(root: &Table, report: &mut FileReport) -> Option<Link> {
    let mut home = None;
    for key in ["agenda_url", "project_url"] {
        let Some(text) = words(root, key) else { continue };
        match Link::new(&text) {
            Some(link) if home.is_none() => home = Some(link),
            _ => report.change(None, key, format!("{} is left out", quoted(&text))),
        }
    }
    home
}

/// `Ann Other (ann), Bob (bob)` as a list; a comma in parentheses does not separate names.
fn names(chair: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let parts = chair.split(|letter: char| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth <= 0
    });
    parts.map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty()).collect()
}
