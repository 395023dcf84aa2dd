//! What is to be imported, and what the formats have to know besides.

use super::draft::ChatDraft;
use crate::zone::{Instant, Zone};

/// A file to be imported.
#[derive(Clone, Copy, Debug)]
pub struct Input<'s> {
    /// Its name, with or without folders.
    pub name: &'s str,
    /// Its content; what is longer than [`super::LARGEST`] need not be there.
    pub bytes: &'s [u8],
}

impl<'s> Input<'s> {
    /// Its name without folders.
    pub(super) fn base(&self) -> &'s str {
        self.name.rsplit(['/', '\\']).next().unwrap_or(self.name)
    }

    /// Its name without folders and extension.
    pub(super) fn stem(&self) -> &'s str {
        let base = self.base();
        let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
        if stem.is_empty() { "chat" } else { stem }
    }

    /// Whether its name has one of these extensions, in whatever case.
    pub(super) fn has_extension(&self, known: &[&str]) -> bool {
        let extension = self.base().rsplit_once('.').map_or("", |(_, extension)| extension);
        known.iter().any(|known| extension.eq_ignore_ascii_case(known))
    }
}

/// What is known besides the files.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The zone of times that have none.
    pub zone: Option<Zone>,
    /// When it is.
    pub at: Instant,
}

/// The chats in a file, or why it cannot be read, in words for people.
pub(super) type Found = Result<Vec<ChatDraft>, String>;
