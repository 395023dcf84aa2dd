//! Series of a chat that share a date, though no name distinguishes them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chrono::{Days, NaiveDate};

use super::Life;
use super::long;
use crate::schedule::source::mistakes::Mistakes;

/// Days in 400 years, after which weekdays and leap years begin anew.
const CYCLE: u64 = 146_097;

/// Reports every series that has a date of an earlier one of the same name, or that has no name either.
pub fn check(lives: &[Life], mistakes: &Mistakes) {
    // Sorted by start: mostly each has ended when the next one starts.
    if lives.is_sorted_by(|one, next| one.last < next.start) {
        return;
    }
    let mut by_name: Vec<&Life> = lives.iter().collect();
    by_name.sort_by(|one, other| (&one.draft.name, one.start).cmp(&(&other.draft.name, other.start)));
    for same in by_name.chunk_by(|one, other| one.draft.name == other.draft.name) {
        for group in overlapping(same) {
            check_group(group, mistakes);
        }
    }
}

/// Splits series, sorted by start, where all have ended when the next one starts.
fn overlapping<'s, 'l>(lives: &'s [&'l Life<'l>]) -> Vec<&'s [&'l Life<'l>]> {
    let mut groups = Vec::new();
    let mut first = 0;
    let mut last = NaiveDate::MIN;
    for (index, life) in lives.iter().enumerate() {
        if index > first && life.start > last {
            groups.push(&lives[first..index]);
            first = index;
        }
        last = last.max(life.last);
    }
    groups.push(&lives[first..]);
    groups.retain(|group| group.len() > 1);
    groups
}

/// Walks the dates of all at once, up to 400 years after the last one has started. As a series that shares a date is
/// reported and left out, that takes no more steps than there are days.
fn check_group(lives: &[&Life], mistakes: &Mistakes) {
    let mut taken = 0;
    let apart = lives.iter().all(|life| {
        let free = taken & life.weekdays() == 0;
        taken |= life.weekdays();
        free
    });
    if apart {
        return;
    }
    let horizon = lives[lives.len() - 1].start.checked_add_days(Days::new(CYCLE)).unwrap_or(NaiveDate::MAX);
    let mut dates: Vec<_> = lives.iter().map(|life| life.dates_from(lives[1].start)).collect();
    let mut next: BinaryHeap<_> = dates
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
            report(same, lives[index], lives[other], mistakes);
        }
        next.extend(dates[index].next().map(|date| Reverse((date, index))));
    }
}

fn report(date: NaiveDate, earlier: &Life, later: &Life, mistakes: &Mistakes) {
    let at = later.draft.start.as_ref().map_or_else(|| later.draft.header.clone(), toml::Spanned::span);
    let line = mistakes.line_of(earlier.draft.header.start);
    let message = format!("two series meet on {}", long(date));
    let label = format!("the other one is on line {line}");
    let help = match later.draft.name {
        Some(_) => "give each of them its own `name`, or end the earlier one with `until`",
        None => "end the earlier one with `until`, or give all but one of them a `name`",
    };
    mistakes.error("shared-date", at, message).label(label).help(help);
}
