//! From what a source says of a chat to what a schedule says: runs joined, meetings explained by rules, exceptions as
//! breaks, names where two meetings share a date.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::chat::{Chat, Run, Said, Single};
use super::report::FileReport;
use super::rule::said_best;
use super::{clock, find};
use crate::schedule::{Confidence, Tag};

/// Series that one schedule may have: what has more is no chat.
pub const MOST_SERIES: usize = 200;
/// Dates looked at to find shared ones, over all pairs of series; beyond that, names part them.
const WORK: usize = 20_000_000;
/// Days in 400 years, after which weekdays and leap years begin anew.
const CYCLE: u64 = 146_097;

/// A chat as its schedule says it.
#[derive(Debug)]
pub struct Parts {
    pub chat: Chat,
    pub series: Vec<(Option<String>, Run)>,
    pub breaks: Vec<(NaiveDate, NaiveDate, String)>,
    /// Index of the series, date, what is known.
    pub changes: Vec<(usize, NaiveDate, Said)>,
    pub one_offs: Vec<(Option<String>, Single)>,
}

/// Settles a chat.
pub fn settle(mut chat: Chat, file: &str, report: &mut FileReport) -> Parts {
    clock::localise(&mut chat, report);
    let source = chat.singles.first().map_or_else(|| file.to_owned(), |_| format!("Imported from {file}"));
    let (found, rest) = find::runs(std::mem::take(&mut chat.singles), &chat.title, &source);
    if !found.is_empty() {
        let series = if found.len() == 1 { "a rule".to_owned() } else { format!("{} rules", found.len()) };
        report.change(None, &chat.title, format!("{series} found again from single meetings"));
    }
    let mut runs = std::mem::take(&mut chat.runs);
    runs.extend(found);
    runs.retain_mut(|run| {
        trim(run) || {
            report.leave_out(None, &run.label, "every meeting of the rule is excepted");
            false
        }
    });
    runs.sort_by_key(|run| (run.start, run.time));
    if runs.len() > MOST_SERIES {
        report.leave_out(
            None,
            &chat.title,
            format!("{} of {} series: no chat has so many", runs.len() - MOST_SERIES, runs.len()),
        );
        runs.truncate(MOST_SERIES);
    }
    let runs = joined(runs);
    let mut changes: Vec<(usize, NaiveDate, Said)> = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        changes.extend(run.said.iter().map(|(date, said)| (index, *date, said.clone())));
    }
    let breaks = breaks(&runs, &mut changes);
    let names = series_names(&runs);
    let one_offs = named(rest, &runs, &names);
    changes.sort_by_key(|(index, date, _)| (*date, *index));
    let series = names.into_iter().zip(runs).collect();
    Parts { chat, series, breaks, changes, one_offs }
}

/// Takes meetings that are excepted from either end of a run: it begins and ends with one that took place. Whether one
/// is left.
fn trim(run: &mut Run) -> bool {
    if run.without.is_empty() {
        return true;
    }
    let Some(first) = run.dates_from(run.start).find(|date| !run.without.contains(date)) else { return false };
    if first != run.start {
        run.start = first;
        run.rule = said_best(&run.rule, first, run.until);
    }
    if run.until.is_some() {
        // There is one: the first.
        run.until = run.dates_from(first).filter(|date| !run.without.contains(date)).last();
    }
    let (start, last) = (run.start, run.last());
    run.without.retain(|date| start <= *date && *date <= last);
    true
}

/// Runs that go on where another one stops, at the same time of day, become one.
fn joined(runs: Vec<Run>) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::new();
    for run in runs {
        let goes_on = |before: &&mut Run| {
            let last = before.until?;
            let next = before.rule.dates_from(before.start, last.succ_opt()?).next();
            let same = before.rule == run.rule && before.time == run.time && before.zone == run.zone;
            let same = same && before.duration == run.duration && before.confidence == run.confidence;
            (same && next == Some(run.start) && before.note == run.note).then_some(())
        };
        match joined.iter_mut().rev().find(|before| goes_on(before).is_some()) {
            Some(before) => {
                before.until = run.until;
                before.without.extend(run.without);
                before.said.extend(run.said);
                before.sources.extend(run.sources);
                before.sources.dedup();
                before.sources.truncate(20);
            }
            None => joined.push(run),
        }
    }
    joined
}

/// Excepted dates as breaks, as few as hit nothing else. A meeting of another series on such a date is brought back by a
/// change.
fn breaks(runs: &[Run], changes: &mut Vec<(usize, NaiveDate, Said)>) -> Vec<(NaiveDate, NaiveDate, String)> {
    let mut gone: BTreeMap<NaiveDate, String> = BTreeMap::new();
    for run in runs {
        let source = run.sources.first().cloned().unwrap_or_default();
        gone.extend(run.without.iter().map(|date| (*date, source.clone())));
    }
    let takes_place = |date: NaiveDate| {
        let here = runs.iter().enumerate();
        here.filter(move |(_, run)| !run.without.contains(&date) && run.holds(date)).map(|(index, _)| index)
    };
    for date in gone.keys() {
        for index in takes_place(*date) {
            if changes.iter().any(|(series, day, _)| (*series, *day) == (index, *date)) {
                continue;
            }
            let source = runs[index].sources.first().cloned();
            // A source of its own would make it surer than its series.
            let confidence = Some(runs[index].confidence).filter(|sure| *sure != Confidence::Confirmed);
            changes.push((index, *date, Said { confidence, source, ..Said::default() }));
        }
    }
    let mut breaks: Vec<(NaiveDate, NaiveDate, String)> = Vec::new();
    for (date, source) in gone {
        let free = |from: NaiveDate| {
            let between = |run: &Run| {
                let next = from.succ_opt().unwrap_or(from);
                run.dates_from(next).take_while(|day| *day < date).any(|day| !run.without.contains(&day))
            };
            (date - from).num_days() < 400 && !runs.iter().any(between)
        };
        match breaks.last_mut().filter(|last| free(last.1)) {
            Some(last) => last.1 = date,
            None => breaks.push((date, date, source)),
        }
    }
    breaks
}

/// A name for each series that shares a date with another one.
fn series_names(runs: &[Run]) -> Vec<Option<String>> {
    let mut needs = vec![false; runs.len()];
    let mut work = WORK;
    for one in 0..runs.len() {
        for other in one + 1..runs.len() {
            if !(needs[one] && needs[other]) && share_a_date(&runs[one], &runs[other], &mut work) {
                (needs[one], needs[other]) = (true, true);
            }
        }
    }
    let mut taken = BTreeSet::new();
    let labels: BTreeSet<&str> = runs.iter().map(|run| run.label.as_str()).collect();
    runs.iter()
        .zip(needs)
        .map(|(run, needed)| {
            let time = || format!("{}-{}", run.start.format("%A"), run.time.format("%H%M"));
            let label = (labels.len() > 1).then(|| run.label.clone());
            needed.then(|| unused(&label.unwrap_or_else(time), &mut taken))
        })
        .collect()
}

fn share_a_date(one: &Run, other: &Run, work: &mut usize) -> bool {
    let from = one.start.max(other.start);
    let horizon = from.checked_add_days(Days::new(CYCLE)).unwrap_or(NaiveDate::MAX);
    let last = one.last().min(other.last()).min(horizon);
    let (mut mine, mut theirs) = (one.dates_from(from).peekable(), other.dates_from(from).peekable());
    while let (Some(one), Some(other)) = (mine.peek().copied(), theirs.peek().copied()) {
        if one.max(other) > last {
            return false;
        }
        *work = work.saturating_sub(1);
        match one.cmp(&other) {
            std::cmp::Ordering::Less => mine.next(),
            std::cmp::Ordering::Greater => theirs.next(),
            std::cmp::Ordering::Equal => return true,
        };
        if *work == 0 {
            return true;
        }
    }
    false
}

/// One-offs with names where the date is another meeting's as well.
fn named(singles: Vec<Single>, runs: &[Run], names: &[Option<String>]) -> Vec<(Option<String>, Single)> {
    let mut taken: BTreeMap<NaiveDate, BTreeSet<String>> = BTreeMap::new();
    let mut bare = BTreeSet::new();
    let regular = |date: NaiveDate| runs.iter().zip(names).any(|(run, name)| name.is_none() && run.holds(date));
    let name = |single: Single| {
        let date = single.date();
        if !regular(date) && bare.insert(date) {
            return (None, single);
        }
        let mut here: BTreeSet<String> = names.iter().flatten().cloned().collect();
        here.extend(taken.get(&date).cloned().unwrap_or_default());
        let name = unused(single.topic.as_deref().unwrap_or("extra"), &mut here);
        taken.entry(date).or_default().insert(name.clone());
        (Some(name), single)
    };
    singles.into_iter().map(name).collect()
}

/// A slug of a text that is not taken yet; takes it.
pub fn unused(text: &str, taken: &mut BTreeSet<String>) -> String {
    let stem = slug(text).unwrap_or_else(|| "chat".to_owned());
    let mut name = stem.clone();
    let mut number = 1;
    while taken.contains(&name) {
        number += 1;
        name = format!("{stem}-{number}");
    }
    taken.insert(name.clone());
    name
}

/// A text as a slug: what is no letter or digit of ASCII parts words.
pub fn slug(text: &str) -> Option<String> {
    let lower: String = text.to_lowercase().chars().map(plain).collect();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words.collect::<Vec<_>>().join("-").chars().take(60).collect();
    let joined = joined.trim_end_matches('-').to_owned();
    (Tag::new(&joined).is_some() && !["all", "collection"].contains(&joined.as_str())).then_some(joined)
}

/// A letter of the Latin alphabet without its marks.
fn plain(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ł' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ß' | 'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}
