//! Names that go into addresses and UIDs: slugs and tags.

/// What types around a text have in common: the text, and that they are shown as it.
macro_rules! shown_as_text {
    ($($name:ident)*) => {$(
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

pub(super) use shown_as_text;

shown_as_text!(Slug Tag);

/// A file's stem, `[a-z0-9][a-z0-9-]*`: names the feed and goes into UIDs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// The slug of this text, if it is one; `all` is taken by the combined feed.
    pub fn new(text: &str) -> Option<Self> {
        (is_slug(text) && text != "all").then(|| Self(text.to_owned()))
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
}

fn is_slug(text: &str) -> bool {
    text.len() <= 100
        && text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
