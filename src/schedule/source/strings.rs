//! Text values: of the right length and characters, and the zones, links and names among them.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::mistakes::Mistakes;
use crate::diagnostic::{did_you_mean, nearest, quoted};
use crate::schedule::keys::{Key, LINE, TEXT, ValueType};
use crate::schedule::{Evidence, Link, Tag, slug};
use crate::zone::Zone;

/// A zone of the database, by its exact name.
pub fn zone(name: &Spanned<&str>, mistakes: &Mistakes) -> Option<Zone> {
    Zone::of_place(name.get_ref())
        .map_err(|unknown| {
            let message = format!("{} is not a time zone", quoted(&unknown.name));
            mistakes.error("zone", name.span(), message).help_if(unknown.hint);
        })
        .ok()
}

/// A link that may go into feeds and pages.
pub fn link(text: &Spanned<&str>, mistakes: &Mistakes) -> Option<Link> {
    let link = Link::new(text.get_ref());
    if link.is_none() {
        let message = format!("{} is not a link that can be published", quoted(text.get_ref()));
        mistakes.error("link", text.span(), message).help(Link::way_out(text.get_ref()));
    }
    link
}

/// A link, or words for what has none.
pub fn evidence(key: &Key, required: bool, value: &Spanned<DeValue>, mistakes: &Mistakes) -> Option<Evidence> {
    let text = text(key, required, ValueType::Line(LINE), value, mistakes)?;
    if Link::is_meant_by(text.get_ref()) {
        return link(&text, mistakes).map(Evidence::Link);
    }
    Some(Evidence::Words(text.into_inner().to_owned()))
}

/// A value as text of this type, which may be that of an entry of the key's list. The table may require the key.
pub fn text<'t>(
    key: &Key,
    required: bool,
    value_type: ValueType,
    value: &'t Spanned<DeValue<'t>>,
    mistakes: &Mistakes,
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
    let (longest, lines) = match value_type {
        ValueType::Line(longest) => (longest, false),
        ValueType::Text => (TEXT, true),
        _ => (LINE, false),
    };
    let length = if text.len() > longest { text.chars().count() } else { 0 };
    if text.trim().is_empty() {
        let help = if required {
            format!("write what it is, for example {name} = {}", key.example)
        } else {
            "leave out the key if it is not known".to_owned()
        };
        mistakes.error("empty", at, format!("`{name}` is empty")).help(help);
    } else if length > longest {
        let message = format!("`{name}` has {length} characters; at most {longest} are allowed");
        mistakes.error("too-long", at, message);
    } else if let Some(character) = forbidden_character(text, lines) {
        control_character(name, character, lines, at, mistakes);
    } else if let ValueType::Word(words) = value_type
        && !words.contains(&text)
    {
        wrong_word(name, text, words, at, mistakes);
    } else if matches!(value_type, ValueType::Name)
        && let Some(fault) = slug::fault(text)
    {
        let message = format!("{} in `{name}` is not valid: {fault}", quoted(text));
        mistakes.error("name", at, message).help_if(Tag::meant(text).map(|meant| did_you_mean(meant.as_str())));
    } else {
        return Some(Spanned::new(at, text));
    }
    None
}

/// The first character that may not stand in a text.
fn forbidden_character(text: &str, lines: bool) -> Option<char> {
    // Most texts are plain ASCII.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return None;
    }
    let forbidden = |character: &char| match character {
        '\n' | '\t' => !lines,
        // Line and paragraph separators break lines wherever text is shown.
        '\u{2028}' | '\u{2029}' => true,
        _ => character.is_control(),
    };
    if lines {
        // CRLF is one line break, a CR alone is none.
        text.split("\r\n").find_map(|part| part.chars().find(forbidden))
    } else {
        text.chars().find(forbidden)
    }
}

fn control_character(key: &str, character: char, lines: bool, at: Range<usize>, mistakes: &Mistakes) {
    let (what, help) = match character {
        '\n' | '\r' if !lines => ("a line break", "only `description` and `note` may have several lines"),
        '\t' => ("a tab", "write a space"),
        '\u{2028}' | '\u{2029}' => ("a line separator", "remove it"),
        _ => ("a control character", "remove it"),
    };
    let label = format!("U+{:04X}", u32::from(character));
    mistakes.error("control-character", at, format!("`{key}` contains {what}")).label(label).help(help);
}

fn wrong_word(key: &str, text: &str, words: &[&str], at: Range<usize>, mistakes: &Mistakes) {
    let all = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    let near = nearest(text, words.iter().copied()).map(did_you_mean);
    mistakes.error("word", at, format!("`{key}` must be one of {all}")).help_if(near);
}

/// Reports a value of another type than its key takes.
pub fn wrong_type(key: &Key, value: &Spanned<DeValue>, mistakes: &Mistakes) {
    wrong_type_with(key, value, format!("for example {} = {}", key.name, key.example), mistakes);
}

/// The same, with a way out that fits this value.
pub fn wrong_type_with(key: &Key, value: &Spanned<DeValue>, help: String, mistakes: &Mistakes) {
    if mistakes.broken_at(&value.span()) {
        return;
    }
    let label = match value.get_ref() {
        DeValue::String(_) => "this is text",
        DeValue::Integer(_) | DeValue::Float(_) => "this is a number",
        DeValue::Boolean(_) => "this is true or false",
        DeValue::Datetime(datetime) if datetime.date.is_none() => "this is a time of day",
        DeValue::Datetime(_) => "this is a date",
        DeValue::Array(_) => "this is a list",
        DeValue::Table(_) => "this is a table",
    };
    let message = format!("`{}` must be {}", key.name, key.value_type.description());
    mistakes.error("wrong-type", value.span(), message).label(label).help(help);
}
