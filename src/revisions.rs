//! `changes.atom`: the meetings that were revised last, for feed readers (RFC 4287).
//!
//! What a revision changed is known when it is made; from then on the feed itself is what remembers it.

mod old;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io;

use chrono::{Datelike, NaiveDate};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::expand::Meeting;
use crate::feed::ledger::Revision;
use crate::feed::{Stamp, uid};
use crate::schedule::{Collection, LastKnown, Link, Schedule, Status};
use crate::text::{closed, day, in_markup, weekday_and_day};
use crate::zone::{Instant, Zone};

/// Its path in `out/`.
pub const PATH: &str = "changes.atom";

/// Which program made it, by which chatcal knows it again.
const GENERATOR: &str = "chatcal";

/// So many meetings are in it.
const MOST: usize = 50;

/// What may stand in a tag URI (RFC 4151) as it is.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b'@');

/// The feed, made chat by chat.
#[derive(Debug)]
pub struct Revisions<'c> {
    collection: &'c Collection,
    at: Instant,
    /// What each revision changed, by its id, as the old feed says.
    known: HashMap<String, Revision>,
    entries: BTreeMap<Rank, Entry>,
}

/// The order of the feed, the last first: by when a meeting was revised; of those that were revised at once those that
/// begin in the year of the build or later come first, the soonest first, then the earlier ones, the latest first.
type Rank = (Instant, bool, i64, Reverse<(String, NaiveDate, Option<String>)>);

#[derive(Debug)]
struct Entry {
    id: String,
    title: String,
    revised: Instant,
    revision: Revision,
    link: Option<String>,
    content: String,
}

impl<'c> Revisions<'c> {
    /// Begins with the feed as it was; `at` is the instant of the build, of which the year counts.
    pub fn new(collection: &'c Collection, at: Instant, old: &[u8]) -> Self {
        Self { collection, at, known: old::revisions(old), entries: BTreeMap::new() }
    }

    /// Adds the meetings of a chat, with the stamp of each, and what that changed where it is revised now.
    pub fn add(
        &mut self,
        schedule: &Schedule,
        meetings: &[Meeting<'_>],
        stamps: &[Stamp],
        revisions: &[Option<Revision>],
    ) {
        let year = self.at.utc().year();
        for ((meeting, stamp), now) in meetings.iter().zip(stamps).zip(revisions) {
            let is_coming = meeting.start.utc().year() >= year;
            let start = meeting.start.unix_seconds();
            let rank = (stamp.revised, is_coming, if is_coming { -start } else { start });
            let is_too_early = |(revised, is_coming, near, _): &Rank| rank < (*revised, *is_coming, *near);
            if self.entries.len() == MOST && self.entries.keys().next().is_some_and(is_too_early) {
                continue;
            }
            let name = (schedule.slug.to_string(), meeting.date, meeting.name().map(str::to_owned));
            let entry = self.entry(meeting, *stamp, *now);
            self.entries.insert((rank.0, rank.1, rank.2, Reverse(name)), entry);
            if self.entries.len() > MOST {
                self.entries.pop_first();
            }
        }
    }

    fn entry(&self, meeting: &Meeting<'_>, stamp: Stamp, now: Option<Revision>) -> Entry {
        let Stamp { revised, sequence } = stamp;
        let uid = uid::of_meeting(meeting, self.collection);
        // Each revision is an entry of its own: readers show no entry twice.
        let id = self.id(revised, &format!("{}/{sequence}", uid.split('@').next().unwrap_or(&uid)));
        let revision = match now.or_else(|| self.known.get(&id).copied()) {
            // Whatever else is new: it does not take place.
            _ if meeting.status == Status::Cancelled => Revision::Cancelled,
            Some(revision) => revision,
            None => by_itself(meeting, sequence),
        };
        let schedule = meeting.schedule;
        let topic = meeting.own().topic.map(|topic| format!(": {}", closed(topic))).unwrap_or_default();
        let link = match &self.collection.site {
            Some(site) => Some(format!("{site}#chat-{}", schedule.identity())),
            None => meeting.venues().home().map(Link::to_string),
        };
        let title = format!("{}: {}{topic}", revision.label(), closed(&schedule.title));
        Entry { id, title, revised, revision, link, content: content(meeting) }
    }

    /// A tag URI (RFC 4151), which says when the name was given.
    fn id(&self, when: Instant, name: &str) -> String {
        let encode = |text| utf8_percent_encode(text, PLAIN).to_string();
        format!("tag:{},{}:{}", encode(&self.collection.id), when.utc().date(), encode(name))
    }

    /// The feed.
    ///
    /// # Errors
    ///
    /// None that can happen: it is written to memory.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        let Collection { title, site, id, .. } = self.collection;
        let new_year = NaiveDate::from_ymd_opt(self.at.utc().year(), 1, 1).unwrap_or_default();
        let new_year = Zone::UTC.instant(new_year, chrono::NaiveTime::MIN);
        let updated = self.entries.last_key_value().map_or(new_year, |((revised, ..), _)| *revised);
        let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        let feed = [("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", "en")];
        xml.create_element("feed").with_attributes(feed).write_inner_content(|xml| {
            element(xml, "generator", GENERATOR)?;
            // Whatever becomes of the site; the year is that in which chatcal began to write it.
            element(xml, "id", &format!("tag:{},2026:{PATH}", utf8_percent_encode(id, PLAIN)))?;
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
        element(xml, "content", &self.content)
    }
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
