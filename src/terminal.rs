//! Text for the terminal: nothing in a schedule can act on the terminal, and columns line up.

mod table;

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::text::{acts_on_terminal, breaks_line, closed, turns_direction, without_commands};
pub use table::{Cell, Table};

/// What matters most in a line.
pub const STRONG: Style = Style::new().bold();
/// What can be skipped.
pub const FAINT: Style = Style::new().dimmed();
/// Headings of columns.
pub const HEADING: Style = Style::new().underline();
/// What is wrong.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What deserves a look.
pub const WARNING: Style = AnsiColor::Yellow.on_default();

/// Opens a run of text whose direction is its own, and closes it.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

/// A text for the terminal, in one line: control characters as U+FFFD, line breaks as spaces, and what turns the
/// direction of text closed within it, so that nothing before or after it moves. No CI runner takes any of it for a command.
pub fn safe(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return without_commands(Cow::Borrowed(text));
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let turned = text.chars().any(is_turned);
    shown.extend(turned.then_some(ISOLATE.0));
    push_closed(&mut shown, text);
    shown.extend(turned.then_some(ISOLATE.1));
    without_commands(Cow::Owned(shown))
}

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// A text cut to a width, with an ellipsis where something is left out. What is seen as one character stays whole: a
/// letter and its accents, a flag, a family of emoji.
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if width(text) <= most {
        return Cow::Borrowed(text);
    }
    let mut taken = 0;
    let kept = text.graphemes(true).take_while(|grapheme| {
        taken += width(grapheme);
        taken < most
    });
    Cow::Owned(kept.chain(["…"]).collect())
}

/// A text in lines of at most that width, split at spaces where there are any.
pub fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, most).into_owned()),
        }
    }
    lines
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_graphic() || letter == ' ' || !(acts_on_terminal(letter) || is_turned(letter))
}

/// Whether a letter belongs to a script that runs from right to left (the blocks of Unicode that have such scripts), or
/// turns the direction by itself.
fn is_turned(letter: char) -> bool {
    matches!(letter,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
        || turns_direction(letter)
}

/// The text without what acts on a terminal, and with every embedding, override and isolate closed.
fn push_closed(shown: &mut String, text: &str) {
    let harmless = text.chars().map(|letter| match letter {
        _ if letter == '\t' || breaks_line(letter) => ' ',
        _ if letter.is_control() => char::REPLACEMENT_CHARACTER,
        _ => letter,
    });
    shown.push_str(&closed(&harmless.collect::<String>()));
}
