//! Names that go into addresses and UIDs: slugs and tags.

use std::fmt;

/// A file's stem, `[a-z0-9][a-z0-9-]*`: names the feed and goes into UIDs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// The slug of this text, if it is one; `all` is taken by the combined feed.
    pub fn new(text: &str) -> Option<Self> {
        (is_slug(text) && text != "all").then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a chat is about, `[a-z0-9][a-z0-9-]*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

impl Tag {
    /// The tag of this text, if it is one.
    pub fn new(text: &str) -> Option<Self> {
        is_slug(text).then(|| Self(text.to_owned()))
    }

    /// The tag or slug that a text probably means, such as `uk-libraries` for `UK Libraries`.
    pub(crate) fn meant(text: &str) -> Option<String> {
        let lower = text.trim().trim_start_matches(['#', '@']).to_lowercase();
        let words = lower.split([' ', '_', '.', '/', '-']).filter(|word| !word.is_empty());
        let joined = words.collect::<Vec<_>>().join("-");
        is_slug(&joined).then_some(joined)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_slug(text: &str) -> bool {
    text.len() <= 100
        && text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
