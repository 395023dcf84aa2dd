//! Through which year meetings have been published, and are now. Windows move on with the year, so what reaches less far,
//! or much farther, has been built by a clock that is wrong.

use chrono::{Datelike, Days, NaiveDate};

use crate::expand::{Meeting, Window};
use crate::text::LAST_DAY;
use crate::zone::Instant;

/// How far the feeds of all chats reach.
#[derive(Debug, Default)]
pub struct Reach {
    /// The last day, in UTC, of which a feed was published, and its path.
    old: Option<(NaiveDate, String)>,
    new: Option<NaiveDate>,
}

impl Reach {
    /// Adds the last day of an old feed.
    pub fn add_old(&mut self, path: &str, last: Option<NaiveDate>) {
        if let Some(last) = last.filter(|last| self.old.as_ref().is_none_or(|(latest, _)| last > latest)) {
            self.old = Some((last, path.to_owned()));
        }
    }

    /// Adds the meetings of a chat as they are now.
    pub fn add_new(&mut self, meetings: &[Meeting<'_>]) {
        self.new = self.new.max(meetings.last().map(|meeting| meeting.start.utc().date()));
    }

    /// The feed that reaches beyond all that can be published at an instant, and its last day.
    pub fn lost(&self, at: Instant) -> Option<(String, NaiveDate)> {
        // The window ends on the hosts' calendars, which may be a day behind.
        let most = Window::of_feed(at).through.checked_add_days(Days::new(1)).unwrap_or(LAST_DAY);
        self.old.as_ref().filter(|(last, _)| *last > most).map(|(last, path)| (path.clone(), *last))
    }

    /// What is to be said where years lie between this build and the one before, in words that follow a path.
    pub fn leap(&self) -> Option<String> {
        let (old, new) = (self.old.as_ref()?.0.year(), self.new?.year());
        (new > old + 1)
            .then(|| format!("reaches through {new}, and meetings reached through {old}: is the clock right?"))
    }
}
