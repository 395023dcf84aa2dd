//! A difference in a few words, and the pieces of which all renderers are made.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{ChatDifference, Kind, MeetingDifference, Shift, Snapshot, Was};
use crate::text::{agreeing, count, day, weekday_and_day};
use crate::zone::{Instant, Zone};

/// How a chat's feed differs, in a line or a few: `uklibchat: 1 meeting moved 2014-04-01 18:30 -> 19:00`. Titles and
/// topics are left out; it is safe for a terminal.
pub fn in_words(chat: &ChatDifference) -> Vec<String> {
    let slug = &chat.slug;
    let (number, span) = (count(chat.meetings.len(), "meeting"), days(chat.meetings.iter()));
    if let Some(words) = as_a_whole(&chat.was) {
        return vec![format!("{slug}: {words} {number}{span}")];
    }
    let title = chat.old_title.as_ref().map(|_| "new title".to_owned());
    let mut lines: Vec<String> =
        about_chat(chat, title, &str::to_owned).map(|line| format!("{slug}: {line}")).collect();
    for (kind, word) in Kind::ALL {
        if kind == Kind::Clocks {
            lines.extend(chat.shifts().iter().map(|shift| shifted(shift, slug)));
            continue;
        }
        let meetings: Vec<&MeetingDifference> = chat.of_kind(kind).collect();
        let Some(first) = meetings.first() else { continue };
        let number = count(meetings.len(), "meeting");
        let what = match kind {
            Kind::Details => format!("other details of {number}{}", days(meetings.iter().copied())),
            Kind::Elsewhere => format!("another place of {number}{}", days(meetings.iter().copied())),
            Kind::Moved if meetings.len() > 1 => format!("{number} moved, the first {}", times(first)),
            Kind::Moved => format!("{number} moved {}", times(first)),
            _ => format!("{number} {word}{}", days(meetings.iter().copied())),
        };
        lines.push(format!("{slug}: {what}"));
    }
    if lines.is_empty() {
        lines.push(format!("{slug}: {ONLY_BYTES}"));
    }
    lines
}

/// Where nothing that can be named differs.
pub const ONLY_BYTES: &str = "no meeting changes, only the way the feed is written";

/// What is said before the number of meetings of a chat that comes or goes as a whole.
pub fn as_a_whole(was: &Was) -> Option<&'static str> {
    match was {
        Was::There | Was::Renamed(_) => None,
        Was::Absent => Some("a new chat,"),
        Was::Damaged => Some("its old feed cannot be read; the new one has"),
        Was::Lost => Some("its old feed is lost; the new one has"),
        Was::Gone => Some("the chat is gone,"),
    }
}

/// What differs of a chat as a whole, one line each; `title` says in what way its title does, `slug`
/// makes a slug fit to be shown.
pub fn about_chat(
    chat: &ChatDifference,
    title: Option<String>,
    slug: &dyn Fn(&str) -> String,
) -> impl Iterator<Item = String> {
    let formerly = match &chat.was {
        Was::Renamed(formerly) => Some(format!("formerly {}", slug(formerly))),
        Was::Gone => {
            Some("its subscribers lose it; if it is called otherwise now, say so there with `formerly`".into())
        }
        _ => None,
    };
    let heading = chat.heading.then(|| "new description, link or address of the feed".to_owned());
    [formerly, title, heading].into_iter().flatten()
}

/// `America/Vancouver: 12 meetings of x come an hour earlier from 1 November 2026`.
pub fn shifted(shift: &Shift, slug: &str) -> String {
    let come = agreeing(shift.meetings, "comes", "come");
    let way = if shift.later < 0 { "earlier" } else { "later" };
    let from = day(shift.from);
    let (zone, number) = (shift.zone.name(), count(shift.meetings, "meeting"));
    format!("{zone}: {number} of {slug} {come} {} {way} from {from}", length(shift.later.unsigned_abs()))
}

fn length(seconds: u64) -> String {
    let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
    match (hours, minutes) {
        (1, 0) => "an hour".to_owned(),
        (0, 0) => count(seconds as usize, "second"),
        (0, minutes) => count(minutes as usize, "minute"),
        (hours, 0) => count(hours as usize, "hour"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// ` 2014-04-01`, ` from 2014-04-01 to 2014-06-03`: the first and the last day.
fn days<'d>(meetings: impl Iterator<Item = &'d MeetingDifference>) -> String {
    let days = meetings.filter_map(|meeting| Some(local(meeting.shown()?.start, meeting.zone).date()));
    let days: Vec<NaiveDate> = days.collect();
    match (days.iter().min(), days.iter().max()) {
        (Some(first), Some(last)) if first == last => format!(" {first}"),
        (Some(first), Some(last)) => format!(" from {first} to {last}"),
        _ => String::new(),
    }
}

/// `2014-04-01 18:30 -> 19:00`: when a meeting was and is, on the host's clocks.
fn times(meeting: &MeetingDifference) -> String {
    let (Some(before), Some(after)) = (&meeting.before, &meeting.after) else { return String::new() };
    let [old, new] = [before, after].map(|event| local(event.start, meeting.zone));
    let day = old.date();
    let [old_end, new_end] = if is_as_long(before, after) {
        [String::new(), String::new()]
    } else {
        [before, after].map(|event| format!("-{}", local(event.end, meeting.zone).format("%H:%M")))
    };
    let new = if old.date() == new.date() { new.format("%H:%M") } else { new.format("%Y-%m-%d %H:%M") };
    format!("{day} {}{old_end} -> {new}{new_end}", old.format("%H:%M"))
}

/// Whether a meeting takes as long as it did.
pub fn is_as_long(before: &Snapshot, after: &Snapshot) -> bool {
    let [old, new] = [before, after].map(|event| event.end.unix_seconds() - event.start.unix_seconds());
    old == new
}

/// When a meeting is, on the host's clocks and in UTC: `Tue 1 April 2014, 18:30 London (17:30 UTC)`; of one that moved
/// when it was and is.
pub fn when(meeting: &MeetingDifference, kind: Kind) -> String {
    let place = meeting.zone.map_or_else(|| "UTC".to_owned(), Zone::place);
    let there = |instant| local(instant, meeting.zone);
    let (here, in_utc) = match (&meeting.before, &meeting.after) {
        (Some(before), Some(after)) if matches!(kind, Kind::Moved | Kind::Clocks) => {
            let (old, new) = (there(before.start), there(after.start));
            let in_utc = [before, after].map(|event| (event.start.utc(), event.end.utc()));
            let here = [(old, there(before.end)), (new, there(after.end))];
            let is_as_long = is_as_long(before, after);
            (pair(&long(old), here, is_as_long), pair(&beside(in_utc[0].0, old), in_utc, is_as_long))
        }
        _ => {
            let Some(event) = meeting.shown() else { return String::new() };
            (long(there(event.start)), beside(event.start.utc(), there(event.start)))
        }
    };
    if place == "UTC" { format!("{here} UTC") } else { format!("{here} {place} ({in_utc} UTC)") }
}

pub fn local(instant: Instant, zone: Option<Zone>) -> NaiveDateTime {
    zone.unwrap_or(Zone::UTC).local(instant)
}

fn long(time: NaiveDateTime) -> String {
    format!("{}, {}", weekday_and_day(time.date()), time.format("%H:%M"))
}

/// A time beside another: its day only where that is another.
fn beside(time: NaiveDateTime, other: NaiveDateTime) -> String {
    if time.date() == other.date() { time.format("%H:%M").to_string() } else { long(time) }
}

/// When it was and is, each a start and an end; `first` is the old start as it is shown. The ends are shown where its
/// length is another.
fn pair(first: &str, [old, new]: [(NaiveDateTime, NaiveDateTime); 2], is_as_long: bool) -> String {
    let [old_end, new_end] =
        [old, new].map(|(start, end)| if is_as_long { String::new() } else { through(start.time(), end.time()) });
    format!("{first}{old_end} -> {}{new_end}", beside(new.0, old.0))
}

/// `–19:30`, `–00:30 next day`: the end of a meeting, of which none takes more than a day.
pub fn through(start: NaiveTime, end: NaiveTime) -> String {
    let day = if end <= start { " next day" } else { "" };
    format!("–{}{day}", end.format("%H:%M"))
}
