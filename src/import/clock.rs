//! Times in UTC that follow a local clock: by which zone's clocks do they keep the same time of day?

use std::collections::BTreeSet;

use chrono::{Days, NaiveTime};

use super::chat::{Chat, Moment, Run, Single};
use super::report::FileReport;
use crate::zone::{Instant, Zone};

/// Zones in which most chats are at home: of several that fit, the first is taken.
const LIKELY: [&str; 16] = [
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "America/Chicago",
    "Europe/Paris",
    "Europe/Berlin",
    "Australia/Sydney",
    "America/Denver",
    "America/Toronto",
    "Europe/Helsinki",
    "Pacific/Auckland",
    "Australia/Adelaide",
    "America/Sao_Paulo",
    "Asia/Jerusalem",
    "America/Halifax",
    "Africa/Casablanca",
];

/// Instants that are looked at, at most: so many show where the clocks change.
const MOST: usize = 1_500;

/// Zones in the order in which they are tried: those that the source speaks of, the likely ones, all others.
pub fn likely(hints: &[Zone]) -> Vec<Zone> {
    let mut zones: Vec<Zone> = hints.to_vec();
    zones.extend(LIKELY.iter().filter_map(|name| Zone::named(name).ok()));
    zones.extend(Zone::all().filter(|zone| zone.name().contains('/') && Zone::of_place(zone.name()).is_ok()));
    let mut seen = BTreeSet::new();
    zones.retain(|zone| seen.insert(zone.name()));
    zones
}

/// Looks at what a chat has in UTC, and gives it the clocks that it follows where that changes no instant.
pub fn localise(chat: &mut Chat, report: &mut FileReport) {
    if chat.localised {
        return;
    }
    let utc = |run: &Run| run.zone == Zone::UTC;
    let single_in_utc = |single: &Single| single.at.zone == Zone::UTC;
    let open = chat.runs.iter().any(|run| utc(run) && run.until.is_none());
    let mut instants: Vec<Instant> =
        chat.singles.iter().filter(|single| single_in_utc(single)).map(|single| single.at.instant()).collect();
    let of_singles = instants.len();
    for run in chat.runs.iter().filter(|run| utc(run)) {
        instants.extend(of_run(run, 400).iter().map(|single| single.at.instant()));
    }
    let Some(found) = follows(&instants, &chat.hints) else { return };
    let (zone, others, time) = found;
    let also = if others == 0 { String::new() } else { format!(" (or of {others} other zones with the same changes)") };
    if open {
        // A few shifted meetings are no proof when the rule itself goes on in UTC.
        let fit = format!("its times in UTC keep {} on the clocks of {}{also}", time.format("%H:%M"), zone.name());
        report.change(None, &chat.title, format!("{fit}, so the rule follows a local clock; the last series is kept in UTC as written: when the clocks change, give it `zone = \"{}\"`", zone.name()));
        return;
    }
    let runs = std::mem::take(&mut chat.runs);
    let (converted, kept): (Vec<Run>, Vec<Run>) = runs.into_iter().partition(utc);
    let regular = converted.iter().flat_map(|run| of_run(run, usize::MAX));
    let mut moved = 0;
    let singles = std::mem::take(&mut chat.singles);
    let all = singles.into_iter().chain(regular).map(|mut single| {
        if single.at.zone == Zone::UTC
            && let Some(at) = single.at.seen_from(zone)
        {
            // An identity from the source stays; a day that only UTC gave it does not.
            single.at = at;
            moved += 1;
        }
        single
    });
    chat.singles = all.collect();
    chat.runs = kept;
    if of_singles < instants.len() || zone != Zone::UTC {
        report.change(
            None,
            &chat.title,
            format!(
                "{moved} meetings given in UTC are on the clocks of {}{also}, which changes no instant",
                zone.name()
            ),
        );
    }
}

/// The zone on whose clocks instants come at the fewest times of day: at clearly fewer than in UTC. With it, how many
/// more zones do as well, and the commonest time.
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
    // Where UTC does as well, only a zone that the source names is taken instead.
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

/// The meetings of a run one by one. Where it has no end, those through which somebody has kept it right: the last that
/// was changed, and four weeks.
fn of_run(run: &Run, most: usize) -> Vec<Single> {
    let weeks = run.start.checked_add_days(Days::new(28)).unwrap_or(run.start);
    let kept = run.said.keys().next_back().map_or(weeks, |changed| weeks.max(*changed));
    let last = run.until.unwrap_or(kept);
    let dates = run.dates_from(run.start).take_while(|date| *date <= last).filter(|date| !run.without.contains(date));
    let singles = dates.take(most.min(50_000)).map(|date| {
        let said = run.said.get(&date).cloned().unwrap_or_default();
        let zone = said.zone.unwrap_or(run.zone);
        Single {
            occurrence: None,
            at: Moment { date: said.moved_to.unwrap_or(date), time: said.time.unwrap_or(run.time), zone },
            duration: said.duration.unwrap_or(run.duration),
            topic: said.topic,
            cancelled: said.cancelled,
            confidence: said.confidence.unwrap_or(run.confidence),
            source: said.source.or_else(|| run.sources.first().cloned()).unwrap_or_default(),
            note: said.note,
        }
    });
    singles.collect()
}
