//! What everything in `out/` knows of a chat, read when somebody has to ask: after a rename, a loss, a merge, and when a
//! meeting is new.
//!
//! Where a chat stands in which file is found out once, in one pass over the files; of what they say nothing is kept.

use std::collections::{BTreeMap, HashMap};
use std::io::BufReader;
use std::ops::Range;

use crate::feed::Stamp;
use crate::feed::ledger::{Damage, Entry, Form, Key, Known, chats_of};
use crate::out::{Out, OutError, REMOVED, REMOVED_HEAD};
use crate::text::is_conflict_mark;
use crate::zone::Instant;

/// Where the meetings of a chat stand: in which file, and at which octets of it.
type Place = (usize, Range<u64>);

/// The old feeds, and the list of meetings and series that no feed has any more. Chats are known by the slugs in their
/// UIDs.
#[derive(Debug)]
pub struct Memory {
    at: Instant,
    /// The stamps of what is removed, by chat.
    removed: Removed,
    /// The same as it was found.
    listed: Removed,
    files: Vec<String>,
    /// Where each chat stands, once somebody had to ask.
    places: Option<HashMap<String, Vec<Place>>>,
    /// In which files stamps cannot be right, and how many of each chat.
    impossible: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Stamps by UID, or by UID and RECURRENCE-ID for one meeting of a series; by the slug in the UID.
type Removed = BTreeMap<String, BTreeMap<String, Stamp>>;

impl Memory {
    /// Begins with the list of removed meetings; comes with what somebody should know of it.
    pub fn new(out: &Out, at: Instant) -> Result<(Self, Option<String>), OutError> {
        let mut memory = Self {
            at,
            removed: Removed::new(),
            listed: Removed::new(),
            files: Vec::new(),
            places: None,
            impossible: BTreeMap::new(),
        };
        let list = out.read(REMOVED)?;
        let is_altered =
            out.has_written(REMOVED) && list.as_ref().is_some_and(|list| !out.is_as_written(REMOVED, list));
        let text = String::from_utf8_lossy(list.as_ref().map_or(&[], |list| &list.content)).into_owned();
        let (mut conflict, mut torn) = (false, !text.is_empty() && !text.ends_with('\n'));
        for line in text.lines() {
            let Some(entry) = Entry::read(line) else {
                conflict |= is_conflict_mark(line);
                torn |= line != REMOVED_HEAD && !is_conflict_mark(line);
                continue;
            };
            let Entry { key, slug, revised, sequence } = entry;
            // Of a stamp with an instant that cannot be right the SEQUENCE counts.
            let may_be = |stamp: &Stamp| stamp.is_possible(at);
            let stamp = |revised: Option<Instant>| {
                revised.zip(sequence).map(|(revised, sequence)| Stamp { sequence, revised }).filter(may_be)
            };
            let as_it_is = stamp(revised);
            if as_it_is.is_none() {
                let of_list = memory.impossible.entry(REMOVED.to_owned()).or_default();
                *of_list.entry(slug.to_owned()).or_default() += 1;
            }
            if let Some(stamp) = as_it_is.or(stamp(Some(at))) {
                add(&mut memory.removed, slug, key, stamp);
            }
        }
        let what = match &list {
            None if out.holds(REMOVED) => Some("is no plain file, and is not read"),
            None if out.has_written(REMOVED) => Some("is missing, though chatcal wrote it"),
            Some(_) if conflict => Some(Damage::Conflict.words()),
            Some(_) if torn && (is_altered || !out.has_written(REMOVED)) => Some(Damage::Torn.words()),
            Some(_) if !is_altered && out.is_merged(REMOVED) => Some("is that of one side of a merge alone"),
            // Two lists that git put together are a list, where it has put together the manifest as well.
            Some(_) if is_altered && !out.is_merged(REMOVED) => Some(Damage::ALTERED),
            _ => None,
        };
        memory.listed.clone_from(&memory.removed);
        let remark = what.map(|what| format!("{what}: what is not in it is not known, should such meetings come back"));
        Ok((memory, remark))
    }

    /// Everything that is known of a chat's meetings.
    pub fn of(&mut self, out: &Out, slug: &str) -> Result<Known, OutError> {
        let mut known = Known::default();
        for (path, range) in self.places_of(out, slug)? {
            let form = if is_repeating(&path) { Form::Other } else { Form::Same };
            let impossible = known.add(&out.read_part(&path, range)?, form, self.at);
            if impossible > 0 {
                self.impossible.entry(path).or_default().insert(slug.to_owned(), impossible);
            }
        }
        self.add_removed(&mut known, slug);
        Ok(known)
    }

    /// The same where the chat's own old feed knows as much as all of them, and has been asked what it has lines for:
    /// but for meetings beyond it, which only the repeating form has had so far. Nothing where it has stamps that cannot be
    /// right.
    pub fn of_own(&self, out: &Out, own: &[u8], path: &str, slug: &str) -> Result<Option<Known>, OutError> {
        let mut known = Known::default();
        let repeating = out.read_part(&format!("repeating/{path}"), 0..u64::MAX)?;
        let impossible = known.add(own, Form::Other, self.at) + known.add(&repeating, Form::Other, self.at);
        self.add_removed(&mut known, slug);
        Ok(Some(known).filter(|_| impossible == 0))
    }

    /// What is known of a chat in the repeating form.
    pub fn of_repeating(&mut self, out: &Out, slug: &str) -> Result<Known, OutError> {
        let mut known = Known::default();
        for (path, range) in self.places_of(out, slug)?.into_iter().filter(|(path, _)| is_repeating(path)) {
            known.add_repeating(&out.read_part(&path, range)?, self.at);
        }
        self.add_removed(&mut known, slug);
        Ok(known)
    }

    /// The same where the chat's own old feed in the repeating form knows as much as all of them.
    pub fn of_own_repeating(&self, own: &[u8], slug: &str) -> Known {
        let mut known = Known::default();
        known.add_repeating(own, self.at);
        self.add_removed(&mut known, slug);
        known
    }

    fn add_removed(&self, known: &mut Known, slug: &str) {
        for (key, stamp) in self.removed.get(slug).into_iter().flatten() {
            known.add_stamp(key, *stamp);
        }
    }

    /// The feed of one chat alone that has these UIDs, where it has another name than they have.
    pub fn own_feed(&mut self, out: &Out, slug: &str) -> Result<Option<String>, OutError> {
        let mut paths = self.places_of(out, slug)?.into_iter().map(|(path, _)| path).filter(|path| is_own_feed(path));
        Ok(paths.find(|path| out.has_written(path)))
    }

    /// The files in which a chat stands, and the octets of them.
    fn places_of(&mut self, out: &Out, slug: &str) -> Result<Vec<(String, Range<u64>)>, OutError> {
        let places = self.places(out)?.get(slug).cloned().unwrap_or_default();
        Ok(places.into_iter().map(|(file, range)| (self.files[file].clone(), range)).collect())
    }

    /// All chats that any old feed knows.
    pub fn chats(&mut self, out: &Out) -> Result<Vec<String>, OutError> {
        Ok(self.places(out)?.keys().cloned().collect())
    }

    /// The stamps of a chat that the list of removed meetings has.
    pub fn removed_of(&self, slug: &str) -> BTreeMap<String, Stamp> {
        self.removed.get(slug).cloned().unwrap_or_default()
    }

    /// Whether meetings of a chat are in no feed any more.
    pub fn has_removed(&self, slug: &str) -> bool {
        self.removed.contains_key(slug)
    }

    /// Remembers what is known of a chat, each with its stamp, but for what the new feeds have.
    pub fn remember(&mut self, slug: &str, known: &Known, is_there: impl Fn(&str, Stamp) -> bool) {
        if let Some(removed) = self.removed.get_mut(slug) {
            removed.retain(|key, stamp| !is_there(key, *stamp));
        }
        for (key, stamp) in known.stamps(self.at).filter(|(key, stamp)| !is_there(key, *stamp)) {
            // A feed that git put together may be of two chats.
            if let Some(of_whom) = Key::parse(key) {
                add(&mut self.removed, of_whom.slug(), key, stamp);
            }
        }
        if self.removed.get(slug).is_some_and(BTreeMap::is_empty) {
            self.removed.remove(slug);
        }
    }

    /// The list of removed meetings as it is to be written; nothing where there are none.
    ///
    /// It never grows and shrinks at once: one that grows takes its place before the feeds, one that shrinks after them, so
    /// that no feed is without it in between. What it should have lost meanwhile goes with the next build by which a file
    /// changes: `is_changed` says whether one does by this, or the list that is there is somebody else's.
    pub fn list(&mut self, is_changed: bool) -> Option<String> {
        let is_listed = |chat: &str, key: &str, stamp: Stamp| {
            self.listed.get(chat).and_then(|listed| listed.get(key)).is_some_and(|listed| *listed >= stamp)
        };
        let grows = |(chat, stamps): (&String, &BTreeMap<String, Stamp>)| {
            stamps.iter().any(|(key, stamp)| !is_listed(chat, key, *stamp))
        };
        if !is_changed || self.removed.iter().any(grows) {
            for (chat, stamps) in std::mem::take(&mut self.listed) {
                for (key, stamp) in stamps {
                    add(&mut self.removed, &chat, &key, stamp);
                }
            }
        }
        let mut text = format!("{REMOVED_HEAD}\n");
        text.extend(self.removed.values().flatten().map(|(key, stamp)| Entry::line(key, *stamp)));
        (!self.removed.is_empty()).then_some(text)
    }

    /// In which files stamps cannot be right, and how many.
    pub fn impossible(self) -> impl Iterator<Item = (String, usize)> {
        self.impossible.into_iter().map(|(path, of_chats)| (path, of_chats.into_values().sum()))
    }

    /// Where each chat stands.
    fn places(&mut self, out: &Out) -> Result<&HashMap<String, Vec<Place>>, OutError> {
        if self.places.is_none() {
            let mut places: HashMap<String, Vec<Place>> = HashMap::new();
            self.files = out.paths()?;
            self.files.retain(|path| path.strip_suffix(".ics").is_some());
            for (index, path) in self.files.iter().enumerate() {
                // One that is as it was written holds one chat.
                let of_one = (is_own_feed(path) || is_repeating(path)) && out.is_untouched(path)?;
                let chats = out.scan(path, |file| chats_of(BufReader::new(file), of_one))?;
                for (slug, range) in chats.unwrap_or_default() {
                    places.entry(slug).or_default().push((index, range));
                }
            }
            self.places = Some(places);
        }
        Ok(self.places.get_or_insert_default())
    }
}

/// Whether it is the feed of one chat alone, in the expanded form.
pub fn is_own_feed(path: &str) -> bool {
    path.strip_suffix(".ics").is_some_and(|stem| stem != "all" && !stem.contains('/'))
}

/// Whether it is the feed of one chat alone, in the repeating form.
pub fn is_repeating(path: &str) -> bool {
    path.starts_with("repeating/")
}

/// Of two stamps the later one counts.
fn add(removed: &mut Removed, chat: &str, key: &str, stamp: Stamp) {
    let known = removed.entry(chat.to_owned()).or_default().entry(key.to_owned()).or_insert(stamp);
    *known = stamp.max(*known);
}
