//! Texts that people wrote, made safe for the page and kept apart from our own.

use std::fmt::Write;

use maud::{Escaper, Markup, Render, html};

use crate::text::{is_refused_in_markup, turns_direction};

/// Text that a curator wrote. Markup is escaped; control characters, which HTML refuses, are shown as U+FFFD.
#[derive(Clone, Copy, Debug)]
pub struct Clean<'a>(pub &'a str);

impl Render for Clean<'_> {
    fn render_to(&self, buffer: &mut String) {
        write_clean(buffer, self.0.chars());
    }
}

/// The same for an attribute, where no element keeps the direction of the text to itself: without marks of direction.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a>(pub &'a str);

impl Render for Label<'_> {
    fn render_to(&self, buffer: &mut String) {
        write_clean(buffer, self.0.chars().filter(|char| !turns_direction(*char)));
    }
}

fn write_clean(buffer: &mut String, chars: impl Iterator<Item = char>) {
    let mut escaper = Escaper::new(buffer);
    for char in chars {
        let shown = if is_refused_in_markup(char) { char::REPLACEMENT_CHARACTER } else { char };
        // Writing to a string cannot fail.
        let _ = escaper.write_char(shown);
    }
}

/// Text of a curator as an element of its own: its direction stays inside.
pub fn bdi(text: &str) -> Markup {
    html! { bdi { (Clean(text)) } }
}
