//! What VEVENTs are known by, in one line, as the list of removed meetings has it: a UID, and after a space the
//! RECURRENCE-ID of one that stands for a meeting of another with the same UID.

use super::super::uid::Uid;

/// A key taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'k> {
    uid: Uid<'k>,
    recurrence_id: Option<&'k str>,
}

impl<'k> Key<'k> {
    /// Takes one apart; nothing where chatcal would not have made it.
    pub fn parse(key: &'k str) -> Option<Self> {
        let (uid, recurrence_id) = key.split_once(' ').map_or((key, None), |(uid, line)| (uid, Some(line)));
        let is_line = |line: &str| line.starts_with("RECURRENCE-ID") && !line.contains([' ', '\r', '\n']);
        let uid = Uid::parse(uid)?;
        recurrence_id.is_none_or(is_line).then_some(Self { uid, recurrence_id })
    }

    /// That of a VEVENT with a RECURRENCE-ID, which is a whole line.
    pub fn of_exception(uid: &str, recurrence_id: &[u8]) -> String {
        format!("{uid} {}", String::from_utf8_lossy(recurrence_id.trim_ascii_end()))
    }

    /// The chat, by the slug in its UIDs.
    pub fn slug(&self) -> &'k str {
        self.uid.slug
    }

    /// Whether it is that of a VEVENT which stands for one meeting of another.
    pub fn is_exception(&self) -> bool {
        self.recurrence_id.is_some()
    }

    /// The UID that the meeting of an exception, or the first one of a series, has in the expanded form. Nothing for a
    /// meeting on its own.
    pub fn meeting(&self) -> Option<String> {
        if !self.uid.is_series {
            return None;
        }
        let Some(line) = self.recurrence_id else {
            return Some(self.uid.meeting_on(self.uid.occurrence.split('.').next()?));
        };
        let day = line.rsplit_once(':')?.1;
        let (year, month, day) = (day.get(..4)?, day.get(4..6)?, day.get(6..8)?);
        Some(self.uid.meeting_on(format_args!("{year}-{month}-{day}")))
    }
}
