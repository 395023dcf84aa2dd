//! What a curator said of a chat, proven right: a [`Schedule`] can only exist if it is.

mod cross;
pub mod edit;
mod fading;
pub mod keys;
mod layout;
mod link;
pub mod phrase;
mod planned;
pub mod reference;
pub mod schema;
mod selection;
mod slug;
mod source;
mod venue;
pub mod write;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use crate::recurrence::Run;
use crate::zone::Zone;

pub use cross::CrossCheck;
pub(crate) use fading::Fading;
pub use fading::LastKnown;
pub use layout::layout;
pub use link::Link;
pub use planned::{Planned, Status};
pub use selection::Selection;
pub use slug::{InvalidSlug, Slug, Tag};
pub use source::{LARGEST, Place, cannot_be_read, place_in, read_collection, read_schedule, read_text};
pub use venue::{Location, Venue, Venues, is_page_of_hashtag};

/// Everything known of one chat.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The file's stem: names the feed and goes into UIDs.
    pub slug: Slug,
    /// Older slugs, the oldest first: its meetings keep the UIDs of that, and its feeds the addresses of all.
    pub formerly: Vec<Slug>,
    /// What the chat is called; one line.
    pub title: String,
    /// What it is, in one line.
    pub summary: Option<String>,
    /// What it is, at length; may have several lines.
    pub description: Option<String>,
    /// Where its meetings take place and with whom, unless a series or a meeting says otherwise.
    pub venue: Venue,
    /// BCP 47 language tag.
    pub language: Option<String>,
    /// What it is about; CATEGORIES in the feeds.
    pub tags: Vec<Tag>,
    /// Where its people went.
    pub successor: Option<Successor>,
    /// The host's zone.
    pub zone: Zone,
    /// Runs of regular meetings, by start.
    pub series: Vec<Series>,
    /// What is known of single regular meetings, by occurrence date, then name of the series.
    pub changes: Vec<Change>,
    /// Spans without regular meetings, in order.
    pub breaks: Vec<Break>,
    /// Meetings outside every series, by date, then name.
    pub one_offs: Vec<OneOff>,
    /// Codes of warnings that the curator has silenced, each with the reason.
    pub silenced: Vec<(String, String)>,
}

impl Schedule {
    /// The slug that goes into UIDs: the oldest one known.
    pub fn identity(&self) -> &Slug {
        self.formerly.first().unwrap_or(&self.slug)
    }

    /// Its older slugs, at whose addresses its feeds stay.
    pub fn older_slugs(&self) -> impl Iterator<Item = &Slug> {
        self.formerly.iter().filter(|older| **older != self.slug)
    }

    /// How one of its series fades out; `None` for one that curators vouch for, or whose end is known.
    pub(crate) fn fading(&self, series: &Series) -> Option<Fading> {
        let unnamed = self.series.iter().filter(|other| other.name.is_none());
        Some(Fading::of(series.last_known?.day(), unnamed.map(|other| other.run.start)))
    }
}

/// Where a chat's people went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Successor {
    /// Another chat of the collection.
    Chat(Slug),
    /// A page elsewhere.
    Link(Link),
}

/// Regular meetings: one rule, one time of day, one zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Distinguishes it from another series with meetings on the same dates.
    pub name: Option<String>,
    /// Its dates. The first is a date of the rule. The last takes into account how the rule ends, `until`, and how it
    /// fades out; without one the series goes on.
    pub run: Run,
    /// The last day that is known of it, where its end is not: later meetings are tentative and fade out after a year.
    pub last_known: Option<LastKnown>,
    /// Wall time in `zone`.
    pub time: NaiveTime,
    /// How long a meeting takes; above 0, at most 24 h, whole minutes.
    pub duration: TimeDelta,
    /// The zone of `time`.
    pub zone: Zone,
    /// Where its meetings take place and with whom, as far as that is not the same for the whole chat.
    pub venue: Venue,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Where it is known from; at least one.
    pub sources: Vec<Evidence>,
    /// Anything else; may have several lines.
    pub note: Option<String>,
}

impl Series {
    /// Whether the curator vouches for it: nothing is known of an end, nor of a last day.
    pub fn is_open(&self) -> bool {
        self.last_known.is_none() && self.run.last.is_none()
    }
}

/// How sure something is; in the order of [`keys::CONFIDENCE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// A source states it.
    Confirmed,
    /// It follows from sources.
    Inferred,
    /// A guess, marked as one.
    Assumed,
}

impl Confidence {
    /// The word for it, as a schedule writes it.
    pub fn word(self) -> &'static str {
        keys::CONFIDENCE[self as usize]
    }

    /// What is said of something where its confidence is not given: no source, no certainty.
    fn by_sources(sources: &[Evidence]) -> Self {
        if sources.is_empty() { Self::Assumed } else { Self::Confirmed }
    }
}

/// Where something is known from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A page.
    Link(Link),
    /// Words for what has no link.
    Words(String),
}

impl Evidence {
    /// The link, or the words.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Link(link) => link.as_str(),
            Self::Words(words) => words,
        }
    }
}

/// Details of one regular meeting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// The date that the rule gave it: its identity.
    pub date: NaiveDate,
    /// Index into [`Schedule::series`] of the one series that it belongs to.
    pub series: usize,
    /// What it is about; one line.
    pub topic: Option<String>,
    /// Why it did not take place, where it was called off: a meeting that people expected stays, marked.
    pub cancelled: Option<String>,
    /// The day on which it took place instead.
    pub moved_to: Option<NaiveDate>,
    /// Another time of day.
    pub time: Option<NaiveTime>,
    /// Another length.
    pub duration: Option<TimeDelta>,
    /// Another zone.
    pub zone: Option<Zone>,
    /// Where it takes place and with whom, as far as that is known of it alone.
    pub venue: Venue,
    /// How sure it is: its own word, else confirmed with a source, else that of its series.
    pub confidence: Option<Confidence>,
    /// Where it is known from.
    pub sources: Vec<Evidence>,
    /// Anything else; may have several lines.
    pub note: Option<String>,
}

/// A span without regular meetings; one-offs stay, and a change in it that is not cancelled brings its meeting back.
#[derive(Clone, Debug, PartialEq)]
pub struct Break {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub through: NaiveDate,
    /// Why; one line.
    pub reason: Option<String>,
    /// Where it is known from.
    pub sources: Vec<Evidence>,
    /// Anything else; may have several lines.
    pub note: Option<String>,
}

impl Break {
    /// Whether it takes away the regular meeting of this date.
    pub fn holds(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.through
    }
}

/// A meeting outside every series.
#[derive(Clone, Debug, PartialEq)]
pub struct OneOff {
    /// Distinguishes it from another meeting of the chat on the same date.
    pub name: Option<String>,
    /// Its day, in `zone`.
    pub date: NaiveDate,
    /// Wall time in `zone`.
    pub time: NaiveTime,
    /// How long it takes; above 0, at most 24 h, whole minutes.
    pub duration: TimeDelta,
    /// The zone of `time`.
    pub zone: Zone,
    /// What it is about; one line.
    pub topic: Option<String>,
    /// Why it did not take place, where it was called off.
    pub cancelled: Option<String>,
    /// Where it takes place and with whom, as far as that is not the same for the whole chat.
    pub venue: Venue,
    /// How sure it is.
    pub confidence: Confidence,
    /// Where it is known from.
    pub sources: Vec<Evidence>,
    /// Anything else; may have several lines.
    pub note: Option<String>,
}

/// What `collection.toml` says of the whole collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Collection {
    /// What it is called.
    pub title: String,
    /// What it is.
    pub description: Option<String>,
    /// The right-hand side of every UID: a domain name of the community or a UUID; never changed.
    pub id: String,
    /// The public address of `out/`, with a slash at its end.
    pub site: Option<Link>,
    /// The zones in which each meeting's time is spelled out besides the host's.
    pub zones: Vec<Zone>,
    /// With how many years before the present one a chat's own feed begins; where it is not given, with its first meeting.
    pub history: Option<u16>,
    /// Selections that have a feed of their own, in order of their names.
    pub selections: Vec<Selection>,
    /// Codes of warnings about all of it that the curator has silenced, each with the reason.
    pub silenced: Vec<(String, String)>,
}

/// How to silence a warning, for its help.
pub(crate) fn silence(code: &str) -> String {
    format!("silence this with `warning = \"{code}\"` and a `reason` under [[allow]]")
}
