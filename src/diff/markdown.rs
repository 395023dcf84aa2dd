//! Differences for the summary or a comment of a pull request. Nothing that comes from a schedule acts in it: texts
//! stand in code spans, in which there are no mentions, links, images or HTML; and so do slugs, which may be
//! spelled like the name of a commit.

use std::fmt::Write;

use super::ChatDifference;
use super::text::{REST, Shown, lines};
use crate::diagnostic::harmless;
use crate::schedule::keys;
use crate::text::{agreeing, count};
use crate::zone::Instant;

/// A comment may have 65,536 characters.
const MOST: usize = 60_000;

/// More characters of a title or topic are not shown: no schedule may have more.
const LONGEST: usize = keys::LINE;

/// All differences, one list item per chat, as of `at`. Where there is not room for all of it each chat gets its share: one
/// that changes in many ways does not hide the others.
pub fn to_markdown(chats: &[ChatDifference], at: Instant) -> String {
    let mut out = "### Meetings that change\n\n".to_owned();
    if chats.is_empty() {
        out.push_str("None.\n");
    }
    let items: Vec<Vec<String>> = chats.iter().map(|chat| item(chat, at)).collect();
    let room = MOST - out.len();
    let most = share(items.iter().map(|lines| length(lines)).collect(), room);
    for (index, lines) in items.iter().enumerate() {
        let kept = kept(lines, most);
        let left = lines.len() - kept;
        let rest = format!("  - and {}; {REST}\n", count(left, "more line"));
        let item = lines[..kept].concat() + if left > 0 { &rest } else { "" };
        if out.len() + item.len() > MOST {
            let left = chats.len() - index;
            let are = agreeing(left, "is", "are");
            let _ = writeln!(out, "\n{} {are} left out here; {REST}.", count(left, "more chat"));
            break;
        }
        out.push_str(&item);
    }
    out
}

/// The lines about a chat: its own, and those below it.
fn item(chat: &ChatDifference, at: Instant) -> Vec<String> {
    let zone = chat.zone.map_or(String::new(), |zone| format!(", {}", zone.name()));
    let head = format!("- **{}** {}{zone}\n", code(&chat.slug), code(&chat.title));
    let shown = Shown { text: &code, slug: &code };
    let lines = lines(chat, at, &shown).into_iter().map(|line| format!("  - {line}\n"));
    std::iter::once(head).chain(lines).collect()
}

fn length(lines: &[String]) -> usize {
    lines.iter().map(String::len).sum()
}

/// The most that one of several may have so that all of them have room.
fn share(mut lengths: Vec<usize>, room: usize) -> usize {
    lengths.sort_unstable();
    let (mut left, mut number) = (room, lengths.len());
    for length in lengths {
        if length > left / number {
            return left / number;
        }
        left -= length;
        number -= 1;
    }
    room
}

/// How many of these lines have room: all, or those that leave some for a word about the others. The first one has.
fn kept(lines: &[String], most: usize) -> usize {
    /// For that word.
    const WORD: usize = 80;
    if length(lines) <= most {
        return lines.len();
    }
    let mut left = most.saturating_sub(WORD);
    let fits = |line: &&String| {
        let fits = line.len() <= left;
        left = left.saturating_sub(line.len());
        fits
    };
    lines.iter().take_while(fits).count().max(1)
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
