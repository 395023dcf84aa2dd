//! An entry of the feed, as it is written and read again.

use std::collections::HashMap;
use std::io;

use chrono::DateTime;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use crate::diff::Kind;
use crate::schedule::Link;
use crate::schedule::keys::TEXT;
use crate::text::{closed, in_markup, is_conflict_mark};
use crate::zone::Instant;

/// What is told of meetings, the weightiest first: of one that changes in several ways that is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// They are not planned any more.
    Gone,
    /// Nobody knew of them before.
    New,
    /// They are called off.
    Cancelled,
    /// They had been called off, and take place after all.
    Restored,
    /// They begin, or end, at another time.
    Moved,
    /// They are somewhere else.
    Elsewhere,
    /// They have another topic, or their chat another title.
    Renamed,
    /// Somebody vouches for them now.
    Confirmed,
    /// Nobody does any more.
    Unconfirmed,
}

/// All of them, with the kinds of difference that they stand for, a word for programs and the same for people.
const WORDS: [(News, &[Kind], &str, &str); 9] = [
    (News::Gone, &[Kind::Removed], "gone", "Gone"),
    (News::New, &[Kind::Added], "new", "New"),
    (News::Cancelled, &[Kind::Cancelled], "cancelled", "Cancelled"),
    (News::Restored, &[Kind::Reinstated], "restored", "Takes place after all"),
    (News::Moved, &[Kind::Moved, Kind::Clocks], "moved", "Moved"),
    (News::Elsewhere, &[Kind::Elsewhere], "elsewhere", "Another place"),
    (News::Renamed, &[Kind::Renamed], "renamed", "Renamed"),
    (News::Confirmed, &[Kind::Confirmed], "confirmed", "Confirmed"),
    (News::Unconfirmed, &[Kind::Unconfirmed], "unconfirmed", "Unconfirmed"),
];

impl News {
    /// The weightiest of what these kinds of difference stand for.
    pub fn of(kinds: &[Kind]) -> Option<Self> {
        WORDS.iter().find(|(_, those, ..)| those.iter().any(|kind| kinds.contains(kind))).map(|(news, ..)| *news)
    }

    /// A word for programs.
    pub fn word(self) -> &'static str {
        WORDS[self as usize].2
    }

    /// A word for people.
    pub fn label(self) -> &'static str {
        WORDS[self as usize].3
    }

    /// What a word for programs stands for.
    fn named(word: &str) -> Option<Self> {
        WORDS.iter().find(|(.., known, _)| *known == word).map(|(news, ..)| *news)
    }
}

/// What an entry says is cut off beyond so many octets: no more than twenty meetings with the longest topics have.
const MOST_OCTETS: usize = 200_000;

/// An entry (RFC 4287 4.1.2).
#[derive(Debug)]
pub struct Entry {
    /// Its id, a tag URI.
    pub id: String,
    /// What is shown of it in a list, in one line.
    pub title: String,
    /// When that was revised which it is about.
    pub revised: Instant,
    /// What it tells.
    pub news: News,
    /// The page about it.
    pub link: Option<String>,
    /// What it says, in lines.
    pub content: String,
}

impl Entry {
    /// All that it says.
    fn words(&self) -> String {
        [&self.title, "\n", &self.content].concat()
    }

    /// Writes it into the feed.
    pub fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        element(xml, "id", &self.id)?;
        element(xml, "title", self.title.trim())?;
        element(xml, "updated", &self.revised.rfc3339().to_string())?;
        if let Some(link) = &self.link {
            let page = [("rel", "alternate"), ("href", link.as_str())];
            xml.create_element("link").with_attributes(page).write_empty()?;
        }
        let category = [("term", self.news.word()), ("label", self.news.label())];
        xml.create_element("category").with_attributes(category).write_empty()?;
        // As it will be read.
        let content = self.content.trim();
        let end = (0..=MOST_OCTETS.min(content.len())).rev().find(|end| content.is_char_boundary(*end));
        element(xml, "content", content[..end.unwrap_or(0)].trim_end())
    }
}

/// An element with a text in it.
pub fn element(xml: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&in_markup(text))).map(drop)
}

/// What the feed says of itself, before the last year of which feeds hold meetings.
pub const THROUGH: &str = "Meetings through the end of ";

/// That year, as a feed says it.
pub fn through(feed: &[u8]) -> Option<i32> {
    let text = String::from_utf8_lossy(feed);
    // Of two sides of a conflict the later one.
    let begin = format!("<subtitle>{THROUGH}");
    let all = text.split(&begin).skip(1);
    all.filter_map(|rest| rest.split_once('<')?.0.parse().ok()).max()
}

/// Reads the entries of a feed, in their order. Of one that is damaged those count that can be read; of one that git could
/// not put together those of both sides.
pub fn read(feed: &[u8]) -> Vec<Entry> {
    let text = String::from_utf8_lossy(feed).replace("\r\n", "\n");
    if !text.lines().any(|line| line.starts_with("<<<<<<<")) {
        return entries_of(&text);
    }
    let [ours, theirs] = [Side::Ours, Side::Theirs].map(|side| entries_of(&of_side(&text, side)));
    let known: HashMap<String, String> = ours.iter().map(|entry| (entry.id.clone(), entry.words())).collect();
    // Where both have revised one meeting at once each tells its own.
    let theirs = theirs.into_iter().filter_map(|entry| match known.get(&entry.id) {
        Some(words) if *words == entry.words() => None,
        Some(_) => Some(Entry { id: format!("{}/theirs", entry.id), ..entry }),
        None => Some(entry),
    });
    ours.into_iter().chain(theirs).collect()
}

/// Which part of a text with git's marks a line is in, besides what both sides have.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Ours,
    /// What both began with, which some styles show too.
    Base,
    Theirs,
}

/// The text as one side had it.
fn of_side(text: &str, side: Side) -> String {
    let (mut within, mut of_side) = (None, String::new());
    for line in text.split_inclusive('\n') {
        match (line.get(..7), within) {
            _ if !is_conflict_mark(line.trim_end()) => {
                of_side.push_str(if within.is_none_or(|within| within == side) { line } else { "" });
            }
            (Some("<<<<<<<"), _) => within = Some(Side::Ours),
            (Some("|||||||"), Some(_)) => within = Some(Side::Base),
            (Some("======="), Some(_)) => within = Some(Side::Theirs),
            _ => within = None,
        }
    }
    of_side
}

fn entries_of(text: &str) -> Vec<Entry> {
    let (mut reader, mut found, mut draft, mut element) = (Reader::from_str(text), Vec::new(), None, String::new());
    // An end that is missing costs its entry, not those behind it.
    reader.config_mut().check_end_names = false;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                if name == "entry" {
                    found.extend(draft.replace(Draft::default()).and_then(Draft::finish));
                }
                element = name;
            }
            Event::Text(text) => take(&mut draft, &element, &text),
            Event::GeneralRef(reference) => {
                take(&mut draft, &element, resolved(&reference).as_deref().unwrap_or("\u{fffd}"));
            }
            Event::Empty(empty) => {
                let Some(draft) = &mut draft else { continue };
                match empty.name().as_ref() {
                    "category" => {
                        draft.news = attribute(&empty, "term").as_deref().and_then(News::named).or(draft.news);
                    }
                    "link" => draft.link = attribute(&empty, "href"),
                    _ => {}
                }
            }
            Event::End(end) => {
                if end.name().as_ref() == "entry" {
                    found.extend(draft.take().and_then(Draft::finish));
                }
                element.clear();
            }
            _ => {}
        }
    }
    found
}

/// An entry as far as it has been read.
#[derive(Debug, Default)]
struct Draft {
    id: String,
    title: String,
    updated: String,
    content: String,
    link: Option<String>,
    news: Option<News>,
}

impl Draft {
    /// The entry, unless something of it is missing that every one has.
    fn finish(self) -> Option<Entry> {
        let Self { id, title, updated, content, link, news } = self;
        let (title, content) = (closed(title.trim()).into_owned(), closed(content.trim()).into_owned());
        let is_whole = !id.is_empty() && !title.is_empty() && !content.is_empty();
        let is_short = id.len() <= TEXT && title.len() <= TEXT && content.len() <= MOST_OCTETS;
        let link = link.and_then(|link| Some(Link::new(&link)?.to_string()));
        Some(Entry { id, title, revised: instant(&updated)?, news: news?, link, content })
            .filter(|_| is_whole && is_short)
    }
}

/// Adds a piece of text to the element that it stands in.
fn take(draft: &mut Option<Draft>, element: &str, text: &str) {
    let Some(draft) = draft else { return };
    match element {
        "id" => draft.id.push_str(text),
        "title" => draft.title.push_str(text),
        "updated" => draft.updated.push_str(text),
        "content" => draft.content.push_str(text),
        _ => {}
    }
}

fn instant(text: &str) -> Option<Instant> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc().into())
}

fn resolved(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref().ok()? {
        Some(letter) => Some(letter.to_string()),
        None => resolve_xml_entity(reference).map(str::to_owned),
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    Some(element.try_get_attribute(name).ok()??.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_words_and_every_kind_but_details_is_told() {
        for (index, (news, _, word, _)) in WORDS.iter().enumerate() {
            assert_eq!((*news as usize, News::named(word)), (index, Some(*news)));
        }
        for (kind, _) in Kind::ALL {
            assert_eq!(News::of(&[kind]).is_none(), kind == Kind::Details);
        }
        assert_eq!(News::of(&[Kind::Confirmed, Kind::Elsewhere, Kind::Details]), Some(News::Elsewhere));
    }
}
