//! Chats of the same tag that meet at the same instant.

use std::collections::HashMap;

use super::finding::Finding;
use crate::expand::Meeting;
use crate::schedule::{Place, Schedule, Status, Tag};
use crate::text::{count, weekday_and_day};
use crate::zone::{Instant, SECONDS_PER_DAY};

/// The code of the warning.
pub const CODE: &str = "clash";

/// How far ahead is looked: a year, in seconds.
const AHEAD: i64 = 366 * SECONDS_PER_DAY;

/// The meetings of the next year by tag and instant.
#[derive(Debug)]
pub struct Clashes {
    from: Instant,
    to: Instant,
    tags: HashMap<Tag, usize>,
    chats: Vec<String>,
    /// The first chat of a tag that meets at an instant: indices into `tags` and `chats`.
    taken: HashMap<(usize, Instant), usize>,
}

impl Clashes {
    /// Looks a year ahead from an instant.
    pub fn new(at: Instant) -> Self {
        let (tags, chats, taken) = (HashMap::new(), Vec::new(), HashMap::new());
        Self { from: at, to: at.plus_seconds(AHEAD), tags, chats, taken }
    }

    /// Takes the meetings of a chat; of those that came before it, the one with which it clashes most.
    pub(super) fn add(&mut self, schedule: &Schedule, meetings: &[Meeting<'_>]) -> Option<Finding> {
        let ahead = |meeting: &&Meeting<'_>| self.from <= meeting.start && meeting.start < self.to;
        let coming = meetings.iter().filter(ahead).filter(|meeting| meeting.status != Status::Cancelled);
        let coming: Vec<&Meeting<'_>> = coming.collect();
        if coming.is_empty() || schedule.tags.is_empty() {
            return None;
        }
        let own = self.chats.len();
        self.chats.push(schedule.slug.to_string());
        // Of each other chat: the shared tag, how often, and the first meeting.
        let mut clashes: HashMap<usize, (&Tag, usize, &Meeting<'_>)> = HashMap::new();
        for tag in &schedule.tags {
            let next = self.tags.len();
            let number = *self.tags.entry(tag.clone()).or_insert(next);
            for meeting in &coming {
                let first = *self.taken.entry((number, meeting.start)).or_insert(own);
                if first != own {
                    let clash = clashes.entry(first).or_insert((tag, 0, meeting));
                    clash.1 += usize::from(clash.0 == tag);
                }
            }
        }
        let others = clashes.len();
        let most = clashes.into_iter().max_by_key(|(other, (_, times, _))| (*times, std::cmp::Reverse(*other)));
        let (other, (tag, times, meeting)) = most?;
        let start = meeting.local_start();
        let when = format!("{}, {}", weekday_and_day(start.date()), start.format("%H:%M"));
        let message = format!(
            "this chat meets at the same time as {}, which also has the tag \"{tag}\": {when} {}",
            self.chats[other],
            meeting.zone().place()
        );
        let more = [
            (times > 1).then(|| format!("and {} within a year", count(times - 1, "more time"))),
            (others > 1).then(|| format!("and with {}", count(others - 1, "other chat"))),
        ];
        let more: Vec<String> = more.into_iter().flatten().collect();
        let label = (!more.is_empty()).then(|| more.join("; "));
        Some(Finding { code: CODE, message, label, help: "move one of them".into(), place: Place::Top("tags") })
    }
}
