//! What the old feed remembers.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::feed::ledger::Revision;
use crate::text::is_conflict_mark;

/// What each revision changed.
#[derive(Debug, Default)]
pub struct Known {
    /// By the id of an entry about one meeting.
    single: HashMap<String, Revision>,
    /// By what the ids of entries about several meetings begin with, each with the occurrence dates that it is about.
    several: HashMap<String, Vec<(Revision, RangeInclusive<NaiveDate>)>>,
}

impl Known {
    /// Reads a feed. Of one that is damaged counts what can be read.
    pub fn read(feed: &[u8]) -> Self {
        let (mut known, mut id, mut is_id) = (Self::default(), None, false);
        // Of a feed that git could not put together both sides count.
        let text = String::from_utf8_lossy(feed);
        let lines = text.split_inclusive('\n').filter(|line| !is_conflict_mark(line.trim_end()));
        let text: String = lines.collect();
        let mut reader = Reader::from_str(&text);
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Eof => break,
                Event::Start(element) => is_id = element.name().as_ref() == "id",
                // An id has nothing that would be escaped.
                Event::Text(text) if is_id => id = Some(text.to_string()),
                Event::Empty(element) if element.name().as_ref() == "category" => {
                    known.category(id.as_deref().unwrap_or_default(), term(&element).as_deref().unwrap_or_default());
                }
                Event::End(_) => is_id = false,
                _ => {}
            }
        }
        known
    }

    /// Takes in what a category says of the entry with an id: what was changed, or which dates it is about.
    fn category(&mut self, id: &str, term: &str) {
        if let Some(revision) = Revision::named(term) {
            self.single.insert(id.to_owned(), revision);
        } else if let Some((from, to)) = term.split_once('/')
            && let (Ok(from), Ok(to)) = (from.parse(), to.parse())
            && let Some(revision) = self.single.remove(id)
            && let Some((group, _)) = id.rsplit_once('/')
        {
            self.several.entry(group.to_owned()).or_default().push((revision, from..=to));
        }
    }

    /// What the revision of a meeting changed, by the id of an entry about it alone, and what one about several meetings
    /// begins with; `date` is its occurrence date.
    pub fn of(&self, id: &str, group: &str, date: NaiveDate) -> Option<Revision> {
        let of_several = || self.several.get(group)?.iter().find(|(_, days)| days.contains(&date));
        self.single.get(id).copied().or_else(|| of_several().map(|(revision, _)| *revision))
    }
}

fn term(category: &BytesStart<'_>) -> Option<String> {
    Some(category.try_get_attribute("term").ok()??.value.to_string())
}
