//! How a chat stands: whether it meets, and what is known of its end.
//!
//! There is one answer, for an instant. `list` and `next` ask for now: "unconfirmed since 19 February", "begins 7 January".
//! The page is made for a year and read on each of its days, so it asks for the year's end, and words the answer in dates
//! that are true all the year.

use std::fmt;

use chrono::{Datelike, NaiveDate, NaiveTime};

use crate::expand::{Meeting, coming, known};
use crate::schedule::{Confidence, LastKnown, Schedule, Series, Status};
use crate::text::{LAST_DAY, day, month, short_day};
use crate::zone::Instant;

/// How a chat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It meets, and the curator vouches for it.
    Running,
    /// It probably meets: what is known last of it, unless the rule itself is less than confirmed.
    Unconfirmed(Option<LastKnown>),
    /// It has not met yet: the day of its first regular meeting.
    Begins(NaiveDate),
    /// It pauses between two series or in a break: the day of its next regular meeting.
    Resumes(NaiveDate),
    /// No series runs, but it meets on this day.
    Meets(NaiveDate),
    /// A series goes on, but breaks and cancellations leave nothing of it.
    Paused,
    /// It has a known end: the day of its last regular meeting.
    Ended(NaiveDate),
    /// It is not expected any more: what is known last of it.
    LastSeen(LastKnown),
    /// It met last on a day outside every rule.
    LastMet(NaiveDate),
    /// No meeting is known to have taken place.
    Unknown,
}

impl Standing {
    /// How a chat stands at an instant: by what is to come of it, else by what is known of its end.
    pub fn at(schedule: &Schedule, at: Instant) -> Self {
        let standing = Self::by_series(schedule, at);
        let today = schedule.zone.local(at).date();
        let pause = schedule.breaks.iter().find(|pause| pause.holds(today)).filter(|_| standing == Self::Running);
        let next = || regular(&coming(schedule, at, 1), at).map(day_of).min();
        pause.and_then(|pause| next().filter(|next| *next > pause.through)).map_or(standing, Self::Resumes)
    }

    /// The same, but that of a chat whose series has begun a break says nothing.
    fn by_series(schedule: &Schedule, at: Instant) -> Self {
        let today = schedule.zone.local(at).date();
        let coming = coming(schedule, at, 1);
        let has_begun = |meeting: &&Meeting<'_>| meeting.series().is_some_and(|series| series.run.start <= today);
        let (running, later): (Vec<_>, Vec<_>) = regular(&coming, at).partition(has_begun);
        let standings = running.into_iter().filter_map(Meeting::series).map(|series| match series.last_known {
            Some(known) if today > known.day() => Self::Unconfirmed(Some(known)),
            _ if series.confidence != Confidence::Confirmed => Self::Unconfirmed(None),
            _ => Self::Running,
        });
        // Of several series the one that is known best speaks for the chat.
        if let Some(standing) = standings.min_by_key(|standing| *standing != Self::Running) {
            return standing;
        }
        if let Some(first) = later.into_iter().map(day_of).min() {
            let earlier = schedule.series.iter().any(|series| series.run.start <= today);
            return if earlier { Self::Resumes(first) } else { Self::Begins(first) };
        }
        let next = coming.iter().filter(|meeting| takes_place(meeting)).map(day_of).min();
        next.map_or_else(|| Self::at_last(schedule), Self::Meets)
    }

    /// How a chat stands when a year ends, by its own clocks.
    pub fn at_end_of(schedule: &Schedule, year: i32) -> Self {
        Self::by_series(schedule, last_minute(schedule, year))
    }

    /// How a chat stands in a whole year and after it, in words that are true on each of its days.
    pub fn in_year(schedule: &Schedule, year: i32) -> String {
        let standing = Self::at_end_of(schedule, year);
        let first = |standing| match standing {
            Self::Begins(first) | Self::Resumes(first) => Some(first),
            _ => None,
        };
        let start = first(Self::at_end_of(schedule, year - 1)).or_else(|| first(standing));
        let last = match Self::at_last(schedule) {
            Self::Ended(last) => Some(last),
            _ => None,
        };
        let end = last.map(month).map(|last| match start.map(month) {
            Some(start) if start == last => format!("in {last}"),
            Some(start) => format!("from {start} to {last}"),
            None => format!("until {last}"),
        });
        match standing {
            Self::Ended(last) if last.year() < year => format!("ended {}", month(last)),
            Self::Running | Self::Begins(_) | Self::Resumes(_) | Self::Ended(_) => end.unwrap_or_else(|| match start {
                Some(start) => format!("from {}, no known end", month(start)),
                None => "running, no known end".to_owned(),
            }),
            Self::Unconfirmed(None) => format!("unconfirmed, {}", end.as_deref().unwrap_or("no known end")),
            Self::Unconfirmed(Some(known)) | Self::LastSeen(known) => known.of_series(),
            Self::Meets(date) => {
                let latest = known(schedule).filter(takes_place).map(|meeting| day_of(&meeting)).max();
                format!("meetings known until {}", day(latest.unwrap_or(date)))
            }
            Self::LastMet(date) if date.year() >= year => format!("meetings known until {}", day(date)),
            Self::LastMet(date) => format!("last meeting {}", day(date)),
            Self::Paused => "paused, no known end".to_owned(),
            Self::Unknown => "no meeting confirmed".to_owned(),
        }
    }

    /// How far a chat is known to go; one that goes on is paused, as this is asked where nothing of it is to come.
    fn at_last(schedule: &Schedule) -> Self {
        let moved_to = |index: usize| {
            let changes = schedule.changes.iter().filter(|change| change.series == index && change.cancelled.is_none());
            changes.filter_map(|change| change.moved_to).max()
        };
        let series = schedule.series.iter().enumerate().filter_map(|(index, series)| {
            match (series.last_known, series.run.last) {
                (Some(known), _) => Some((known.day(), Self::LastSeen(known))),
                (None, Some(_)) => {
                    schedule.last_regular(index).max(moved_to(index)).map(|last| (last, Self::Ended(last)))
                }
                (None, None) => Some((NaiveDate::MAX, Self::Paused)),
            }
        });
        let one_offs = known(schedule).filter(|meeting| meeting.series().is_none() && is_evident(meeting));
        let one_offs =
            one_offs.filter(takes_place).map(|meeting| day_of(&meeting)).map(|day| (day, Self::LastMet(day)));
        one_offs.chain(series).max_by_key(|(day, _)| *day).map_or(Self::Unknown, |(_, standing)| standing)
    }

    /// One word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Unconfirmed(_) => "unconfirmed",
            Self::Begins(_) => "begins",
            Self::Resumes(_) => "resumes",
            Self::Meets(_) => "meets",
            Self::Paused => "paused",
            Self::Ended(_) => "ended",
            Self::LastSeen(LastKnown::Seen(_)) => "last seen",
            Self::LastSeen(LastKnown::Announced(_)) => "last announced",
            Self::LastMet(_) => "last met",
            Self::Unknown => "unknown",
        }
    }

    /// The day that it speaks of.
    pub fn date(self) -> Option<NaiveDate> {
        match self {
            Self::Running | Self::Paused | Self::Unknown => None,
            Self::Unconfirmed(known) => known.map(LastKnown::day),
            Self::LastSeen(known) => Some(known.day()),
            Self::Begins(date) | Self::Resumes(date) | Self::Meets(date) | Self::Ended(date) | Self::LastMet(date) => {
                Some(date)
            }
        }
    }

    /// A few words for a column; the day is left out where it says little.
    pub fn short(self) -> String {
        match self {
            Self::Running | Self::Unconfirmed(_) | Self::Paused | Self::Unknown => self.word().to_owned(),
            Self::Begins(start) => format!("begins {}", short_day(start)),
            Self::Resumes(start) => format!("resumes {}", short_day(start)),
            Self::Meets(date) => format!("meets {}", short_day(date)),
            Self::Ended(last) => format!("ended {}", last.format("%b %Y")),
            Self::LastSeen(known) => format!("{} {}", self.word(), short_day(known.day())),
            Self::LastMet(date) => format!("last met {}", short_day(date)),
        }
    }

    /// Whether meetings are to be expected.
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Running | Self::Unconfirmed(_) | Self::Begins(_) | Self::Resumes(_) | Self::Meets(_))
    }
}

/// In words for the instant that was asked about.
impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Running => f.write_str("running"),
            Self::Unconfirmed(Some(LastKnown::Seen(seen))) => write!(f, "unconfirmed since {}", day(seen)),
            Self::Unconfirmed(Some(known)) => write!(f, "unconfirmed, {}", known.doubt()),
            Self::Unconfirmed(None) => f.write_str("unconfirmed"),
            Self::Begins(start) => write!(f, "begins {}", day(start)),
            Self::Resumes(start) => write!(f, "resumes {}", day(start)),
            Self::Meets(date) => write!(f, "meets {}", day(date)),
            Self::Paused => f.write_str("paused"),
            Self::Ended(last) => write!(f, "ended in {}", month(last)),
            Self::LastSeen(known) => f.write_str(&known.of_series()),
            Self::LastMet(date) => write!(f, "last met {}", day(date)),
            Self::Unknown => f.write_str("not known to have met"),
        }
    }
}

/// The series that say how a chat meets on a day: those that run, else the next to begin, else the latest.
pub fn current(schedule: &Schedule, today: NaiveDate) -> Vec<&Series> {
    let begun = |series: &&Series| series.run.start <= today;
    let running = schedule.series.iter().filter(begun).filter(|series| series.run.next_from(today).is_some());
    let running: Vec<&Series> = running.collect();
    if !running.is_empty() {
        return running;
    }
    let next = schedule.series.iter().filter(|series| !begun(series)).min_by_key(|series| series.run.start);
    next.map_or_else(|| latest(schedule).collect(), |next| vec![next])
}

/// The series that stand for a chat whatever the day: the one that begins last, and those that run beside it.
fn latest(schedule: &Schedule) -> impl Iterator<Item = &Series> {
    let start = schedule.series.iter().map(|series| series.run.start).max();
    schedule.series.iter().filter(move |series| series.run.last.is_none_or(|last| Some(last) >= start))
}

/// Whether a meeting took place for all that is known: its day has a source, even where its hour is a guess.
fn is_evident(meeting: &Meeting<'_>) -> bool {
    meeting.status == Status::Confirmed || !meeting.own().sources.is_empty()
}

/// Those to come that take place and lie in the time of their series: one that was moved out of it is a single meeting.
/// What goes on now began on a date of the past.
fn regular<'m, 's>(coming: &'m [Meeting<'s>], at: Instant) -> impl Iterator<Item = &'m Meeting<'s>> {
    let is_moved = |meeting: &Meeting<'_>| meeting.change().is_some_and(|change| change.moved_to.is_some());
    let in_time = move |meeting: &Meeting<'_>| !is_moved(meeting) || meeting.date >= meeting.zone().local(at).date();
    coming.iter().filter(move |meeting| takes_place(meeting) && meeting.series().is_some() && in_time(meeting))
}

/// Whether a meeting is not cancelled.
fn takes_place(meeting: &Meeting<'_>) -> bool {
    meeting.status != Status::Cancelled
}

/// The host's day of a meeting.
fn day_of(meeting: &Meeting<'_>) -> NaiveDate {
    meeting.local_start().date()
}

/// The end of a year on the clocks of a chat.
fn last_minute(schedule: &Schedule, year: i32) -> Instant {
    let new_year = NaiveDate::from_ymd_opt(year + 1, 1, 1).unwrap_or(LAST_DAY);
    schedule.zone.instant(new_year, NaiveTime::MIN).plus_seconds(-60)
}
