//! Feeds that chatcal made: their UIDs name the chat and the occurrence date, their SUMMARY has the topic.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Event;
use super::group::Group;
use crate::import::chat::Moment;
use crate::import::clock::likely;
use crate::import::titles::Place;
use crate::text::Marks;
use crate::zone::Zone;

/// For each group the chat it belongs to, its title, and its topic. `name` is what the feed is called: its chat, if it is
/// of one.
pub fn places(groups: &[Group], name: Option<&str>) -> Vec<Place> {
    let slug = |group: &Group| slug(group.uid()).unwrap_or_else(|| bare(group.title()).to_owned());
    let slugs: Vec<String> = groups.iter().map(slug).collect();
    let mut same: BTreeMap<&String, Vec<&str>> = BTreeMap::new();
    for (slug, group) in slugs.iter().zip(groups) {
        same.entry(slug).or_default().push(bare(group.title()));
    }
    let titles: BTreeMap<&String, String> = same.iter().map(|(slug, same)| (*slug, shared_title(same, name))).collect();
    let each = groups.iter().zip(&slugs).map(|(group, slug)| {
        let title = titles[slug].clone();
        let topic = bare(group.title()).strip_prefix(&title).and_then(|rest| rest.strip_prefix(": "));
        let topic = topic.map(str::to_owned);
        Place { key: slug.clone(), title, topic }
    });
    each.collect()
}

/// What titles have in common up to a colon: the title of their chat.
fn shared_title(titles: &[&str], name: Option<&str>) -> String {
    let all_begin_with = |front: &str| {
        let goes_on = |rest: &str| rest.is_empty() || rest.starts_with(": ");
        titles.iter().all(|title| title.strip_prefix(front).is_some_and(goes_on))
    };
    if let Some(name) = name.filter(|name| all_begin_with(name)) {
        return name.to_owned();
    }
    let first = titles.first().copied().unwrap_or_default();
    let ends = first.match_indices(": ").take(20).map(|(at, _)| at).chain([first.len()]);
    let ends: Vec<usize> = ends.collect();
    let end = ends.iter().rev().find(|end| all_begin_with(&first[..**end])).or(ends.first());
    first[..end.copied().unwrap_or(first.len())].to_owned()
}

/// A SUMMARY without the marks of its status.
pub fn bare(summary: &str) -> &str {
    Marks::UNCONFIRMED.strip(Marks::CANCELLED.strip(summary))
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
    description.lines().find_map(|line| line.strip_prefix(Marks::CANCELLED.before)).map(str::to_owned)
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
