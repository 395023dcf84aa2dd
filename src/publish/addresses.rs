//! Under which names chats are published, now and before, and what becomes of feeds whose names are no longer those of
//! their chats.

use std::collections::{BTreeMap, HashMap};

use super::memory::is_own_feed;
use super::own::OwnFeed;
use crate::out::{Mode, Out, OutError};
use crate::schedule::{Schedule, Slug};

/// The names of all chats, and the feeds that others have the place of.
#[derive(Debug, Default)]
pub struct Addresses {
    /// Present and older slugs of each chat, by the slug in its UIDs.
    chats: HashMap<String, (Slug, Vec<Slug>)>,
    /// Feeds of another chat at the address of an older slug: path, chat, content.
    taken: Vec<(String, String, Vec<u8>)>,
}

/// What is to be said of feeds that go.
#[derive(Debug, Default)]
pub struct Gone {
    /// Their paths, and words that follow them.
    pub remarks: Vec<(String, String)>,
    /// The feeds of chats for which there is no schedule any more, as they were; their content only where it is asked for.
    pub feeds: Vec<(String, Vec<u8>)>,
    /// The same, at addresses that another chat has now.
    pub taken: Vec<(String, Vec<u8>)>,
}

impl Addresses {
    /// Adds a chat.
    pub fn add(&mut self, schedule: &Schedule) {
        let slugs = (schedule.slug.clone(), schedule.formerly.clone());
        self.chats.insert(schedule.identity().as_str().to_owned(), slugs);
    }

    /// Whether there is a chat with this slug in its UIDs.
    pub fn has(&self, chat: &str) -> bool {
        self.chats.contains_key(chat)
    }

    /// Adds the feed of another chat, of which one takes the address.
    pub fn take(&mut self, path: String, chat: &str, content: Vec<u8>) {
        self.taken.push((path, chat.to_owned(), content));
    }

    /// Those feeds: chat and content.
    pub fn taken(&self) -> impl Iterator<Item = (&String, &Vec<u8>)> {
        self.taken.iter().map(|(_, chat, content)| (chat, content))
    }

    /// Looks at the feeds that go, once all chats are there.
    pub fn gone(self, out: &Out) -> Result<Gone, OutError> {
        let (mut gone, mut all) = (Gone::default(), Vec::new());
        let mut of_chats: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for path in out.gone(is_own_feed) {
            let old = OwnFeed::read(out, path)?;
            let slug = slug_of(path).to_owned();
            let chat = old.chat.unwrap_or_else(|| slug.clone());
            // Only who looks on asks what was in it.
            let content = old.file.filter(|_| out.mode() == Mode::Compare).map(|old| old.content);
            of_chats.entry(chat.clone()).or_default().push(slug);
            all.push((path.clone(), chat, content.unwrap_or_default()));
        }
        for (path, chat, content) in all {
            let (now, older) = self.chats.get(&chat).map_or((None, &[][..]), |(now, older)| (Some(now), older));
            // The oldest comes first: it is in the UIDs.
            let mut names = vec![chat.as_str()];
            let others = older.iter().map(Slug::as_str).chain(of_chats[&chat].iter().map(String::as_str));
            others.for_each(|name| names.extend((!names.contains(&name)).then_some(name)));
            let names = formerly(names);
            let remark = match now {
                Some(now) => format!(
                    "goes, and who subscribed to it is left with what there was: {now}.toml keeps its address with {names}"
                ),
                None => {
                    format!("goes, as no schedule has its name: if the chat is called otherwise now, say {names}")
                }
            };
            if now.is_none() {
                gone.feeds.push((path.clone(), content));
            }
            gone.remarks.push((path, remark));
        }
        for (path, chat, content) in self.taken {
            let whose = match self.chats.get(&chat) {
                Some((now, _)) => format!("has the meetings of `{now}`"),
                None => format!("has the meetings of `{chat}`, which no schedule has any more"),
            };
            let remark =
                format!("{whose}: its subscribers get those of another chat, which says that it had this name");
            if !self.chats.contains_key(&chat) {
                gone.taken.push((path.clone(), content));
            }
            gone.remarks.push((path, remark));
        }
        Ok(gone)
    }
}

/// The key that names older slugs, as it is written in a schedule.
pub fn formerly<'s>(slugs: impl IntoIterator<Item = &'s str>) -> String {
    match &slugs.into_iter().collect::<Vec<_>>()[..] {
        [only] => format!("`formerly = \"{only}\"`"),
        several => format!("`formerly = [\"{}\"]`", several.join("\", \"")),
    }
}

/// The slug of the chat whose own feed has this path.
pub fn slug_of(path: &str) -> &str {
    path.strip_suffix(".ics").unwrap_or(path)
}
