//! `chatcal diff`: which meetings change, against the feeds as they were published.

use std::io::{self, Write};

use super::build::{publish, tell_unknown};
use super::load::Folder;
use super::{Outcome, Surroundings, tell};
use crate::cli::Diff;
use crate::diff::{to_json, to_markdown, to_text};
use crate::out::Mode;
use crate::terminal::{ERROR, safe};

/// Prints the differences; that there are some does not make it fail.
pub fn run(
    diff: &Diff,
    surroundings: &Surroundings,
    results: &mut dyn Write,
    messages: &mut dyn Write,
) -> io::Result<Outcome> {
    let at = diff.at.at.unwrap_or(surroundings.now);
    let mut folder = Folder::open(&diff.folder.schedules);
    let mut chats = Vec::new();
    let published = if let Some(collection) = folder.collection() {
        publish(&mut folder, (&diff.against, Mode::Compare), &collection, at, |chat| chats.push(chat))
    } else {
        folder.each(|_, _| {});
        Ok(None)
    };
    tell(&mut folder, surroundings, messages)?;
    let published = match published {
        Ok(Some(published)) => published,
        Ok(None) => return Ok(Outcome::Wrong),
        Err(error) => {
            writeln!(messages, "{ERROR}error{ERROR:#}: {}", safe(&error.to_string()))?;
            return Ok(Outcome::Wrong);
        }
    };
    tell_unknown(&diff.against, &published, messages)?;
    let shown = match (diff.json, diff.markdown) {
        (true, _) => to_json(&chats, &published.changes),
        (_, true) => to_markdown(&chats),
        _ => to_text(&chats),
    };
    results.write_all(shown.as_bytes())?;
    Ok(Outcome::Fine)
}
