//! Meetings to come of which nobody sees where they are, and services whose names are probably slips.

use super::finding::{Finding, MOST, is_silenced, of_change, of_one_off, of_series};
use crate::diagnostic::{did_you_mean, nearest, quoted};
use crate::expand::{Meeting, Origin};
use crate::schedule::{Location, Place, Schedule, Status, Venue};
use crate::zone::Instant;

/// Services as their names are written: some have links that follow from a hashtag, and people filter by them.
const SERVICES: [&str; 20] = [
    "BigBlueButton",
    "Bluesky",
    "Discord",
    "Facebook",
    "Google Meet",
    "IRC",
    "Jitsi",
    "LinkedIn",
    "Mastodon",
    "Matrix",
    "Microsoft Teams",
    "Signal",
    "Slack",
    "Telegram",
    "Threads",
    "Twitch",
    "Twitter",
    "Webex",
    "YouTube",
    "Zoom",
];

/// Looks at the names of services, and at the places of meetings to come.
pub fn look(schedule: &Schedule, meetings: &[Meeting<'_>], at: Instant) -> Vec<Finding> {
    misspelled(schedule).into_iter().chain(nowhere(schedule, meetings, at)).collect()
}

/// The first meeting to come that has no place, or no link to it.
fn nowhere(schedule: &Schedule, meetings: &[Meeting<'_>], at: Instant) -> Option<Finding> {
    let is_to_come = |meeting: &&Meeting<'_>| meeting.start >= at && meeting.status != Status::Cancelled;
    let lacking = |meeting: &Meeting<'_>| match meeting.venues().location() {
        Some(Location::Link(_)) => None,
        Some(Location::Words(words)) => {
            Some(format!("calendars show only {} as its place, without a link", quoted(&words)))
        }
        None => Some("calendars show no place for it".to_owned()),
    };
    // A link may follow from the right name of a service, which is told of.
    let is_told = |meeting: &Meeting<'_>| {
        !is_silenced(&schedule.silenced, "platform") && meeting.venues().platform().and_then(meant).is_some()
    };
    let lacking = |meeting: &Meeting<'_>| lacking(meeting).filter(|_| !is_told(meeting));
    let (meeting, what) = meetings.iter().filter(is_to_come).find_map(|meeting| Some((meeting, lacking(meeting)?)))?;
    let place = match meeting.origin {
        Origin::OneOff(one_off) => of_one_off(one_off, "date"),
        Origin::Regular(_, Some(change)) if !change.venue.is_empty() => of_change(schedule, change, "date"),
        Origin::Regular(index, _) => of_series(&schedule.series[index], "start"),
    };
    let help = "say `join`, the link by which people take part, or `home`, the page about it; for Bluesky and X \
                `platform` and `hashtag` are enough";
    let message = format!("where is it to be found? {what}");
    Some(Finding { code: "no-place", message, label: None, help: help.into(), place })
}

/// The service whose name is probably meant by one that is none.
fn meant(platform: &str) -> Option<&'static str> {
    /// Shorter names are near to too many others.
    const LONG: usize = 6;
    if platform.eq_ignore_ascii_case("bsky") {
        return Some("Bluesky");
    }
    let is_known = SERVICES.iter().any(|known| known.eq_ignore_ascii_case(platform));
    let begins_alike = |meant: &&str| {
        meant.get(..1).is_some_and(|first| first.eq_ignore_ascii_case(platform.get(..1).unwrap_or_default()))
    };
    let long = SERVICES.into_iter().filter(|service| service.len() >= LONG);
    nearest(platform, long).filter(begins_alike).filter(|meant| !is_known && platform.len().abs_diff(meant.len()) < 2)
}

/// Names of services that differ little from those that are known.
fn misspelled(schedule: &Schedule) -> Vec<Finding> {
    let of_chat = std::iter::once((&schedule.venue, Place::Top("platform")));
    let of_series = schedule.series.iter().map(|series| (&series.venue, of_series(series, "platform")));
    let of_changes = schedule.changes.iter().map(|change| (&change.venue, of_change(schedule, change, "platform")));
    let of_one_offs = schedule.one_offs.iter().map(|one_off| (&one_off.venue, of_one_off(one_off, "platform")));
    let all = of_chat.chain(of_series).chain(of_changes).chain(of_one_offs);
    let found = all.filter_map(|(Venue { platform, .. }, place)| {
        let platform = platform.as_deref()?;
        let meant = meant(platform)?;
        let message = format!("{} is not a service that chatcal knows", quoted(platform));
        Some(Finding { code: "platform", message, label: None, help: did_you_mean(meant).into(), place })
    });
    found.take(MOST).collect()
}
