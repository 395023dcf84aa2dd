//! Feeds that chatcal made: their UIDs name the chat and the occurrence date, their SUMMARY has the topic.

use chrono::NaiveDate;

use super::Event;
use super::group::Group;
use crate::import::chat::Moment;
use crate::import::clock::likely;
use crate::import::titles::Place;
use crate::zone::Zone;

const CANCELLED: &str = "Cancelled: ";
const UNCONFIRMED: &str = " (unconfirmed)";

/// For each group the chat it belongs to, its title, and its topic. `name` is what the feed is called: its chat, if it is
/// of one.
pub fn places(groups: &[Group], name: Option<&str>) -> Vec<Place> {
    let slug = |group: &Group| slug(group.uid()).unwrap_or_else(|| bare(group.title()).to_owned());
    let slugs: Vec<String> = groups.iter().map(slug).collect();
    let title = |slug: &String| {
        let same =
            || groups.iter().zip(&slugs).filter(move |(_, other)| *other == slug).map(|(group, _)| bare(group.title()));
        let of = |front: &str, title: &str| {
            title.strip_prefix(front).is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
        };
        if let Some(name) = name.filter(|name| same().all(|title| of(name, title))) {
            return name.to_owned();
        }
        let first = same().next().unwrap_or_default();
        let mut ends: Vec<usize> = first.match_indices(": ").map(|(at, _)| at).collect();
        ends.push(first.len());
        let shared = |end: &usize| same().all(|title| of(&first[..*end], title));
        // The longest that all share, unless every one of them goes on: a lone meeting's title is all there is.
        let end = ends.iter().rev().find(|end| shared(end)).or(ends.first()).copied().unwrap_or(first.len());
        first[..end].to_owned()
    };
    let titles: std::collections::BTreeMap<&String, String> =
        slugs.iter().collect::<std::collections::BTreeSet<_>>().into_iter().map(|slug| (slug, title(slug))).collect();
    let each = groups.iter().zip(&slugs).map(|(group, slug)| {
        let title = titles[slug].clone();
        let topic = bare(group.title()).strip_prefix(&title).and_then(|rest| rest.strip_prefix(": "));
        let topic = topic.map(str::to_owned);
        Place { key: slug.clone(), title, topic }
    });
    each.collect()
}

/// A SUMMARY without the marks of its status.
pub fn bare(summary: &str) -> &str {
    let summary = summary.strip_prefix(CANCELLED).unwrap_or(summary);
    summary.strip_suffix(UNCONFIRMED).unwrap_or(summary)
}

/// `2014-04-01.uklibchat@example.org`, `2014-04-01.west.uklibchat@…`, `2013-04-02.uklibchat.series@…`: the chat.
fn slug(uid: &str) -> Option<String> {
    let (local, _) = uid.split_once('@')?;
    let parts: Vec<&str> = local.split('.').skip(1).collect();
    let end = parts.iter().position(|part| *part == "series").filter(|at| *at > 0).unwrap_or(parts.len());
    parts.get(end.checked_sub(1)?).map(|slug| (*slug).to_owned())
}

/// The occurrence date in a UID.
pub fn occurrence(uid: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(uid.get(..10)?, "%Y-%m-%d").ok()
}

/// Why it was called off.
pub fn reason(event: &Event) -> Option<String> {
    let description = event.description.as_ref()?;
    description.lines().find_map(|line| line.strip_prefix(CANCELLED)).map(str::to_owned)
}

/// The meeting on the host's clocks, which DESCRIPTION names by their place and shows: `Tue 1 April 2014, 18:30–20:30
/// London (BST)`.
pub fn at_host(event: &Event, at: Moment) -> Moment {
    let seen = || {
        let first = event.description.as_ref()?.lines().next()?;
        let (front, rest) = first.split_once('–')?;
        let (place, _) = rest.get(5..)?.split_once(" (")?;
        let place = place.trim().trim_start_matches("next day ").trim();
        let shown = |moment: &Moment| front.ends_with(&moment.time.format("%H:%M").to_string());
        let zones = std::iter::once(Zone::UTC).chain(likely(&[])).chain(Zone::all());
        zones.filter(|zone| zone.place() == place).filter_map(|zone| at.seen_from(zone)).find(shown)
    };
    seen().unwrap_or(at)
}
