//! `changes.atom`: what was revised last, for feed readers (RFC 4287).
//!
//! What a revision changed is known when it is made; from then on the feed itself is what remembers it.

mod old;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::expand::Meeting;
use crate::feed::ledger::Revision;
use crate::feed::{Stamp, uid};
use crate::schedule::{Collection, LastKnown, Link, Schedule, Status};
use crate::text::{closed, count, day, in_markup, weekday_and_day};
use crate::zone::{Instant, Zone};
use old::Known;

/// Its path in `out/`.
pub const PATH: &str = "changes.atom";

/// Which program made it, by which chatcal knows it again.
const GENERATOR: &str = "chatcal";

/// So many entries are in it.
const MOST: usize = 50;

/// Up to so many meetings of a chat that one build changed alike have entries of their own; more of them have one together.
const FEW: usize = 3;

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
    /// What each revision changed, as the old feed says.
    known: Known,
    entries: BTreeMap<Rank, Entry>,
}

/// The order of the feed, the last first: by when a meeting was revised; of those that were revised at once those that
/// begin in the year of the build or later come first, the soonest first, then the earlier ones, the latest first.
type Rank = (Instant, bool, i64, Reverse<(Name, Revision)>);

/// The chat and the occurrence of the nearest meeting that an entry is about.
type Name = (String, NaiveDate, Option<String>);

#[derive(Debug)]
struct Entry {
    id: String,
    title: String,
    revised: Instant,
    revision: Revision,
    /// The occurrence dates from the first through the last, where it is about several meetings.
    days: Option<RangeInclusive<NaiveDate>>,
    link: Option<String>,
    content: String,
}

impl<'c> Revisions<'c> {
    /// Begins with the feed as it was; `at` is the instant of the build, of which the year counts.
    pub fn new(collection: &'c Collection, at: Instant, old: &[u8]) -> Self {
        let authority = format!("tag:{}", utf8_percent_encode(&collection.id, PLAIN));
        Self { collection, authority, at, known: Known::read(old), entries: BTreeMap::new() }
    }

    /// Adds the meetings of a chat, with the stamp of each, and what that changed where it is revised now.
    pub fn add(
        &mut self,
        schedule: &Schedule,
        meetings: &[Meeting<'_>],
        stamps: &[Stamp],
        revisions: &[Option<Revision>],
    ) {
        // What one build changed in the same way: a confirmation or another place is one of dozens of meetings.
        let mut alike: BTreeMap<(Instant, Revision), Vec<(&Meeting<'_>, String)>> = BTreeMap::new();
        let last = self.entries.keys().next().filter(|_| self.entries.len() == MOST).map(|(revised, ..)| *revised);
        let mut of_group = (None, String::new());
        for ((meeting, stamp), now) in meetings.iter().zip(stamps).zip(revisions) {
            if last.is_some_and(|last| stamp.revised < last) {
                continue;
            }
            let uid = uid::of_meeting(meeting, self.collection);
            // Each revision is an entry of its own: readers show no entry twice.
            let name = format!("{}/{}", uid.split('@').next().unwrap_or(&uid), stamp.sequence);
            let id = self.id(stamp.revised, &name);
            if of_group.0 != Some(stamp.revised) {
                of_group = (Some(stamp.revised), self.id(stamp.revised, &group(schedule, stamp.revised)));
            }
            let known = || self.known.of(&id, &of_group.1, meeting.date);
            let revision = match now.or_else(known) {
                // Whatever else is new: it does not take place.
                _ if meeting.status == Status::Cancelled => Revision::Cancelled,
                Some(revision) => revision,
                None => by_itself(meeting, stamp.sequence),
            };
            alike.entry((stamp.revised, revision)).or_default().push((meeting, id));
        }
        for ((revised, revision), mut meetings) in alike {
            meetings.sort_by_key(|(meeting, _)| meeting.start);
            if meetings.len() > FEW {
                let id = format!("{}/{}", self.id(revised, &group(schedule, revised)), revision.word());
                let meetings: Vec<&Meeting<'_>> = meetings.into_iter().map(|(meeting, _)| meeting).collect();
                self.put(self.entry(&meetings, id, revised, revision), &meetings);
            } else {
                for (meeting, id) in meetings {
                    self.put(self.entry(&[meeting], id, revised, revision), &[meeting]);
                }
            }
        }
    }

    /// Puts an entry in its place, if it is among the last.
    fn put(&mut self, entry: Entry, meetings: &[&Meeting<'_>]) {
        let year = self.at.utc().year();
        let coming = meetings.iter().find(|meeting| meeting.start.utc().year() >= year);
        let Some(nearest) = coming.or(meetings.last()) else { return };
        let start = nearest.start.unix_seconds();
        let name = (nearest.schedule.slug.to_string(), nearest.date, nearest.name().map(str::to_owned));
        let near = if coming.is_some() { -start } else { start };
        self.entries.insert((entry.revised, coming.is_some(), near, Reverse((name, entry.revision))), entry);
        if self.entries.len() > MOST {
            self.entries.pop_first();
        }
    }

    /// The entry about meetings of a chat, in order of their starts.
    fn entry(&self, meetings: &[&Meeting<'_>], id: String, revised: Instant, revision: Revision) -> Entry {
        let (first, last) = (meetings[0], meetings[meetings.len() - 1]);
        let schedule = first.schedule;
        let link = match &self.collection.site {
            Some(site) => Some(format!("{site}#chat-{}", schedule.identity())),
            None => first.venues().home().map(Link::to_string),
        };
        let day_of = |meeting: &Meeting<'_>| meeting.local_start().date();
        let (what, content, days) = if meetings.len() == 1 {
            let topic = first.own().topic.map(|topic| format!(": {}", closed(topic))).unwrap_or_default();
            (format!("{topic}, {}", weekday_and_day(day_of(first))), content(first), None)
        } else {
            let number = count(meetings.len(), "meeting");
            let what = format!(", {number} from {} to {}", day(day_of(first)), day(day_of(last)));
            let dates = meetings.iter().map(|meeting| meeting.date);
            let days = dates.clone().min().zip(dates.max()).map(|(from, to)| from..=to);
            (what, format!("The first:\n{}\n\nThe last:\n{}", content(first), content(last)), days)
        };
        let title = format!("{}: {}{what}", revision.label(), closed(&schedule.title));
        Entry { id, title, revised, revision, days, link, content }
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
        let new_year = NaiveDate::from_ymd_opt(self.at.utc().year(), 1, 1).unwrap_or_default();
        let new_year = Zone::UTC.instant(new_year, chrono::NaiveTime::MIN);
        let updated = self.entries.last_key_value().map_or(new_year, |((revised, ..), _)| *revised);
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
            self.entries
                .values()
                .rev()
                .try_for_each(|entry| xml.create_element("entry").write_inner_content(|xml| entry.write(xml)).map(drop))
        })?;
        let mut feed = xml.into_inner();
        feed.push(b'\n');
        Ok(feed)
    }
}

impl Entry {
    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        element(xml, "id", &self.id)?;
        element(xml, "title", &self.title)?;
        element(xml, "updated", &self.revised.rfc3339().to_string())?;
        if let Some(link) = &self.link {
            let page = [("rel", "alternate"), ("href", link.as_str())];
            xml.create_element("link").with_attributes(page).write_empty()?;
        }
        let category = [("term", self.revision.word()), ("label", self.revision.label())];
        xml.create_element("category").with_attributes(category).write_empty()?;
        if let Some(days) = &self.days {
            // ISO 8601: by it this feed knows later which meetings it is about.
            let days = format!("{}/{}", days.start(), days.end());
            xml.create_element("category").with_attribute(("term", days.as_str())).write_empty()?;
        }
        element(xml, "content", &self.content)
    }
}

/// What the id of an entry about several meetings begins with.
fn group(schedule: &Schedule, revised: Instant) -> String {
    format!("{}/{}", schedule.identity(), revised.utc().format("%Y%m%dT%H%M%SZ"))
}

/// An element with a text in it.
fn element(xml: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&in_markup(text))).map(drop)
}

/// What a revision changed of which nothing else is known.
fn by_itself(meeting: &Meeting<'_>, sequence: u32) -> Revision {
    let is_moved = meeting.change().is_some_and(|change| change.moved_to.is_some() || change.time.is_some());
    match sequence {
        0 => Revision::New,
        _ if is_moved => Revision::Moved,
        _ => Revision::Changed,
    }
}

/// When it is, where, and what is doubtful.
fn content(meeting: &Meeting<'_>) -> String {
    let (start, end) = (meeting.local_start(), meeting.local_end());
    let on_day = |time: chrono::NaiveDateTime| match time.date() {
        date if date == start.date() => time.format("%H:%M").to_string(),
        date => format!("{} {}", time.format("%H:%M"), day(date)),
    };
    let when = format!("{}, {}–{}", weekday_and_day(start.date()), start.format("%H:%M"), on_day(end));
    let mut lines = vec![format!("{when} {}", meeting.zone().place())];
    lines.extend(meeting.venues().location().map(|place| closed(place.as_str()).into_owned()));
    let (cancelled, known) = (meeting.own().cancelled, meeting.unconfirmed_since());
    lines.extend(cancelled.map(|reason| format!("Cancelled: {}", closed(reason))));
    lines.extend(known.filter(|_| cancelled.is_none()).map(LastKnown::doubt_in_a_line));
    lines.join("\n")
}
