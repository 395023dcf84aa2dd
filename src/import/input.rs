//! What the reader of each format is given, and what it returns.

use super::draft::ChatDraft;
use crate::zone::{Instant, Zone};

/// A file to be imported.
#[derive(Clone, Copy, Debug)]
pub struct Input<'s> {
    /// Its name, with or without folders.
    pub name: &'s str,
    /// Its content; what is longer than [`LARGEST`](super::LARGEST) need not be there.
    pub bytes: &'s [u8],
}

impl<'s> Input<'s> {
    /// Its name without folders.
    pub(super) fn base(&self) -> &'s str {
        self.name.rsplit(['/', '\\']).next().unwrap_or(self.name)
    }

    /// Its name without folders, and its extension.
    pub(super) fn stem_and_extension(&self) -> (&'s str, &'s str) {
        self.base().rsplit_once('.').unwrap_or((self.base(), ""))
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
pub type Chats = Result<Vec<ChatDraft>, String>;
