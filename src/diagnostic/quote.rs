//! Text of a schedule as it may be shown: in one line, with nothing in it that steers a terminal.

use std::borrow::Cow;

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

/// A text with control characters, line breaks and direction marks as escapes, such as `\u{202e}`.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if steers(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character acts instead of being seen: C0 and C1 controls, line and paragraph separators, and what
/// changes the direction of the text after it.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
