//! Selections of chats that have a feed of their own.

use super::{Schedule, Slug, Tag};

/// A selection: the chats named, and those with one of the tags, but for those left out. Where neither chats nor tags are
/// named it begins with all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Names its feed.
    pub name: Slug,
    /// What calendar programs call it.
    pub title: String,
    /// Chats that are in it.
    pub chats: Vec<Slug>,
    /// Tags whose chats are in it.
    pub tags: Vec<Tag>,
    /// What is left out all the same: slugs of chats, and tags.
    pub without: Vec<Tag>,
}

impl Selection {
    /// Whether a chat is in it.
    pub fn holds(&self, schedule: &Schedule) -> bool {
        self.holds_chat(&schedule.slug, &schedule.tags)
    }

    /// Whether a chat with this slug and these tags is in it.
    pub(super) fn holds_chat(&self, slug: &Slug, tags: &[Tag]) -> bool {
        let has_tag = |of_selection: &[Tag]| tags.iter().any(|tag| of_selection.contains(tag));
        let is_all = self.chats.is_empty() && self.tags.is_empty();
        let is_named = self.chats.contains(slug) || has_tag(&self.tags);
        let is_left_out = self.without.iter().any(|name| name.as_str() == slug.as_str());
        (is_all || is_named) && !is_left_out && !has_tag(&self.without)
    }
}
