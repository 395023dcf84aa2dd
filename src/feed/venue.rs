//! What a feed says of where meetings take place and with whom. It is the same for most meetings of a chat, so it is
//! composed once for all those that say nothing of their own.

use super::line::{Escaped, Lines};
use crate::expand::{Meeting, Origin};
use crate::schedule::{Link, Location, Venue, Venues};

/// Meetings that have all of it in common, as none of them says anything of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    /// Those of the series with this index.
    Series(usize),
    /// Those outside every series.
    OneOffs,
}

/// The lines and words of the meeting that was asked for last.
#[derive(Debug, Default)]
pub struct VenueWriter {
    /// Whose they are too, if they are not one meeting's own.
    group: Option<Group>,
    /// LOCATION, URL and CONFERENCE.
    lines: Lines,
    /// The lines of DESCRIPTION.
    words: Escaped,
}

impl VenueWriter {
    /// Begins with another chat.
    pub fn clear(&mut self) {
        self.group = None;
    }

    /// Composes them for a meeting.
    pub fn prepare(&mut self, meeting: &Meeting<'_>) {
        let group = match meeting.origin {
            Origin::Regular(index, _) => Group::Series(index),
            Origin::OneOff(_) => Group::OneOffs,
        };
        let group = meeting.own_venue().is_none_or(Venue::is_empty).then_some(group);
        if group.is_none() || group != self.group {
            self.compose(meeting.venues());
            self.group = group;
        }
    }

    fn compose(&mut self, venues: Venues<'_>) {
        let (join, home) = (venues.join(), venues.home());
        self.lines.clear();
        let location = venues.location();
        match &location {
            // An address in it keeps its commas and semicolons, as in any TEXT: escaped.
            Some(Location::Link(link)) => self.lines.text("LOCATION", link.as_str()),
            Some(Location::Words(words)) => self.lines.text("LOCATION", words),
            None => {}
        }
        if let Some(home) = home {
            self.lines.plain("URL", home.as_str());
        }
        if let Some(join) = venues.written_join() {
            self.lines.plain("CONFERENCE;VALUE=URI", join.as_str());
        }
        self.words.clear();
        let hosts = venues.hosts();
        // Where LOCATION is a page about it, and no link leads there.
        let platform = venues.words().filter(|_| join.is_none() && home.is_some());
        // Where it differs from what stands above, or as the place.
        let is_place = |home: &Link| matches!(&location, Some(Location::Link(link)) if link == home);
        let about = home.filter(|home| join.as_ref() != Some(home) && !is_place(home));
        let lines = [
            ("Where: ", platform),
            ("Join: ", join.as_ref().map(|join| join.as_str().to_owned())),
            ("About: ", about.map(|home| home.as_str().to_owned())),
            (if hosts.len() == 1 { "Host: " } else { "Hosts: " }, (!hosts.is_empty()).then(|| hosts.join(", "))),
        ];
        for (label, text) in lines {
            if let Some(text) = text {
                self.words.push(label);
                self.words.push(&text);
                self.words.push("\n");
            }
        }
    }

    /// LOCATION (RFC 5545 3.8.1.7), URL (3.8.4.6), and CONFERENCE (RFC 7986 5.11) with a link that was written down.
    pub fn lines(&self) -> &[u8] {
        self.lines.as_bytes()
    }

    /// How to take part, in lines of DESCRIPTION, each with its break.
    pub fn words(&self) -> &Escaped {
        &self.words
    }
}
