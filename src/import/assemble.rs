//! From events to chats: each event goes to the chat it was assigned to, and tells something about it.

use std::collections::BTreeMap;

use super::draft::ChatDraft;
use super::event::{CalendarEvent, Group};
use super::meetings;
use super::report::FileReport;
use super::titles::Assignment;
use crate::schedule::Link;

/// The most hosts, and the most tags, that a chat gets.
const MOST_NAMES: usize = 50;

/// The chats to which the groups are assigned. Each begins as `blank`, with its own title.
pub fn chats(
    groups: Vec<Group>,
    assignments: Vec<Assignment>,
    blank: &ChatDraft,
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
        meetings::add(chat, group, topic.as_deref(), report);
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

fn add_new<'n, T: Clone + PartialEq + 'n>(names: &mut Vec<T>, more: impl IntoIterator<Item = &'n T>) {
    for name in more {
        if names.len() < MOST_NAMES && !names.contains(name) {
            names.push(name.clone());
        }
    }
}
