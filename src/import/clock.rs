//! Finds the zone that times in UTC follow.
//!
//! Many calendars are exported in UTC although their meetings keep to a local time of day: they move by an hour when
//! the clocks there change. The zone in which such meetings have the fewest times of day is the one that they follow.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{Days, NaiveDate, NaiveTime};

use super::draft::{ChatDraft, Moment, SingleDraft, UnsettledSeries};
use super::report::FileReport;
use super::rule::horizon;
use super::work::Work;
use crate::recurrence::Run;
use crate::text::{agreeing, count};
use crate::zone::{Instant, SECONDS_PER_DAY, Zone};

/// Zones in which most chats are at home; the first that fits is taken.
const LIKELY: &str = "Europe/London America/New_York America/Los_Angeles America/Chicago Europe/Paris Europe/Berlin \
                      Australia/Sydney America/Denver America/Toronto Europe/Helsinki Pacific/Auckland \
                      Australia/Adelaide America/Sao_Paulo Asia/Jerusalem America/Halifax Africa/Casablanca";

/// The most instants that are looked at: enough to show where the clocks change.
const MOST: usize = 1_500;
/// The most meetings of one chat that are written one by one as times in the zone found.
const MOST_MOVED: usize = 50_000;
/// What it takes to write a meeting as a time in the zone found, in steps.
const MOVING: u64 = 200;
/// Unix seconds until which the clocks of all zones are listed, and what an instant takes after that, in steps.
const LISTED: i64 = 4_000_000_000;
const COMPUTING: u64 = 100;

/// Zones in the order in which they are tried: those that the file names, the likely ones, all others.
pub fn likely(hints: &[Zone]) -> Vec<Zone> {
    static UNHINTED: LazyLock<Vec<Zone>> = LazyLock::new(|| {
        let first = LIKELY.split(' ').filter_map(|name| Zone::named(name).ok());
        unique(first.chain(Zone::all().filter(|zone| zone.name().contains('/'))))
    });
    if hints.is_empty() { UNHINTED.clone() } else { unique(hints.iter().chain(&*UNHINTED).copied()) }
}

/// Each zone once, at its first place.
fn unique(zones: impl Iterator<Item = Zone>) -> Vec<Zone> {
    let mut seen = BTreeSet::new();
    zones.filter(|zone| seen.insert(zone.name())).collect()
}

/// The remark that other zones fit as well as the one that was taken.
pub fn others_too(others: usize) -> String {
    if others == 0 { String::new() } else { format!(" ({} would fit as well)", count(others, "other zone")) }
}

/// Rewrites what a chat has in UTC as times in the zone that it follows, if there is one and no instant changes.
pub fn localise(chat: &mut ChatDraft, work: &mut Work, report: &mut FileReport) {
    if chat.has_host_zones || work.is_used_up() {
        return;
    }
    let Some((zone, others, time)) = follows(&sample(chat), &chat.hints, work) else { return };
    let (also, name) = (others_too(others), zone.name());
    let regular = || chat.series.iter().filter(|draft| draft.series.zone == Zone::UTC);
    let goes_on = |Run { start, last, .. }: &Run| last.is_none_or(|last| last > horizon(*start));
    let kept = if regular().any(|draft| goes_on(&draft.series.run)) {
        // A few shifted meetings prove nothing when the rule itself goes on in UTC.
        Some(format!("its last series is kept in UTC as written: give it `zone = \"{name}\"` before the clocks change"))
    } else {
        let most = match regular().flat_map(dates).nth(MOST_MOVED) {
            Some(_) => Err(format!("it has more than {MOST_MOVED} meetings, too many to write them one by one")),
            None => work.repeat(regular().map(repeated).sum()),
        };
        let kept = |why| format!("{why}, and is kept in UTC as written: give it `zone = \"{name}\"` and local times");
        most.err().map(kept)
    };
    if let Some(kept) = kept {
        let follows = format!("its times in UTC keep to {} in {name}{also}", time.format("%H:%M"));
        report.change(None, &chat.title, format!("{follows}, so it seems to follow local time there; {kept}"));
        return;
    }
    let mut moved = 0;
    let regular: Vec<UnsettledSeries> = chat.series.extract_if(.., |draft| draft.series.zone == Zone::UTC).collect();
    let regular = regular.iter().flat_map(|draft| dates(draft).map(|date| draft.meeting(date)));
    let all = std::mem::take(&mut chat.singles).into_iter().chain(regular).map(|single| {
        // An occurrence date that the file gives stays; a day that is only the day in UTC does not.
        match single.at().seen_from(zone).filter(|_| single.one_off.zone == Zone::UTC) {
            Some(at) => {
                moved += 1;
                single.moved_to(at)
            }
            None => single,
        }
    });
    chat.singles = all.collect();
    work.take(moved as u64 * MOVING);
    let are = agreeing(moved, "is", "are");
    let meetings = count(moved, "meeting");
    let what = format!("{meetings} given in UTC {are} written as times in {name}{also}, at the same instants");
    report.change(None, &chat.title, what);
}

/// Instants at which a chat meets by times in UTC, evenly spread over those of its beginning.
fn sample(chat: &ChatDraft) -> Vec<Instant> {
    let singles = || chat.singles.iter().map(SingleDraft::at).filter(|at| at.zone == Zone::UTC);
    let regular = || {
        let in_utc = chat.series.iter().filter(|draft| draft.series.zone == Zone::UTC);
        in_utc.flat_map(|draft| dates(draft).take(400).map(move |date| (draft, date)))
    };
    let number = singles().count();
    let step = (number + regular().count()).div_ceil(MOST).max(1);
    let at = |(draft, date): (&UnsettledSeries, _)| Moment::from(draft.series.meeting(date, draft.changes.get(&date)));
    let taken = |index: &usize| index.is_multiple_of(step);
    let regular = (number..).zip(regular()).filter(|(index, _)| taken(index)).map(|(_, meeting)| at(meeting));
    let singles = (0..).zip(singles()).filter(|(index, _)| taken(index)).map(|(_, at)| at);
    singles.chain(regular).map(Moment::instant).collect()
}

/// The bytes of text that the meetings of a series repeat when they are written one by one.
fn repeated(draft: &UnsettledSeries) -> usize {
    let source = draft.series.sources.first().map_or(0, |source| source.as_str().len());
    dates(draft).count() * source
}

/// The zone in which instants have the fewest times of day, where those are fewer than in UTC. With it, how many other
/// zones do as well, and the time of the first instant.
fn follows(instants: &[Instant], hints: &[Zone], work: &mut Work) -> Option<(Zone, usize, NaiveTime)> {
    if instants.len() < 2 {
        return None;
    }
    let cost: u64 = instants.iter().map(|at| if at.unix_seconds() < LISTED { 2 } else { COMPUTING }).sum();
    // How many times of day there are in a zone, if not more than so many.
    let mut times = |zone: Zone, most: usize| {
        let (mut times, mut cursor, mut steps) = (BTreeSet::new(), zone.utc_cursor(), 0);
        let few = instants.iter().all(|instant| {
            steps += 1;
            let wall = instant.unix_seconds() + i64::from(cursor.observance(*instant).offset);
            times.insert(wall.rem_euclid(SECONDS_PER_DAY));
            times.len() <= most
        });
        work.take(1 + cost * steps / instants.len() as u64);
        few.then_some(times.len())
    };
    let in_utc = times(Zone::UTC, usize::MAX)?;
    // Among all zones are some without an offset: the fewest are never more than in UTC.
    let (mut fewest, mut counts) = (in_utc, Vec::new());
    let zones = if in_utc == 1 { hints.to_vec() } else { likely(hints) };
    for (index, zone) in zones.into_iter().enumerate() {
        if let Some(count) = times(zone, fewest) {
            fewest = fewest.min(count);
            counts.push((count, index, zone));
        }
    }
    // Where UTC does as well, only a zone that the file names is preferred to it.
    let mut fitting = counts.into_iter().filter(|(count, ..)| *count == fewest);
    let (_, index, zone) = fitting.next()?;
    let hinted = index < hints.len();
    if zone == Zone::UTC || !(hinted || fewest < in_utc) {
        return None;
    }
    let others = if hinted { 0 } else { fitting.count() };
    let time = zone.local(instants[0]).time();
    Some((zone, others, time))
}

/// The dates of a series in its first 400 years, without the exceptions. Where it has no end, only as far as somebody is
/// known to have looked after it: through its last change, and at least four weeks.
fn dates(draft: &UnsettledSeries) -> impl Iterator<Item = NaiveDate> {
    let run = &draft.series.run;
    let most = horizon(run.start);
    let weeks = run.start.checked_add_days(Days::new(28)).unwrap_or(run.start);
    let kept = draft.changes.keys().next_back().map_or(weeks, |changed| weeks.max(*changed));
    let last = run.last.unwrap_or(kept);
    run.dates().through(last.min(most)).filter(|date| !draft.without.contains(date))
}
