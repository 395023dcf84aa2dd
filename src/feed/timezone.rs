//! VTIMEZONE (RFC 5545 3.6.5): a zone's clocks over a span, from its real transitions.
//!
//! Transitions that come every year on a day that one pattern names (`BYDAY=-1SU`) become one STANDARD or DAYLIGHT with
//! a yearly RRULE; the others are listed. Where the zone's rules did not change over the span, that makes one STANDARD
//! and one DAYLIGHT, the only form that Outlook takes.

mod onset;
mod pattern;

use chrono::NaiveDateTime;

use super::line::Lines;
use crate::recurrence::{Ends, Rrule};
use crate::text::as_ical_date_time;
use crate::zone::{Instant, SECONDS_PER_DAY, Zone};
use onset::Onset;
use pattern::Pattern;

/// Seconds of the longest year.
const YEAR: i64 = 366 * SECONDS_PER_DAY;

/// So far beyond the span we look to tell a rule from a coincidence.
const FORESIGHT: i64 = 10 * YEAR;

/// Two transitions on one pattern may be chance; so many years in a row are a rule.
const FEWEST_YEARS: usize = 3;

/// Adds the VTIMEZONE of a zone, right from `from` through `through`.
pub fn write(lines: &mut Lines, zone: Zone, from: Instant, through: Instant) {
    lines.plain("BEGIN", "VTIMEZONE");
    lines.plain("TZID", zone.name());
    for block in blocks(zone, from, through) {
        block.write(lines);
    }
    lines.plain("END", "VTIMEZONE");
}

/// A STANDARD or DAYLIGHT: onsets that are alike, all of them in the span.
struct Subcomponent {
    first: Onset,
    onsets: Onsets,
}

enum Onsets {
    /// RRULE: every year by a pattern, and the last one, if there is a last one.
    Yearly(Pattern, Option<Instant>),
    /// RDATE: these; a single one is DTSTART alone.
    Listed(Vec<Onset>),
}

impl Subcomponent {
    fn write(&self, lines: &mut Lines) {
        let name = if self.first.daylight { "DAYLIGHT" } else { "STANDARD" };
        lines.plain("BEGIN", name);
        lines.plain("DTSTART", &local_text(self.first.local()));
        match &self.onsets {
            Onsets::Yearly(pattern, last) => {
                // Some programs compare UNTIL with the wall time of the onset: a day more is right for them, too.
                let ends = last.map_or(Ends::Never, |last| Ends::At(last.plus_seconds(SECONDS_PER_DAY).utc()));
                lines.plain("RRULE", &Rrule { rule: pattern.rule().clone(), ends }.to_string());
            }
            Onsets::Listed(onsets) if onsets.len() > 1 => {
                // Some programs take DTSTART for an onset only where there is no RDATE.
                for onset in onsets {
                    lines.plain("RDATE", &local_text(onset.local()));
                }
            }
            Onsets::Listed(_) => {}
        }
        lines.plain("TZOFFSETFROM", &offset_text(self.first.before));
        lines.plain("TZOFFSETTO", &offset_text(self.first.after.offset));
        lines.plain("TZNAME", self.first.after.abbreviation);
        lines.plain("END", name);
    }
}

/// The blocks that together are right over the span, by their first onset.
fn blocks(zone: Zone, from: Instant, through: Instant) -> Vec<Subcomponent> {
    let transitions = zone.transitions(Instant::from_unix_seconds(i64::MIN), through.plus_seconds(FORESIGHT));
    let onsets: Vec<Onset> = transitions.iter().map(Onset::of).collect();
    // What was in force when the span began has its onset before it.
    let begin = onsets.partition_point(|onset| onset.instant <= from).saturating_sub(1);
    let mut end = onsets.partition_point(|onset| onset.instant <= through);
    if end == begin + 1 && onsets.get(end).is_some_and(|next| next.instant <= through.plus_seconds(YEAR)) {
        // The span lies between two transitions: programs expect both a STANDARD and a DAYLIGHT.
        end += 1;
    }
    let mut listed = Vec::new();
    if onsets.first().is_none_or(|first| first.instant > from) {
        listed.push(Onset::before_all(zone, from));
    }
    // From the last one back, so that the rules of today reach as far as they can.
    let mut yearly = Vec::new();
    let mut explained = vec![false; onsets.len()];
    let mut taken = vec![false; onsets.len()];
    for at in (begin..onsets.len()).rev() {
        if taken[at] {
            continue;
        }
        let Some((pattern, run)) = longest_run(&onsets, &taken, at) else { continue };
        for onset in &run {
            taken[*onset] = true;
        }
        let within = run.iter().filter(|onset| (begin..end).contains(onset));
        // It goes on, as far as the span is concerned, where nothing contradicts it.
        let open = pattern.next_after(&onsets[run[0]]).is_none_or(|next| next > through);
        match within.clone().count() {
            0 => {}
            years if run.len() >= FEWEST_YEARS && (open || years >= FEWEST_YEARS) => {
                for onset in &run {
                    explained[*onset] = true;
                }
                yearly.push((pattern, open, run));
            }
            _ => listed.extend(within.map(|onset| onsets[*onset])),
        }
    }
    // The same rules as far back as they explain everything: then most files with a zone have the same VTIMEZONE, which
    // matters to programs that keep the first one they see.
    let early = |onset: &usize| explained[*onset] && onsets[*onset].instant.unix_seconds() >= 0;
    let begin = begin - (0..begin).rev().take_while(early).count();
    let mut blocks = list(listed);
    blocks.extend(yearly.into_iter().map(|(pattern, open, run)| {
        let mut within = run.into_iter().filter(|onset| (begin..end).contains(onset));
        let last = within.next().unwrap_or(begin);
        let first = onsets[within.next_back().unwrap_or(last)];
        Subcomponent { first, onsets: Onsets::Yearly(pattern, (!open).then_some(onsets[last].instant)) }
    }));
    blocks.sort_by_key(|block| block.first.instant);
    blocks
}

/// The pattern that explains most of the onsets before and with the one at `at`, year after year, and the places of
/// those onsets, the last one first. Every onset that the pattern makes between the first and the last is real.
fn longest_run(onsets: &[Onset], taken: &[bool], at: usize) -> Option<(Pattern, Vec<usize>)> {
    let onset = &onsets[at];
    let mut longest: Option<(Pattern, Vec<usize>)> = None;
    for pattern in Pattern::all_of(onset.local()) {
        let mut run = vec![at];
        for local in pattern.onsets_before(onset.local()) {
            let instant = Instant::from_unix_seconds(local.and_utc().timestamp() - i64::from(onset.before));
            match onsets.binary_search_by_key(&instant, |onset| onset.instant) {
                Ok(found) if onsets[found].like(onset) && !taken[found] => run.push(found),
                _ => break,
            }
        }
        if longest.as_ref().is_none_or(|(_, longest)| run.len() > longest.len()) {
            longest = Some((pattern, run));
        }
    }
    longest
}

/// Onsets that no pattern explains, those that are alike in one block.
fn list(onsets: Vec<Onset>) -> Vec<Subcomponent> {
    let mut blocks: Vec<Vec<Onset>> = Vec::new();
    for onset in onsets {
        match blocks.iter_mut().find(|block| block[0].like(&onset)) {
            Some(block) => block.push(onset),
            None => blocks.push(vec![onset]),
        }
    }
    let sorted = blocks.into_iter().map(|mut onsets| {
        onsets.sort_by_key(|onset| onset.instant);
        Subcomponent { first: onsets[0], onsets: Onsets::Listed(onsets) }
    });
    sorted.collect()
}

/// `20140330T010000`
fn local_text(local: NaiveDateTime) -> String {
    as_ical_date_time(local).to_string()
}

/// `+0100`, with seconds where there are any: RFC 5545 3.3.14.
fn offset_text(offset: i32) -> String {
    let (sign, seconds) = (if offset < 0 { '-' } else { '+' }, offset.abs());
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match seconds {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
    }
}
