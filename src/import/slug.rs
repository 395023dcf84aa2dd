//! Makes slugs and names from the words of a file.

use std::collections::BTreeSet;

use crate::schedule::{Slug, Tag};

/// A slug for a text that is not taken yet. It is taken then.
pub fn unused(text: &str, taken: &mut BTreeSet<String>) -> String {
    let stem = slug(text).map_or_else(|| "chat".to_owned(), |tag| tag.to_string());
    let mut name = stem.clone();
    let mut number = 1;
    while taken.contains(&name) {
        number += 1;
        name = format!("{stem}-{number}");
    }
    taken.insert(name.clone());
    name
}

/// A text as a slug or tag that a chat can have.
pub fn slug(text: &str) -> Option<Tag> {
    Tag::meant(text).filter(|tag| Slug::new(tag.as_str()).is_ok())
}
