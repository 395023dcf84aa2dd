//! UIDs (RFC 5545 3.8.4.7), put together and taken apart.
//!
//! Those of meetings are `2014-04-01.uklibchat@example.org`, or `2014-04-01.west.uklibchat@example.org` in a series that
//! has a name; those of series in the repeating form `2014-04-01.uklibchat.series@example.org`, with a number after that
//! where there are several of one day. Neither slugs nor names hold dots.

use chrono::NaiveDate;

use crate::expand::Meeting;
use crate::schedule::{Collection, Schedule, Series};
use crate::text::as_toml_date;

const SERIES: &str = ".series";

/// The UID of a meeting: occurrence date and name, chat, collection.
pub fn of_meeting(meeting: &Meeting<'_>, collection: &Collection) -> String {
    let slug = meeting.schedule.identity();
    let (date, id) = (as_toml_date(meeting.date), &collection.id);
    match meeting.name() {
        Some(name) => [&date, ".", name, ".", slug.as_str(), "@", id].concat(),
        None => [&date, ".", slug.as_str(), "@", id].concat(),
    }
}

/// The UID of a series whose first meeting is on `date`, as the `number`-th one of that day.
pub fn of_series(
    schedule: &Schedule,
    series: &Series,
    date: NaiveDate,
    number: usize,
    collection: &Collection,
) -> String {
    let (slug, id) = (schedule.identity(), &collection.id);
    let name = series.name.as_ref().map(|name| format!("{name}.")).unwrap_or_default();
    let number = if number > 1 { format!(".{number}") } else { String::new() };
    format!("{date}.{name}{slug}{SERIES}{number}@{id}")
}

/// A UID taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uid<'u> {
    /// The occurrence date, of a series that of its first meeting, and the name of the series where it has one:
    /// `2014-04-01.west`.
    pub occurrence: &'u str,
    /// The chat, by its oldest slug.
    pub slug: &'u str,
    /// Whether it is that of a series.
    pub is_series: bool,
    /// The collection.
    pub id: &'u str,
}

impl<'u> Uid<'u> {
    /// Takes one apart; nothing where chatcal would not have made it.
    pub fn parse(uid: &'u str) -> Option<Self> {
        let (words, id) = uid.split_once('@')?;
        let part = |words: &'u str, is_series| {
            let (occurrence, slug) = words.rsplit_once('.')?;
            (occurrence.split('.').count() <= 2).then_some(Self { occurrence, slug, is_series, id })
        };
        let numbered = || words.rsplit_once('.')?.0.strip_suffix(SERIES);
        let series = words.strip_suffix(SERIES).or_else(numbered);
        series.and_then(|words| part(words, true)).or_else(|| part(words, false))
    }

    /// The UID of the meeting of this series on another day.
    pub fn meeting_on(&self, date: impl std::fmt::Display) -> String {
        let name = self.occurrence.split_once('.').map_or(String::new(), |(_, name)| format!("{name}."));
        format!("{date}.{name}{}@{}", self.slug, self.id)
    }
}
