//! The living chats that nobody has confirmed for long, and how to do so.

use chrono::{Days, NaiveDate};

use crate::schedule::Schedule;
use crate::text::{count, day};
use crate::zone::Instant;

/// A series is to be confirmed when so many days have gone since its last day that is known.
const LONG: Days = Days::new(60);
/// So many chats are named.
const MOST: usize = 20;

/// Chats with a series that goes on and has not been confirmed for long.
#[derive(Debug, Default)]
pub struct Doubted {
    /// When each fades out if nobody confirms it, its slug, and what is known last of it.
    chats: Vec<(NaiveDate, String, String)>,
}

impl Doubted {
    /// Looks at a chat.
    pub fn look(&mut self, schedule: &Schedule, at: Instant) {
        let today = schedule.zone.local(at).date();
        let doubted = schedule.series.iter().filter_map(|series| {
            let (known, fading) = (series.last_known?, schedule.fading(series)?);
            let is_long_ago = known.day().checked_add_days(LONG).is_some_and(|day| day < today);
            let goes_on = series.run.next_from(today).is_some() && !fading.replaced;
            (is_long_ago && goes_on).then(|| (fading.last, known.of_series()))
        });
        if let Some((fades, known)) = doubted.min() {
            self.chats.push((fades, schedule.slug.to_string(), known));
        }
    }

    /// The chats in lines, most urgent first; nothing where there are none.
    pub fn in_lines(mut self) -> String {
        if self.chats.is_empty() {
            return String::new();
        }
        self.chats.sort();
        let widest = self.chats.iter().take(MOST).map(|(_, slug, _)| slug.len()).max().unwrap_or(0);
        let mut text = "\nNot confirmed for long, the most urgent first:\n".to_owned();
        for (fades, slug, known) in self.chats.iter().take(MOST) {
            text.extend([format!("  {slug:widest$}  {known}, fades out after {}\n", day(*fades))]);
        }
        if self.chats.len() > MOST {
            text.extend(["  and ", &count(self.chats.len() - MOST, "more chat"), "\n"]);
        }
        let first = &self.chats[0].1;
        text + &format!("Where one has met: chatcal seen {first} --source LINK\n")
    }
}
