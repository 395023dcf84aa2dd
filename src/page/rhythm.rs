//! A series in English: when it meets, and from when to when.

use crate::schedule::phrase::say;
use crate::schedule::{LastKnown, Series};
use crate::text::{day, month};

/// `first Tuesday of the month, 18:30–20:30 London`.
pub fn rule(series: &Series) -> String {
    let end = series.time.overflowing_add_signed(series.duration).0;
    let [start, end] = [series.time, end].map(|time| time.format("%H:%M"));
    format!("{}, {start}–{end} {}", say(&series.run.rule), series.zone.place())
}

/// `April 2013 to December 2016`.
pub fn span(series: &Series) -> String {
    let start = month(series.run.start);
    match (series.last_known, series.run.last.map(month)) {
        (Some(LastKnown::Seen(seen)), _) if seen == series.run.start => format!("seen {}", day(seen)),
        (Some(known), _) => format!("from {start}, {}", known.of_series()),
        (None, Some(last)) if last == start => start,
        (None, Some(last)) => format!("{start} to {last}"),
        (None, None) => format!("from {start}"),
    }
}
