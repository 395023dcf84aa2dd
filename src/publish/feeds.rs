//! The feeds: both forms of every chat's own, and those of several chats.

use std::collections::{BTreeMap, HashMap};

use super::addresses::{Addresses, formerly, slug_of};
use super::combined::Combined;
use super::memory::{Memory, is_own_feed, is_repeating};
use super::own::OwnFeed;
use super::published::Published;
use super::reach::{ALL, Reach};
use crate::diff::{self, ChatDifference, Was};
use crate::expand::Meeting;
use crate::feed::ledger::{Damage, Key, Known, Ledger, first_chat, keys_of};
use crate::feed::line::Lines;
use crate::feed::repeating::RepeatingForm;
use crate::feed::{self, Composer, Stamp};
use crate::out::{Mode, OldFile, Out, OutError, REMOVED};
use crate::schedule::{Collection, Schedule, Slug};
use crate::text::{agreeing, count, day};
use crate::zone::Instant;

/// A run that writes feeds, chat by chat.
#[derive(Debug)]
pub struct Feeds<'c> {
    collection: &'c Collection,
    at: Instant,
    pub(super) out: Out,
    composer: Composer<'c>,
    combined: Combined<'c>,
    lines: Lines,
    memory: Memory,
    /// Whether a chat's own old feed knows the stamps of its meetings as well as all feeds together.
    is_of_one_run: bool,
    addresses: Addresses,
    remarks: Vec<(String, String)>,
    /// Whether the feed of the chat that was added last is another than it was.
    has_changed: bool,
    /// The old feed in the repeating form of that chat.
    repeating: Option<OldFile>,
    /// Whether a feed of one chat is that of another now.
    is_taken_over: bool,
    /// The old feeds of other chats at the present address of one, by the chat; those at older ones have `addresses`.
    taken: Vec<(String, Vec<u8>)>,
    reach: Reach,
}

impl<'c> Feeds<'c> {
    /// Begins a run: `at` decides the window, and is the stamp of what is revised.
    ///
    /// # Errors
    ///
    /// The folder cannot be read or written.
    pub fn new(mut out: Out, collection: &'c Collection, at: Instant) -> Result<Self, OutError> {
        let combined = Combined::new(&mut out, collection, at)?;
        let (memory, remark) = Memory::new(&out, at)?;
        Ok(Self {
            collection,
            at,
            composer: Composer::new(collection),
            combined,
            lines: Lines::new(),
            memory,
            is_of_one_run: out.is_of_one_run()?,
            addresses: Addresses::default(),
            remarks: remark.map(|remark| (REMOVED.to_owned(), remark)).into_iter().collect(),
            has_changed: false,
            taken: Vec::new(),
            repeating: None,
            is_taken_over: false,
            reach: Reach::new(&out, at)?,
            out,
        })
    }

    /// Adds a chat's expanded feed, with its [meetings](crate::expand::of_feed); chats come in order of their slugs. Gives
    /// what became of them.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub fn add(&mut self, schedule: &Schedule, meetings: &[Meeting<'_>]) -> Result<Added, OutError> {
        let path = format!("{}.ics", schedule.slug);
        let slug = schedule.identity().as_str();
        let old = OwnFeed::read(&self.out, &path)?;
        let before = self.before_rename(schedule, &old)?;
        self.reach.add([Some(&old), before.as_ref()], meetings);
        let repeating = format!("repeating/{path}");
        self.repeating = self.out.read(&repeating)?;
        let is_as_written = |old: &OldFile| self.out.is_as_written(&repeating, old);
        let repeating_is_as_written = self.repeating.as_ref().is_none_or(is_as_written);
        for older in schedule.older_slugs() {
            self.is_lost(&format!("{older}.ics"), old.is_as_written.then_some(&path));
            let there = self.repeating.is_some() && repeating_is_as_written;
            self.is_lost(&format!("repeating/{older}.ics"), there.then_some(&repeating));
        }
        let is_untouched = old.is_as_written && repeating_is_as_written;
        let knows_all = self.is_of_one_run && is_untouched && old.chat.as_deref() == Some(slug);
        let own = old.content().filter(|_| knows_all);
        let mut ledger = Ledger::new(own, self.memory.removed_of(slug), self.at);

        self.lines.clear();
        feed::open(&mut self.lines, feed::heading_of(schedule, &path), self.collection);
        let mut stamps = Vec::with_capacity(meetings.len());
        let mut failed = None;
        let events = self.composer.events(&mut self.lines, schedule, meetings, |uid, content| {
            let stamp = ledger
                .stamp(uid, content, || everything(&mut self.memory, &self.out, slug, &path, own))
                .unwrap_or_else(|error| {
                    failed = Some(error);
                    Stamp { sequence: 0, revised: self.at }
                });
            stamps.push(stamp);
            stamp
        });
        if let Some(error) = failed {
            return Err(error);
        }
        feed::close(&mut self.lines);
        let (found, known) = ledger.into_found();
        self.has_changed = own != Some(self.lines.as_bytes());
        if self.has_changed {
            let known = match known {
                Some(known) => known,
                None => everything(&mut self.memory, &self.out, slug, &path, own)?,
            };
            let expanded = self.by_uid(meetings, &stamps);
            self.memory.remember(slug, &known, |uid, stamp| expanded.get(uid).is_some_and(|own| *own >= stamp));
        }
        self.addresses.add(schedule);
        let read = before.as_ref().unwrap_or(&old);
        let other_uids = self.other_uids(read, schedule);
        self.remarks.extend(read.remarks(found).chain(other_uids).map(|remark| (read.path.clone(), remark)));
        self.is_taken_over |= old.other_chat(slug).is_some() || old.is_lost;
        if let Some(other) = old.other_chat(slug).filter(|_| before.is_some()) {
            let words = "its subscribers get the meetings of";
            self.remarks.push((path.clone(), format!("was the feed of `{other}`: {words} `{slug}` from now on")));
        }

        let new = self.lines.as_bytes();
        self.out.put(&path, old.file.as_ref(), new)?;
        for older in schedule.older_slugs() {
            let path = format!("{older}.ics");
            let old = self.out.read(&path)?;
            self.out.put(&path, old.as_ref(), new)?;
            let other = old.as_ref().and_then(|old| first_chat(&old.content)).filter(|other| other != slug);
            if let (Some(old), Some(other)) = (old, other) {
                self.is_taken_over = true;
                self.addresses.take(path, &other, old.content);
            }
        }
        let difference = (old.content() != Some(new)).then(|| {
            let readable = read.readable();
            let was = match &before {
                _ if read.file.is_some() && readable.is_none() => Was::Damaged,
                Some(before) => Was::Renamed(slug_of(&before.path).to_owned()),
                None if old.file.is_some() => Was::There,
                None if old.is_lost => Was::Lost,
                None => Was::Absent,
            };
            if was == Was::Absent && self.out.mode() == Mode::Write {
                return diff::of_new(schedule);
            }
            diff::of_chat(schedule, self.collection, meetings, readable.as_deref(), was, new)
        });

        self.combined.add(&mut self.out, schedule, meetings, self.lines.as_bytes(), events)?;
        let is_taken_over = before.is_none() && old.other_chat(slug).is_some();
        if let (Some(chat), Some(content)) = (old.other_chat(slug), old.readable()) {
            self.taken.push((chat.to_owned(), content.into_owned()));
        }
        Ok(Added { stamps, difference, is_taken_over })
    }

    /// What to say of an old feed whose meetings have other UIDs than those of a chat from now on: its subscribers take
    /// them for other meetings.
    fn other_uids(&self, old: &OwnFeed, schedule: &Schedule) -> Option<String> {
        let slug = schedule.identity().as_str();
        let other = old.other_chat(slug)?;
        let others = schedule.formerly.iter().map(Slug::as_str).filter(|older| *older != other);
        let slugs = [other].into_iter().chain(others);
        Some(if self.memory.has_removed(slug) {
            format!(
                "has meetings of `{other}`, which are those of `{slug}` again: who has subscribed since then sees each of them replaced"
            )
        } else {
            format!(
                "has meetings of `{other}`, which are those of `{slug}` from now on: every calendar takes them for new \
                 ones, unless the schedule says {}",
                formerly(slugs)
            )
        })
    }

    /// The feed under its older slug of a chat that has no own one yet, or another chat's in its place.
    fn before_rename(&mut self, schedule: &Schedule, own: &OwnFeed) -> Result<Option<OwnFeed>, OutError> {
        let Some(oldest) = schedule.formerly.first() else { return Ok(None) };
        if own.file.is_some() && own.other_chat(oldest.as_str()).is_none() {
            return Ok(None);
        }
        // The latest of those that it says, else any that has its meetings.
        for older in schedule.older_slugs().collect::<Vec<_>>().into_iter().rev() {
            let before = OwnFeed::read(&self.out, &format!("{older}.ics"))?;
            if before.chat.as_deref() == Some(oldest.as_str()) {
                return Ok(Some(before));
            }
        }
        let path = self.memory.own_feed(&self.out, oldest.as_str())?.unwrap_or_else(|| format!("{oldest}.ics"));
        let before = OwnFeed::read(&self.out, &path)?;
        Ok(before.file.is_some().then_some(before))
    }

    /// Tells of a feed at the address of an older slug, if it was written and is not there; `same` is one that has the same
    /// meetings.
    fn is_lost(&mut self, path: &str, same: Option<&String>) {
        if self.out.has_written(path) && !self.out.holds(path) {
            self.is_taken_over |= same.is_none();
            let as_before =
                |same| format!("is missing, though chatcal wrote it: it is written again, as {same} is there");
            self.remarks.push((path.to_owned(), same.map_or_else(|| lost(path), as_before)));
        }
    }

    /// The stamps of meetings in the expanded form.
    fn by_uid(&self, meetings: &[Meeting<'_>], stamps: &[Stamp]) -> HashMap<String, Stamp> {
        meetings
            .iter()
            .map(|meeting| feed::uid::of_meeting(meeting, self.collection))
            .zip(stamps.iter().copied())
            .collect()
    }

    /// Remembers the meetings and series of chats that are gone.
    fn remember_gone(&mut self) -> Result<(), OutError> {
        let is_of_one_chat = |path: &str| is_own_feed(path) || is_repeating(path);
        if self.is_of_one_run && !self.is_taken_over && !self.out.has_lost(is_of_one_chat) {
            return Ok(());
        }
        for slug in self.memory.chats(&self.out)?.into_iter().filter(|slug| !self.addresses.has(slug)) {
            for known in [self.memory.of(&self.out, &slug)?, self.memory.of_repeating(&self.out, &slug)?] {
                self.memory.remember(&slug, &known, |_, _| false);
            }
        }
        Ok(())
    }

    /// Adds a chat's repeating feed, with what [`add`](Self::add) took and gave.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub fn add_repeating(
        &mut self,
        schedule: &Schedule,
        meetings: &[Meeting<'_>],
        stamps: &[Stamp],
    ) -> Result<(), OutError> {
        let path = format!("repeating/{}.ics", schedule.slug);
        let old = self.repeating.take();
        if old.is_none() && self.out.has_written(&path) {
            let lost =
                "is missing, though chatcal wrote it: the stamps of its series begin with those of their meetings";
            self.remarks.push((path.clone(), lost.to_owned()));
        }
        // Also where it happens to be what it should be now.
        let is_altered = |old: &OldFile| self.out.has_written(&path) && !self.out.is_as_written(&path, old);
        if old.as_ref().is_some_and(is_altered) {
            let then = "the stamps of its series are looked up in all feeds";
            self.remarks.push((path.clone(), format!("{}: {then}", Damage::ALTERED)));
        }
        let mut form = RepeatingForm::new(schedule, self.collection, self.at, meetings, stamps);
        let has_changed = |lines: &Lines| old.as_ref().is_none_or(|old| old.content != lines.as_bytes());
        let mut must_ask = !self.is_of_one_run || self.has_changed;
        if !must_ask {
            // As a rule this is as it was.
            form.write(&mut self.lines, &Known::default());
            must_ask = has_changed(&self.lines);
        }
        if must_ask {
            let slug = schedule.identity().as_str();
            let chat = old.as_ref().and_then(|old| first_chat(&old.content));
            self.is_taken_over |= chat.as_ref().is_some_and(|chat| chat != slug);
            let own = old.as_ref().filter(|_| self.is_of_one_run && chat.as_deref() == Some(slug));
            let known = match own {
                Some(own) => self.memory.of_own_repeating(&own.content, slug),
                None => self.memory.of_repeating(&self.out, slug)?,
            };
            form.write(&mut self.lines, &known);
            if !known.is_empty() && (own.is_none() || has_changed(&self.lines)) {
                let new = keys_of(self.lines.as_bytes());
                let expanded = self.by_uid(meetings, stamps);
                // What comes back is no older than its meeting in the expanded form. An exception has the lines of that, a
                // series may come with others.
                let is_covered = |key: &str, stamp: Stamp| {
                    let Some(key) = Key::parse(key) else { return false };
                    let meeting = key.meeting().and_then(|uid| expanded.get(&uid));
                    meeting.is_some_and(|meeting| *meeting > stamp || (*meeting == stamp && key.is_exception()))
                };
                self.memory.remember(slug, &known, |key, stamp| {
                    new.contains(key) || expanded.contains_key(key) || is_covered(key, stamp)
                });
            }
        }
        self.out.put(&path, old.as_ref(), self.lines.as_bytes())?;
        for older in schedule.older_slugs() {
            let path = format!("repeating/{older}.ics");
            let old = self.out.read(&path)?;
            // It may know a chat that has no meeting in the expanded form.
            let chat = old.as_ref().and_then(|old| first_chat(&old.content));
            self.is_taken_over |= chat.is_some_and(|chat| chat != schedule.identity().as_str());
            self.out.put(&path, old.as_ref(), self.lines.as_bytes())?;
        }
        Ok(())
    }

    /// The feeds of chats for which there is no schedule any more, by the chat; of one with several any. All chats have been
    /// added.
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub fn gone_chats(&self) -> Result<BTreeMap<String, Vec<u8>>, OutError> {
        let taken = self.taken.iter().map(|(chat, content)| (chat, content)).chain(self.addresses.taken());
        let taken = taken.filter(|(chat, _)| !self.addresses.has(chat));
        let mut gone: BTreeMap<String, Vec<u8>> =
            taken.map(|(chat, content)| (chat.clone(), content.clone())).collect();
        for path in self.out.gone(is_own_feed) {
            let old = OwnFeed::read(&self.out, path)?;
            let chat = old.chat.clone().filter(|chat| !self.addresses.has(chat));
            if let (Some(chat), Some(content)) = (chat, old.readable()) {
                gone.insert(chat, content.into_owned());
            }
        }
        Ok(gone)
    }

    /// Ends the combined feeds and renames the new files into place.
    ///
    /// # Errors
    ///
    /// A file cannot be written, renamed or removed.
    pub fn finish(mut self) -> Result<Published, OutError> {
        self.remember_gone()?;
        for path in self.out.gone(is_own_feed) {
            self.reach.add_gone(&OwnFeed::read(&self.out, path)?);
        }
        let Self { mut out, combined, mut memory, mut remarks, addresses, reach, .. } = self;
        if let Some((path, last)) = reach.lost() {
            let goes = out.mode() == Mode::Write;
            if goes && !out.may_turn_back() {
                return Err(OutError::Clock { path: out.folder().join(path), last, at: self.at });
            }
            let last = day(last);
            remarks.push((
                path,
                if goes {
                    format!("had meetings through {last}, which are gone now, as `--turn-back` says")
                } else {
                    format!("has meetings through {last}, which an earlier year has not: is the clock right?")
                },
            ));
        }
        remarks.extend(reach.leap(combined.has_any()).map(|leap| (ALL.to_owned(), leap)));
        combined.finish(&mut out)?;
        if let Some(list) = memory.list(out.has_changed() || !out.has_written(REMOVED)) {
            let old = out.read(REMOVED)?;
            out.put(REMOVED, old.as_ref(), list.as_bytes())?;
        }
        let is_merged = out.has_merged();
        for (path, number) in memory.impossible() {
            let (stamps, do_not) = (count(number, "stamp"), agreeing(number, "does not", "do not"));
            let why = "more than a year later than this build (is its clock right?), or SEQUENCE beyond 1,000,000";
            remarks.push((path, format!("has {stamps} that cannot be right and {do_not} count: {why}")));
        }
        // Of two manifests that git has put together each lists what the other side removed.
        for path in out.lost(|path| !is_merged && (is_own_feed(path) || is_repeating(path))) {
            remarks.push((path.clone(), lost(path)));
        }
        let mut gone = addresses.gone(&out)?;
        for (below, why) in [("tag/", "no chat has its tag"), ("feed/", "collection.toml has no [[feed]] of its name")]
        {
            let such = out.gone(|path| path.starts_with(below));
            gone.remarks.extend(such.map(|path| (path.clone(), format!("goes, as {why}"))));
        }
        let mode = out.mode();
        let changes = out.finish()?;
        // What somebody has put in the place of one stays.
        gone.feeds.retain(|(path, _)| changes.leftover.contains(path));
        gone.feeds.append(&mut gone.taken);
        gone.remarks.retain(|(path, _)| changes.leftover.contains(path) || changes.stale.contains(path));
        remarks.extend(gone.remarks);
        Ok(Published { mode, changes, gone: gone.feeds, remarks })
    }
}

/// What became of a chat's meetings.
#[derive(Debug)]
pub struct Added {
    /// When each was last revised.
    pub stamps: Vec<Stamp>,
    /// How the feed differs, if it does; without the meetings where all of it is new and nobody looks on.
    pub difference: Option<ChatDifference>,
    /// Whether what was there is another chat's.
    pub is_taken_over: bool,
}

/// What all old feeds know of a chat; `own` is its own one, at `path`, where that knows as much as all of them.
fn everything(memory: &mut Memory, out: &Out, slug: &str, path: &str, own: Option<&[u8]>) -> Result<Known, OutError> {
    let known = own.map(|own| memory.of_own(out, own, path, slug)).transpose()?.flatten();
    known.map_or_else(|| memory.of(out, slug), Ok)
}

/// What is said of a feed that is not there any more, in words that follow its path.
fn lost(path: &str) -> String {
    let what = if is_repeating(path) { "series" } else { "meetings" };
    let lost = format!("the stamps of {what} that no other feed knows are lost, should they come back");
    format!("is missing, though chatcal wrote it: {lost}")
}
