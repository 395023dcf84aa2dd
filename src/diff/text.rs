//! Differences for people, in a terminal.

use std::fmt::Write;

use chrono::NaiveDate;

use super::statement::{Statement, statements};
use super::words::{ONLY_BYTES, about_chat, as_a_whole, local, shifted};
use super::{ChatDifference, Kind, MeetingDifference};
use crate::terminal::safe;
use crate::text::{agreeing, count, weekday_and_day};
use crate::zone::Instant;

/// No more statements of a kind than this are made; the other meetings are counted.
const LISTED: usize = 20;

/// Where the others are.
pub(super) const REST: &str = "`chatcal diff --json` has them all";

/// How what somebody wrote, and what a file is called, is made fit to be shown.
pub(super) struct Shown<'a> {
    pub text: &'a dyn Fn(&str) -> String,
    pub slug: &'a dyn Fn(&str) -> String,
}

/// All differences, chat by chat, as of `at`.
pub fn to_text(chats: &[ChatDifference], at: Instant) -> String {
    let mut out = String::new();
    let shown = Shown { text: &|text| format!("\"{}\"", safe(text)), slug: &|slug| safe(slug).into_owned() };
    for chat in chats {
        let zone = chat.zone.map_or(String::new(), |zone| format!(", {}", zone.name()));
        let _ = writeln!(out, "{}: {}{zone}", safe(&chat.slug), safe(&chat.title));
        for line in lines(chat, at, &shown) {
            let _ = writeln!(out, "  {line}");
        }
    }
    if chats.is_empty() {
        out.push_str("no meeting changes\n");
    }
    out
}

/// The meetings of which a text, a tag or a link differs that has no word of its own, from the first to the last.
fn details(chat: &ChatDifference) -> Option<String> {
    let days = chat.of_kind(Kind::Details).filter_map(|of| Some(local(of.shown()?.start, of.zone).date()));
    let days: Vec<NaiveDate> = days.collect();
    let (first, last) = (weekday_and_day(*days.iter().min()?), weekday_and_day(*days.iter().max()?));
    let span = if first == last { format!(", {first}") } else { format!(" from {first} to {last}") };
    Some(format!("other details (texts, tags or links) of {}{span}", count(days.len(), "meeting")))
}

/// What there is to say about a chat, one line each.
pub(super) fn lines(chat: &ChatDifference, at: Instant, shown: &Shown<'_>) -> Vec<String> {
    let (mut lines, text) = (Vec::new(), shown.text);
    let whole = as_a_whole(&chat.was);
    lines.extend(whole.map(|words| format!("{words} {}", count(chat.meetings.len(), "meeting"))));
    let title = chat.old_title.as_ref().map(|old| format!("title: {} -> {}", text(old), text(&chat.title)));
    lines.extend(about_chat(chat, title, shown.slug));
    lines.extend(chat.shifts().iter().map(|shift| shifted(shift, &(shown.slug)(&chat.slug))));
    for (kind, word) in Kind::ALL {
        // What the clocks did is said above.
        if kind == Kind::Clocks {
            continue;
        }
        if kind == Kind::Details {
            lines.extend(details(chat));
            continue;
        }
        let statements = statements(kind, chat.of_kind(kind));
        // Of a chat that comes or goes as a whole those say most that are to come: of those that are over the latest have
        // what room is left.
        let mut surplus = if whole.is_some() { statements.len().saturating_sub(LISTED) } else { 0 };
        let (over, statements): (Vec<_>, Vec<_>) = statements.into_iter().partition(|statement| {
            let is_left_out = surplus > 0 && statement.all(|event| event.start < at);
            surplus -= usize::from(is_left_out);
            is_left_out
        });
        let (listed, after) = statements.split_at(LISTED.min(statements.len()));
        let meetings = |statements: &[Statement<'_>]| statements.iter().map(Statement::meetings).sum::<usize>();
        if !over.is_empty() {
            lines.push(format!("{word}: {} that are over; {REST}", meetings(&over)));
        }
        lines.extend(listed.iter().map(|statement| format!("{word}: {}", statement.words(text))));
        if !after.is_empty() {
            lines.push(format!("{word}: {} more; {REST}", meetings(after)));
        }
    }
    lines.extend(rewritten(chat, at));
    if lines.is_empty() {
        lines.push(ONLY_BYTES.to_owned());
    }
    lines
}

/// A word where a change of a series reaches into the past: most often it holds from now on.
fn rewritten(chat: &ChatDifference, at: Instant) -> Option<String> {
    /// A slip in the past is put right in fewer.
    const MANY: usize = 4;
    let changes = |of: &&MeetingDifference| {
        let kinds = of.kinds();
        of.before.is_some() && (kinds.contains(&Kind::Moved) || kinds.contains(&Kind::Elsewhere))
    };
    let is_over = |of: &&MeetingDifference| of.before.as_ref().is_some_and(|before| before.end <= at);
    let (over, to_come): (Vec<_>, Vec<_>) = chat.meetings.iter().filter(changes).partition(is_over);
    let number = over.len();
    (number >= MANY && !to_come.is_empty()).then(|| {
        let are = agreeing(number, "is", "are");
        format!(
            "{number} of these {are} over: if they were as they were published, give their series an `until` and open a \
             new [[series]] for what comes"
        )
    })
}
