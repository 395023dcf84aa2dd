//! Differences for people, in a terminal.

use std::fmt::Write;

use super::words::{ONLY_BYTES, about_chat, as_a_whole, shifted, when};
use super::{ChatDifference, Kind, MeetingDifference};
use crate::terminal::safe;
use crate::text::count;

/// No more meetings of a kind than this are listed; the others are counted.
pub(super) const LISTED: usize = 20;

/// All differences, chat by chat.
pub fn to_text(chats: &[ChatDifference]) -> String {
    let mut out = String::new();
    for chat in chats {
        let zone = chat.zone.map_or(String::new(), |zone| format!(", {}", zone.name()));
        let _ = writeln!(out, "{}: {}{zone}", safe(&chat.slug), safe(&chat.title));
        for line in lines(chat, &|text| format!("\"{}\"", safe(text))) {
            let _ = writeln!(out, "  {line}");
        }
    }
    if chats.is_empty() {
        out.push_str("no meeting changes\n");
    }
    out
}

/// What there is to say about a chat, one line each. `text` makes a title or topic fit to be shown.
pub(super) fn lines(chat: &ChatDifference, text: &dyn Fn(&str) -> String) -> Vec<String> {
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
        // Of a chat that comes or goes as a whole the last ones say most: they are to come.
        let whole = whole.is_some();
        let (listed, left_out) = if whole && meetings.len() > LISTED {
            (&meetings[meetings.len() - LISTED..], meetings.len() - LISTED)
        } else {
            (&meetings[..meetings.len().min(LISTED)], meetings.len().saturating_sub(LISTED))
        };
        if whole && left_out > 0 {
            lines.push(format!("{word}: {left_out} before these"));
        }
        lines.extend(listed.iter().map(|meeting| format!("{word}: {}", line(meeting, kind, text))));
        if !whole && left_out > 0 {
            lines.push(format!("{word}: {left_out} more"));
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
