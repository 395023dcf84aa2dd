//! The living chats that nobody has confirmed for long, and how to do so.

use std::path::Path;

use chrono::{Days, NaiveDate};

use crate::expand::{Origin, Window, expand};
use crate::schedule::{Schedule, Status};
use crate::terminal::safe;
use crate::text::{count, day, shell_word};
use crate::zone::Instant;

/// A series is to be confirmed when so many days have gone since its last day that is known.
const LONG: Days = Days::new(60);
/// So many chats are named.
const MOST: usize = 20;

/// Chats with a series that goes on and has not been confirmed for long, though it should have met.
#[derive(Debug, Default)]
pub struct Doubted(Vec<Chat>);

/// One of them; the most urgent is the first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Chat {
    /// When it fades out if nobody confirms it.
    fades: NaiveDate,
    slug: String,
    /// What is known last of it.
    known: String,
    /// The last day on which it should have met.
    last: NaiveDate,
}

impl Doubted {
    /// Looks at a chat.
    pub fn look(&mut self, schedule: &Schedule, at: Instant) {
        let today = at.utc().date();
        let doubted = schedule.series.iter().enumerate().filter_map(|(index, series)| {
            let (known, fading) = (series.last_known?, schedule.fading(series)?);
            let is_long_ago = known.day().checked_add_days(LONG).is_some_and(|day| day < today);
            if !is_long_ago || fading.replaced || series.run.next_from(today).is_none() {
                return None;
            }
            let since = expand(schedule, Window { from: known.day().succ_opt()?, through: today.succ_opt()? });
            let of_series =
                since.iter().filter(|meeting| matches!(meeting.origin, Origin::Regular(of, _) if of == index));
            let over = of_series.filter(|meeting| meeting.end <= at && meeting.status != Status::Cancelled);
            let last = over.map(|meeting| meeting.local_start().date()).max()?;
            Some(Chat { fades: fading.last, slug: schedule.slug.to_string(), known: known.of_series(), last })
        });
        self.0.extend(doubted.min());
    }

    /// The chats in lines, most urgent first, each with the command that confirms it; nothing where there are none.
    /// `schedules` is the folder, where it is another than the usual one.
    pub fn in_lines(mut self, schedules: Option<&Path>) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        self.0.sort();
        let folder =
            schedules.map(|folder| format!(" --schedules={}", shell_word(&safe(&folder.display().to_string()))));
        let folder = folder.unwrap_or_default();
        let mut text = "\nNot confirmed for long, the most urgent first; where one has met:\n".to_owned();
        for Chat { fades, slug, known, last } in self.0.iter().take(MOST) {
            let fades = day(*fades);
            text.extend([
                format!("  {slug}: {known}, fades out after {fades}\n"),
                format!("    chatcal seen {slug} {last} --source LINK{folder}\n"),
            ]);
        }
        if self.0.len() > MOST {
            text.extend(["  and ", &count(self.0.len() - MOST, "more chat"), "\n"]);
        }
        text
    }
}
