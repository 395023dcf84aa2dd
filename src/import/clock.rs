//! Times in UTC that follow a local clock: in which zone do they keep the same time of day?

use std::collections::BTreeSet;

use chrono::{Days, NaiveTime};

use super::draft::{ChatDraft, SeriesDraft, SingleDraft};
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

/// Looks at what a chat has in UTC, and gives it the zone whose clocks it follows where that changes no instant.
pub fn localise(chat: &mut ChatDraft, report: &mut FileReport) {
    if chat.has_host_zones {
        return;
    }
    let in_utc = |draft: &SeriesDraft| draft.series.zone == Zone::UTC;
    let singles = chat.singles.iter().filter(|single| single.one_off.zone == Zone::UTC);
    let mut instants: Vec<Instant> = singles.map(|single| single.at().instant()).collect();
    let regular = chat.series.iter().filter(|draft| in_utc(draft)).flat_map(|draft| meetings(draft, 400));
    instants.extend(regular.map(|single| single.at().instant()));
    let Some((zone, others, time)) = follows(&instants, &chat.hints) else { return };
    let also = if others == 0 { String::new() } else { format!(" (or of {others} other zones with the same changes)") };
    if chat.series.iter().any(|draft| in_utc(draft) && draft.series.run.last.is_none()) {
        // A few shifted meetings are no proof when the rule itself goes on in UTC.
        let fit = format!("its times in UTC keep {} on the clocks of {}{also}", time.format("%H:%M"), zone.name());
        report.change(None, &chat.title, format!("{fit}, so the rule follows a local clock; the last series is kept in UTC as written: when the clocks change, give it `zone = \"{}\"`", zone.name()));
        return;
    }
    let mut moved = 0;
    let regular: Vec<SeriesDraft> = chat.series.extract_if(.., |draft| in_utc(draft)).collect();
    let regular = regular.iter().flat_map(|draft| meetings(draft, usize::MAX));
    let all = std::mem::take(&mut chat.singles).into_iter().chain(regular).map(|single| {
        // An occurrence date from the source stays; a day that only UTC gave it does not.
        match single.at().seen_from(zone).filter(|_| single.one_off.zone == Zone::UTC) {
            Some(at) => {
                moved += 1;
                single.moved_to(at)
            }
            None => single,
        }
    });
    chat.singles = all.collect();
    let what =
        format!("{moved} meetings given in UTC are on the clocks of {}{also}, which changes no instant", zone.name());
    report.change(None, &chat.title, what);
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

/// The meetings of a series one by one. Where it has no end, those through which somebody has kept it right: the last
/// that was changed, and four weeks.
fn meetings(draft: &SeriesDraft, most: usize) -> Vec<SingleDraft> {
    let run = &draft.series.run;
    let weeks = run.start.checked_add_days(Days::new(28)).unwrap_or(run.start);
    let kept = draft.changes.keys().next_back().map_or(weeks, |changed| weeks.max(*changed));
    let last = run.last.unwrap_or(kept);
    let dates = draft.dates().take_while(|date| *date <= last).take(most.min(50_000));
    dates.map(|date| draft.meeting(date)).collect()
}
