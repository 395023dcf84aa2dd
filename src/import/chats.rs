//! From events to chats. What belongs together is seen from titles: that of a single meeting is often `chat: topic`.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::ChatDraft;
use super::event::{CalendarEvent, Group, fronts_of, split_title, topic_after};
use super::listed::some_of;
use super::meetings;
use super::report::FileReport;
use super::work::Work;
use crate::diagnostic::quoted;
use crate::schedule::Link;
use crate::schedule::keys::LINE;
use crate::text::{agreeing, count, thousands};

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
    let mut unplaced: Vec<Unplaced> = Vec::new();
    for (group, Assignment { key, title, topic }) in groups.into_iter().zip(assignments) {
        let index = *known.entry(key).or_insert_with(|| {
            chats.push(ChatDraft { title, ..blank.clone() });
            unplaced.push(Unplaced::default());
            chats.len() - 1
        });
        let chat = &mut chats[index];
        let unplaced = &mut unplaced[index];
        describe(chat, group.main(), topic.is_none(), unplaced);
        group.overrides.iter().for_each(|event| compare(chat, event, unplaced));
        meetings::add(chat, group, topic.as_deref(), work, report);
    }
    for (chat, unplaced) in chats.iter().zip(unplaced) {
        unplaced.report(&chat.title, report);
    }
    chats.retain(|chat| !chat.series.is_empty() || !chat.singles.is_empty());
    chats
}

/// What the events of a chat say that its schedule has no place for, by what it is.
#[derive(Default)]
struct Unplaced(BTreeMap<&'static str, BTreeSet<String>>);

/// What is not a link that a schedule may have.
const UNUSABLE: &str = "unusable link";

impl Unplaced {
    fn add(&mut self, what: &'static str, text: &str) {
        self.0.entry(what).or_default().insert(quoted(text));
    }

    fn report(self, of: &str, report: &mut FileReport) {
        for (what, texts) in self.0 {
            let number = texts.len();
            let (things, have) = (count(number, what), agreeing(number, "has", "have"));
            let why = if what == UNUSABLE {
                let begins = "where a link begins with https://, http:// or mailto:, and has no spaces";
                format!("{begins} and at most {} characters", thousands(LINE))
            } else {
                "which has only one".to_owned()
            };
            let shown = some_of(texts.into_iter(), number);
            report.change(None, of, format!("{things} {have} no place in its schedule, {why}: {shown}"));
        }
    }
}

/// Takes what an event says about the chat as a whole; the first event that says something counts.
fn describe(chat: &mut ChatDraft, event: &CalendarEvent, is_whole: bool, unplaced: &mut Unplaced) {
    if let Some(text) = event.description.as_ref().filter(|_| event.describes_chat && is_whole)
        && !place(&mut chat.description, text)
        // A single meeting keeps it as its note.
        && !event.rules.is_empty()
    {
        unplaced.add("other description", text);
    }
    if let Some(text) = &event.url {
        match link(text) {
            None => unplaced.add(UNUSABLE, text),
            Some(link) if place(&mut chat.home, &link) => {}
            Some(_) => unplaced.add("other link", text),
        }
    }
    if let Some(text) = &event.location {
        match link(text) {
            Some(link) if place(&mut chat.home, &link) => {}
            Some(_) => unplaced.add("other link", text),
            None if place(&mut chat.platform, text) => {}
            None => unplaced.add("other location", text),
        }
    }
    chat.hosts.add(event.organizer.clone());
    chat.tags.add(event.tags.iter().cloned());
}

/// Looks at what the change of a single meeting says of places, of which a schedule cannot say it.
fn compare(chat: &ChatDraft, event: &CalendarEvent, unplaced: &mut Unplaced) {
    for text in [&event.url, &event.location].into_iter().flatten() {
        let is_home = chat.home.as_ref().is_some_and(|home| home.as_str() == text);
        if !is_home && chat.platform.as_ref() != Some(text) {
            unplaced.add(if link(text).is_some() { "other link" } else { "other location" }, text);
        }
    }
}

/// Puts something where nothing is yet; says whether it is there now.
fn place<T: Clone + PartialEq>(slot: &mut Option<T>, new: &T) -> bool {
    slot.get_or_insert_with(|| new.clone()) == new
}

/// A link that a schedule may have.
fn link(text: &str) -> Option<Link> {
    Link::new(text).filter(|link| link.as_str().len() <= LINE)
}
