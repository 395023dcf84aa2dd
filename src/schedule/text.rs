//! Small texts that are proven: slugs, tags, links.

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

    /// The tag or slug that a text comes near to, such as `uk-libraries` for `UK Libraries`.
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

/// Schemes that a link may have.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// An address with scheme https, http or mailto, in ASCII without spaces and quotes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link(String);

impl Link {
    /// The link of this text, if it is one that may go into feeds and pages.
    pub fn new(text: &str) -> Option<Self> {
        let rest = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme))?;
        let begins = |first: char| first.is_ascii_alphanumeric() || first == '[';
        let whole = rest.starts_with(begins) && (!text.starts_with("mailto:") || rest.contains('@'));
        (whole && text.bytes().all(is_harmless)).then(|| Self(text.to_owned()))
    }

    /// Whether a text wants to be an address rather than words: a scheme, and no space after it.
    pub(crate) fn is_meant_by(text: &str) -> bool {
        let text = text.trim_start();
        let Some((scheme, rest)) = text.split_once(':') else { return text.starts_with("www.") };
        let known = ["https", "http", "mailto", "ftp", "file", "data", "javascript", "vbscript"];
        let lawful = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
        if known.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
            return true;
        }
        let begins = scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(lawful);
        begins && !rest.is_empty() && !text.contains(char::is_whitespace)
    }

    /// Why a text is no link, as a way out for people.
    pub(crate) fn what_is_wrong(text: &str) -> String {
        if let Some(scheme) = SCHEMES.iter().find(|scheme| text.starts_with(**scheme)) {
            return match text.chars().find(|character| !u8::try_from(*character).is_ok_and(is_harmless)) {
                Some(' ') => "write %20 for a space".to_owned(),
                Some(character) if character.is_ascii_graphic() => {
                    format!("write %{:02X} for {character}", u32::from(character))
                }
                Some(_) => "write it as the browser's address bar copies it: in ASCII, with %-escapes".to_owned(),
                None if *scheme == "mailto:" => "an address such as mailto:name@example.org".to_owned(),
                None => format!("after {scheme} comes the name of a host"),
            };
        }
        let lower = text.trim().to_ascii_lowercase();
        match SCHEMES.iter().find(|scheme| lower.starts_with(**scheme)) {
            Some(scheme) => format!("begin with {scheme}, in small letters and without a space before it"),
            None if lower.contains('@') && !lower.contains(['/', ':', ' ']) => format!("write mailto:{lower}"),
            None if lower.contains('.') && !lower.contains([':', ' ']) => format!("write https://{}", text.trim()),
            None => "a link begins with https://, http:// or mailto:".to_owned(),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a byte may stand in a link: visible ASCII that no context has to escape.
fn is_harmless(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}
