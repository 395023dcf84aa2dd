//! Texts as values: of the right length and characters, and zones, addresses and names among them.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::fields::wrong_type;
use super::mistakes::Mistakes;
use crate::diagnostic::{nearest, quoted};
use crate::schedule::keys::{Form, Key, LINE, TEXT};
use crate::schedule::{Evidence, Link, Tag};
use crate::zone::Zone;

/// A zone of the database, by its exact name.
pub fn zone(name: &Spanned<&str>, mistakes: &mut Mistakes) -> Option<Zone> {
    match Zone::of_place(name.get_ref()) {
        Ok(zone) => Some(zone),
        Err(unknown) => {
            let message = format!("{} is not a time zone", quoted(&unknown.name));
            mistakes.error("zone", name.span(), message).help_if(unknown.hint);
            None
        }
    }
}

/// An address that may go into feeds and pages.
pub fn link(text: &Spanned<&str>, mistakes: &mut Mistakes) -> Option<Link> {
    let link = Link::new(text.get_ref());
    if link.is_none() {
        let message = format!("{} is no link that can be published", quoted(text.get_ref()));
        mistakes.error("link", text.span(), message).help(Link::what_is_wrong(text.get_ref()));
    }
    link
}

/// A text `[a-z0-9][a-z0-9-]*`.
pub fn name(key: &str, text: &Spanned<&str>, mistakes: &mut Mistakes) -> Option<Tag> {
    let name = Tag::new(text.get_ref());
    if name.is_none() {
        let meant = Tag::meant(text.get_ref()).map(|meant| format!("did you mean \"{meant}\"?"));
        let message = format!("{} in `{key}` is not made of a-z, 0-9 and -", quoted(text.get_ref()));
        mistakes.error("name", text.span(), message).help_if(meant);
    }
    name
}

/// A value as text, its length and characters proven.
pub fn text<'t>(
    key: &Key,
    form: Form,
    value: &'t Spanned<DeValue<'t>>,
    mistakes: &mut Mistakes,
) -> Option<Spanned<&'t str>> {
    let at = value.span();
    let Some(text) = value.get_ref().as_str() else {
        wrong_type(key, value, mistakes);
        return None;
    };
    if mistakes.broken_at(&at) {
        return None;
    }
    let name = key.name;
    let (longest, lines) = match form {
        Form::Line(longest) => (longest, false),
        Form::Text => (TEXT, true),
        _ => (LINE, false),
    };
    let length = if text.len() > longest { text.chars().count() } else { 0 };
    // Most texts are plain ASCII.
    let plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    // A line break may be written as two characters, of which the first alone is none.
    let lone = |part: &str| part.chars().find(|character| is_forbidden(*character, lines));
    let wrong = match lines {
        _ if plain => None,
        true => text.split("\r\n").find_map(lone),
        false => lone(text),
    };
    if text.trim().is_empty() {
        mistakes
            .error("empty", at, format!("`{name}` is empty"))
            .help("write something; what is not known is left out");
    } else if length > longest {
        let message = format!("`{name}` has {length} characters; at most {longest} are allowed");
        mistakes.error("too-long", at, message);
    } else if let Some(character) = wrong {
        control_character(name, character, lines, at, mistakes);
    } else if let Form::Word(words) = form
        && !words.contains(&text)
    {
        wrong_word(name, text, words, at, mistakes);
    } else {
        return Some(Spanned::new(at, text));
    }
    None
}

fn is_forbidden(character: char, lines: bool) -> bool {
    match character {
        '\n' | '\t' => !lines,
        // Line and paragraph separators break lines wherever text is shown.
        '\u{2028}' | '\u{2029}' => true,
        _ => character.is_control(),
    }
}

fn control_character(key: &str, character: char, lines: bool, at: Range<usize>, mistakes: &mut Mistakes) {
    let (what, help) = match character {
        '\n' | '\r' if !lines => ("a line break", "several lines may stand only in `description` and `note`"),
        '\t' => ("a tab", "write a space"),
        '\u{2028}' | '\u{2029}' => ("a line separator", "take it out"),
        _ => ("a control character", "take it out"),
    };
    let label = format!("U+{:04X}", u32::from(character));
    mistakes.error("control-character", at, format!("`{key}` holds {what}")).label(label).help(help);
}

fn wrong_word(key: &str, text: &str, words: &[&str], at: Range<usize>, mistakes: &mut Mistakes) {
    let all = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    let help = match nearest(text, words.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("it may be {all}"),
    };
    mistakes.error("word", at, format!("{} is nothing that `{key}` may be", quoted(text))).help(help);
}

/// An address, or words for what has none.
pub fn evidence(key: &Key, value: &Spanned<DeValue>, mistakes: &mut Mistakes) -> Option<Evidence> {
    let text = text(key, Form::Line(LINE), value, mistakes)?;
    if Link::is_meant_by(text.get_ref()) {
        return link(&text, mistakes).map(Evidence::Link);
    }
    Some(Evidence::Words(text.into_inner().to_owned()))
}
