//! How much a chat and a collection may make: a few octets of schedule can ask for any number of meetings, each with
//! long texts, in many feeds.
//!
//! Everything is told from the schedule alone, before anything is composed. Dates are counted, not walked, and octets
//! are reckoned from the texts of an event; both come out a little too high (breaks take dates away) and never
//! far from what would be written.

use std::collections::BTreeSet;

use chrono::Datelike;

use super::is_silenced;
use super::reckon::{Amount, Made, made};
use crate::diagnostic::{Diagnostic, FileId, Severity};
use crate::expand::Window;
use crate::schedule::{Collection, Place, Schedule, Tag, place_in, silence};
use crate::text::{day, list, size, thousands};
use crate::zone::Instant;

/// Meetings in the feed of a chat: a daily call for 54 years. The longest real feed known has 390.
pub const MOST_MEETINGS: usize = 20_000;
/// Dates that the repeating form of a chat looks at: a daily call from today for a hundred years, as far as it ever
/// looks.
pub const MOST_DATES: usize = 40_000;
/// Octets of one feed of a chat. A daily call for 20 years has 6 MB; Google Calendar drops feeds beyond 1 MB. Comparing
/// two takes five times as much memory.
pub const MOST_OCTETS: usize = 16_000_000;
/// Tags of a chat: each meeting is written once more for each.
pub const MOST_TAGS: usize = 20;
/// Tags of a collection: each is a feed, all of which are written at the same time.
pub const MOST_TAGS_IN_ALL: usize = 200;

/// The code of the warning that the next 1 January makes too much of something.
const NEAR_LIMIT: &str = "near-limit";

/// What a collection may make in all: so much, or, where that is more, so much for each octet of its schedules. For an
/// octet the shipped schedules make 0.02 meetings and 24 octets, the densest of them 0.4 and 400; bare schedules of
/// chats of all rhythms, 17 years long, 1.4 and 1,000: a hundred of those fit. More would take too long for a program that
/// answers 100 kB in 2 s.
#[derive(Clone, Copy)]
struct InAll {
    free: usize,
    /// For ten octets.
    for_ten: usize,
}

const MEETINGS_IN_ALL: InAll = InAll { free: 100_000, for_ten: 10 };
const DATES_IN_ALL: InAll = InAll { free: 600_000, for_ten: 45 };
const OCTETS_IN_ALL: InAll = InAll { free: 80_000_000, for_ten: 9_000 };

impl InAll {
    fn most(self, octets: usize) -> usize {
        (octets.saturating_mul(self.for_ten) / 10).max(self.free)
    }
}

/// Dates of chats that are not taken which may be looked at besides: so many, of so many of each. Past that somebody
/// means to keep the program busy.
const REFUSED_DATES: usize = 20_000_000;
const REFUSED_DATES_OF_ONE: usize = 1_000_000;

/// Adds up what a collection would make, chat after chat.
#[derive(Clone, Debug)]
pub struct Limits<'c> {
    collection: &'c Collection,
    at: Instant,
    /// Octets of all schedules.
    written: usize,
    /// Dates of all chats so far, those that are wrong by themselves included; all else is of the others.
    looked_at: usize,
    sum: Amount,
    /// What the next 1 January adds.
    new_year: Amount,
    tags: BTreeSet<Tag>,
    /// Whether those that are right do not make too much together so far.
    fits: bool,
    /// Whether the sums are only about right.
    rough: bool,
    /// The chats that make the most: octets, and slug.
    largest: BTreeSet<(usize, String)>,
}

impl<'c> Limits<'c> {
    /// For a collection whose schedules have so many octets.
    pub fn new(collection: &'c Collection, at: Instant, written: u64) -> Self {
        let written = usize::try_from(written).unwrap_or(usize::MAX);
        let (tags, largest) = (BTreeSet::new(), BTreeSet::new());
        Self {
            collection,
            at,
            written,
            looked_at: 0,
            sum: Amount::default(),
            new_year: Amount::default(),
            tags,
            fits: true,
            rough: false,
            largest,
        }
    }

    /// Whether a chat may be composed, and all that are right so far; `report` gets what it would make too much of by itself.
    /// The text is that of its file.
    pub fn admit(&mut self, schedule: &Schedule, file: FileId, text: &str, report: impl FnMut(Diagnostic)) -> bool {
        let most_dates = (self.looked_at <= DATES_IN_ALL.most(self.written)).then_some(MOST_DATES);
        let made = made(schedule, self.collection, self.at, most_dates);
        self.looked_at = self.looked_at.saturating_add(made.own.dates);
        let wrong = of_chat(file, text, schedule, &made);
        let is_right = wrong.is_empty();
        if is_right {
            self.add(schedule, &made);
        }
        self.fits = self.fits && self.too_much(file).is_empty();
        let soon = if is_right { of_chat_soon(file, text, schedule, &made, self.at) } else { Vec::new() };
        wrong.into_iter().chain(soon).for_each(report);
        is_right && self.fits
    }

    /// Takes in a chat that is not in the collection yet; the text is that of its file. What it would make too much of,
    /// by itself or together with those before it, keeps it out, and then it does not count.
    pub fn take(&mut self, schedule: &Schedule, text: &str) -> Result<(), Vec<Diagnostic>> {
        // What goes beyond the sums need not be told exactly, which takes long.
        let left = DATES_IN_ALL.most(self.written.saturating_add(text.len())).saturating_sub(self.sum.dates);
        let made = self.made_alone(schedule, text, left.min(MOST_DATES))?;
        let mut with = self.clone();
        with.written = with.written.saturating_add(text.len());
        with.add(schedule, &made);
        let wrong = with.too_much(FileId(0));
        if wrong.is_empty() {
            *self = with;
            return Ok(());
        }
        let with_it = |wrong: Diagnostic| Diagnostic { message: format!("with this chat {}", wrong.message), ..wrong };
        Err(wrong.into_iter().map(with_it).collect())
    }

    /// What a chat that does not count would make too much of by itself.
    pub fn check_alone(&mut self, schedule: &Schedule, text: &str) -> Result<(), Vec<Diagnostic>> {
        self.made_alone(schedule, text, MOST_DATES).map(|_| ())
    }

    fn made_alone(&mut self, schedule: &Schedule, text: &str, most_dates: usize) -> Result<Made, Vec<Diagnostic>> {
        let most = DATES_IN_ALL.most(self.written).saturating_add(REFUSED_DATES);
        if self.looked_at > most {
            let most = thousands(most);
            let message = format!("the chats before it have more than {most} dates, the most that are looked at");
            let help = "without those of them that have too many dates it can be looked at";
            return Err(vec![Diagnostic::error(FileId(0), "too-many", message).help(help)]);
        }
        let made = made(schedule, self.collection, self.at, Some(most_dates));
        self.looked_at = self.looked_at.saturating_add(made.own.dates.min(REFUSED_DATES_OF_ONE));
        let wrong = of_chat(FileId(0), text, schedule, &made);
        if wrong.is_empty() { Ok(made) } else { Err(wrong) }
    }

    fn add(&mut self, schedule: &Schedule, made: &Made) {
        self.sum = self.sum.plus(Amount { octets: made.octets(), ..made.own });
        self.new_year = self.new_year.plus(made.new_year);
        self.rough |= made.rough;
        self.tags.extend(schedule.tags.iter().cloned());
        self.largest.insert((made.octets(), schedule.slug.to_string()));
        if self.largest.len() > 3 {
            self.largest.pop_first();
        }
    }

    /// Whether those that are right do not make too much together so far.
    pub fn fits(&self) -> bool {
        self.fits
    }

    /// What all chats together would make too much of, and what they will, unless that is silenced; `file` is that of the
    /// collection.
    pub fn of_all(&self, file: FileId) -> Vec<Diagnostic> {
        let wrong = self.too_much(file);
        if wrong.is_empty() { self.too_much_soon(file) } else { wrong }
    }

    /// Warnings of what is too much from the next 1 January on.
    fn too_much_soon(&self, file: FileId) -> Vec<Diagnostic> {
        if !self.fits || is_silenced(&self.collection.silenced, NEAR_LIMIT) {
            return Vec::new();
        }
        let later = Self { sum: self.sum.plus(self.new_year), at: self.at.next_new_year(), ..self.clone() };
        later.too_much(file).into_iter().map(|wrong| soon(wrong, self.at)).collect()
    }

    fn too_much(&self, file: FileId) -> Vec<Diagnostic> {
        let (Amount { meetings, dates, octets }, written) = (self.sum, self.written);
        let tags = self.tags.len();
        let mut wrong = Vec::new();
        if tags > MOST_TAGS_IN_ALL {
            let message = format!("the chats have {tags} tags in all; at most {MOST_TAGS_IN_ALL} are allowed");
            let help = "each tag is a feed of its own: keep those that several chats share";
            wrong.push(Diagnostic::error(file, "too-many", message).help(help));
        }
        let schedules = size(written);
        if meetings > MEETINGS_IN_ALL.most(written) {
            let most = thousands(MEETINGS_IN_ALL.most(written));
            let message = format!(
                "the chats have {} meetings in all through the end of {}; for {schedules} of schedules at most {most} are \
                 allowed",
                about(meetings, self.rough),
                Window::of_feed(self.at, None).through.year()
            );
            wrong.push(Diagnostic::error(file, "too-many", message).help(self.way_out()));
        } else if dates > DATES_IN_ALL.most(written) {
            let most = thousands(DATES_IN_ALL.most(written));
            let message = format!(
                "the series of all chats have {} dates to look at; for {schedules} of schedules at most {most} are allowed",
                about(dates, self.rough)
            );
            let help = "one without an end is looked at for 20 years to come: say `until` where it is known";
            wrong.push(Diagnostic::error(file, "too-many", message).help(help));
        }
        if octets > OCTETS_IN_ALL.most(written) {
            let most = size(OCTETS_IN_ALL.most(written));
            let message = format!(
                "the feeds of all chats and tags would have {}; for {schedules} of schedules at most {most} are allowed",
                size(octets)
            );
            wrong.push(Diagnostic::error(file, "too-large", message).help(self.way_out()));
        }
        wrong
    }

    fn way_out(&self) -> String {
        let largest = list(self.largest.iter().rev().map(|(octets, slug)| format!("{slug} ({})", size(*octets))));
        format!("the most would come from {largest}: let their series start later, or shorten their texts")
    }
}

/// What one chat would make too much of.
fn of_chat(file: FileId, text: &str, schedule: &Schedule, made: &Made) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    let mut report = |code, message, help: &str, place: Option<Place>| {
        let span = place.and_then(|place| place_in(text, &place));
        wrong.push(Diagnostic { span, ..Diagnostic::error(file, code, message).help(help) });
    };
    let longest = || made.longest.map(|index| super::of_series(&schedule.series[index], "start"));
    if schedule.tags.len() > MOST_TAGS {
        let message = format!("the chat has {} tags; at most {MOST_TAGS} are allowed", schedule.tags.len());
        report("too-many", message, "keep those by which people look for it", Some(Place::Top("tags")));
    }
    if made.own.meetings > MOST_MEETINGS {
        let (meetings, most) = (about(made.own.meetings, made.rough), thousands(MOST_MEETINGS));
        let message =
            format!("the chat has {meetings} meetings through the end of {}; at most {most} are allowed", made.through);
        report("too-many", message, "let its series start later, or remove some of them", longest());
    } else if made.own.dates > MOST_DATES {
        let (dates, most) = (about(made.own.dates, made.rough), thousands(MOST_DATES));
        let message = format!("the series of the chat have {dates} dates to look at; at most {most} are allowed");
        let help = "one without an end is looked at for 20 years, one with an end through it: let them end sooner";
        report("too-many", message, help, longest());
    }
    let forms = [("feed", made.own.octets), ("repeating form", made.repeating)];
    if let Some((form, octets)) = forms.into_iter().find(|(_, octets)| *octets > MOST_OCTETS) {
        let (octets, most) = (size(octets), size(MOST_OCTETS));
        let message = format!("the {form} of the chat would have {octets}; at most {most} are allowed");
        let help = "each meeting repeats the chat's texts: shorten them, or let its series start later";
        report("too-large", message, help, longest());
    }
    wrong
}

/// Warnings of what a chat that is right makes too much of from the next 1 January on, unless they are silenced.
fn of_chat_soon(file: FileId, text: &str, schedule: &Schedule, made: &Made, at: Instant) -> Vec<Diagnostic> {
    if is_silenced(&schedule.silenced, NEAR_LIMIT) {
        return Vec::new();
    }
    let later = Made { own: made.own.plus(made.new_year), through: made.through + 1, ..*made };
    of_chat(file, text, schedule, &later).into_iter().map(|wrong| soon(wrong, at)).collect()
}

/// The warning of what will be an error.
fn soon(wrong: Diagnostic, at: Instant) -> Diagnostic {
    let from = day(at.next_new_year().utc().date());
    let message = format!("from {from} on `build` will stop, because then {}", wrong.message);
    let help = wrong.help.into_iter().chain([silence(NEAR_LIMIT)]).collect::<Vec<_>>().join("; or ");
    Diagnostic { severity: Severity::Warning, code: NEAR_LIMIT, message, help: Some(help), ..wrong }
}

/// A number, rounded to three figures where it is only about right.
fn about(number: usize, rough: bool) -> String {
    if !rough {
        return thousands(number);
    }
    let step = 10_usize.pow(number.max(1).ilog10().saturating_sub(2));
    format!("about {}", thousands((number + step / 2) / step * step))
}
