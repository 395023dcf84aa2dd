//! From a draft to a schedule: joins series, finds rules in single meetings, turns exceptions into breaks, and gives
//! names where two meetings share a date.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use chrono::NaiveDate;

use super::draft::{ChatDraft, SingleDraft, UnsettledSeries, imported_from};
use super::report::FileReport;
use super::rule::{horizon, plainest};
use super::slug::unused;
use super::{clock, find};
use crate::recurrence::Run;
use crate::schedule::{Break, Change, Confidence, Evidence, OneOff, Schedule, Slug};
use crate::zone::Zone;

/// The most series of one schedule: what has more is not a chat.
const MOST_SERIES: usize = 200;
/// The most sources of one series.
const MOST_SOURCES: usize = 20;
/// The most dates that are looked up, over all pairs of series, to find shared ones.
const WORK: usize = 20_000_000;

/// The schedule of a chat. Its texts are as in the file, and may be too long.
pub fn settle(mut chat: ChatDraft, slug: Slug, file: &str, report: &mut FileReport) -> Schedule {
    clock::localise(&mut chat, report);
    let (found, rest) = find::series(take(&mut chat.singles), &chat.title, &imported_from(file));
    if !found.is_empty() {
        let series = if found.len() == 1 { "a series".to_owned() } else { format!("{} series", found.len()) };
        report.change(None, &chat.title, format!("single meetings that follow a rule became {series}"));
    }
    let mut drafts = take(&mut chat.series);
    drafts.extend(found);
    drafts.retain_mut(|draft| {
        trim(draft) || {
            report.leave_out(None, &draft.label, "its exceptions remove every meeting");
            false
        }
    });
    drafts.sort_by_key(|draft| (draft.series.run.start, draft.series.time));
    if drafts.len() > MOST_SERIES {
        let what = format!("{} of {} series: no chat has that many", drafts.len() - MOST_SERIES, drafts.len());
        report.leave_out(None, &chat.title, what);
        drafts.truncate(MOST_SERIES);
    }
    let mut drafts = joined(drafts);
    name_series(&mut drafts);
    let breaks = breaks(&mut drafts);
    let one_offs = one_offs(rest, &drafts);
    let changes = drafts.iter_mut().enumerate().flat_map(|(series, draft)| {
        take(&mut draft.changes).into_values().map(move |change| Change { series, ..change })
    });
    let mut changes: Vec<Change> = changes.collect();
    changes.sort_by_key(|change| (change.date, change.series));
    let series: Vec<_> = drafts.into_iter().map(|draft| draft.series).collect();
    let zone = series.first().map(|series| series.zone).or(one_offs.first().map(|one_off| one_off.zone));
    Schedule {
        slug,
        formerly: None,
        title: chat.title,
        summary: chat.summary,
        description: chat.description,
        hashtag: None,
        platform: chat.platform,
        home: chat.home,
        hosts: chat.hosts,
        language: None,
        tags: chat.tags,
        successor: None,
        zone: zone.unwrap_or(Zone::UTC),
        series,
        changes,
        breaks,
        one_offs,
        silenced: Vec::new(),
    }
}

/// Cuts exceptions off both ends of a series, so that it begins and ends with a meeting. Says whether one is left.
fn trim(draft: &mut UnsettledSeries) -> bool {
    if draft.without.is_empty() {
        return true;
    }
    let Some(start) = draft.dates().next() else { return false };
    if draft.series.run.start != start {
        draft.series.run = plainest(Run { start, ..draft.series.run.clone() });
    }
    if draft.series.run.last.is_some() {
        draft.series.run.last = draft.dates().last();
    }
    draft.keep_only_its_dates();
    true
}

/// Joins series of the same kind where one continues the other.
fn joined(drafts: Vec<UnsettledSeries>) -> Vec<UnsettledSeries> {
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
                sources.truncate(MOST_SOURCES);
                before.series.run.last = draft.series.run.last;
                before.without.extend(draft.without);
                before.changes.extend(draft.changes);
            }
            None => joined.push(draft),
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
fn breaks(drafts: &mut [UnsettledSeries]) -> Vec<Break> {
    let mut gone: BTreeMap<NaiveDate, Option<Evidence>> = BTreeMap::new();
    for draft in drafts.iter() {
        let source = draft.series.sources.first();
        gone.extend(draft.without.iter().map(|date| (*date, source.cloned())));
    }
    for date in gone.keys() {
        for draft in drafts.iter_mut() {
            let takes_place = !draft.without.contains(date) && draft.series.run.holds(*date);
            if takes_place && !draft.changes.contains_key(date) {
                let series = &draft.series;
                // With a source of its own it would count as confirmed.
                let confidence = Some(series.confidence).filter(|sure| *sure != Confidence::Confirmed);
                let sources = series.sources.first().cloned().into_iter().collect();
                draft.change(Change { date: *date, confidence, sources, ..Change::default() });
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
    breaks
}

/// Names each series that shares a date with another one.
fn name_series(drafts: &mut [UnsettledSeries]) {
    let mut needs = vec![false; drafts.len()];
    let mut work = WORK;
    for one in 0..drafts.len() {
        for other in one + 1..drafts.len() {
            let (mine, theirs) = (&drafts[one].series.run, &drafts[other].series.run);
            if !(needs[one] && needs[other]) && share_a_date(mine, theirs, &mut work) {
                (needs[one], needs[other]) = (true, true);
            }
        }
    }
    let mut taken = BTreeSet::new();
    let labels_differ = drafts.iter().any(|draft| draft.label != drafts[0].label);
    for (draft, _) in drafts.iter_mut().zip(needs).filter(|(_, needed)| *needed) {
        let (run, time) = (&draft.series.run, draft.series.time);
        let slot = || format!("{}-{}", run.start.format("%A"), time.format("%H%M"));
        let label = if labels_differ { draft.label.clone() } else { slot() };
        draft.series.name = Some(unused(&label, &mut taken));
    }
}

/// Whether two runs share a date. When `work` is used up, they count as sharing one.
fn share_a_date(one: &Run, other: &Run, work: &mut usize) -> bool {
    let from = one.start.max(other.start);
    let last = other.last.map_or(horizon(from), |last| last.min(horizon(from)));
    let mut theirs = other.dates_from(from).through(last).peekable();
    one.dates_from(from).through(last).any(|date| {
        while theirs.next_if(|their| *their < date).is_some() {
            *work = work.saturating_sub(1);
        }
        *work = work.saturating_sub(1);
        *work == 0 || theirs.peek() == Some(&date)
    })
}

/// The one-offs, with names where another meeting has the same date.
fn one_offs(singles: Vec<SingleDraft>, drafts: &[UnsettledSeries]) -> Vec<OneOff> {
    let of_series: BTreeSet<String> = drafts.iter().filter_map(|draft| draft.series.name.clone()).collect();
    let unnamed: Vec<_> = drafts.iter().map(|draft| &draft.series).filter(|series| series.name.is_none()).collect();
    let mut taken: BTreeMap<NaiveDate, BTreeSet<String>> = BTreeMap::new();
    let mut bare = BTreeSet::new();
    let named = |single: SingleDraft| {
        let date = single.date();
        let mut one_off = single.one_off;
        if unnamed.iter().any(|series| series.run.holds(date)) || !bare.insert(date) {
            let here = taken.entry(date).or_insert_with(|| of_series.clone());
            one_off.name = Some(unused(one_off.topic.as_deref().unwrap_or("extra"), here));
        }
        one_off
    };
    singles.into_iter().map(named).collect()
}
