//! Reads back feeds that chatcal made: a UID has the slug of the chat and the occurrence date, SUMMARY has the topic.

use std::collections::BTreeMap;

use crate::feed::line_of_host;
use crate::feed::uid::Uid;
use crate::import::chats::Assignment;
use crate::import::clock::likely;
use crate::import::draft::Moment;
use crate::import::event::{CalendarEvent, DateOrTime, Group};
use crate::schedule::{Link, is_page_of_hashtag};
use crate::text::{Marks, toml_date};
use crate::zone::Zone;

/// The chat of each group. `name` is the name of the feed: the title of its chat, if it has only one.
pub fn assign(groups: &[Group], name: Option<&str>) -> Vec<Assignment> {
    let slug = |group: &Group| Uid::parse(&group.main().uid).map_or_else(|| group.title(), |uid| uid.slug).to_owned();
    let slugs: Vec<String> = groups.iter().map(slug).collect();
    let mut same: BTreeMap<&String, Vec<&str>> = BTreeMap::new();
    for (slug, group) in slugs.iter().zip(groups) {
        same.entry(slug).or_default().push(group.title());
    }
    let titles: BTreeMap<&String, String> = same.iter().map(|(slug, same)| (*slug, shared_title(same, name))).collect();
    let assignment = |(group, slug): (&Group, &String)| {
        let title = titles[slug].clone();
        let topic = group.title().strip_prefix(&title).and_then(|rest| rest.strip_prefix(": "));
        Assignment { key: slug.clone(), topic: topic.map(str::to_owned), title }
    };
    groups.iter().zip(&slugs).map(assignment).collect()
}

/// The title of a chat: what the titles of its meetings have in common up to a colon.
fn shared_title(titles: &[&str], name: Option<&str>) -> String {
    let all_begin_with = |front: &str| {
        let goes_on = |rest: &str| rest.is_empty() || rest.starts_with(": ");
        titles.iter().all(|title| title.strip_prefix(front).is_some_and(goes_on))
    };
    if let Some(name) = name.filter(|name| all_begin_with(name)) {
        return name.to_owned();
    }
    let first = titles.first().copied().unwrap_or_default();
    let fronts = || first.match_indices(": ").take(20).map(|(at, _)| &first[..at]).chain([first]);
    let longest = fronts().filter(|front| all_begin_with(front)).last();
    longest.or_else(|| fronts().next()).unwrap_or(first).to_owned()
}

/// Turns an event back into what it was made of: its title without the marks of its status, its occurrence date, the
/// reason why it was called off, its moment on the host's clocks. Nothing else in its DESCRIPTION is kept.
pub fn restored(mut event: CalendarEvent) -> CalendarEvent {
    let description = event.description.take().unwrap_or_default();
    let title = Marks::UNCONFIRMED.strip(Marks::CANCELLED.strip(&event.title)).to_owned();
    event.title = title;
    event.occurrence = event.uid.get(..10).and_then(toml_date);
    let reason = description.lines().rev().find_map(|line| line.strip_prefix(Marks::CANCELLED.before));
    event.cancelled = event.cancelled.take().map(|called_off| reason.map_or(called_off, str::to_owned));
    // What follows from platform and hashtag is neither, and home is URL.
    event.location =
        event.location.take().filter(|place| !is_page_of_hashtag(place) && event.url.as_ref() != Some(place));
    event.location = event.location.take().and_then(|place| {
        let (platform, _) = place.split_once('#').filter(|_| !Link::is_meant_by(&place)).unwrap_or((&place, ""));
        let platform = platform.trim_end_matches([',', ' ']);
        (!platform.is_empty()).then(|| platform.to_owned())
    });
    if let DateOrTime::At(at) = &mut event.start
        && at.zone == Zone::UTC
    {
        *at = at_host(&description, *at).unwrap_or(*at);
    }
    event
}

/// The same instant in the host's zone, whose place and time DESCRIPTION shows: `Tue 1 April 2014, 18:30–20:30
/// London (BST)`.
fn at_host(description: &str, at: Moment) -> Option<Moment> {
    let (front, rest) = line_of_host(description)?.split_once('–')?;
    let (place, _) = rest.get(5..)?.split_once(" (")?;
    let place = place.trim().trim_start_matches("next day ").trim();
    let shown = |moment: &Moment| front.ends_with(&moment.time.format("%H:%M").to_string());
    let zones = std::iter::once(Zone::UTC).chain(likely(&[])).chain(Zone::all());
    zones.filter(|zone| zone.place() == place).filter_map(|zone| at.seen_from(zone)).find(shown)
}
