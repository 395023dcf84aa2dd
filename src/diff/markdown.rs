//! Differences for the summary or a comment of a pull request. Nothing that comes from a schedule acts in it: texts
//! stand in code spans, in which there are no mentions, links, images or HTML.

use std::fmt::Write;

use super::ChatDifference;
use super::text::lines;
use crate::diagnostic::harmless;
use crate::schedule::Slug;
use crate::text::{agreeing, count};
use crate::zone::Instant;

/// A comment may have 65,536 characters.
const MOST: usize = 60_000;

/// More characters of a title or topic are not shown.
const LONGEST: usize = 200;

/// All differences, one list item per chat, as of `at`.
pub fn to_markdown(chats: &[ChatDifference], at: Instant) -> String {
    let mut out = "### Meetings that change\n\n".to_owned();
    if chats.is_empty() {
        out.push_str("None.\n");
    }
    for (index, chat) in chats.iter().enumerate() {
        let mut item = String::new();
        let zone = chat.zone.map_or(String::new(), |zone| format!(", {}", zone.name()));
        let _ = writeln!(item, "- **{}** {}{zone}", shown_slug(&chat.slug), code(&chat.title));
        for line in lines(chat, at, &code) {
            let _ = writeln!(item, "  - {line}");
        }
        if out.len() + item.len() > MOST {
            let left = chats.len() - index;
            let are = agreeing(left, "is", "are");
            let _ = writeln!(out, "\n{} {are} left out here.", count(left, "more chat"));
            break;
        }
        out.push_str(&item);
    }
    out
}

/// A slug is harmless, but that of a feed that is gone is the name of a file, which may be anything.
fn shown_slug(slug: &str) -> String {
    if Slug::new(slug).is_ok() { slug.to_owned() } else { code(slug) }
}

/// A text as a code span, in one line: the fence is longer than any run of backticks in it (`CommonMark` 6.1).
fn code(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let shown = harmless(&shown);
    let longest = shown.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let blank = shown.chars().all(|letter| letter == ' ');
    // Spaces at both ends are taken off again, unless there is nothing else.
    let pad = if blank { "" } else { " " };
    if shown.is_empty() { String::new() } else { format!("{fence}{pad}{shown}{pad}{fence}") }
}
