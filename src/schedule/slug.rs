//! Names that go into addresses and UIDs: slugs and tags.

use crate::diagnostic::quoted;
use crate::text::list;

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

/// Why a text is not a slug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSlug {
    /// What is wrong, in one line.
    pub message: String,
    /// What is probably meant.
    pub meant: Option<Slug>,
}

/// What no chat can be called, and what it is the name of.
const RESERVED: [(&str, &str); 3] = [
    ("all", "the feed of all chats"),
    ("collection", "the file about the collection"),
    ("series", "the UIDs of series"),
];

impl Slug {
    /// The slug of this text.
    ///
    /// # Errors
    ///
    /// A text that breaks the rule above, or that is the name of something else: which rule it breaks.
    pub fn new(text: &str) -> Result<Self, InvalidSlug> {
        let Some(fault) = reserved(text).or_else(|| fault(text)) else { return Ok(Self(text.to_owned())) };
        let meant = Tag::meant(text).filter(|meant| reserved(meant.as_str()).is_none());
        let message = format!("{} is not a valid slug: {fault}", quoted(text));
        Err(InvalidSlug { message, meant: meant.map(|meant| Self(meant.0)) })
    }
}

/// What a chat is about, `[a-z0-9][a-z0-9-]*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

impl Tag {
    /// The tag of this text, if it is one.
    pub fn new(text: &str) -> Option<Self> {
        fault(text).is_none().then(|| Self(text.to_owned()))
    }

    /// The tag or slug that a text probably means, such as `uk-libraries` for `UK Libraries`: whatever is not an ASCII
    /// letter or digit separates words.
    pub(crate) fn meant(text: &str) -> Option<Self> {
        let lower: String = text.to_lowercase().chars().map(plain).collect();
        let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let joined: String = words.collect::<Vec<_>>().join("-").chars().take(60).collect();
        Self::new(joined.trim_end_matches('-'))
    }
}

/// What a slug is taken by, if it is.
fn reserved(text: &str) -> Option<String> {
    let known = RESERVED.iter().find(|(name, _)| *name == text);
    known.map(|(_, what)| format!("it is reserved for {what}"))
}

/// The most characters of a slug or tag.
const LONGEST: usize = 100;

/// Which rule for slugs and tags a text breaks.
pub(super) fn fault(text: &str) -> Option<String> {
    let mut strange: Vec<String> = Vec::new();
    for character in text.chars().filter(|character| !matches!(character, 'a'..='z' | '0'..='9' | '-')) {
        let kind = match character {
            ' ' => "spaces".to_owned(),
            _ if character.is_uppercase() => "upper-case letters".to_owned(),
            _ => quoted(&character.to_string()),
        };
        if !strange.contains(&kind) {
            strange.push(kind);
        }
        if strange.len() == 3 {
            break;
        }
    }
    if text.is_empty() {
        Some("it is empty".to_owned())
    } else if !strange.is_empty() {
        Some(format!("it contains {}, but only a-z, 0-9 and - are allowed", list(strange)))
    } else if text.starts_with('-') {
        Some("it starts with a hyphen".to_owned())
    } else if is_device(text) {
        Some("Windows reserves it for a device, so that no file can be called so".to_owned())
    } else if text.len() > LONGEST {
        Some(format!("it has {} characters, but at most {LONGEST} are allowed", text.len()))
    } else {
        None
    }
}

/// Whether Windows has this name for a device, in any folder and with any ending.
fn is_device(text: &str) -> bool {
    let port = |kind: &str| text.strip_prefix(kind).is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']));
    matches!(text, "con" | "prn" | "aux" | "nul") || port("com") || port("lpt")
}

/// A Latin letter without its diacritics.
fn plain(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ł' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ß' | 'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}
