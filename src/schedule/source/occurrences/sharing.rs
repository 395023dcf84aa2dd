//! Series of a chat that share a date, though no name distinguishes them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::recurrence::{DAYS_PER_CYCLE, Frequency, Run};
use crate::schedule::source::draft::Dated;
use crate::schedule::source::mistakes::Mistakes;
use crate::text::weekday_and_day;

/// Reports every series that has a date of an earlier one of the same name, or that has no name either.
pub fn check(dated: &[Dated], mistakes: &Mistakes) {
    // Sorted by start: mostly each has ended when the next one starts.
    if dated.is_sorted_by(|one, next| one.run.last.is_some_and(|last| last < next.run.start)) {
        return;
    }
    let mut by_name: Vec<&Dated> = dated.iter().collect();
    by_name.sort_by(|one, other| (&one.draft.name, one.run.start).cmp(&(&other.draft.name, other.run.start)));
    for same in by_name.chunk_by(|one, other| one.draft.name == other.draft.name) {
        for group in overlapping(same) {
            check_group(group, mistakes);
        }
    }
}

/// Groups series, sorted by start, so that all of a group have ended when the next one starts.
fn overlapping<'s, 'd>(dated: &'s [&'d Dated<'d>]) -> Vec<&'s [&'d Dated<'d>]> {
    let mut groups = Vec::new();
    let mut first = 0;
    let mut last = NaiveDate::MIN;
    for (index, series) in dated.iter().enumerate() {
        if index > first && series.run.start > last {
            groups.push(&dated[first..index]);
            first = index;
        }
        last = last.max(series.run.last.unwrap_or(NaiveDate::MAX));
    }
    groups.push(&dated[first..]);
    groups.retain(|group| group.len() > 1);
    groups
}

/// Walks the dates of all at once, up to 400 years after the last one has started. As a series that shares a date is
/// reported and left out, that takes no more steps than there are days.
fn check_group(dated: &[&Dated], mistakes: &Mistakes) {
    let mut taken = 0;
    let apart = dated.iter().all(|series| {
        let weekdays = weekdays(series.run);
        let free = taken & weekdays == 0;
        taken |= weekdays;
        free
    });
    if apart {
        return;
    }
    let horizon =
        dated[dated.len() - 1].run.start.checked_add_days(Days::new(DAYS_PER_CYCLE)).unwrap_or(NaiveDate::MAX);
    let mut ahead: Vec<_> = dated.iter().map(|series| series.run.dates_from(dated[1].run.start)).collect();
    let mut next: BinaryHeap<_> = ahead
        .iter_mut()
        .enumerate()
        .filter_map(|(index, dates)| dates.next().map(|date| Reverse((date, index))))
        .collect();
    while let Some(Reverse((date, index))) = next.pop() {
        if date > horizon || next.is_empty() {
            return;
        }
        while let Some(Reverse((same, other))) = next.peek().copied().filter(|Reverse((same, _))| *same == date) {
            next.pop();
            report(same, dated[index], dated[other], mistakes);
        }
        next.extend(ahead[index].next().map(|date| Reverse((date, index))));
    }
}

/// The weekdays on which a series may meet, a bit each.
fn weekdays(run: &Run) -> u8 {
    let bit = |weekday: Weekday| 1 << weekday.num_days_from_monday();
    match &run.rule.by_day[..] {
        [] if run.rule.frequency == Frequency::Weekly => bit(run.start.weekday()),
        [] => 0b111_1111,
        days => days.iter().fold(0, |bits, day| bits | bit(day.weekday)),
    }
}

fn report(date: NaiveDate, earlier: &Dated, later: &Dated, mistakes: &Mistakes) {
    let at = later.draft.start.as_ref().map_or_else(|| later.draft.header.clone(), toml::Spanned::span);
    let line = mistakes.line_of(earlier.draft.header.start);
    let message = format!("two series meet on {}", weekday_and_day(date));
    let label = format!("the other one is on line {line}");
    let help = match later.draft.name {
        Some(_) => "give each of them its own `name`, or end the earlier one with `until`",
        None => "end the earlier one with `until`, or give all but one of them a `name`",
    };
    mistakes.error("shared-date", at, message).label(label).help(help);
}
