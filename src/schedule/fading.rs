//! What is known last of a series whose end is not, and how it then fades out.

use chrono::{Months, NaiveDate};

use crate::text::day;

/// The last day that is known of a series whose end is not: later meetings are tentative, and there are none after a
/// year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastKnown {
    /// There is evidence that it met on this day.
    Seen(NaiveDate),
    /// Its hosts have announced its meetings through this day, which may be to come.
    Announced(NaiveDate),
}

impl LastKnown {
    /// The day.
    pub fn day(self) -> NaiveDate {
        match self {
            Self::Seen(day) | Self::Announced(day) => day,
        }
    }

    /// The key that says it in a schedule.
    pub fn key(self) -> &'static str {
        match self {
            Self::Seen(_) => "seen",
            Self::Announced(_) => "announced",
        }
    }

    /// What is said of a later meeting: `not confirmed since 19 February 2019`, `announced through 11 December 2026`.
    pub fn doubt(self) -> String {
        match self {
            Self::Seen(seen) => format!("not confirmed since {}", day(seen)),
            Self::Announced(announced) => format!("announced through {}", day(announced)),
        }
    }

    /// The same as a line of its own.
    pub fn doubt_in_a_line(self) -> String {
        match self {
            Self::Seen(seen) => format!("Not confirmed since {}", day(seen)),
            Self::Announced(announced) => format!("Announced through {}", day(announced)),
        }
    }

    /// What is said of the series: `last seen 19 February 2019`, `announced through 11 December 2026`.
    pub fn of_series(self) -> String {
        match self {
            Self::Seen(seen) => format!("last seen {}", day(seen)),
            Self::Announced(_) => self.doubt(),
        }
    }
}

/// The end of a series of which no more than a last day is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fading {
    /// The last day on which it may meet.
    pub last: NaiveDate,
    /// Whether another series takes its place that early, so that nobody has to be asked whether it still runs.
    pub replaced: bool,
}

impl Fading {
    /// A year after the last day that is known of a series, 28 February for the 29th; but at the latest on the day before an
    /// unnamed series of the chat starts. One that had started by that day did not take its place.
    pub fn of(last_known: NaiveDate, unnamed_starts: impl Iterator<Item = NaiveDate>) -> Self {
        let a_year_later = last_known.checked_add_months(Months::new(12)).unwrap_or(NaiveDate::MAX);
        let next = unnamed_starts.filter(|start| *start > last_known).min();
        match next.and_then(|next| next.pred_opt()).filter(|day| *day < a_year_later) {
            Some(last) => Self { last, replaced: true },
            None => Self { last: a_year_later, replaced: false },
        }
    }
}
