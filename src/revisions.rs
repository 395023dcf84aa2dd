//! `changes.atom`: what was revised last, for feed readers (RFC 4287).
//!
//! It is a log: what a build revises is put on top, and what is in it stays as it is until fifty others have come.

mod entry;
mod item;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

use chrono::{Datelike, NaiveDate};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use crate::diff::{ChatDifference, Snapshot, Was};
use crate::expand::{Meeting, Origin};
use crate::feed::Stamp;
use crate::schedule::{Collection, Link, Schedule, Status};
use crate::text::{closed, count};
use crate::zone::{Instant, Zone};
use entry::{Entry, News, element};
use item::Item;

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
    /// The last year of which the old feeds held meetings, if a feed of chatcal's says.
    old_through: Option<i32>,
    /// Those that are in it already, the last first.
    old: Vec<Entry>,
    new: BTreeMap<Rank, Entry>,
}

/// The order of what is new, the last first: by when it was revised; of what was revised at once those meetings that are to
/// come are first, the soonest first, then the earlier ones, the latest first.
type Rank = (Instant, bool, i64, Reverse<(String, String, News)>);

/// A chat of which there is news.
struct Chat<'m> {
    title: &'m str,
    /// Its slug in UIDs.
    identity: &'m str,
    link: Option<String>,
}

impl<'c> Revisions<'c> {
    /// Begins with the feed as it was; `at` is the instant of the build, of which the year counts.
    pub fn new(collection: &'c Collection, at: Instant, old: &[u8]) -> Self {
        let authority = format!("tag:{}", utf8_percent_encode(&collection.id, PLAIN));
        let old_through = entry::through(old);
        let mut old = entry::read(old);
        // Nothing from a clock that was wrong stays on top for ever, and nothing of another collection.
        let is_possible = |entry: &Entry| Stamp { revised: entry.revised, sequence: 0 }.is_possible(at);
        old.retain(|entry| entry.id.starts_with(&format!("{authority},")) && is_possible(entry));
        Self { collection, authority, at, old_through, old, new: BTreeMap::new() }
    }

    /// Adds what differs of a chat, whose meetings come with the stamp of each.
    pub fn add(
        &mut self,
        schedule: &Schedule,
        meetings: &[Meeting<'_>],
        stamps: &[Stamp],
        difference: &ChatDifference,
    ) {
        let link = match &self.collection.site {
            Some(site) => Some(format!("{site}#chat-{}", schedule.identity())),
            None => schedule.venue.home.as_ref().map(Link::to_string),
        };
        let chat = Chat { title: &schedule.title, identity: schedule.identity().as_str(), link };
        let is_coming = meetings.iter().any(|meeting| meeting.end > self.at);
        if let Some(old) = difference.old_title.as_ref().filter(|_| difference.was != Was::Damaged && is_coming) {
            self.put_title(&chat, old);
        }
        let now = |index: usize| Some((meetings.get(index)?, *stamps.get(index)?));
        match difference.was {
            Was::Absent => {
                let all = (0..meetings.len()).filter_map(now);
                // A chat as a whole is news, a meeting that was called off long ago is not.
                let items = all.filter_map(|(meeting, stamp)| {
                    let item = Item::new(self.collection, meeting, stamp);
                    match meeting.status {
                        Status::Cancelled => item.is_to_come(self.at).then_some((News::Cancelled, item)),
                        _ => Some((News::New, item)),
                    }
                });
                let items = items.collect();
                self.put_all(&chat, items);
            }
            Was::There | Was::Renamed(_) => {
                let further = self.further(meetings, difference);
                let items = difference.meetings.iter().filter_map(|of| {
                    if of.index.is_some_and(|index| further.contains(&index)) {
                        return None;
                    }
                    let news = News::of(&of.kinds())?;
                    let Some((meeting, stamp)) = of.index.and_then(now) else {
                        let date = of.occurrence.get(..10).and_then(|date| date.parse().ok());
                        let pause = date.and_then(|day| schedule.breaks.iter().find(|pause| pause.holds(day)));
                        return Some((news, Item::gone(of, pause.and_then(|pause| pause.reason.as_deref()))?));
                    };
                    let item = Item::changed(of, meeting, stamp);
                    // Of one that is new and called off that is told.
                    let is_off = meeting.status == Status::Cancelled && item.is_new();
                    let news = if is_off { News::Cancelled } else { news };
                    Self::is_told(news, &item, meeting).then_some((news, item))
                });
                let items: Vec<_> = items.filter(|(_, item)| item.is_to_come(self.at)).collect();
                let (gone, others) = items.into_iter().partition(|(news, _)| *news == News::Gone);
                let was = difference.old_title.as_deref().unwrap_or(chat.title);
                self.put_all(&Chat { title: was, identity: chat.identity, link: chat.link.clone() }, gone);
                self.put_all(&chat, others);
            }
            // What there was of it is not known, or it is told elsewhere.
            Was::Damaged | Was::Lost | Was::Gone => {}
        }
    }

    /// Adds a chat for which there is no schedule any more.
    pub fn add_gone(&mut self, difference: &ChatDifference) {
        let link = self.collection.site.as_ref().map(ToString::to_string);
        let chat = Chat { title: &difference.title, identity: &difference.slug, link };
        let items = difference.meetings.iter().filter_map(|of| Item::gone(of, None));
        let items = items.filter(|item| item.is_to_come(self.at)).map(|item| (News::Gone, item)).collect();
        self.put_all(&chat, items);
    }

    /// Which meetings are new only because a feed reaches further than before: those beyond its old window, where a year has
    /// turned, and those after all known ones of a series that was fading out and is seen once more.
    fn further(&self, meetings: &[Meeting<'_>], difference: &ChatDifference) -> HashSet<usize> {
        let differing: HashMap<usize, Option<&Snapshot>> =
            difference.meetings.iter().filter_map(|of| Some((of.index?, of.before.as_ref()))).collect();
        // Of each series when its last known meeting begins, and whether any of them was tentative.
        let mut known: HashMap<usize, (Instant, bool)> = HashMap::new();
        for (index, meeting) in meetings.iter().enumerate() {
            let Origin::Regular(series, _) = meeting.origin else { continue };
            let (start, status) = match differing.get(&index) {
                None => (meeting.start, meeting.status),
                Some(Some(before)) => (before.start, before.status),
                Some(None) => continue,
            };
            let (last, is_fading) = known.entry(series).or_insert((start, false));
            *last = start.max(*last);
            *is_fading |= status == Status::Tentative;
        }
        let is_further = |meeting: &Meeting<'_>| {
            let is_beyond = self.old_through.is_some_and(|year| meeting.local_start().year() > year);
            // Nobody's feed has known a single one before.
            let Origin::Regular(series, _) = meeting.origin else { return false };
            // One that had faded out comes back.
            let reaches = |(last, is_fading): &(Instant, bool)| *is_fading && *last > self.at && meeting.start > *last;
            is_beyond || meeting.unconfirmed_since().is_some() && known.get(&series).is_some_and(reaches)
        };
        let added = differing.iter().filter(|(_, before)| before.is_none()).map(|(index, _)| *index);
        added.filter(|index| meetings.get(*index).is_some_and(is_further)).collect()
    }

    /// Whether something changes anybody's plans: once a meeting is called off nothing else of it counts.
    fn is_told(news: News, item: &Item<'_>, meeting: &Meeting<'_>) -> bool {
        news == News::Cancelled || meeting.status != Status::Cancelled || item.is_new()
    }

    /// Puts the news of a chat in their places: of many meetings in the same way together.
    fn put_all(&mut self, chat: &Chat<'_>, items: Vec<(News, Item<'_>)>) {
        let mut alike: BTreeMap<(Instant, News), Vec<Item<'_>>> = BTreeMap::new();
        for (news, item) in items {
            alike.entry((item.revised(self.at), news)).or_default().push(item);
        }
        for ((revised, news), mut items) in alike {
            items.sort_by_key(|item| item.start);
            if items.len() > FEW {
                let entry = self.about_several(chat, &items, revised, news);
                self.put(chat, entry, &items);
            } else {
                for item in &items {
                    let entry = self.about_one(chat, item, revised, news);
                    self.put(chat, entry, std::slice::from_ref(item));
                }
            }
        }
    }

    /// Puts an entry in its place.
    fn put(&mut self, chat: &Chat<'_>, entry: Entry, items: &[Item<'_>]) {
        let coming = items.iter().find(|item| item.is_to_come(self.at));
        let Some(nearest) = coming.or(items.last()) else { return };
        let start = nearest.start.unix_seconds();
        let name = (chat.identity.to_owned(), nearest.occurrence.clone(), entry.news);
        let near = if coming.is_some() { -start } else { start };
        self.insert((entry.revised, coming.is_some(), near, Reverse(name)), entry);
    }

    /// Keeps an entry, if it is among the last.
    fn insert(&mut self, rank: Rank, entry: Entry) {
        self.new.insert(rank, entry);
        if self.new.len() > MOST {
            self.new.pop_first();
        }
    }

    /// Puts the entry about a chat that is called otherwise.
    fn put_title(&mut self, chat: &Chat<'_>, old: &str) {
        let (old, new, revised) = (closed(old), closed(chat.title), self.at);
        let id = self.id_of(chat, revised, "title");
        let title = format!("{}: {old} is {new} now", News::Renamed.label());
        let content = format!("Before: {old}");
        let entry = Entry { id, title, revised, news: News::Renamed, link: chat.link.clone(), content };
        let name = (chat.identity.to_owned(), String::new(), News::Renamed);
        self.insert((revised, true, i64::MAX, Reverse(name)), entry);
    }

    fn about_one(&self, chat: &Chat<'_>, item: &Item<'_>, revised: Instant, news: News) -> Entry {
        // Each revision is an entry of its own: readers show no entry twice.
        let id = match item.now {
            Some((_, stamp)) => self.id(revised, &format!("{}.{}/{}", item.occurrence, chat.identity, stamp.sequence)),
            None => self.id_of(chat, revised, &format!("{}/{}", news.word(), item.occurrence)),
        };
        let topic = item.topic().map(|topic| format!(": {}", closed(topic))).unwrap_or_default();
        let title = format!("{}: {}{topic}, {}", news.label(), closed(chat.title), item.day());
        Entry { id, title, revised, news, link: chat.link.clone(), content: item.in_lines() }
    }

    fn about_several(&self, chat: &Chat<'_>, items: &[Item<'_>], revised: Instant, news: News) -> Entry {
        let [first, last] = [&items[0], &items[items.len() - 1]].map(|item| {
            let day = item.day();
            day.split_once(' ').map_or(day.clone(), |(_, day)| day.to_owned())
        });
        let (label, title) = (news.label(), closed(chat.title));
        let title = format!("{label}: {title}, {} between {first} and {last}", count(items.len(), "meeting"));
        // Those that are to come, or the last ones.
        let begin = items.partition_point(|item| !item.is_to_come(self.at));
        let begin = begin.min(items.len().saturating_sub(LISTED));
        let listed = &items[begin..items.len().min(begin + LISTED)];
        let mut places = listed.iter().map(Item::place);
        let place = places.next().flatten().filter(|first| places.all(|place| place.as_ref() == Some(first)));
        let mut lines: Vec<String> = listed.iter().map(|item| item.in_a_line(place.is_none())).collect();
        if items.len() > listed.len() {
            lines.push(format!("and {}", count(items.len() - listed.len(), "other")));
        }
        lines.extend(place);
        let id = self.id_of(chat, revised, news.word());
        Entry { id, title, revised, news, link: chat.link.clone(), content: lines.join("\n") }
    }

    /// The id of an entry about a chat, or several meetings of it.
    fn id_of(&self, chat: &Chat<'_>, revised: Instant, what: &str) -> String {
        self.id(revised, &format!("{}/{}/{what}", chat.identity, revised.utc().format("%Y%m%dT%H%M%SZ")))
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
        let mut ids = HashSet::new();
        let mut old = self.old;
        old.retain(|entry| ids.insert(entry.id.clone()));
        let mut entries: Vec<Entry> = self.new.into_values().rev().collect();
        // Of two builds at one instant each tells its own.
        for entry in &mut entries {
            let plain = entry.id.clone();
            for number in 2.. {
                if ids.insert(entry.id.clone()) {
                    break;
                }
                entry.id = format!("{plain}/{number}");
            }
        }
        entries.extend(old);
        entries.sort_by_key(|entry| Reverse(entry.revised));
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
            // By it the next build knows whether a year has turned.
            element(xml, "subtitle", &format!("{}{}", entry::THROUGH, self.at.utc().year() + 1))?;
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
