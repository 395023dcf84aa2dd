//! Makes slugs and names from the words of a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::schedule::{Slug, Tag};

/// Names that are taken.
#[derive(Debug, Default)]
pub struct Names {
    taken: BTreeSet<String>,
    /// The number of the last name that was made of a stem: thousands of events may have one title.
    numbers: BTreeMap<String, usize>,
}

impl Names {
    /// Names that are taken from the start.
    pub fn besides<'n>(taken: impl IntoIterator<Item = &'n Slug>) -> Self {
        Self { taken: taken.into_iter().map(Slug::to_string).collect(), ..Self::default() }
    }

    /// A slug for a text that is not taken yet. It is taken then.
    pub fn unused(&mut self, text: &str) -> String {
        self.unused_beside(text, &[])
    }

    /// The same; none of the others either.
    pub fn unused_beside(&mut self, text: &str, others: &[&str]) -> String {
        let stem = slug(text).map_or_else(|| "chat".to_owned(), |tag| tag.to_string());
        let number = self.numbers.entry(stem.clone()).or_default();
        loop {
            *number += 1;
            let name = if *number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            if !others.contains(&name.as_str()) && self.taken.insert(name.clone()) {
                return name;
            }
        }
    }

    /// Gives back the name that was made of a text last.
    pub fn give_back(&mut self, text: &str, name: &str) {
        self.taken.remove(name);
        let stem = slug(text).map_or_else(|| "chat".to_owned(), |tag| tag.to_string());
        self.numbers.entry(stem).and_modify(|number| *number -= 1);
    }
}

/// A text as a slug or tag that a chat can have.
pub fn slug(text: &str) -> Option<Tag> {
    Tag::meant(text).filter(|tag| Slug::new(tag.as_str()).is_ok())
}
