//! `meetings.json`: the meetings of the combined window for other people's programs, soonest first, as `next --json` has
//! them.

use std::ops::Range;

use crate::expand::{Meeting, Window};
use crate::json::{MeetingObject, in_one_line, write_lines};
use crate::zone::Instant;

/// Its path in `out/`.
pub const PATH: &str = "meetings.json";

/// The list, made chat by chat.
#[derive(Debug)]
pub struct Listing {
    window: Window,
    /// The objects of all meetings, one after the other.
    objects: String,
    /// When each meeting begins, and where its object stands.
    places: Vec<(Instant, Range<usize>)>,
}

impl Listing {
    /// An empty list for the window at an instant, of which the year counts.
    pub fn new(at: Instant) -> Self {
        Self { window: Window::of_combined(at), objects: String::new(), places: Vec::new() }
    }

    /// Adds what lies in the window of the meetings of a chat.
    pub fn add(&mut self, meetings: &[Meeting<'_>]) {
        for meeting in meetings.iter().filter(|meeting| self.window.holds(meeting.local_start().date())) {
            let begin = self.objects.len();
            self.objects.push_str(&in_one_line(&MeetingObject::from(meeting)));
            self.places.push((meeting.start, begin..self.objects.len()));
        }
    }

    /// Writes the list, piece by piece; fails only where `write` does. Meetings that begin at once stay in the order in
    /// which they came.
    pub fn finish<E>(mut self, write: &mut impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        self.places.sort_by_key(|(start, _)| *start);
        write_lines(self.places.into_iter().map(|(_, place)| &self.objects[place]), write)
    }
}
