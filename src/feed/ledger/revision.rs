//! What a revision of a meeting changed, for people who read of it.

use crate::schedule::Status;
use crate::zone::Instant;

/// What a revision changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Revision {
    /// No feed had the meeting before.
    New,
    /// It begins at another time.
    Moved,
    /// It takes longer, or less long.
    Resized,
    /// It was called off.
    Cancelled,
    /// It had been called off, and takes place after all.
    Restored,
    /// Somebody vouches for it now.
    Confirmed,
    /// Nobody does any more.
    Unconfirmed,
    /// Its topic or its chat has another name.
    Renamed,
    /// It is somewhere else.
    Elsewhere,
    /// Something else, such as its description.
    Changed,
}

/// All of them, with a word for programs and the same for people.
const WORDS: [(Revision, &str, &str); 10] = [
    (Revision::New, "new", "New"),
    (Revision::Moved, "moved", "Moved"),
    (Revision::Resized, "resized", "Other length"),
    (Revision::Cancelled, "cancelled", "Cancelled"),
    (Revision::Restored, "restored", "Takes place after all"),
    (Revision::Confirmed, "confirmed", "Confirmed"),
    (Revision::Unconfirmed, "unconfirmed", "Unconfirmed"),
    (Revision::Renamed, "renamed", "Renamed"),
    (Revision::Elsewhere, "elsewhere", "Another place"),
    (Revision::Changed, "changed", "Changed"),
];

/// A revision of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revised {
    /// What it changed.
    pub what: Revision,
    /// When the meeting began before, where it is moved.
    pub was: Option<Instant>,
}

impl From<Revision> for Revised {
    fn from(what: Revision) -> Self {
        Self { what, was: None }
    }
}

impl Revised {
    /// The revision from one VEVENT to another, by the lines after their stamps.
    pub fn between(old: &[u8], new: &[u8]) -> Self {
        let what = Revision::between(old, new);
        let was = || Instant::from_ical(std::str::from_utf8(property(old, "DTSTART")?.strip_prefix(b":")?).ok()?);
        Self { what, was: (what == Revision::Moved).then(was).flatten() }
    }
}

impl Revision {
    /// The revision from one VEVENT to another, by the lines after their stamps: of several changes the weightiest.
    fn between(old: &[u8], new: &[u8]) -> Self {
        let differs = |name| property(old, name) != property(new, name);
        let is = |lines, status: Status| property(lines, "STATUS") == Some(format!(":{}", status.value()).as_bytes());
        match (is(old, Status::Cancelled), is(new, Status::Cancelled)) {
            (false, true) => Self::Cancelled,
            (true, false) => Self::Restored,
            _ if differs("DTSTART") => Self::Moved,
            _ if differs("DTEND") => Self::Resized,
            _ if differs("STATUS") && is(new, Status::Confirmed) => Self::Confirmed,
            _ if differs("STATUS") => Self::Unconfirmed,
            _ if differs("SUMMARY") => Self::Renamed,
            _ if differs("LOCATION") => Self::Elsewhere,
            _ => Self::Changed,
        }
    }

    /// A word for programs.
    pub fn word(self) -> &'static str {
        WORDS[self as usize].1
    }

    /// A word for people.
    pub fn label(self) -> &'static str {
        WORDS[self as usize].2
    }

    /// The revision that a word for programs stands for.
    pub fn named(word: &str) -> Option<Self> {
        WORDS.iter().find(|(_, known, _)| *known == word).map(|(revision, ..)| *revision)
    }
}

/// What stands behind the name of a property, as it is written, with its parameters and over several lines.
fn property<'l>(lines: &'l [u8], name: &str) -> Option<&'l [u8]> {
    let mut at = 0;
    while at < lines.len() {
        let length = lines[at..].windows(2).position(|part| part == b"\r\n").map_or(lines.len() - at, |end| end + 2);
        let mut end = at + length;
        while lines.get(end) == Some(&b' ') {
            end += lines[end..].windows(2).position(|part| part == b"\r\n").map_or(lines.len() - end, |more| more + 2);
        }
        let line = &lines[at..end];
        let value = line.strip_prefix(name.as_bytes()).filter(|value| matches!(value.first(), Some(b':' | b';')));
        if value.is_some() {
            return value.map(|value| value.strip_suffix(b"\r\n").unwrap_or(value));
        }
        at = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_words() {
        for (index, (revision, word, _)) in WORDS.iter().enumerate() {
            assert_eq!((*revision as usize, Revision::named(word)), (index, Some(*revision)));
        }
    }

    #[test]
    fn of_several_changes_the_weightiest_is_told() {
        let event = |start: &str, summary: &str, status: &str, place: &str| {
            format!(
                "DTSTART:{start}\r\nDTEND:2\r\nSUMMARY:{summary}\r\nDESCRIPTION:STATUS:CANCELLED\r\n \r\n SUMMARY:x\r\n\
                 STATUS:{status}\r\nLOCATION:{place}\r\n"
            )
        };
        let old = event("1", "#a: b\r\n c", "CONFIRMED", "x");
        for (new, revision) in [
            (event("2", "#a: b\r\n c", "CANCELLED", "x"), Revision::Cancelled),
            (event("2", "#a: d", "TENTATIVE", "y"), Revision::Moved),
            (event("1", "#a: d", "CONFIRMED", "y").replace("DTEND:2", "DTEND:3"), Revision::Resized),
            (event("1", "#a: d", "TENTATIVE", "y"), Revision::Unconfirmed),
            (event("1", "#a: b\r\n d", "CONFIRMED", "y"), Revision::Renamed),
            (event("1", "#a: b\r\n c", "CONFIRMED", "y"), Revision::Elsewhere),
            (event("1", "#a: b\r\n c", "CONFIRMED", "x").replace("SUMMARY:x", "SUMMARY:y"), Revision::Changed),
        ] {
            assert_eq!(Revision::between(old.as_bytes(), new.as_bytes()), revision, "{new}");
        }
        let cancelled = event("1", "#a", "CANCELLED", "x");
        assert_eq!(Revision::between(cancelled.as_bytes(), old.as_bytes()), Revision::Restored);
        let tentative = event("1", "#a", "TENTATIVE", "x");
        assert_eq!(Revision::between(tentative.as_bytes(), old.as_bytes()), Revision::Confirmed);
    }

    #[test]
    fn of_a_moved_meeting_it_is_told_when_it_was() {
        let at = |start: &str, status: &str| format!("DTSTART:{start}\r\nSUMMARY:x\r\nSTATUS:{status}\r\n");
        let revised = |new: &str| Revised::between(at("20260504T093000Z", "CONFIRMED").as_bytes(), new.as_bytes());
        let was = Instant::from_ical("20260504T093000Z");
        assert!(was.is_some());
        assert_eq!(revised(&at("20260505T093000Z", "TENTATIVE")), Revised { what: Revision::Moved, was });
        assert_eq!(revised(&at("20260505T093000Z", "CANCELLED")), Revision::Cancelled.into());
        assert_eq!(revised(&at("20260504T093000Z", "TENTATIVE")), Revision::Unconfirmed.into());
    }
}
