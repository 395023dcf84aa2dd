//! A series in English: when it meets, from when to when, how sure that is.

use chrono::{NaiveTime, TimeDelta};

use super::text::{long_date, month};
use crate::schedule::phrase::describe;
use crate::schedule::{Confidence, Series};

/// `first Tuesday of the month, 18:30–20:30 London`.
pub fn rule(series: &Series) -> String {
    let phrase = describe(&series.run.rule);
    let every = if stands_alone(&phrase) { "" } else { "every " };
    format!("{every}{phrase}, {} {}", hours(series.time, series.duration), series.zone.place())
}

/// Whether a phrase reads well without `every`: it begins with which one of the month, or is no English.
fn stands_alone(phrase: &str) -> bool {
    const ORDINALS: [&str; 7] = ["first", "second", "third", "fourth", "fifth", "last", "rule"];
    let first = phrase.split([' ', ',']).next().unwrap_or_default();
    let numbered = first.starts_with(|char: char| char.is_ascii_digit()) && first.ends_with(char::is_alphabetic);
    numbered || ORDINALS.contains(&first)
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
        (Some(seen), _) => format!("from {start}, last seen {}", long_date(seen)),
        (None, Some(last)) => format!("{start} to {}", month(last)),
        (None, None) => format!("since {start}"),
    }
}

/// A word for what is less than confirmed.
pub fn doubt(confidence: Confidence) -> Option<&'static str> {
    match confidence {
        Confidence::Confirmed => None,
        Confidence::Inferred => Some("inferred"),
        Confidence::Assumed => Some("assumed"),
    }
}
