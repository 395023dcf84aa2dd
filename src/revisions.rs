//! `changes.atom`: what was revised last, for feed readers (RFC 4287).
//!
//! It is a log: what a build revises is put on top, and what is in it stays as it is until fifty others have come.

mod entry;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::io;

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use crate::expand::Meeting;
use crate::feed::ledger::{Revised, Revision};
use crate::feed::{Stamp, uid};
use crate::schedule::{Collection, LastKnown, Link, Schedule, Status};
use crate::text::{closed, count, day, weekday_and_day};
use crate::zone::{Instant, Zone};
use entry::{Entry, element};

/// Its path in `out/`.
pub const PATH: &str = "changes.atom";

/// Which program made it, by which chatcal knows it again.
const GENERATOR: &str = "chatcal";

/// So many entries are in it.
const MOST: usize = 50;

/// Up to so many meetings of a chat that one build changed in the same way have entries of their own; more of them have one
/// together.
const FEW: usize = 3;

/// So many of them such an entry lists.
const LISTED: usize = 20;

/// What may stand in a tag URI (RFC 4151) as it is.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b'@');

/// The feed, made chat by chat.
#[derive(Debug)]
pub struct Revisions<'c> {
    collection: &'c Collection,
    /// What each id begins with.
    authority: String,
    at: Instant,
    /// Those that are in it already, the last first.
    old: Vec<Entry>,
    new: BTreeMap<Rank, Entry>,
}

/// The order of what is new, the last first: by when a meeting was revised; of those that were revised at once those that
/// begin in the year of the build or later come first, the soonest first, then the earlier ones, the latest first.
type Rank = (Instant, bool, i64, Reverse<(Name, Revision)>);

/// The chat and the occurrence of the nearest meeting that an entry is about.
type Name = (String, NaiveDate, Option<String>);

/// A meeting that is revised, and when it began before, where it is moved.
type Item<'m> = (&'m Meeting<'m>, Stamp, Option<Instant>);

impl<'c> Revisions<'c> {
    /// Begins with the feed as it was; `at` is the instant of the build, of which the year counts.
    pub fn new(collection: &'c Collection, at: Instant, old: &[u8]) -> Self {
        let authority = format!("tag:{}", utf8_percent_encode(&collection.id, PLAIN));
        let mut old = entry::read(old);
        // Nothing from a clock that was wrong stays on top for ever, and nothing of another collection.
        old.retain(|entry| {
            let stamp = Stamp { revised: entry.revised, sequence: 0 };
            entry.id.starts_with(&authority) && stamp.is_possible(at) && entry.what != Revision::Changed
        });
        Self { collection, authority, at, old, new: BTreeMap::new() }
    }

    /// Adds what is revised now of the meetings of a chat; where there is no feed yet, what their stamps say.
    pub fn add(
        &mut self,
        schedule: &Schedule,
        meetings: &[Meeting<'_>],
        stamps: &[Stamp],
        revisions: &[Option<Revised>],
    ) {
        let mut alike: BTreeMap<(Instant, Revision), Vec<Item<'_>>> = BTreeMap::new();
        // Where a chat is seen once more its unconfirmed meetings reach further: that is no news, but a new chat is.
        let is_further = |now: &Revised, meeting: &Meeting<'_>| {
            let is_new_chat = || revisions.iter().all(|now| now.is_some_and(|now| now.what == Revision::New));
            now.what == Revision::New && meeting.unconfirmed_since().is_some() && !is_new_chat()
        };
        for ((meeting, stamp), now) in meetings.iter().zip(stamps).zip(revisions) {
            let by_itself = || self.old.is_empty().then(|| by_itself(meeting, stamp.sequence).into());
            let now = now.filter(|now| !is_further(now, meeting));
            let Some(Revised { what, was }) = now.or_else(by_itself) else { continue };
            if let Some(what) = told(meeting, what, stamp.revised) {
                alike.entry((stamp.revised, what)).or_default().push((meeting, *stamp, was));
            }
        }
        for ((revised, what), mut items) in alike {
            items.sort_by_key(|(meeting, ..)| meeting.start);
            if items.len() > FEW {
                let name = format!("{}/{}", schedule.identity(), revised.utc().format("%Y%m%dT%H%M%SZ"));
                let id = format!("{}/{}", self.id(revised, &name), what.word());
                self.put(Entry { id, ..self.about_several(&items, revised, what) }, &items);
            } else {
                for item in items {
                    self.put(self.about_one(item, what), &[item]);
                }
            }
        }
    }

    /// Puts an entry in its place, if it is among the last.
    fn put(&mut self, entry: Entry, items: &[Item<'_>]) {
        let year = self.at.utc().year();
        let coming = items.iter().find(|(meeting, ..)| meeting.start.utc().year() >= year);
        let Some((nearest, ..)) = coming.or(items.last()) else { return };
        let start = nearest.start.unix_seconds();
        let name = (nearest.schedule.slug.to_string(), nearest.date, nearest.name().map(str::to_owned));
        let near = if coming.is_some() { -start } else { start };
        self.new.insert((entry.revised, coming.is_some(), near, Reverse((name, entry.what))), entry);
        if self.new.len() > MOST {
            self.new.pop_first();
        }
    }

    fn about_one(&self, item: Item<'_>, what: Revision) -> Entry {
        let (meeting, Stamp { revised, sequence }, _) = item;
        let uid = uid::of_meeting(meeting, self.collection);
        // Each revision is an entry of its own: readers show no entry twice.
        let id = self.id(revised, &format!("{}/{sequence}", uid.split('@').next().unwrap_or(&uid)));
        let topic = meeting.own().topic.map(|topic| format!(": {}", closed(topic))).unwrap_or_default();
        let day = weekday_and_day(meeting.local_start().date());
        let title = format!("{}: {}{topic}, {day}", what.label(), closed(&meeting.schedule.title));
        Entry { id, title, revised, what, link: self.link(meeting), content: content(item) }
    }

    /// The entry about several meetings of a chat, in order of their starts; its id is still to be made.
    fn about_several(&self, items: &[Item<'_>], revised: Instant, what: Revision) -> Entry {
        let days: Vec<NaiveDate> = items.iter().map(|(meeting, ..)| meeting.local_start().date()).collect();
        let (first, last) = (day(days[0]), day(days[days.len() - 1]));
        let (label, title) = (what.label(), closed(&items[0].0.schedule.title));
        let title = format!("{label}: {title}, {} between {first} and {last}", count(items.len(), "meeting"));
        // Those that are to come, or the last ones.
        let begin = items.partition_point(|(meeting, ..)| meeting.start < revised);
        let begin = begin.min(items.len().saturating_sub(LISTED));
        let listed = &items[begin..items.len().min(begin + LISTED)];
        let mut lines: Vec<String> = listed.iter().map(|item| in_a_line(*item)).collect();
        if items.len() > listed.len() {
            lines.push(format!("and {}", count(items.len() - listed.len(), "other")));
        }
        let mut places = listed.iter().map(|(meeting, ..)| meeting.venues().location());
        let place = places.next().flatten().filter(|first| places.all(|place| place.as_ref() == Some(first)));
        lines.extend(place.map(|place| closed(place.as_str()).into_owned()));
        Entry { id: String::new(), title, revised, what, link: self.link(items[0].0), content: lines.join("\n") }
    }

    /// The page about the chat of a meeting.
    fn link(&self, meeting: &Meeting<'_>) -> Option<String> {
        match &self.collection.site {
            Some(site) => Some(format!("{site}#chat-{}", meeting.schedule.identity())),
            None => meeting.venues().home().map(Link::to_string),
        }
    }

    /// A tag URI (RFC 4151), which says when the name was given.
    fn id(&self, when: Instant, name: &str) -> String {
        format!("{},{}:{}", self.authority, when.utc().date(), utf8_percent_encode(name, PLAIN))
    }

    /// The feed.
    ///
    /// # Errors
    ///
    /// None that can happen: it is written to memory.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        let Collection { title, site, .. } = self.collection;
        let mut entries: Vec<Entry> = self.new.into_values().rev().chain(self.old).collect();
        entries.sort_by_key(|entry| Reverse(entry.revised));
        let mut ids = HashSet::new();
        entries.retain(|entry| ids.insert(entry.id.clone()));
        entries.truncate(MOST);
        let new_year = NaiveDate::from_ymd_opt(self.at.utc().year(), 1, 1).unwrap_or_default();
        let new_year = Zone::UTC.instant(new_year, chrono::NaiveTime::MIN);
        let updated = entries.first().map_or(new_year, |entry| entry.revised);
        let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        let feed = [("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", "en")];
        xml.create_element("feed").with_attributes(feed).write_inner_content(|xml| {
            element(xml, "generator", GENERATOR)?;
            // Whatever becomes of the site; the year is that in which chatcal began to write it.
            element(xml, "id", &format!("{},2026:{PATH}", self.authority))?;
            element(xml, "title", &format!("{}: changes", closed(title)))?;
            element(xml, "updated", &updated.rfc3339().to_string())?;
            xml.create_element("author").write_inner_content(|xml| element(xml, "name", title))?;
            if let Some(site) = site {
                let href = format!("{site}{PATH}");
                let own = [("rel", "self"), ("type", "application/atom+xml"), ("href", &href)];
                xml.create_element("link").with_attributes(own).write_empty()?;
                let page = [("rel", "alternate"), ("type", "text/html"), ("href", site.as_str())];
                xml.create_element("link").with_attributes(page).write_empty()?;
            }
            let mut entries = entries.iter();
            entries
                .try_for_each(|entry| xml.create_element("entry").write_inner_content(|xml| entry.write(xml)).map(drop))
        })?;
        let mut feed = xml.into_inner();
        feed.push(b'\n');
        Ok(feed)
    }
}

/// What a revision changed, as it is told: nothing where it changes nobody's plans.
fn told(meeting: &Meeting<'_>, what: Revision, revised: Instant) -> Option<Revision> {
    match what {
        Revision::New | Revision::Cancelled if meeting.status == Status::Cancelled => Some(Revision::Cancelled),
        _ if meeting.status == Status::Cancelled => None,
        Revision::Changed => None,
        Revision::Confirmed | Revision::Unconfirmed if meeting.end < revised => None,
        _ => Some(what),
    }
}

/// What a revision changed of which nothing but its number is known.
fn by_itself(meeting: &Meeting<'_>, sequence: u32) -> Revision {
    let is_moved = meeting.change().is_some_and(|change| change.moved_to.is_some() || change.time.is_some());
    match sequence {
        0 => Revision::New,
        _ if meeting.status == Status::Cancelled => Revision::Cancelled,
        _ if is_moved => Revision::Moved,
        _ => Revision::Changed,
    }
}

/// When a meeting is and was, where, and what is doubtful.
fn content(item: Item<'_>) -> String {
    let (meeting, _, was) = item;
    let (cancelled, known) = (meeting.own().cancelled, meeting.unconfirmed_since());
    let mut lines = vec![when(meeting)];
    lines.extend(was.map(|was| format!("Before: {}", before(meeting, was))));
    lines.extend(meeting.venues().location().map(|place| closed(place.as_str()).into_owned()));
    lines.extend(cancelled.map(|reason| format!("Cancelled: {}", closed(reason))));
    lines.extend(known.filter(|_| cancelled.is_none()).map(LastKnown::doubt_in_a_line));
    lines.join("\n")
}

/// One of several meetings: when it is and was, and what it is about.
fn in_a_line((meeting, _, was): Item<'_>) -> String {
    let about = meeting.own().cancelled.or(meeting.own().topic).map(|about| format!(": {}", closed(about)));
    let was = was.map(|was| format!(" (before: {})", before(meeting, was))).unwrap_or_default();
    let doubt = if meeting.status == Status::Tentative { " (unconfirmed)" } else { "" };
    [&when(meeting), &about.unwrap_or_default()[..], doubt, &was].concat()
}

/// `Tue 5 May 2026, 19:00–20:00 London`
fn when(meeting: &Meeting<'_>) -> String {
    let (start, end) = (meeting.local_start(), meeting.local_end());
    let end_time = match end.date() {
        date if date == start.date() => end.format("%H:%M").to_string(),
        date => format!("{} {}", end.format("%H:%M"), day(date)),
    };
    format!("{}–{end_time} {}", beginning(start), meeting.zone().place())
}

/// When it began before: only the time where the day is the same.
fn before(meeting: &Meeting<'_>, was: Instant) -> String {
    let (was, now) = (meeting.zone().local(was), meeting.local_start());
    if was.date() == now.date() { was.format("%H:%M").to_string() } else { beginning(was) }
}

fn beginning(start: NaiveDateTime) -> String {
    format!("{}, {}", weekday_and_day(start.date()), start.format("%H:%M"))
}
