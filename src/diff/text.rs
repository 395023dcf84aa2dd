//! Differences for people, in a terminal.

use std::fmt::Write;

use super::words::{ONLY_BYTES, about_chat, as_a_whole, shifted, when};
use super::{ChatDifference, Kind, MeetingDifference};
use crate::terminal::safe;
use crate::text::count;
use crate::zone::Instant;

/// No more meetings of a kind than this are listed; the others are counted.
pub(super) const LISTED: usize = 20;

/// All differences, chat by chat, as of `at`.
pub fn to_text(chats: &[ChatDifference], at: Instant) -> String {
    let mut out = String::new();
    for chat in chats {
        let zone = chat.zone.map_or(String::new(), |zone| format!(", {}", zone.name()));
        let _ = writeln!(out, "{}: {}{zone}", safe(&chat.slug), safe(&chat.title));
        for line in lines(chat, at, &|text| format!("\"{}\"", safe(text))) {
            let _ = writeln!(out, "  {line}");
        }
    }
    if chats.is_empty() {
        out.push_str("no meeting changes\n");
    }
    out
}

/// What there is to say about a chat, one line each. `text` makes a title or topic fit to be shown.
pub(super) fn lines(chat: &ChatDifference, at: Instant, text: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    let whole = as_a_whole(&chat.was);
    lines.extend(whole.map(|words| format!("{words} {}", count(chat.meetings.len(), "meeting"))));
    let title = chat.old_title.as_ref().map(|old| format!("title: {} -> {}", text(old), text(&chat.title)));
    lines.extend(about_chat(chat, title));
    lines.extend(chat.shifts().iter().map(|shift| shifted(shift, &chat.slug)));
    for (kind, word) in Kind::ALL {
        let meetings: Vec<&MeetingDifference> = chat.of_kind(kind).collect();
        if kind == Kind::Details && !meetings.is_empty() {
            lines.push(format!("other details of {}", count(meetings.len(), "meeting")));
            continue;
        }
        // Of a chat that comes or goes as a whole those say most that are to come, the next of them first.
        let is_past = |meeting: &&MeetingDifference| meeting.shown().is_some_and(|shown| shown.start < at);
        let past = if whole.is_some() { meetings.iter().take_while(|meeting| is_past(meeting)).count() } else { 0 };
        let before = past.min(meetings.len().saturating_sub(LISTED));
        let (listed, after) = meetings[before..].split_at(LISTED.min(meetings.len() - before));
        if before > 0 {
            lines.push(format!("{word}: {before} before these"));
        }
        lines.extend(listed.iter().map(|meeting| format!("{word}: {}", line(meeting, kind, text))));
        if !after.is_empty() {
            lines.push(format!("{word}: {} more", after.len()));
        }
    }
    if lines.is_empty() {
        lines.push(ONLY_BYTES.to_owned());
    }
    lines
}

fn line(meeting: &MeetingDifference, kind: Kind, text: &dyn Fn(&str) -> String) -> String {
    let topic = |event: Option<&super::Snapshot>| {
        event.and_then(|event| event.topic.as_deref()).map_or_else(|| "no topic".to_owned(), text)
    };
    let what = match kind {
        Kind::Renamed => format!(": {} -> {}", topic(meeting.before.as_ref()), topic(meeting.after.as_ref())),
        _ => meeting
            .shown()
            .and_then(|event| event.topic.as_deref())
            .map_or(String::new(), |shown| format!(": {}", text(shown))),
    };
    format!("{}{what}", when(meeting, kind))
}
