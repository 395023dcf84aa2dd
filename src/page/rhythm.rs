//! A series in English: when it meets, and from when to when.

use chrono::{NaiveTime, TimeDelta};

use crate::schedule::Series;
use crate::schedule::phrase::say;
use crate::text::{day, month};

/// `first Tuesday of the month, 18:30–20:30 London`.
pub fn rule(series: &Series) -> String {
    format!("{}, {} {}", say(&series.run.rule), hours(series.time, series.duration), series.zone.place())
}

/// `18:30–20:30` on the host's clock.
fn hours(start: NaiveTime, duration: TimeDelta) -> String {
    let end = start.overflowing_add_signed(duration).0;
    format!("{}–{}", start.format("%H:%M"), end.format("%H:%M"))
}

/// `April 2013 to December 2016`.
pub fn span(series: &Series) -> String {
    let start = month(series.run.start);
    match (series.seen, series.run.last) {
        (Some(seen), _) => format!("from {start}, last seen {}", day(seen)),
        (None, Some(last)) => format!("{start} to {}", month(last)),
        (None, None) => format!("since {start}"),
    }
}
