//! The feeds of several chats: that of all, one per tag, one per selection.
//!
//! One in whose window no meeting lies holds the last one before it, else the first one after it, as no feed may be without
//! an event (RFC 5545 3.6).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use crate::expand::{Meeting, Window};
use crate::feed::line::Lines;
use crate::feed::{self, Heading};
use crate::out::{Out, OutError, Stream};
use crate::schedule::{Collection, Schedule, Selection, Tag};
use crate::zone::Instant;

/// The feeds of several chats on their way.
#[derive(Debug)]
pub struct Combined<'c> {
    collection: &'c Collection,
    window: Window,
    all: CombinedFeed,
    tags: BTreeMap<Tag, CombinedFeed>,
    selections: Vec<(&'c Selection, CombinedFeed)>,
}

impl<'c> Combined<'c> {
    /// Begins the feeds of all chats and of selections.
    pub fn new(out: &mut Out, collection: &'c Collection, at: Instant) -> Result<Self, OutError> {
        let all = CombinedFeed::begin(out, collection, feed::heading_of_all(collection))?;
        let mut selections = Vec::new();
        for selection in &collection.selections {
            let path = format!("feed/{}.ics", selection.name);
            selections.push((selection, CombinedFeed::begin(out, collection, heading(&selection.title, &path))?));
        }
        Ok(Self { collection, window: Window::of_combined(at), all, tags: BTreeMap::new(), selections })
    }

    /// Adds a chat: its meetings, and its own feed, in which `events` says where the event of each of them stands.
    pub fn add(
        &mut self,
        out: &mut Out,
        schedule: &Schedule,
        meetings: &[Meeting<'_>],
        feed: &[u8],
        events: Vec<Range<usize>>,
    ) -> Result<(), OutError> {
        for tag in &schedule.tags {
            if let Entry::Vacant(new) = self.tags.entry(tag.clone()) {
                let (path, name) = (format!("tag/{tag}.ics"), feed::name_of_tag(self.collection, tag.as_str()));
                new.insert(CombinedFeed::begin(out, self.collection, heading(&name, &path))?);
            }
        }
        let of_tags = self.tags.iter_mut().filter(|(tag, _)| schedule.tags.contains(tag)).map(|(_, feed)| feed);
        let selections = self.selections.iter_mut().filter(|(selection, _)| selection.holds(schedule));
        let mut feeds: Vec<&mut CombinedFeed> = of_tags.chain(selections.map(|(_, feed)| feed)).collect();
        feeds.push(&mut self.all);
        for (meeting, event) in meetings.iter().zip(events) {
            let is_in_window = self.window.holds(meeting.local_start().date());
            for into in &mut feeds {
                if is_in_window {
                    into.write(out, &feed[event.clone()])?;
                } else {
                    into.hold(meeting, self.window, &feed[event.clone()]);
                }
            }
        }
        Ok(())
    }

    /// Whether the feed of all chats has a meeting in its window.
    pub fn has_any(&self) -> bool {
        self.all.has_any
    }

    /// Ends the feeds.
    pub fn finish(self, out: &mut Out) -> Result<(), OutError> {
        let selections = self.selections.into_iter().map(|(_, feed)| feed);
        let feeds = std::iter::once(self.all).chain(self.tags.into_values()).chain(selections);
        feeds.into_iter().try_for_each(|feed| feed.finish(out))
    }
}

fn heading<'a>(name: &'a str, path: &'a str) -> Heading<'a> {
    Heading { name, description: None, successor: None, path, home: None }
}

/// One of them.
#[derive(Debug)]
struct CombinedFeed {
    stream: Stream,
    /// Whether it has a meeting in its window.
    has_any: bool,
    /// Until then, the meeting that it has if there is none.
    held: Option<Held>,
}

/// A meeting outside the window.
#[derive(Debug)]
struct Held {
    is_before: bool,
    start: Instant,
    event: Vec<u8>,
}

impl CombinedFeed {
    fn begin(out: &mut Out, collection: &Collection, heading: Heading<'_>) -> Result<Self, OutError> {
        let mut lines = Lines::new();
        feed::open(&mut lines, heading, collection);
        let mut stream = Stream::new(out, heading.path);
        stream.write(out, lines.as_bytes())?;
        Ok(Self { stream, has_any: false, held: None })
    }

    fn write(&mut self, out: &mut Out, event: &[u8]) -> Result<(), OutError> {
        self.has_any = true;
        self.held = None;
        self.stream.write(out, event)
    }

    /// Keeps an event for the time being, if the feed has none and it is the nearest so far.
    fn hold(&mut self, meeting: &Meeting<'_>, window: Window, event: &[u8]) {
        let (start, is_before) = (meeting.start, meeting.local_start().date() < window.from);
        let is_nearer = |held: &Held| match (held.is_before, is_before) {
            (true, true) => start > held.start,
            (false, false) => start < held.start,
            (of_held, _) => !of_held,
        };
        if !self.has_any && self.held.as_ref().is_none_or(is_nearer) {
            self.held = Some(Held { is_before, start, event: event.to_vec() });
        }
    }

    fn finish(mut self, out: &mut Out) -> Result<(), OutError> {
        if let Some(Held { event, .. }) = self.held.take() {
            self.stream.write(out, &event)?;
        }
        let mut end = Lines::new();
        feed::close(&mut end);
        self.stream.write(out, end.as_bytes())?;
        self.stream.finish(out)
    }
}
