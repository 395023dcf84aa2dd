//! What the old feed remembers.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::feed::ledger::Revision;
use crate::text::is_conflict_mark;

/// What each revision changed, by its id. Of a feed that is damaged counts what can be read.
pub fn revisions(feed: &[u8]) -> HashMap<String, Revision> {
    let (mut known, mut id, mut is_id) = (HashMap::new(), None, false);
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
                known.extend(id.take().zip(term(&element)));
            }
            Event::End(_) => is_id = false,
            _ => {}
        }
    }
    known
}

fn term(category: &BytesStart<'_>) -> Option<Revision> {
    let term = category.try_get_attribute("term").ok()??;
    Revision::named(&term.value)
}
