//! Text of a schedule as it may be shown: in one line, with nothing in it that steers a terminal.

use std::borrow::Cow;

use crate::text::{acts_on_terminal, without_commands};

/// More characters of a text than this are not shown.
const LONGEST: usize = 60;

/// A text in quotes, cut where it is long, its control and direction characters as escapes.
pub fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("\"{}\"", harmless(&shown))
}

/// A text with control characters, line breaks and direction marks as escapes, such as `\u{202e}`, and without commands to
/// CI runners.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(acts_on_terminal) {
        return without_commands(Cow::Borrowed(text));
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if acts_on_terminal(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    without_commands(Cow::Owned(shown))
}
