//! How a series fades out of which nothing is known but the day on which it was last seen to run.

use chrono::{Months, NaiveDate};

/// The end of a series with `seen`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fading {
    /// The last day on which it may meet.
    pub last: NaiveDate,
    /// Whether another series takes its place that early, so that nobody has to be asked whether it still runs.
    pub replaced: bool,
}

impl Fading {
    /// A year after a series was last seen, 28 February for the 29th; but at the latest on the day before an unnamed
    /// series of the chat starts. One that had started while this series was seen to run did not take its place.
    pub fn of(seen: NaiveDate, unnamed_starts: impl Iterator<Item = NaiveDate>) -> Self {
        let a_year_later = seen.checked_add_months(Months::new(12)).unwrap_or(NaiveDate::MAX);
        let next = unnamed_starts.filter(|start| *start > seen).min();
        match next.and_then(|next| next.pred_opt()).filter(|day| *day < a_year_later) {
            Some(last) => Self { last, replaced: true },
            None => Self { last: a_year_later, replaced: false },
        }
    }
}
