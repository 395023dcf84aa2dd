//! Through which year meetings have been published, and are now. Windows move on with the year, so what reaches less far,
//! or much farther, has been built by a clock that is wrong.

use std::io::{self, BufRead, BufReader};

use chrono::{Datelike, Days, NaiveDate};

use super::own::OwnFeed;
use crate::expand::{Meeting, Window};
use crate::out::{Out, OutError};
use crate::text::{LAST_DAY, ical_date};
use crate::zone::Instant;

/// The feed of all chats.
pub const ALL: &str = "all.ics";
/// So much of it is looked at for its first event, in bytes.
const HEAD: u64 = 1 << 16;
const BEGIN: &[u8] = b"BEGIN:VEVENT";

/// How far the feeds of all chats reach.
#[derive(Debug)]
pub struct Reach {
    /// The last day, in UTC, of which a feed was published, and its path.
    old: Option<(NaiveDate, String)>,
    new: Option<NaiveDate>,
    /// Whether a chat's own feed is lost, so that another has to be asked.
    is_unsure: bool,
    /// Whether the feed of all chats had any meeting, and whether it has.
    had_any: bool,
    has_any: bool,
}

impl Reach {
    /// Begins with the feed of all chats.
    pub fn new(out: &Out) -> Result<Self, OutError> {
        let had_any = out.read_part(ALL, 0..HEAD)?.windows(BEGIN.len()).any(|part| part == BEGIN);
        Ok(Self { old: None, new: None, is_unsure: false, had_any, has_any: false })
    }

    /// Adds a chat: its old feed, that under an older slug, and its meetings now.
    pub fn add(&mut self, old: [Option<&OwnFeed>; 2], meetings: &[Meeting<'_>]) {
        for old in old.into_iter().flatten() {
            self.is_unsure |= old.is_lost;
            self.add_old(&old.path, old.last_day());
        }
        self.new = self.new.max(meetings.last().map(|meeting| meeting.start.utc().date()));
    }

    fn add_old(&mut self, path: &str, last: Option<NaiveDate>) {
        if let Some(last) = last.filter(|last| self.old.as_ref().is_none_or(|(latest, _)| last > latest)) {
            self.old = Some((last, path.to_owned()));
        }
    }

    /// The feed of all chats has a meeting.
    pub fn is_in_all(&mut self) {
        self.has_any = true;
    }

    /// Asks the old feed of all chats, where others are lost.
    pub fn complete(&mut self, out: &Out) -> Result<(), OutError> {
        if self.is_unsure {
            let last = out.scan(ALL, |file| last_day(BufReader::new(file)))?;
            self.add_old(ALL, last.flatten());
        }
        Ok(())
    }

    /// The feed that reaches beyond all that can be published at an instant, and its last day.
    pub fn lost(&self, at: Instant) -> Option<(String, NaiveDate)> {
        // The window ends on the hosts' calendars, which may be a day behind.
        let most = Window::of_feed(at).through.checked_add_days(Days::new(1)).unwrap_or(LAST_DAY);
        self.old.as_ref().filter(|(last, _)| *last > most).map(|(last, path)| (path.clone(), *last))
    }

    /// What is to be said of the feed of all chats where years lie between this build and the one before.
    pub fn leap(&self) -> Option<String> {
        if self.had_any && !self.has_any {
            return Some("has no meeting any more: is the clock right?".to_owned());
        }
        let (old, new) = (self.old.as_ref()?.0.year(), self.new?.year());
        (new > old + 1)
            .then(|| format!("reaches through {new}, and meetings reached through {old}: is the clock right?"))
    }
}

/// The last day on which a meeting of a feed begins, in UTC.
fn last_day(feed: impl BufRead) -> io::Result<Option<NaiveDate>> {
    let mut last = None;
    for line in feed.split(b'\n') {
        let line = line?;
        let day = line.strip_prefix(b"DTSTART:").and_then(|start| std::str::from_utf8(start.get(..8)?).ok());
        last = last.max(day.and_then(ical_date));
    }
    Ok(last)
}
