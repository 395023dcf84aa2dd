//! Finds rules in dates: few series, breaks and changes that explain them all.
//!
//! Each way to write dates down has a price in lines. Every rule that the earliest dates suggest is walked along the
//! dates; the one that saves most is taken, and its dates with it, until none saves anything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Weekday};

use super::draft::{SingleDraft, UnsettledSeries};
use super::rule::{nth, on_weekdays};
use super::work::Work;
use crate::recurrence::{Frequency, RecurrenceRule, RuleParts, Run, WeekdayNum};
use crate::schedule::{Change, Confidence, Evidence, OneOff, phrase};

/// The price of a single meeting, of a series, of a gap in one and of each date in the gap, and of a meeting that a
/// rule passes over: such a rule is seldom what was meant.
const SINGLE: i64 = 2;
const SERIES: i64 = 5;
const GAP: i64 = 2;
const ABSENT: i64 = 1;
const PASSED: i64 = 1;
/// The fewest meetings that make a rule: any two dates fit one.
const FEWEST: usize = 3;
/// How many of the earliest dates are tried as the start of a rule at a time.
const STARTS: usize = 8;
/// A rule has ended where it misses more days, and at least that many dates: a summer is shorter.
const LONGEST_GAP: i64 = 130;
const MOST_ABSENT: usize = 4;
/// How many changes it must save to split a series in two.
const MOST_UNSURE: usize = 3;
/// The cost of suggesting rules, in steps.
const SUGGESTING: usize = 300;
/// The most steps of all walks for one chat: after them the rest stays single meetings.
const WORK: usize = 30_000_000;

/// The dates that a rule explains.
struct Explained {
    run: Run,
    absent: BTreeSet<NaiveDate>,
    saving: i64,
}

/// What the meetings of a series share: the name of the zone, the time of day, the length.
type SlotKey = (&'static str, NaiveTime, TimeDelta);

fn slot(single: &SingleDraft) -> SlotKey {
    (single.one_off.zone.name(), single.one_off.time, single.one_off.duration)
}

/// Turns single meetings into series with changes where that is shorter; returns what is left as well.
pub fn series(
    singles: Vec<SingleDraft>,
    label: &str,
    source: &Evidence,
    work: &mut Work,
) -> (Vec<UnsettledSeries>, Vec<SingleDraft>) {
    let mut groups: BTreeMap<SlotKey, Vec<SingleDraft>> = BTreeMap::new();
    for single in singles {
        groups.entry(slot(&single)).or_default().push(single);
    }
    let (mut series, mut rest) = (Vec::new(), Vec::new());
    let most = work.left().min(WORK as u64) as usize;
    let mut steps = most;
    for mut group in groups.into_values() {
        group.sort_by_key(SingleDraft::date);
        while let Some(found) = best(&group, &mut steps) {
            steps = steps.saturating_sub(group.len());
            let mut hits: BTreeMap<NaiveDate, SingleDraft> = BTreeMap::new();
            for single in std::mem::take(&mut group) {
                let date = single.date();
                if found.run.holds(date) && !hits.contains_key(&date) {
                    hits.insert(date, single);
                } else {
                    group.push(single);
                }
            }
            let later = split_date(&hits).map(|from| hits.split_off(&from));
            for hits in [Some(hits), later].into_iter().flatten() {
                series.extend(series_of(&found, &hits, label, source));
            }
        }
        rest.append(&mut group);
    }
    work.take((most - steps) as u64);
    rest.sort_by_key(SingleDraft::date);
    let rest = rest.into_iter().filter_map(|single| stands_in(single, &mut series)).collect();
    (series, rest)
}

/// The series of these meetings, whose dates are those of one rule.
fn series_of(
    found: &Explained,
    hits: &BTreeMap<NaiveDate, SingleDraft>,
    label: &str,
    source: &Evidence,
) -> Option<UnsettledSeries> {
    let ((start, first), (last, _)) = (hits.first_key_value()?, hits.last_key_value()?);
    let run = Run { rule: found.run.rule.clone(), start: *start, last: Some(*last) };
    let OneOff { time, zone, duration, .. } = first.one_off;
    let confidence = commonest(hits.values());
    let mut draft = UnsettledSeries::new(label.to_owned(), run, (time, zone, duration), confidence, source.clone());
    draft.without = found.absent.range(start..=last).copied().collect();
    for (date, single) in hits {
        draft.change(change_of(*date, single, &draft));
    }
    Some(draft)
}

/// How sure most of the meetings are.
fn commonest<'s>(singles: impl Iterator<Item = &'s SingleDraft>) -> Confidence {
    let sure = singles.filter(|single| single.one_off.cancelled.is_none()).map(|single| single.one_off.confidence);
    let (confirmed, others): (Vec<_>, Vec<_>) = sure.partition(|sure| *sure == Confidence::Confirmed);
    if confirmed.len() >= others.len() { Confidence::Confirmed } else { Confidence::Inferred }
}

/// The date at which to split a series because the meetings from then on are surer, or less sure, and that saves
/// changes: a series that was last seen long ago goes on unconfirmed.
fn split_date(hits: &BTreeMap<NaiveDate, SingleDraft>) -> Option<NaiveDate> {
    let sure: Vec<bool> = hits.values().map(|single| single.one_off.confidence == Confidence::Confirmed).collect();
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

/// What distinguishes a meeting from the one that a series gives on a date.
fn change_of(date: NaiveDate, single: &SingleDraft, draft: &UnsettledSeries) -> Change {
    let one_off = &single.one_off;
    // That a meeting was called off is all there is to be sure of.
    let other = one_off.confidence != draft.series.confidence && one_off.cancelled.is_none();
    Change {
        topic: one_off.topic.clone(),
        cancelled: one_off.cancelled.clone(),
        confidence: other.then_some(one_off.confidence),
        note: one_off.note.clone(),
        ..draft.change_to(date, single.at(), one_off.duration)
    }
}

/// Makes a meeting stand in for one that is missing from a series: on the same date, or moved by less than half the way
/// to the next. Returns it where none is missing.
fn stands_in(single: SingleDraft, series: &mut [UnsettledSeries]) -> Option<SingleDraft> {
    let date = single.date();
    let near = |run: &Run, absent: NaiveDate| {
        let away = (absent - date).num_days().abs();
        let step = run.dates_from(absent).nth(1).or(run.last).map_or(7, |next| (next - absent).num_days());
        (away == 0 || (single.occurrence.is_none() && away * 2 < step.max(2))).then_some(away)
    };
    let places = series.iter().enumerate().flat_map(|(index, draft)| {
        let span = Days::new(60);
        let from = date.checked_sub_days(span).unwrap_or(date);
        let to = date.checked_add_days(span).unwrap_or(date);
        let absent = draft.without.range(from..=to);
        absent.filter_map(move |absent| Some((near(&draft.series.run, *absent)?, index, *absent)))
    });
    let Some((_, index, absent)) = places.min() else { return Some(single) };
    let draft = &mut series[index];
    draft.without.remove(&absent);
    draft.change(change_of(absent, &single, draft));
    None
}

/// The rule that saves most, starting at one of the earliest dates. Of equals the first wins.
fn best(group: &[SingleDraft], work: &mut usize) -> Option<Explained> {
    let mut dates: Vec<NaiveDate> = group.iter().map(SingleDraft::date).collect();
    dates.dedup();
    let starts: Vec<usize> = (FEWEST..=dates.len()).map(|end| end - FEWEST).collect();
    starts.chunks(STARTS).find_map(|starts| {
        let mut found: Vec<Explained> = Vec::new();
        for dates in starts.iter().map(|start| &dates[*start..]) {
            if *work == 0 {
                break;
            }
            *work = work.saturating_sub(SUGGESTING);
            found.extend(suggested(dates).into_iter().filter_map(|rule| walk(rule, dates, work)));
        }
        found.into_iter().reduce(|best, found| if found.saving > best.saving { found } else { best })
    })
}

/// Walks a rule along dates, the first of which it gives, as far as it pays.
fn walk(rule: RecurrenceRule, dates: &[NaiveDate], work: &mut usize) -> Option<Explained> {
    let (start, last) = (*dates.first()?, *dates.last()?);
    let mut absent = Vec::new();
    let (mut hits, mut saving) = (0, -price(&rule));
    // The best so far: its saving, its last date, and how many dates are absent until then.
    let mut best: Option<(i64, NaiveDate, usize)> = None;
    let (mut last_hit, mut absent_since) = (start, 0);
    let mut ahead = dates.iter().peekable();
    for date in rule.dates(start).through(last) {
        *work = work.saturating_sub(1);
        while ahead.next_if(|ahead| **ahead < date).is_some() {
            saving -= PASSED;
        }
        if ahead.peek() == Some(&&date) {
            hits += 1;
            saving += SINGLE;
            (last_hit, absent_since) = (date, 0);
            if hits >= FEWEST && saving > best.map_or(0, |(saving, ..)| saving) {
                best = Some((saving, date, absent.len()));
            }
            continue;
        }
        saving -= if absent_since == 0 { GAP + ABSENT } else { ABSENT };
        absent.push(date);
        absent_since += 1;
        if (absent_since >= MOST_ABSENT && (date - last_hit).num_days() > LONGEST_GAP) || *work == 0 {
            break;
        }
    }
    let (saving, last, kept) = best?;
    absent.truncate(kept);
    Some(Explained { run: Run { rule, start, last: Some(last) }, absent: absent.into_iter().collect(), saving })
}

/// What a series costs; a longer rule costs more.
fn price(rule: &RecurrenceRule) -> i64 {
    let days = rule.by_day.len().max(rule.by_month_day.len()).saturating_sub(1);
    let spans = rule.by_month.windows(2).filter(|pair| pair[0] + 1 < pair[1]).count();
    let months = if rule.by_month.is_empty() { 0 } else { 2 + 2 * spans };
    SERIES + (days + months) as i64
}

/// The rules that dates suggest, each of which gives the first date. Plain ones come first, as the first of equals
/// wins.
fn suggested(dates: &[NaiveDate]) -> Vec<RecurrenceRule> {
    let first = dates[0];
    let within = |days: u64| {
        let end = first.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
        dates.iter().copied().take_while(move |date| *date < end)
    };
    let weekday = first.weekday();
    let mut parts: Vec<RuleParts> = (1..=6).map(|weeks| on_weekdays(weeks, [weekday])).collect();
    for weeks in 1..=3 {
        let in_step = |date: &NaiveDate| (week(*date) - week(first)) % weeks as i32 == 0;
        let weekdays = within(21 * u64::from(weeks)).filter(in_step).map(|date| date.weekday());
        let weekdays: BTreeSet<u8> = weekdays.map(|weekday| weekday.num_days_from_monday() as u8).collect();
        if (2..7).contains(&weekdays.len()) {
            parts.push(on_weekdays(weeks, weekdays.into_iter().filter_map(|number| Weekday::try_from(number).ok())));
        }
    }
    let several = |numbers: BTreeSet<i8>, most| (2..=most).contains(&numbers.len()).then_some(numbers);
    let nths = several(within(93).filter(|date| date.weekday() == weekday).map(nth).collect(), 3);
    let numbers = several(within(93).map(|date| date.day() as i8).collect(), 4);
    let monthly = RuleParts::new(Frequency::Monthly);
    let on_nths = |nths: BTreeSet<i8>| {
        let by_day = nths.into_iter().map(|nth| WeekdayNum::nth(nth, weekday)).collect();
        RuleParts { by_day, ..monthly.clone() }
    };
    let on_numbers =
        |numbers: BTreeSet<i8>| RuleParts { by_month_day: numbers.into_iter().collect(), ..monthly.clone() };
    let by_day = [Some([nth(first)].into()), Some([-1].into()), nths].into_iter().flatten().map(on_nths);
    let by_number = [Some([first.day() as i8].into()), Some([-1].into()), numbers].into_iter().flatten();
    let by_month: BTreeSet<u8> = within(3 * 366).map(|date| date.month() as u8).collect();
    for days in by_day.chain(by_number.map(on_numbers)) {
        parts.extend([1, 2, 3, 4, 6, 12].map(|interval| RuleParts { interval, ..days.clone() }));
        if (2..12).contains(&by_month.len()) {
            parts.push(RuleParts { by_month: by_month.iter().copied().collect(), ..days });
        }
    }
    parts.extend([1, 2].map(|interval| RuleParts::every(interval, Frequency::Daily)));
    let rules = parts.into_iter().filter_map(|parts| parts.rule().ok());
    rules.filter(|rule| rule.gives(first, first) && phrase::print(rule).is_some()).collect()
}

/// A rule that gives exactly these dates: a plain one, or the one that is known.
pub fn rule_of(dates: &[NaiveDate], known: &RecurrenceRule, work: &mut Work) -> Option<RecurrenceRule> {
    let (start, last) = (*dates.first()?, *dates.last()?);
    let mut steps = dates.len();
    let same =
        |rule: &RecurrenceRule| rule.dates(start).through(last).inspect(|_| steps += 1).eq(dates.iter().copied());
    let suggested = suggested(&dates[..dates.len().min(200)]);
    let found = suggested.into_iter().chain([known.clone()]).find(same);
    work.take((steps + SUGGESTING) as u64);
    found
}

/// Weeks from Monday to Sunday, counted.
fn week(date: NaiveDate) -> i32 {
    (date.num_days_from_ce() - 1).div_euclid(7)
}
