//! Links that may be published: nothing in them can break out of a feed or a page.

use super::slug::shown_as_text;

shown_as_text!(Link);

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

    /// Whether a text is meant as a link rather than as words: a scheme, and no space after it.
    pub(crate) fn is_meant_by(text: &str) -> bool {
        let text = text.trim_start();
        let Some((scheme, rest)) = text.split_once(':') else { return text.starts_with("www.") };
        let known = ["https", "http", "mailto", "ftp", "file", "data", "javascript", "vbscript"];
        let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
        if known.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
            return true;
        }
        let begins = scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(valid);
        begins && !rest.is_empty() && !text.contains(char::is_whitespace)
    }

    /// How to make a link of a text that is not one, for people.
    pub(crate) fn way_out(text: &str) -> String {
        if let Some(scheme) = SCHEMES.iter().find(|scheme| text.starts_with(**scheme)) {
            return match text.chars().find(|character| !u8::try_from(*character).is_ok_and(is_harmless)) {
                Some(' ') => "write %20 for a space".to_owned(),
                Some(character) if character.is_ascii_graphic() => {
                    format!("write %{:02X} for {character}", u32::from(character))
                }
                Some(_) => "copy it from the browser's address bar: in ASCII, with %-escapes".to_owned(),
                None if *scheme == "mailto:" => "write an address such as mailto:name@example.org".to_owned(),
                None => format!("a host name must follow {scheme}"),
            };
        }
        let lower = text.trim().to_ascii_lowercase();
        match SCHEMES.iter().find(|scheme| lower.starts_with(**scheme)) {
            Some(scheme) => format!("begin with {scheme}, in lower case and without a space before it"),
            None if lower.contains('@') && !lower.contains(['/', ':', ' ']) => format!("write mailto:{}", text.trim()),
            None if lower.contains('.') && !lower.contains([':', ' ']) => format!("write https://{}", text.trim()),
            None => "a link begins with https://, http:// or mailto:".to_owned(),
        }
    }
}

/// Whether a byte may stand in a link: visible ASCII that no context has to escape.
fn is_harmless(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}
