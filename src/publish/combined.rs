//! The feeds of several chats: that of all, and one per tag.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use crate::expand::{Meeting, Window};
use crate::feed::line::Lines;
use crate::feed::{self, Heading};
use crate::out::{Out, OutError, Stream};
use crate::schedule::{Collection, Schedule, Tag};
use crate::zone::Instant;

/// The feeds of several chats on their way.
#[derive(Debug)]
pub struct Combined<'c> {
    collection: &'c Collection,
    window: Window,
    all: Stream,
    tags: BTreeMap<Tag, Stream>,
    /// Whether the feed of all chats has any meeting.
    has_any: bool,
}

impl<'c> Combined<'c> {
    /// Begins the feed of all chats.
    pub fn new(out: &mut Out, collection: &'c Collection, at: Instant) -> Result<Self, OutError> {
        let all = begin(out, collection, feed::heading_of_all(collection))?;
        let (window, tags) = (Window::of_combined(at), BTreeMap::new());
        Ok(Self { collection, window, all, tags, has_any: false })
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
                let heading = Heading { name: &name, description: None, successor: None, path: &path, home: None };
                new.insert(begin(out, self.collection, heading)?);
            }
        }
        for (meeting, event) in meetings.iter().zip(events) {
            if !self.window.holds(meeting.local_start().date()) {
                continue;
            }
            let event = &feed[event];
            self.has_any = true;
            self.all.write(out, event)?;
            for tag in &schedule.tags {
                if let Some(feed) = self.tags.get_mut(tag) {
                    feed.write(out, event)?;
                }
            }
        }
        Ok(())
    }

    /// Whether the feed of all chats has any meeting.
    pub fn has_any(&self) -> bool {
        self.has_any
    }

    /// Ends the feeds.
    pub fn finish(self, out: &mut Out) -> Result<(), OutError> {
        let mut end = Lines::new();
        feed::close(&mut end);
        for mut feed in std::iter::once(self.all).chain(self.tags.into_values()) {
            feed.write(out, end.as_bytes())?;
            feed.finish(out)?;
        }
        Ok(())
    }
}

/// Begins a feed.
fn begin(out: &mut Out, collection: &Collection, heading: Heading<'_>) -> Result<Stream, OutError> {
    let mut lines = Lines::new();
    feed::open(&mut lines, heading, collection);
    let mut stream = Stream::new(out, heading.path);
    stream.write(out, lines.as_bytes())?;
    Ok(stream)
}
