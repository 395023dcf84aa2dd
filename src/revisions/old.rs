//! What the old feed remembers.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::feed::ledger::Revision;

/// What each revision changed, by its id. Of a feed that is damaged counts what can be read.
pub fn revisions(feed: &[u8]) -> HashMap<String, Revision> {
    let (mut known, mut id, mut is_id) = (HashMap::new(), None, false);
    let mut reader = Reader::from_reader(feed);
    let mut buffer = Vec::new();
    while let Ok(event) = reader.read_event_into(&mut buffer) {
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
        buffer.clear();
    }
    known
}

fn term(category: &BytesStart<'_>) -> Option<Revision> {
    let term = category.try_get_attribute("term").ok()??;
    Revision::named(&term.value)
}
