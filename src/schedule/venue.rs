//! Where a meeting takes place and with whom: what a schedule says of it at one level, and what that comes to for one
//! meeting. The nearest level wins: the meeting itself, its series, its chat.

use std::fmt::Write;

use super::Link;

/// What is said at one level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Venue {
    /// The service, such as `Bluesky`.
    pub platform: Option<String>,
    /// The hashtag, without `#`.
    pub hashtag: Option<String>,
    /// The link by which people take part, such as that of a meeting room.
    pub join: Option<Link>,
    /// The page of the chat, the series or the meeting.
    pub home: Option<Link>,
    /// Who holds it.
    pub hosts: Vec<String>,
}

impl Venue {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a meeting is to be found: its LOCATION (RFC 5545 3.8.1.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// An address that can be opened.
    Link(Link),
    /// Words, where no address is known.
    Words(String),
}

impl Location {
    /// The address, or the words.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Link(link) => link.as_str(),
            Self::Words(words) => words,
        }
    }
}

/// What is said of a meeting at each level that says anything, nearest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Venues<'s>([Option<&'s Venue>; 3]);

impl<'s> Venues<'s> {
    /// What is said of a meeting itself, of its series, and of its chat.
    pub fn new(own: Option<&'s Venue>, series: Option<&'s Venue>, chat: &'s Venue) -> Self {
        Self([own, series, Some(chat)])
    }

    fn levels(self) -> impl Iterator<Item = &'s Venue> {
        self.0.into_iter().flatten()
    }

    /// The service.
    pub fn platform(self) -> Option<&'s str> {
        self.levels().find_map(|venue| venue.platform.as_deref())
    }

    /// The hashtag, without `#`.
    pub fn hashtag(self) -> Option<&'s str> {
        self.levels().find_map(|venue| venue.hashtag.as_deref())
    }

    /// Who holds it.
    pub fn hosts(self) -> &'s [String] {
        self.levels().map(|venue| &venue.hosts[..]).find(|hosts| !hosts.is_empty()).unwrap_or_default()
    }

    /// The page about it.
    pub fn home(self) -> Option<&'s Link> {
        self.levels().find_map(|venue| venue.home.as_ref())
    }

    /// The link by which people take part, where that is one that somebody wrote down.
    pub fn written_join(self) -> Option<&'s Link> {
        let level = (0..self.0.len()).find(|level| self.join_at(*level).is_some())?;
        self.0[level]?.join.as_ref()
    }

    /// The link by which people take part: written down, or that which follows from platform and hashtag.
    pub fn join(self) -> Option<Link> {
        (0..self.0.len()).find_map(|level| self.join_at(level))
    }

    fn join_at(self, level: usize) -> Option<Link> {
        let venue = self.0[level]?;
        if venue.join.is_some() {
            // The room of one service is none of another, on which the meeting is.
            let its = Self(std::array::from_fn(|at| self.0[at].filter(|_| at >= level))).platform();
            let is_elsewhere = |its: &str| self.platform().is_some_and(|platform| !platform.eq_ignore_ascii_case(its));
            return venue.join.clone().filter(|_| !its.is_some_and(is_elsewhere));
        }
        // Of both the nearest counts: no page follows from a platform on which the meeting is not.
        (venue.platform.is_some() || venue.hashtag.is_some()).then_some(())?;
        page_of_hashtag(self.platform()?, self.hashtag()?)
    }

    /// Where it is to be found: of the nearest level that has a link, how to take part there, else its page; without
    /// any link, platform and hashtag in words.
    pub fn location(self) -> Option<Location> {
        let link = |level| self.join_at(level).or_else(|| self.0[level]?.home.clone());
        (0..self.0.len()).find_map(link).map(Location::Link).or_else(|| self.words().map(Location::Words))
    }

    /// Platform and hashtag: `Mastodon, #books`.
    pub fn words(self) -> Option<String> {
        let hashtag = self.hashtag().map(|hashtag| format!("#{hashtag}"));
        let words: Vec<String> = self.platform().map(str::to_owned).into_iter().chain(hashtag).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// The addresses of hashtags on services whose pages are known to be of that form.
const BLUESKY: &str = "https://bsky.app/hashtag/";
const X: &str = "https://x.com/hashtag/";

/// Whether an address is one that follows from a platform and a hashtag.
pub fn is_page_of_hashtag(address: &str) -> bool {
    address.starts_with(BLUESKY) || address.starts_with(X)
}

/// The page on which a service shows what has a hashtag.
fn page_of_hashtag(platform: &str, hashtag: &str) -> Option<Link> {
    let page = match platform.to_ascii_lowercase().as_str() {
        "bluesky" => BLUESKY,
        "x" | "twitter" => X,
        _ => return None,
    };
    let mut address = page.to_owned();
    for byte in hashtag.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => address.push(char::from(byte)),
            // Writing to memory cannot fail.
            _ => _ = write!(address, "%{byte:02X}"),
        }
    }
    Link::new(&address)
}
