//! Which events are one chat: by their titles, where a single meeting's title is `chat: topic`.

use std::collections::{BTreeMap, BTreeSet};

/// What stands between the title of a chat and the topic of a meeting.
pub const SEPARATORS: [&str; 4] = [": ", " - ", " – ", " — "];

/// What an event is called, and what is known of it besides.
#[derive(Clone, Copy, Debug)]
pub struct Titled<'t> {
    pub title: &'t str,
    /// Whether it has a rule, or dates like one.
    pub recurs: bool,
    /// The same for events that are one chat whatever their titles.
    pub same: &'t str,
}

/// The chat of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The same for all events of a chat.
    pub key: String,
    /// What the chat is called.
    pub title: String,
    /// What the meeting is about, where the event is a single one.
    pub topic: Option<String>,
}

/// For each event its chat. `name` is what their calendar is called.
pub fn assign(events: &[Titled], name: Option<&str>) -> Vec<Assignment> {
    let recurring: BTreeSet<&str> = events.iter().filter(|event| event.recurs).map(|event| event.title).collect();
    let by_same: BTreeMap<&str, &str> =
        events.iter().filter(|event| event.recurs).map(|event| (event.same, event.title)).collect();
    let mut fronts: BTreeMap<&str, usize> = BTreeMap::new();
    for (front, _) in events.iter().filter(|event| !event.recurs).filter_map(|event| split(event.title)) {
        *fronts.entry(front).or_default() += 1;
    }
    let titles: BTreeSet<&str> = recurring.iter().copied().chain(name).collect();
    let of = |event: &Titled| -> (String, Option<String>) {
        let title = event.title;
        if event.recurs {
            return (by_same.get(event.same).map_or(title, |title| title).to_owned(), None);
        }
        if recurring.contains(title) {
            return (title.to_owned(), None);
        }
        let known = titles.iter().rev().find_map(|front| Some(((*front).to_owned(), Some(topic(title, front)?))));
        let shared = || {
            let (front, topic) = split(title).filter(|(front, _)| fronts.get(front).is_some_and(|count| *count > 1))?;
            Some((front.to_owned(), Some(topic.to_owned())))
        };
        known.or_else(shared).unwrap_or_else(|| (title.to_owned(), None))
    };
    let assignment = |event: &Titled| {
        let (title, topic) = of(event);
        let title = if title.is_empty() { name.unwrap_or("Untitled").to_owned() } else { title };
        Assignment { key: title.to_lowercase(), title, topic }
    };
    events.iter().map(assignment).collect()
}

/// What comes after a chat's title and a separator.
pub fn topic(title: &str, front: &str) -> Option<String> {
    let rest = title.strip_prefix(front)?;
    let topic = SEPARATORS.iter().find_map(|separator| rest.strip_prefix(separator))?.trim();
    (!topic.is_empty()).then(|| topic.to_owned())
}

/// A title before and after the first separator.
fn split(title: &str) -> Option<(&str, &str)> {
    let found = SEPARATORS.iter().filter_map(|separator| Some((title.find(separator)?, separator.len())));
    let (at, length) = found.min()?;
    let (front, topic) = (title[..at].trim(), title[at + length..].trim());
    (!front.is_empty() && !topic.is_empty()).then_some((front, topic))
}
