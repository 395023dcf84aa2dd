//! What the parts of a schedule say of each other's dates: each change is of one meeting, each break takes one away, and
//! no two meetings are the same.

mod sharing;

use std::collections::HashMap;
use std::ops::Range;

use chrono::NaiveDate;

use super::draft::{Dated, Placed, SeriesTable};
use super::mistakes::Mistakes;
use crate::diagnostic::{did_you_mean, nearest, quoted};
use crate::schedule::{Break, Change, OneOff};
use crate::text::weekday_and_day;

/// Checks the dates of a chat, gives each change its series, and sorts all three.
pub fn check(
    drafts: &[SeriesTable],
    changes: &mut [Placed<Change>],
    breaks: &mut [Placed<Break>],
    one_offs: &mut [Placed<OneOff>],
    mistakes: &Mistakes,
) {
    breaks.sort_by_key(|pause| (pause.item.from, pause.item.through));
    one_offs.sort_by(|one, other| (one.item.date, &one.item.name).cmp(&(other.item.date, &other.item.name)));
    let any_date = !changes.is_empty() || !breaks.is_empty() || !one_offs.is_empty();
    if drafts.len() < 2 && !any_date {
        return;
    }
    let dated =
        drafts.iter().enumerate().filter_map(|(index, draft)| Some(Dated { index, draft, run: draft.dates()? }));
    let dated: Vec<Dated> = dated.collect();
    // A date that is none of a series whose rule is not known may be one of it all the same.
    let known = dated.len() == drafts.len() && mistakes.whole;
    sharing::check(&dated, mistakes);
    for change in &mut *changes {
        if let Some(series) = series_of(change, drafts, &dated, known, mistakes) {
            change.item.series = series;
        }
    }
    changes.sort_by(|one, other| {
        let key = |change: &Change| (change.date, drafts.get(change.series).and_then(|draft| draft.name.clone()));
        one.item.date.cmp(&other.item.date).then_with(|| key(&one.item).cmp(&key(&other.item)))
    });
    if known && !mistakes.any_error() {
        check_changed_once(changes, mistakes);
    }
    for pause in breaks.iter().filter(|_| known) {
        check_break(pause, &dated, mistakes);
    }
    check_one_offs(one_offs, &dated, changes, breaks, mistakes);
}

/// Dates as a label: `nearest: Tue 1 April 2014, Tue 6 May 2014`.
pub fn named(dates: &[NaiveDate]) -> String {
    let dates: Vec<_> = dates.iter().map(|date| weekday_and_day(*date)).collect();
    if dates.is_empty() { "there are none".to_owned() } else { format!("nearest: {}", dates.join(", ")) }
}

/// The one series whose meeting a change is about.
fn series_of(
    change: &Placed<Change>,
    drafts: &[SeriesTable],
    dated: &[Dated],
    known: bool,
    mistakes: &Mistakes,
) -> Option<usize> {
    let date = change.item.date;
    let wanted = change.series.as_ref();
    if let Some((name, at)) = wanted
        && known
        && !drafts.iter().any(|draft| draft.name.as_ref() == Some(name))
    {
        unknown_series(name, at.clone(), drafts, mistakes);
        return None;
    }
    let may_have = |series: &&Dated| wanted.is_none_or(|(name, _)| series.draft.name.as_ref() == Some(name));
    let mut hits = dated.iter().filter(may_have).filter(|series| series.run.holds(date));
    match (hits.next(), hits.next()) {
        (Some(series), None) => return Some(series.index),
        (Some(one), Some(other)) if one.draft.name != other.draft.name => {
            let message = format!("{date} is a date of {} and of {}", one.draft.called(), other.draft.called());
            let help = match one.draft.name.as_ref().or(other.draft.name.as_ref()) {
                Some(name) => format!("say which: series = \"{name}\"; a series without a name needs one for that"),
                None => "give all but one of them a `name`, and say which: series = \"…\"".to_owned(),
            };
            mistakes.error("change", change.at.clone(), message).help(help);
        }
        (None, _) if known => {
            let of = wanted.map_or_else(|| "any series".to_owned(), |(name, _)| format!("series \"{name}\""));
            let candidates = || dated.iter().filter(may_have).filter(|_| !mistakes.is_full());
            let near = near(candidates(), date);
            let message = format!("{date} is not a date of {of}");
            // The one that ended last is most likely meant.
            let ended = candidates().filter_map(|series| Some((series.run.last, after_the_end(series, date)?)));
            let help = ended.max_by_key(|(last, _)| *last).map(|(_, help)| help);
            mistakes.error("change", change.at.clone(), message).label(named(&near)).help_if(help);
        }
        // Not known, or two series of one name that share a date, which is a mistake of theirs.
        _ => {}
    }
    None
}

fn unknown_series(name: &str, at: Range<usize>, drafts: &[SeriesTable], mistakes: &Mistakes) {
    let names = || drafts.iter().filter_map(|draft| draft.name.as_deref());
    let help = match (nearest(name, names()), names().next()) {
        (Some(near), _) => did_you_mean(near),
        (None, Some(first)) => format!("there is \"{first}\""),
        (None, None) => "no series has a name; leave out the key".to_owned(),
    };
    mistakes.error("change", at, format!("no series is named {}", quoted(name))).help(help);
}

/// Where a series would have met on a date had it not ended, what to do about it.
fn after_the_end(series: &Dated, date: NaiveDate) -> Option<String> {
    let last = series.run.last.filter(|last| *last < date)?;
    if !series.run.rule.gives(series.run.start, date) {
        return None;
    }
    let called = series.draft.called();
    Some(match series.draft.last_known {
        Some(known) => {
            let (last, key) = (weekday_and_day(last), known.key());
            format!("{called} fades out after {last}; if it still met, give a later `{key}`")
        }
        None => format!("{called} stopped after {}", weekday_and_day(last)),
    })
}

/// The last date before and the first after a day, over some series.
fn near<'s, 'd: 's>(series: impl Iterator<Item = &'s Dated<'d>> + Clone, day: NaiveDate) -> Vec<NaiveDate> {
    let before = series.clone().filter_map(|series| series.run.last_before(day)).max();
    let after = series.filter_map(|series| series.run.next_from(day)).min();
    before.into_iter().chain(after).collect()
}

/// Reports two changes of one meeting.
fn check_changed_once(changes: &[Placed<Change>], mistakes: &Mistakes) {
    for pair in changes.windows(2) {
        let [first, second] = pair else { continue };
        if (first.item.date, first.item.series) == (second.item.date, second.item.series) {
            let message = format!("a second [[change]] for the meeting on {}", weekday_and_day(second.item.date));
            let help = format!("merge it into the one on line {}", mistakes.line_of(first.at.start));
            mistakes.error("twice", second.at.clone(), message).help(help);
        }
    }
}

/// Reports a break without a meeting in it.
fn check_break(pause: &Placed<Break>, dated: &[Dated], mistakes: &Mistakes) {
    let (from, through) = (pause.item.from, pause.item.through);
    if dated.iter().any(|series| series.run.dates_from(from).through(through).next().is_some()) {
        return;
    }
    // Where the mistake is only counted, nobody sees them.
    let near = near(dated.iter().filter(|_| !mistakes.is_full()), from);
    mistakes.error("break", pause.at.clone(), "no regular meeting falls into this break").label(named(&near));
}

/// Reports one-offs on the date of another meeting that have the same name as it, or neither has one.
fn check_one_offs(
    one_offs: &[Placed<OneOff>],
    dated: &[Dated],
    changes: &[Placed<Change>],
    breaks: &[Placed<Break>],
    mistakes: &Mistakes,
) {
    let by_meeting: HashMap<(NaiveDate, usize), &Change> =
        changes.iter().map(|change| ((change.item.date, change.item.series), &change.item)).collect();
    // A break takes a meeting away, unless a change of this very meeting brings it back.
    let gone = |date: NaiveDate, series: usize| {
        breaks.iter().any(|pause| pause.item.holds(date))
            && by_meeting.get(&(date, series)).is_none_or(|change| change.cancelled.is_some())
    };
    let mut before: Option<&Placed<OneOff>> = None;
    for one_off in one_offs {
        let (date, name) = (one_off.item.date, &one_off.item.name);
        let same = before.filter(|before| before.item.date == date && before.item.name == *name);
        if let Some(same) = same {
            let message = format!("a second [[one-off]] on {}", weekday_and_day(date));
            let line = mistakes.line_of(same.at.start);
            let help = format!("give it a `name` of its own, to distinguish it from the one on line {line}");
            mistakes.error("twice", one_off.at.clone(), message).help(help);
        } else if let Some(series) = dated.iter().find(|series| series.draft.name == *name && series.run.holds(date))
            && !gone(date, series.index)
        {
            let message = format!("{} is a regular meeting of {}", weekday_and_day(date), series.draft.called());
            let help = "write a [[change]] for that meeting, or give this one a `name` of its own";
            mistakes.error("one-off", one_off.at.clone(), message).help(help);
        }
        before = Some(one_off);
    }
}
