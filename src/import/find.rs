//! Rules found again from dates: the fewest series, breaks and changes that explain them all.
//!
//! Each way to write dates down has a price in lines. From the earliest dates on, every rule that they suggest is walked
//! along the dates; the one that saves most is taken, its dates with it, until none saves anything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};

use super::chat::{Run, Said, Single};
use super::rule::nth;
use crate::recurrence::{RecurrenceRule, weekday_code};
use crate::schedule::{Confidence, phrase};
use crate::zone::Zone;

/// What a meeting costs by itself, a series, a gap in one with each of its dates, and a meeting between those of a rule
/// that is none of them: such a rule is seldom what was meant.
const SINGLE: i64 = 2;
const SERIES: i64 = 5;
const GAP: i64 = 2;
const ABSENT: i64 = 1;
const PASSED: i64 = 1;
/// Meetings that a rule needs at the least: any two dates fit one.
const FEWEST: usize = 3;
/// From so many of the earliest dates rules are tried at a time.
const STARTS: usize = 8;
/// A rule that gives nothing for so many days, and so many times, has ended: a summer is shorter.
const LONGEST_GAP: i64 = 130;
const MOST_ABSENT: usize = 4;
/// Changes that a series may need before it is better parted in two.
const MOST_UNSURE: usize = 3;
/// What it takes to suggest rules, in steps.
const SUGGESTING: usize = 300;
/// Steps of all walks together: beyond them the rest stays as it is.
const WORK: usize = 30_000_000;

/// The dates that a rule explains.
struct Found {
    rule: RecurrenceRule,
    start: NaiveDate,
    until: NaiveDate,
    absent: BTreeSet<NaiveDate>,
    saving: i64,
}

/// Turns single meetings into runs with changes where that is shorter, and gives what is left.
pub fn runs(singles: Vec<Single>, label: &str, source: &str) -> (Vec<Run>, Vec<Single>) {
    let mut groups: BTreeMap<Alike, Vec<Single>> = BTreeMap::new();
    for single in singles {
        groups.entry(Alike::of(&single)).or_default().push(single);
    }
    let (mut runs, mut rest, mut work) = (Vec::new(), Vec::new(), WORK);
    for (alike, mut group) in groups {
        group.sort_by_key(Single::date);
        while let Some(found) = best(&group, &mut work) {
            let mut hits: BTreeMap<NaiveDate, Single> = BTreeMap::new();
            for single in std::mem::take(&mut group) {
                let date = single.date();
                let hit = found.start <= date && date <= found.until && found.rule.gives(found.start, date);
                if hit && !hits.contains_key(&date) {
                    hits.insert(date, single);
                } else {
                    group.push(single);
                }
            }
            let later = parting(&hits).map(|from| hits.split_off(&from));
            for hits in [Some(hits), later].into_iter().flatten() {
                runs.extend(run(&found, &hits, &alike, label, source));
            }
        }
        rest.append(&mut group);
    }
    rest.sort_by_key(Single::date);
    let rest = rest.into_iter().filter_map(|single| stands_in(single, &mut runs)).collect();
    (runs, rest)
}

/// The run of these meetings, which one rule gives.
fn run(found: &Found, hits: &BTreeMap<NaiveDate, Single>, alike: &Alike, label: &str, source: &str) -> Option<Run> {
    let (start, until) = (*hits.keys().next()?, *hits.keys().next_back()?);
    let mut run = Run {
        label: label.to_owned(),
        rule: found.rule.clone(),
        start,
        until: Some(until),
        time: alike.time,
        zone: alike.zone(),
        duration: TimeDelta::minutes(alike.minutes),
        confidence: commonest(hits.values()).0,
        sources: vec![source.to_owned()],
        note: None,
        without: found.absent.range(start..=until).copied().collect(),
        said: BTreeMap::new(),
    };
    run.said = hits.iter().map(|(date, single)| (*date, of_regular(single, &run))).collect();
    run.said.retain(|_, said| *said != Said::default());
    Some(run)
}

/// How sure most of some meetings are, and how many are not.
fn commonest<'s>(singles: impl Iterator<Item = &'s Single> + Clone) -> (Confidence, usize) {
    let sure = singles.filter(|single| single.cancelled.is_none()).map(|single| single.confidence);
    let (all, confirmed) =
        sure.fold((0, 0), |(all, confirmed), sure| (all + 1, confirmed + usize::from(sure == Confidence::Confirmed)));
    if confirmed * 2 >= all { (Confidence::Confirmed, all - confirmed) } else { (Confidence::Inferred, confirmed) }
}

/// The date from which on meetings are surer, or less sure, than before it, where that saves changes: a series whose
/// last proof is long ago goes on unconfirmed.
fn parting(hits: &BTreeMap<NaiveDate, Single>) -> Option<NaiveDate> {
    let sure: Vec<bool> = hits.values().map(|single| single.confidence == Confidence::Confirmed).collect();
    let all = sure.iter().filter(|sure| **sure).count();
    let fewer = |sure: usize, of: usize| sure.min(of - sure);
    let (mut before, mut best) = (0, (fewer(all, sure.len()), None));
    for (index, date) in hits.keys().enumerate() {
        let unsure = fewer(before, index) + fewer(all - before, sure.len() - index);
        if unsure + MOST_UNSURE <= fewer(all, sure.len()) && unsure < best.0 {
            best = (unsure, Some(*date));
        }
        before += usize::from(sure[index]);
    }
    best.1
}

/// What meetings of one series have in common.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    zone: &'static str,
    time: NaiveTime,
    minutes: i64,
}

impl Alike {
    fn of(single: &Single) -> Self {
        let (zone, minutes) = (single.at.zone.name(), single.duration.num_minutes());
        Self { zone, time: single.at.time, minutes }
    }

    fn zone(&self) -> Zone {
        Zone::named(self.zone).unwrap_or(Zone::UTC)
    }
}

/// What there is to say of a meeting that a series gives.
fn of_regular(single: &Single, run: &Run) -> Said {
    let date = single.date();
    Said {
        topic: single.topic.clone(),
        cancelled: single.cancelled.clone(),
        moved_to: (single.at.date != date).then_some(single.at.date),
        time: (single.at.time != run.time).then_some(single.at.time),
        duration: (single.duration != run.duration).then_some(single.duration),
        zone: (single.at.zone != run.zone).then_some(single.at.zone),
        // A meeting that was called off has no certainty but that.
        confidence: (single.confidence != run.confidence && single.cancelled.is_none()).then_some(single.confidence),
        source: None,
        note: single.note.clone(),
    }
}

/// Puts a meeting that no rule gives in the place of one that is missing from a series: on its date, or moved by less
/// than half the way to the next one. Gives it back where there is none.
fn stands_in(single: Single, runs: &mut [Run]) -> Option<Single> {
    let date = single.date();
    let near = |run: &Run, absent: NaiveDate| {
        let away = (absent - date).num_days().abs();
        let step = run.dates_from(absent).nth(1).or(run.until).map_or(7, |next| (next - absent).num_days());
        (away == 0 || (single.occurrence.is_none() && away * 2 < step.max(2))).then_some(away)
    };
    let places = runs.iter().enumerate().flat_map(|(index, run)| {
        let span = Days::new(60);
        let from = date.checked_sub_days(span).unwrap_or(date);
        let to = date.checked_add_days(span).unwrap_or(date);
        run.without.range(from..=to).filter_map(move |absent| Some((near(run, *absent)?, index, *absent)))
    });
    let Some((_, index, absent)) = places.min() else { return Some(single) };
    let run = &mut runs[index];
    run.without.remove(&absent);
    let said = of_regular(&Single { occurrence: Some(absent), ..single }, run);
    if said != Said::default() {
        run.said.insert(absent, said);
    }
    None
}

/// The rule that saves most, starting at one of the earliest dates.
fn best(group: &[Single], work: &mut usize) -> Option<Found> {
    if group.len() < FEWEST || *work == 0 {
        return None;
    }
    let mut dates: Vec<NaiveDate> = group.iter().map(Single::date).collect();
    dates.dedup();
    let mut best: Option<Found> = None;
    let mut first = 0;
    while first + FEWEST <= dates.len() {
        for start in first..(first + STARTS).min(dates.len()) {
            *work = work.saturating_sub(SUGGESTING);
            for rule in suggested(&dates[start..]) {
                let found = walk(rule, &dates[start..], work);
                let better = |found: &Found| best.as_ref().is_none_or(|best| found.saving > best.saving);
                if let Some(found) = found.filter(better) {
                    best = Some(found);
                }
            }
        }
        if best.is_some() || *work == 0 {
            break;
        }
        first += STARTS;
    }
    best
}

/// Walks a rule along dates, the first of which it gives, as far as it pays.
fn walk(rule: RecurrenceRule, dates: &[NaiveDate], work: &mut usize) -> Option<Found> {
    let start = dates[0];
    let last = dates[dates.len() - 1];
    let mut absent = Vec::new();
    let (mut hits, mut saving, mut gone) = (0, -price(&rule), false);
    // The best so far: its saving, its last date, and how many dates are absent until then.
    let mut best: Option<(i64, NaiveDate, usize)> = None;
    let (mut last_hit, mut absent_since) = (start, 0);
    let mut ahead = dates.iter().peekable();
    for date in rule.dates(start).take_while(|date| *date <= last) {
        *work = work.saturating_sub(1);
        while ahead.next_if(|ahead| **ahead < date).is_some() {
            saving -= PASSED;
        }
        if ahead.peek() == Some(&&date) {
            hits += 1;
            saving += SINGLE;
            (gone, last_hit, absent_since) = (false, date, 0);
            if hits >= FEWEST && saving > best.map_or(0, |(saving, ..)| saving) {
                best = Some((saving, date, absent.len()));
            }
        } else {
            if !gone {
                saving -= GAP;
            }
            gone = true;
            saving -= ABSENT;
            absent.push(date);
            absent_since += 1;
            if (absent_since >= MOST_ABSENT && (date - last_hit).num_days() > LONGEST_GAP) || *work == 0 {
                break;
            }
        }
    }
    let (saving, until, kept) = best?;
    absent.truncate(kept);
    Some(Found { rule, start, until, absent: absent.into_iter().collect(), saving })
}

/// What a series costs: more, the more its rule has to say.
fn price(rule: &RecurrenceRule) -> i64 {
    let days = rule.by_day.len().max(rule.by_month_day.len()).saturating_sub(1);
    let spans = rule.by_month.windows(2).filter(|pair| pair[0] + 1 < pair[1]).count();
    let months = if rule.by_month.is_empty() { 0 } else { 2 + 2 * spans };
    SERIES + (days + months) as i64
}

/// Rules that dates suggest, all giving the first: plain ones first, as the first of equals is taken.
fn suggested(dates: &[NaiveDate]) -> Vec<RecurrenceRule> {
    let first = dates[0];
    let within = |days: u64| {
        let end = first.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
        dates.iter().copied().take_while(move |date| *date < end)
    };
    let weekday = weekday_code(first.weekday());
    let mut texts: Vec<String> = (1..=6).map(|n| format!("FREQ=WEEKLY;INTERVAL={n};BYDAY={weekday}")).collect();
    for weeks in 1..=3 {
        let in_step = |date: &NaiveDate| (week(*date) - week(first)) % weeks == 0;
        let codes: BTreeSet<u32> =
            within(21 * weeks as u64).filter(in_step).map(|date| date.weekday().num_days_from_monday()).collect();
        if (2..7).contains(&codes.len()) {
            let names = codes.iter().filter_map(|code| chrono::Weekday::try_from(*code as u8).ok()).map(weekday_code);
            texts.push(format!("FREQ=WEEKLY;INTERVAL={weeks};BYDAY={}", names.collect::<Vec<_>>().join(",")));
        }
    }
    let mut days = vec![format!("BYDAY={}{weekday}", nth(first)), format!("BYDAY=-1{weekday}")];
    let nths: BTreeSet<i32> = within(93).filter(|date| date.weekday() == first.weekday()).map(nth).collect();
    if (2..=3).contains(&nths.len()) {
        let each: Vec<String> = nths.iter().map(|nth| format!("{nth}{weekday}")).collect();
        days.push(format!("BYDAY={}", each.join(",")));
    }
    days.push(format!("BYMONTHDAY={}", first.day()));
    days.push("BYMONTHDAY=-1".to_owned());
    let numbers: BTreeSet<u32> = within(93).map(|date| date.day()).collect();
    if (2..=4).contains(&numbers.len()) {
        let each: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        days.push(format!("BYMONTHDAY={}", each.join(",")));
    }
    let months: BTreeSet<u32> = within(3 * 366).map(|date| date.month()).collect();
    let months: Vec<String> = months.iter().map(ToString::to_string).collect();
    for days in days {
        texts.extend([1, 2, 3, 4, 6, 12].iter().map(|n| format!("FREQ=MONTHLY;INTERVAL={n};{days}")));
        if (2..12).contains(&months.len()) {
            texts.push(format!("FREQ=MONTHLY;BYMONTH={};{days}", months.join(",")));
        }
    }
    texts.push("FREQ=DAILY".to_owned());
    texts.push("FREQ=DAILY;INTERVAL=2".to_owned());
    let lawful = texts.iter().filter_map(|text| text.parse::<RecurrenceRule>().ok());
    lawful.filter(|rule| rule.gives(first, first) && phrase::print(rule).is_some()).collect()
}

/// The one rule that gives exactly these dates, where there is a plain one, or this one.
pub fn rule_of(dates: &[NaiveDate], known: &RecurrenceRule) -> Option<RecurrenceRule> {
    let (start, last) = (*dates.first()?, *dates.last()?);
    let same = |rule: &RecurrenceRule| rule.dates(start).take_while(|date| *date <= last).eq(dates.iter().copied());
    let suggested = suggested(&dates[..dates.len().min(200)]);
    suggested.into_iter().chain([known.clone()]).find(same)
}

/// Weeks from Monday to Sunday, counted.
fn week(date: NaiveDate) -> i32 {
    (date.num_days_from_ce() - 1).div_euclid(7)
}
