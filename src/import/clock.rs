//! Finds the zone that times in UTC follow.
//!
//! Many calendars are exported in UTC although their meetings keep to a local time of day: they move by an hour when
//! the clocks there change. The zone in which such meetings have the fewest times of day is the one that they follow.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveTime};

use super::draft::{ChatDraft, Moment, SingleDraft, UnsettledSeries};
use super::report::FileReport;
use crate::text::{agreeing, count};
use crate::zone::{Instant, Zone};

/// Zones in which most chats are at home; the first that fits is taken.
const LIKELY: &str = "Europe/London America/New_York America/Los_Angeles America/Chicago Europe/Paris Europe/Berlin \
                      Australia/Sydney America/Denver America/Toronto Europe/Helsinki Pacific/Auckland \
                      Australia/Adelaide America/Sao_Paulo Asia/Jerusalem America/Halifax Africa/Casablanca";

/// The most instants that are looked at: enough to show where the clocks change.
const MOST: usize = 1_500;
/// The most meetings of one chat that are written one by one as times in the zone found.
const MOST_MOVED: usize = 50_000;

/// Zones in the order in which they are tried: those that the file names, the likely ones, all others.
pub fn likely(hints: &[Zone]) -> Vec<Zone> {
    let mut zones: Vec<Zone> = hints.to_vec();
    zones.extend(LIKELY.split(' ').filter_map(|name| Zone::named(name).ok()));
    zones.extend(Zone::all().filter(|zone| zone.name().contains('/') && Zone::of_place(zone.name()).is_ok()));
    let mut seen = BTreeSet::new();
    zones.retain(|zone| seen.insert(zone.name()));
    zones
}

/// The remark that other zones fit as well as the one that was taken.
pub fn others_too(others: usize) -> String {
    if others == 0 { String::new() } else { format!(" ({} would fit as well)", count(others, "other zone")) }
}

/// Rewrites what a chat has in UTC as times in the zone that it follows, if there is one and no instant changes.
pub fn localise(chat: &mut ChatDraft, report: &mut FileReport) {
    if chat.has_host_zones {
        return;
    }
    let in_utc = |draft: &UnsettledSeries| draft.series.zone == Zone::UTC;
    let regular = chat.series.iter().filter(|draft| in_utc(draft)).flat_map(|draft| meetings(draft).take(400));
    let singles = chat.singles.iter().map(SingleDraft::at).filter(|at| at.zone == Zone::UTC);
    let moments = singles.chain(regular.map(|single| single.at()));
    let instants: Vec<Instant> = moments.map(Moment::instant).collect();
    let Some((zone, others, time)) = follows(&instants, &chat.hints) else { return };
    let (also, name) = (others_too(others), zone.name());
    let regular = || chat.series.iter().filter(|draft| in_utc(draft));
    let kept = if regular().any(|draft| draft.series.run.last.is_none()) {
        // A few shifted meetings prove nothing when the rule itself goes on in UTC.
        Some(format!("its last series is kept in UTC as written: give it `zone = \"{name}\"` before the clocks change"))
    } else if regular().flat_map(dates).nth(MOST_MOVED).is_some() {
        let most = format!("it has more than {MOST_MOVED} meetings, too many to write them one by one");
        Some(format!("{most}, and is kept in UTC as written: give it `zone = \"{name}\"` and local times"))
    } else {
        None
    };
    if let Some(kept) = kept {
        let follows = format!("its times in UTC keep to {} in {name}{also}", time.format("%H:%M"));
        report.change(None, &chat.title, format!("{follows}, so it seems to follow local time there; {kept}"));
        return;
    }
    let mut moved = 0;
    let regular: Vec<UnsettledSeries> = chat.series.extract_if(.., |draft| in_utc(draft)).collect();
    let regular = regular.iter().flat_map(meetings);
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
    let are = agreeing(moved, "is", "are");
    let meetings = count(moved, "meeting");
    let what = format!("{meetings} given in UTC {are} written as times in {name}{also}, at the same instants");
    report.change(None, &chat.title, what);
}

/// The zone in which instants have the fewest times of day, where those are fewer than in UTC. With it, how many other
/// zones do as well, and the time of the first instant.
fn follows(instants: &[Instant], hints: &[Zone]) -> Option<(Zone, usize, NaiveTime)> {
    if instants.len() < 2 {
        return None;
    }
    let step = instants.len().div_ceil(MOST);
    let sample: Vec<Instant> = instants.iter().copied().step_by(step).collect();
    let times = |zone: Zone| -> BTreeSet<NaiveTime> {
        let mut cursor = zone.utc_cursor();
        sample.iter().map(|instant| instant.at_offset(cursor.observance(*instant).offset).time()).collect()
    };
    let in_utc = times(Zone::UTC).len();
    let zones = likely(hints);
    let counts: Vec<(usize, Zone)> = zones.iter().map(|zone| (times(*zone).len(), *zone)).collect();
    let fewest = counts.iter().map(|(count, _)| *count).min()?;
    // Where UTC does as well, only a zone that the file names is preferred to it.
    let hinted = counts.iter().take(hints.len()).find(|(count, _)| *count == fewest);
    let (_, zone) = match hinted {
        Some(found) => found,
        None if fewest < in_utc => counts.iter().find(|(count, _)| *count == fewest)?,
        None => return None,
    };
    if *zone == Zone::UTC {
        return None;
    }
    let others = if hinted.is_some() { 0 } else { counts.iter().filter(|(count, _)| *count == fewest).count() - 1 };
    let time = zone.local(sample[0]).time();
    Some((*zone, others, time))
}

/// The meetings of a series one by one.
fn meetings(draft: &UnsettledSeries) -> impl Iterator<Item = SingleDraft> {
    dates(draft).map(|date| draft.meeting(date))
}

/// The dates of a series, without the exceptions. Where it has no end, only as far as somebody is known to have looked after it:
/// through its last change, and at least four weeks.
fn dates(draft: &UnsettledSeries) -> impl Iterator<Item = NaiveDate> {
    let run = &draft.series.run;
    let weeks = run.start.checked_add_days(Days::new(28)).unwrap_or(run.start);
    let kept = draft.changes.keys().next_back().map_or(weeks, |changed| weeks.max(*changed));
    let last = run.last.unwrap_or(kept);
    draft.dates().take_while(move |date| *date <= last)
}
