//! What everything in `out/` knows of a chat, read when somebody has to ask: after a rename, a loss, a merge, and when a
//! meeting is new.
//!
//! Where a chat stands in which file is found out once, in one pass over the files; of what they say nothing is kept.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::BufReader;
use std::ops::Range;

use crate::feed::ledger::{Damage, Form, Known, chats_of};
use crate::feed::{Stamp, chat_of};
use crate::out::{Out, OutError, REMOVED, REMOVED_HEAD};
use crate::text::as_ical_date_time;
use crate::zone::Instant;

/// Where the meetings of a chat stand: in which file, and at which octets of it.
type Place = (usize, Range<u64>);

/// The old feeds, and the list of meetings that no feed has any more. Chats are known by the slugs in their UIDs.
#[derive(Debug)]
pub struct Memory {
    at: Instant,
    /// The stamps of removed meetings by UID, by chat.
    removed: Removed,
    files: Vec<String>,
    /// Where each chat stands, once somebody had to ask.
    places: Option<HashMap<String, Vec<Place>>>,
    /// In which files stamps cannot be right, and how many of each chat.
    impossible: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Stamps by UID, by the slug in it.
type Removed = BTreeMap<String, BTreeMap<String, Stamp>>;

impl Memory {
    /// Begins with the list of removed meetings; comes with what somebody should know of it.
    pub fn new(out: &Out, at: Instant) -> Result<(Self, Option<String>), OutError> {
        let mut memory =
            Self { at, removed: Removed::new(), files: Vec::new(), places: None, impossible: BTreeMap::new() };
        let list = out.read(REMOVED)?;
        let what = match &list {
            _ if !out.has_written(REMOVED) => None,
            None => Some("is missing, though chatcal wrote it"),
            Some(list) => Some(Damage::ALTERED).filter(|_| !out.is_as_written(REMOVED, list)),
        };
        let remark = what.map(|what| format!("{what}: what is not in it is not known, should such meetings come back"));
        for line in String::from_utf8_lossy(&list.map(|list| list.content).unwrap_or_default()).lines() {
            let Some((uid, slug, stamp)) = entry(line) else { continue };
            if stamp.is_possible(at) {
                let known = memory.removed.entry(slug.to_owned()).or_default().entry(uid.to_owned()).or_insert(stamp);
                *known = stamp.max(*known);
            } else {
                let of_list = memory.impossible.entry(REMOVED.to_owned()).or_default();
                *of_list.entry(slug.to_owned()).or_default() += 1;
            }
        }
        Ok((memory, remark))
    }

    /// Everything that is known of a chat.
    pub fn of(&mut self, out: &Out, slug: &str) -> Result<Known, OutError> {
        let mut known = Known::default();
        for (file, range) in self.places(out)?.get(slug).cloned().unwrap_or_default() {
            let path = self.files[file].clone();
            let form = if path.starts_with("repeating/") { Form::Other } else { Form::Same };
            let impossible = known.add(&out.read_part(&path, range)?, form, self.at);
            if impossible > 0 {
                self.impossible.entry(path).or_default().insert(slug.to_owned(), impossible);
            }
        }
        self.add_removed(&mut known, slug);
        Ok(known)
    }

    /// The same where the chat's own old feed knows as much as all of them, and has been asked what it has lines for.
    /// Nothing where it has stamps that cannot be right.
    pub fn of_own(&self, own: &[u8], slug: &str) -> Option<Known> {
        let mut known = Known::default();
        let impossible = known.add(own, Form::Other, self.at);
        self.add_removed(&mut known, slug);
        Some(known).filter(|_| impossible == 0)
    }

    fn add_removed(&self, known: &mut Known, slug: &str) {
        for (uid, stamp) in self.removed.get(slug).into_iter().flatten() {
            known.add_stamp(uid, *stamp);
        }
    }

    /// The feed of one chat alone that has these UIDs, where it has another name than they have.
    pub fn own_feed(&mut self, out: &Out, slug: &str) -> Result<Option<String>, OutError> {
        let places = self.places(out)?.get(slug).cloned().unwrap_or_default();
        let mut paths = places.iter().map(|(file, _)| &self.files[*file]).filter(|path| is_own_feed(path));
        Ok(paths.find(|path| out.has_written(path)).cloned())
    }

    /// All chats that any old feed knows.
    pub fn chats(&mut self, out: &Out) -> Result<Vec<String>, OutError> {
        Ok(self.places(out)?.keys().cloned().collect())
    }

    /// Sets which meetings of a chat are in no feed any more.
    pub fn set_removed<'u>(&mut self, slug: &str, stamps: impl Iterator<Item = (&'u str, Stamp)>) {
        let stamps: BTreeMap<String, Stamp> = stamps.map(|(uid, stamp)| (uid.to_owned(), stamp)).collect();
        if stamps.is_empty() {
            self.removed.remove(slug);
        } else {
            self.removed.insert(slug.to_owned(), stamps);
        }
    }

    /// The list of removed meetings as it is to be written; nothing where there are none.
    pub fn list(&self) -> Option<String> {
        let mut text = format!("{REMOVED_HEAD}\n");
        for (uid, Stamp { revised, sequence }) in self.removed.values().flatten() {
            let _ = writeln!(text, "{}Z {sequence} {uid}", as_ical_date_time(revised.utc()));
        }
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
                let chats = out.scan(path, |file| chats_of(BufReader::new(file), is_own_feed(path)))?;
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

/// A line of the list of removed meetings: UID, the slug in it, and stamp.
fn entry(line: &str) -> Option<(&str, &str, Stamp)> {
    let [revised, sequence, uid] = line.split(' ').collect::<Vec<_>>()[..] else { return None };
    let stamp = Stamp { revised: Instant::from_ical(revised)?, sequence: sequence.parse().ok()? };
    Some((uid, chat_of(uid)?, stamp))
}
