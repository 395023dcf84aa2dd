//! From events to chats. What belongs together is seen from titles: that of a single meeting is often `chat: topic`.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::ChatDraft;
use super::event::{CalendarEvent, Group, fronts_of, split_title, topic_after};
use super::meetings;
use super::report::FileReport;
use super::work::Work;
use crate::schedule::Link;
use crate::schedule::keys::LIST;

/// The chat that a group of events belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Equal for all events of a chat.
    pub key: String,
    /// The title of the chat.
    pub title: String,
    /// What the meeting is about, where it is a single one.
    pub topic: Option<String>,
}

/// The chat of each group. `name` is the name of their calendar.
pub fn assign(groups: &[Group], name: Option<&str>) -> Vec<Assignment> {
    let recurring = || groups.iter().filter(|group| group.recurs());
    let mut titles: BTreeSet<&str> = recurring().map(Group::title).collect();
    let by_uid: BTreeMap<&str, &str> =
        recurring().filter_map(|group| Some((group.base_uid()?, group.title()))).collect();
    let mut fronts: BTreeMap<&str, usize> = BTreeMap::new();
    for (front, _) in groups.iter().filter(|group| !group.recurs()).filter_map(|group| split_title(group.title())) {
        *fronts.entry(front).or_default() += 1;
    }
    let known = titles.clone();
    titles.extend(name);
    let of = |group: &Group| -> (String, Option<String>) {
        let title = group.title();
        if group.recurs() {
            let continued = group.base_uid().and_then(|uid| by_uid.get(uid).copied());
            return (continued.unwrap_or(title).to_owned(), None);
        }
        if known.contains(title) {
            return (title.to_owned(), None);
        }
        // The longest title that comes before a separator.
        let of_known = fronts_of(title)
            .rev()
            .filter(|front| titles.contains(front))
            .find_map(|front| Some((front.to_owned(), Some(topic_after(title, front)?))));
        let of_shared = || {
            let (front, topic) = split_title(title).filter(|(front, _)| fronts[front] > 1)?;
            Some((front.to_owned(), Some(topic.to_owned())))
        };
        of_known.or_else(of_shared).unwrap_or_else(|| (title.to_owned(), None))
    };
    let assignment = |group: &Group| {
        let (title, topic) = of(group);
        let title = if title.is_empty() { name.unwrap_or("Untitled").to_owned() } else { title };
        Assignment { key: title.to_lowercase(), title, topic }
    };
    groups.iter().map(assignment).collect()
}

/// The chats to which the groups are assigned. Each begins as `blank`, with its own title.
pub fn chats(
    groups: Vec<Group>,
    assignments: Vec<Assignment>,
    blank: &ChatDraft,
    work: &mut Work,
    report: &mut FileReport,
) -> Vec<ChatDraft> {
    let mut chats: Vec<ChatDraft> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (group, Assignment { key, title, topic }) in groups.into_iter().zip(assignments) {
        let index = *known.entry(key).or_insert_with(|| {
            chats.push(ChatDraft { title, ..blank.clone() });
            chats.len() - 1
        });
        let chat = &mut chats[index];
        describe(chat, group.main(), topic.is_none());
        meetings::add(chat, group, topic.as_deref(), work, report);
    }
    chats.retain(|chat| !chat.series.is_empty() || !chat.singles.is_empty());
    chats
}

/// Takes what an event says about the chat as a whole; the first event that says something counts.
fn describe(chat: &mut ChatDraft, event: &CalendarEvent, is_whole: bool) {
    if event.describes_chat && is_whole && chat.description.is_none() {
        chat.description.clone_from(&event.description);
    }
    let link = |text: &Option<String>| text.as_deref().and_then(Link::new);
    let location = link(&event.location);
    if chat.platform.is_none() && location.is_none() {
        chat.platform.clone_from(&event.location);
    }
    chat.home = chat.home.take().or_else(|| link(&event.url)).or(location);
    add_new(&mut chat.hosts, &event.organizer);
    add_new(&mut chat.tags, &event.tags);
}

/// Adds the names that are not there yet, as far as a schedule may list them.
pub fn add_new<'n, T: Clone + PartialEq + 'n>(names: &mut Vec<T>, more: impl IntoIterator<Item = &'n T>) {
    for name in more {
        if names.len() < LIST && !names.contains(name) {
            names.push(name.clone());
        }
    }
}
