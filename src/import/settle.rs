//! From a draft to a schedule: joins series, finds rules in single meetings, turns exceptions into breaks, and gives
//! names where two meetings share a date.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use chrono::{Days, NaiveDate};

use super::draft::{ChatDraft, MOST_SERIES, SingleDraft, UnsettledSeries, imported_from};
use super::report::FileReport;
use super::rule::{horizon, plainest};
use super::slug::Names;
use super::work::Work;
use super::{clock, find};
use crate::recurrence::{Frequency, RecurrenceRule, RuleParts, Run};
use crate::schedule::{Break, Change, Confidence, Evidence, OneOff, Schedule, Series, Slug, Venue};
use crate::text::thousands;
use crate::zone::Zone;

/// The most sources of one series.
const MOST_SOURCES: usize = 20;
/// The most steps that are taken, over all pairs of series of a chat, to find dates that two of them share.
const WORK: u64 = 60_000_000;
/// What it takes at least to compare a pair, as some series have a date in many years only; and to look at a date.
const COMPARING: u64 = 1_000;
const LOOKING: u64 = 3;
/// The most changes, breaks and single meetings of one chat: more do not fit into a file.
const MOST_TABLES: usize = 50_000;

/// So many changes, breaks and single meetings.
pub fn tables(number: usize) -> String {
    format!("{} changes, breaks and single meetings", thousands(number))
}

/// Why a chat is not taken that has so many changes, breaks and single meetings.
fn too_many(number: usize) -> String {
    format!("it has {}; at most {} are taken", tables(number), thousands(MOST_TABLES))
}

/// The schedule of a chat, or why it cannot have one. Its texts are as in the file, and may be too long.
pub fn settle(
    mut chat: ChatDraft,
    slug: Slug,
    file: &str,
    work: &mut Work,
    report: &mut FileReport,
) -> Result<Schedule, String> {
    clock::localise(&mut chat, work, report);
    let (found, rest) = find::series(take(&mut chat.singles), &chat.title, &imported_from(file), work);
    if rest.len() > MOST_TABLES {
        return Err(too_many(rest.len()));
    }
    if !found.is_empty() {
        let series = if found.len() == 1 { "a series".to_owned() } else { format!("{} series", found.len()) };
        report.change(None, &chat.title, format!("single meetings that follow a rule became {series}"));
    }
    let mut drafts = take(&mut chat.series);
    drafts.extend(found);
    // Where exceptions left nothing of an event, that was said when it was read.
    drafts.retain_mut(|draft| trim(draft, work));
    drafts.sort_by_key(|draft| (draft.series.run.start, draft.series.time));
    if drafts.len() > MOST_SERIES {
        let (more, all) = (drafts.len() - MOST_SERIES, drafts.len());
        let what = format!("{more} of its {all} series: no chat has more than {MOST_SERIES}");
        report.leave_out(None, &chat.title, what);
        drafts.truncate(MOST_SERIES);
    }
    let mut drafts = joined(drafts, &chat.title, report);
    name_series(&mut drafts, work);
    let breaks = breaks(&mut drafts)?;
    let one_offs = one_offs(rest, &drafts);
    let changes = drafts.iter_mut().enumerate().flat_map(|(series, draft)| {
        take(&mut draft.changes).into_values().map(move |change| Change { series, ..change })
    });
    let mut changes: Vec<Change> = changes.collect();
    changes.sort_by_key(|change| (change.date, change.series));
    let hosts = chat.hosts.kept("hosts", &chat.title, report);
    let tags = chat.tags.kept("tags", &chat.title, report);
    let series: Vec<_> = drafts.into_iter().map(|draft| draft.series).collect();
    let zone = series.first().map(|series| series.zone).or(one_offs.first().map(|one_off| one_off.zone));
    Ok(Schedule {
        slug,
        formerly: Vec::new(),
        title: chat.title,
        summary: chat.summary,
        description: chat.description,
        venue: Venue { platform: chat.platform, home: chat.home, hosts, ..Venue::default() },
        language: None,
        tags,
        successor: None,
        zone: zone.unwrap_or(Zone::UTC),
        series,
        changes,
        breaks,
        one_offs,
        silenced: Vec::new(),
    })
}

/// Cuts exceptions off both ends of a series, so that it begins and ends with a meeting. Says whether one is left.
fn trim(draft: &mut UnsettledSeries, work: &mut Work) -> bool {
    if draft.without.is_empty() {
        return true;
    }
    let Some(start) = draft.dates().next() else { return false };
    if draft.series.run.start != start {
        draft.series.run = plainest(Run { start, ..draft.series.run.clone() }, work);
    }
    if draft.series.run.last.is_some() {
        let run = &draft.series.run;
        let back = std::iter::successors(run.final_date(), |date| run.last_before(*date));
        draft.series.run.last = back.into_iter().find(|date| !draft.without.contains(date));
    }
    draft.keep_only_its_dates();
    true
}

/// Joins series of the same kind where one continues the other.
fn joined(drafts: Vec<UnsettledSeries>, of: &str, report: &mut FileReport) -> Vec<UnsettledSeries> {
    let mut joined: Vec<UnsettledSeries> = Vec::new();
    for draft in drafts {
        match joined.iter_mut().rev().find(|before| goes_on(before, &draft)) {
            Some(before) => {
                let sources = &mut before.series.sources;
                for source in draft.series.sources {
                    if !sources.contains(&source) {
                        sources.push(source);
                    }
                }
                before.series.run.last = draft.series.run.last;
                before.without.extend(draft.without);
                before.changes.extend(draft.changes);
            }
            None => joined.push(draft),
        }
    }
    for Series { run, sources, .. } in joined.iter_mut().map(|draft| &mut draft.series) {
        if sources.len() > MOST_SOURCES {
            let (all, start) = (sources.len(), run.start);
            let what = format!("of the {all} sources of its series from {start} on the first {MOST_SOURCES} are kept");
            report.change(None, of, what);
            sources.truncate(MOST_SOURCES);
        }
    }
    joined
}

/// Whether a series begins on the next date that another one would have, and has all else in common with it.
fn goes_on(before: &UnsettledSeries, after: &UnsettledSeries) -> bool {
    let (one, other) = (&before.series, &after.series);
    let same = (&one.run.rule, one.time, one.zone, one.duration, one.confidence, &one.note)
        == (&other.run.rule, other.time, other.zone, other.duration, other.confidence, &other.note);
    let day_after = one.run.last.and_then(|last| last.succ_opt());
    same && day_after.and_then(|day| one.run.rule.dates_from(one.run.start, day).next()) == Some(other.run.start)
}

/// Turns exceptions into as few breaks as take nothing else away. A meeting of another series on such a date is brought
/// back by a change.
fn breaks(drafts: &mut [UnsettledSeries]) -> Result<Vec<Break>, String> {
    let mut gone: BTreeMap<NaiveDate, Option<Evidence>> = BTreeMap::new();
    for draft in drafts.iter() {
        let source = draft.series.sources.first();
        gone.extend(draft.without.iter().map(|date| (*date, source.cloned())));
    }
    let mut tables = drafts.iter().map(|draft| draft.changes.len()).sum::<usize>();
    for date in gone.keys() {
        if tables > MOST_TABLES {
            return Err(too_many(tables));
        }
        for draft in drafts.iter_mut() {
            let takes_place = !draft.without.contains(date) && draft.series.run.holds(*date);
            if takes_place && !draft.changes.contains_key(date) {
                let series = &draft.series;
                // With a source of its own it would count as confirmed.
                let confidence = Some(series.confidence).filter(|sure| *sure != Confidence::Confirmed);
                let sources = series.sources.first().cloned().into_iter().collect();
                draft.change(Change { date: *date, confidence, sources, ..Change::default() });
                tables += 1;
            }
        }
    }
    let mut breaks: Vec<Break> = Vec::new();
    for (date, source) in gone {
        let free = |from: NaiveDate| {
            let meets_between = |draft: &UnsettledSeries| {
                let dates = draft.series.run.dates_from(from.succ_opt().unwrap_or(from)).through(date);
                dates.into_iter().any(|day| day != date && !draft.without.contains(&day))
            };
            (date - from).num_days() < 400 && !drafts.iter().any(meets_between)
        };
        if let Some(last) = breaks.last_mut().filter(|last| free(last.through)) {
            last.through = date;
        } else {
            let sources = source.into_iter().collect();
            breaks.push(Break { from: date, through: date, reason: None, sources, note: None });
        }
    }
    Ok(breaks)
}

/// Names each series that shares a date with another one.
fn name_series(drafts: &mut [UnsettledSeries], work: &mut Work) {
    let mut needs = vec![false; drafts.len()];
    let most = work.left().min(WORK);
    let mut left = most;
    for one in 0..drafts.len() {
        for other in one + 1..drafts.len() {
            let (mine, theirs) = (&drafts[one].series.run, &drafts[other].series.run);
            if !(needs[one] && needs[other]) && share_a_date(mine, theirs, &mut left) {
                (needs[one], needs[other]) = (true, true);
            }
        }
    }
    work.take(most - left);
    let mut names = Names::default();
    let labels_differ = drafts.iter().any(|draft| draft.label != drafts[0].label);
    for (draft, _) in drafts.iter_mut().zip(needs).filter(|(_, needed)| *needed) {
        let (run, time) = (&draft.series.run, draft.series.time);
        let slot = || format!("{}-{}", run.start.format("%A"), time.format("%H%M"));
        let label = if labels_differ { draft.label.clone() } else { slot() };
        draft.series.name = Some(names.unused(&label));
    }
}

/// Whether two runs share a date. When no steps are left, they count as sharing one.
fn share_a_date(one: &Run, other: &Run, steps: &mut u64) -> bool {
    *steps = steps.saturating_sub(COMPARING);
    let from = one.start.max(other.start);
    let cycle = cycle(&one.rule).zip(cycle(&other.rule)).and_then(|(one, other)| one.checked_mul(other));
    let repeats = cycle.and_then(|days| from.checked_add_days(Days::new(days)));
    let most = repeats.map_or(horizon(from), |repeats| repeats.min(horizon(from)));
    let last = other.last.map_or(most, |last| last.min(most));
    let mut theirs = other.dates_from(from).through(last).peekable();
    one.dates_from(from).through(last).any(|date| {
        while theirs.next_if(|their| *their < date).is_some() {
            *steps = steps.saturating_sub(LOOKING);
        }
        *steps = steps.saturating_sub(LOOKING);
        *steps == 0 || theirs.peek() == Some(&date)
    })
}

/// The days after which a rule by weekdays alone gives the same dates again.
fn cycle(rule: &RecurrenceRule) -> Option<u64> {
    let by_weekday = RuleParts { by_day: rule.by_day.clone(), ..RuleParts::every(rule.interval, rule.frequency) };
    let same = RuleParts { week_start: rule.week_start, ..by_weekday } == **rule;
    (same && matches!(rule.frequency, Frequency::Weekly | Frequency::Daily)).then_some(7 * u64::from(rule.interval))
}

/// The one-offs, with names where another meeting has the same date.
fn one_offs(singles: Vec<SingleDraft>, drafts: &[UnsettledSeries]) -> Vec<OneOff> {
    let of_series: Vec<&str> = drafts.iter().filter_map(|draft| draft.series.name.as_deref()).collect();
    let unnamed: Vec<_> = drafts.iter().map(|draft| &draft.series).filter(|series| series.name.is_none()).collect();
    let mut taken: BTreeMap<NaiveDate, Names> = BTreeMap::new();
    let mut bare = BTreeSet::new();
    let named = |single: SingleDraft| {
        let date = single.date();
        let mut one_off = single.one_off;
        if unnamed.iter().any(|series| series.run.holds(date)) || !bare.insert(date) {
            let names = taken.entry(date).or_default();
            one_off.name = Some(names.unused_beside(one_off.topic.as_deref().unwrap_or("extra"), &of_series));
        }
        one_off
    };
    singles.into_iter().map(named).collect()
}
