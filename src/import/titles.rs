//! Assigns events to chats by their titles: that of a single meeting is often `chat: topic`.

use std::collections::{BTreeMap, BTreeSet};

/// What separates the title of a chat from the topic of a meeting.
pub const SEPARATORS: [&str; 4] = [": ", " - ", " – ", " — "];

/// An event's title, and what else helps to assign it.
#[derive(Clone, Copy, Debug)]
pub struct Titled<'t> {
    pub title: &'t str,
    /// Whether it has a rule, or dates like one.
    pub recurs: bool,
    /// Equal for events that belong to one chat whatever their titles.
    pub same: &'t str,
}

/// The chat that an event belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Equal for all events of a chat.
    pub key: String,
    /// The title of the chat.
    pub title: String,
    /// What the meeting is about, where it is a single one.
    pub topic: Option<String>,
}

/// The chat of each event. `name` is the name of their calendar.
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

/// What follows a chat's title and a separator.
pub fn topic(title: &str, front: &str) -> Option<String> {
    let rest = title.strip_prefix(front)?;
    let topic = SEPARATORS.iter().find_map(|separator| rest.strip_prefix(separator))?.trim();
    (!topic.is_empty()).then(|| topic.to_owned())
}

/// The title before and after its first separator.
fn split(title: &str) -> Option<(&str, &str)> {
    let found = SEPARATORS.iter().filter_map(|separator| Some((title.find(separator)?, separator.len())));
    let (at, length) = found.min()?;
    let (front, topic) = (title[..at].trim(), title[at + length..].trim());
    (!front.is_empty() && !topic.is_empty()).then_some((front, topic))
}
