//! What a chat would make, without making it: how many meetings, and how many octets they take in its feeds.

use chrono::{Datelike, Days, NaiveDate};

use crate::expand::{Origin, Window, known};
use crate::feed::repeating;
use crate::recurrence::Run;
use crate::schedule::{Collection, Link, Schedule, Series, Tag, Venues};
use crate::text::turns_direction;
use crate::zone::Instant;

/// Octets of an event whose texts are all empty: names of properties, times, stamps, and the words of a description.
const FRAME: usize = 290;
/// Octets of a feed without its events.
const HEADING: usize = 300;

/// Years of a series from which it is told roughly how many dates it has.
const YEARS: u64 = 12;

/// What a chat would make.
#[derive(Clone, Copy, Debug, Default)]
pub struct Made {
    /// Meetings and octets of the chat's own feed, and dates of its repeating form.
    pub own: Amount,
    /// Octets of the same meetings in the feeds of all chats, of each tag and of each selection.
    pub combined: usize,
    /// Octets of the repeating form.
    pub repeating: usize,
    /// To how many addresses both are written.
    pub addresses: usize,
    /// The last year of the chat's own feed.
    pub through: i32,
    /// Whether the numbers are only about right.
    pub rough: bool,
    /// What comes on top of that on the next 1 January.
    pub new_year: Amount,
    /// The series that gives the most dates.
    pub longest: Option<usize>,
}

/// So much of what is limited.
#[derive(Clone, Copy, Debug, Default)]
pub struct Amount {
    /// Meetings in chats' own feeds.
    pub meetings: usize,
    /// Dates that the repeating forms look at.
    pub dates: usize,
    /// Octets of feeds.
    pub octets: usize,
}

impl Amount {
    /// Both together.
    #[must_use]
    pub fn plus(self, Self { meetings, dates, octets }: Self) -> Self {
        Self {
            meetings: self.meetings.saturating_add(meetings),
            dates: self.dates.saturating_add(dates),
            octets: self.octets.saturating_add(octets),
        }
    }
}

impl Made {
    /// Octets of all feeds.
    pub fn octets(&self) -> usize {
        let own = self.own.octets.saturating_add(self.repeating).saturating_mul(self.addresses);
        own.saturating_add(self.combined)
    }
}

/// What a chat would make at an instant. Once there are more than so many dates, which is too much anyway, the rest is
/// reckoned roughly: to look at each date of laborious rules since the year 1 takes long.
pub fn made(schedule: &Schedule, collection: &Collection, at: Instant, most_dates: Option<usize>) -> Made {
    let (feed, combined) = (Window::of_feed(at, collection.history), Window::of_combined(at));
    let new_year = at.next_new_year();
    let zones: usize = collection.zones.iter().map(|zone| zone.place().len() + 20).sum();
    let page = collection.site.as_ref().map_or(0, |site| site.as_str().len() + schedule.slug.as_str().len() + 10);
    let top = FRAME + zones + page + of_chat(schedule) + schedule.identity().as_str().len() + collection.id.len();
    let selections = collection.selections.iter().filter(|selection| selection.holds(schedule)).count();
    let copies = schedule.tags.len() + selections + 1;
    let heading =
        HEADING + 2 * schedule.description.as_ref().or(schedule.summary.as_ref()).map_or(0, |text| folded(text));
    let mut made = Made { own: Amount { octets: heading, ..Amount::default() }, repeating: heading, ..Made::default() };
    made.addresses = 1 + schedule.older_slugs().count();
    made.through = feed.through.year();
    let mut most = 0;
    let of_series = |series: &Series| {
        let venues = Venues::new(None, Some(&series.venue), &schedule.venue);
        series.name.as_ref().map_or(0, String::len) + of_venues(venues)
    };
    let texts_of: Vec<usize> = schedule.series.iter().map(of_series).collect();
    for (index, series) in schedule.series.iter().enumerate() {
        let event = top + texts_of[index];
        let ahead = repeating::ahead(&series.run, at);
        made.rough = most_dates.is_none_or(|most| made.own.dates > most);
        let count = if made.rough { roughly } else { Run::count };
        let (meetings, dates) =
            (count(&series.run, feed.from, feed.through), count(&series.run, NaiveDate::MIN, ahead));
        made.own.meetings += meetings;
        made.own.dates += dates;
        made.own.octets = made.own.octets.saturating_add(meetings.saturating_mul(event));
        let in_combined = series.run.count(combined.from, combined.through).saturating_mul(copies);
        made.combined = made.combined.saturating_add(in_combined.saturating_mul(event));
        let gained =
            |through: NaiveDate, later: NaiveDate| through.succ_opt().map_or(0, |from| series.run.count(from, later));
        let next = Window::of_feed(new_year, collection.history);
        // With `history` a year leaves the feed as another comes.
        let leaves = next.from.pred_opt().map_or(0, |before| series.run.count(feed.from, before));
        let more = gained(feed.through, next.through).saturating_sub(leaves);
        let further = gained(ahead, repeating::ahead(&series.run, new_year));
        made.new_year = made.new_year.plus(Amount {
            meetings: more,
            dates: further,
            octets: more.saturating_mul(event * made.addresses),
        });
        if dates >= most {
            (most, made.longest) = (dates, Some(index));
        }
        if made.rough || most_dates.is_some_and(|most| made.own.dates > most) {
            continue;
        }
        let alone = repeating::alone(&series.run, ahead, dates);
        made.repeating = made.repeating.saturating_add((alone + 1).saturating_mul(event));
    }
    // What is known of single meetings comes on top of what their series says.
    for meeting in known(schedule) {
        let own = meeting.own();
        let texts = [own.topic, own.topic, own.cancelled].into_iter().flatten().map(folded).sum::<usize>();
        let event = top + meeting.name().map_or(0, str::len) + of_venues(meeting.venues()) + texts;
        // One of a series stands in the feed already.
        let (there, single) = match meeting.origin {
            Origin::Regular(index, _) => (top + texts_of[index], 0),
            Origin::OneOff(_) => (0, 1),
        };
        let more = event.saturating_sub(there);
        let day = meeting.local_start().date();
        if feed.holds(day) {
            made.own.meetings += single;
            made.own.octets = made.own.octets.saturating_add(more);
        }
        made.own.dates += single;
        if combined.holds(day) {
            made.combined = made.combined.saturating_add(more.saturating_mul(copies));
        }
        made.repeating = made.repeating.saturating_add(event);
    }
    made
}

/// About how many dates a run has, by those of its first years.
fn roughly(run: &Run, from: NaiveDate, through: NaiveDate) -> usize {
    let (from, through) = (from.max(run.start), run.last.map_or(through, |last| last.min(through)));
    let looked_at = run.start.checked_add_days(Days::new(YEARS * 366)).unwrap_or(through).min(through);
    let days = |from: NaiveDate, through: NaiveDate| (through - from).num_days().max(0) as usize + 1;
    if through < from {
        return 0;
    }
    run.count(run.start, looked_at) * days(from, through) / days(run.start, looked_at)
}

/// Octets that the texts of a chat take in each event.
fn of_chat(schedule: &Schedule) -> usize {
    let Schedule { title, summary, tags, .. } = schedule;
    let tags = tags.iter().map(|tag: &Tag| tag.as_str().len() + 1).sum::<usize>();
    folded(title) + summary.as_deref().map_or(0, folded) + tags
}

/// Octets that where a meeting takes place takes in its event.
fn of_venues(venues: Venues<'_>) -> usize {
    let words = |text: &str, label: usize| folded(text) + label;
    let link = |link: Option<&Link>, label: usize| link.map_or(0, |link| words(link.as_str(), label));
    let hosts = venues.hosts().iter().map(|host| words(host, 2)).sum::<usize>();
    let location = venues.location().map_or(0, |location| words(location.as_str(), 11));
    let (join, home) = (venues.join(), venues.home());
    let platform = venues.words().map_or(0, |platform| words(&platform, 9));
    platform
        + location
        + link(join.as_ref(), 8)
        + link(venues.written_join(), 24)
        + link(home, 6)
        + link(home, 9)
        + hosts
}

/// Octets of a text in content lines: with its escapes, three for each mark of direction that is closed, and three for
/// each line that is folded.
fn folded(text: &str) -> usize {
    let escapes = text.bytes().filter(|byte| matches!(byte, b'\\' | b';' | b',' | b'\n')).count();
    let turns = if text.is_ascii() { 0 } else { text.chars().filter(|letter| turns_direction(*letter)).count() };
    let octets = text.len() + escapes + 3 * turns;
    octets + octets / 74 * 3
}
