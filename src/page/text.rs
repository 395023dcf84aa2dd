//! Words as the page shows them: what people wrote, kept apart from our own, and dates.

use std::fmt::{self, Write};

use chrono::NaiveDate;
use maud::{Escaper, Markup, Render, html};

/// Text that a curator wrote. Markup is escaped; control characters, which HTML refuses, are shown as U+FFFD.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a>(pub &'a str);

impl Render for Words<'_> {
    fn render_to(&self, buffer: &mut String) {
        write_clean(buffer, self.0.chars());
    }
}

/// The same for an attribute, where no element keeps the direction of the text to itself: without marks of direction.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a>(pub &'a str);

impl Render for Label<'_> {
    fn render_to(&self, buffer: &mut String) {
        write_clean(buffer, self.0.chars().filter(|char| !is_direction(*char)));
    }
}

fn write_clean(buffer: &mut String, chars: impl Iterator<Item = char>) {
    let mut escaper = Escaper::new(buffer);
    for char in chars {
        let shown = if is_refused(char) { char::REPLACEMENT_CHARACTER } else { char };
        // Writing to a string cannot fail.
        let _ = escaper.write_char(shown);
    }
}

/// Control characters other than white space, and code points that are no characters at all.
fn is_refused(char: char) -> bool {
    let code = u32::from(char);
    (char.is_control() && char != '\n' && char != '\t') || code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code)
}

/// Unicode's marks of direction: embeddings, overrides, isolates.
fn is_direction(char: char) -> bool {
    matches!(char, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Text of a curator as an element of its own: its direction stays inside.
pub fn bdi(text: &str) -> Markup {
    html! { bdi { (Words(text)) } }
}

/// `1 April 2014`.
pub fn long_date(date: NaiveDate) -> impl fmt::Display {
    date.format("%-d %B %Y")
}

/// `April 2014`.
pub fn month(date: NaiveDate) -> impl fmt::Display {
    date.format("%B %Y")
}

/// `2014-04-01`, as HTML's `datetime` wants it.
pub fn iso_date(date: NaiveDate) -> impl fmt::Display {
    date.format("%Y-%m-%d")
}

/// `1 meeting`, `2 meetings`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
