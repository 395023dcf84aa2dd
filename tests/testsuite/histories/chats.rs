//! Random numbers, and what a curator does to a chat.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Numbers that look random, always the same for a seed (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, number: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % number as u64) as usize
    }

    pub fn one_of<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        if things.is_empty() { None } else { things.get(self.below(things.len())) }
    }
}

/// What a curator writes of a chat that meets on the first Tuesday of each month since 2025.
#[derive(Clone)]
pub struct Chat {
    /// The slug at first.
    pub first: String,
    /// The slug that is in its UIDs: the first one, or the one that it had when somebody took `formerly` out.
    pub born: String,
    pub slug: String,
    summary: usize,
    pub topics: BTreeMap<usize, usize>,
    cancelled: BTreeSet<usize>,
    pause: Option<usize>,
    /// Whether its series begins a month later, and so is another one.
    is_later: bool,
    /// The topic of a meeting apart from the series, which at first is in the repeating form alone.
    one_off: Option<usize>,
    pub is_there: bool,
}

/// The first Tuesdays of 2026, and two that come into the expanded form with a new year, or not even then.
pub const DATES: [&str; 14] = [
    "2026-01-06",
    "2026-02-03",
    "2026-03-03",
    "2026-04-07",
    "2026-05-05",
    "2026-06-02",
    "2026-07-07",
    "2026-08-04",
    "2026-09-01",
    "2026-10-06",
    "2026-11-03",
    "2026-12-01",
    "2028-02-01",
    "2029-04-03",
];

impl Chat {
    /// At first, with nothing changed.
    pub fn new(first: &str) -> Self {
        Self {
            first: first.to_owned(),
            born: first.to_owned(),
            slug: first.to_owned(),
            summary: 0,
            topics: BTreeMap::new(),
            cancelled: BTreeSet::new(),
            pause: None,
            is_later: false,
            one_off: None,
            is_there: true,
        }
    }

    pub fn text(&self) -> String {
        let mut text =
            format!("title = \"#{}\"\nsummary = \"About {}\"\ntags = [\"books\"]\n", self.first, self.summary);
        if self.slug != self.born {
            writeln!(text, "formerly = \"{}\"", self.born).unwrap();
        }
        text += "zone = \"Europe/London\"\ntime = \"18:30\"\nduration = \"1h\"\n\n[[series]]\n\
                 every = \"first Tuesday of the month\"\nconfidence = \"confirmed\"\nsource = \"w\"\n";
        writeln!(text, "start = {}", if self.is_later { "2025-02-04" } else { "2025-01-07" }).unwrap();
        if let Some(month) = self.pause {
            let from = DATES[month];
            writeln!(text, "[[break]]\nfrom = {from}\nthrough = {from}\nreason = \"away\"\nsource = \"w\"").unwrap();
        }
        let changed: BTreeSet<usize> = self.topics.keys().chain(&self.cancelled).copied().collect();
        for month in changed.into_iter().filter(|month| self.pause != Some(*month)) {
            writeln!(text, "[[change]]\ndate = {}\nsource = \"w\"", DATES[month]).unwrap();
            if let Some(topic) = self.topics.get(&month) {
                writeln!(text, "topic = \"Number {topic}\"").unwrap();
            }
            if self.cancelled.contains(&month) {
                text += "cancelled = \"ill\"\n";
            }
        }
        if let Some(topic) = self.one_off {
            writeln!(text, "[[one-off]]\ndate = 2028-05-20\ntopic = \"Number {topic}\"\nsource = \"w\"").unwrap();
        }
        text
    }

    /// Takes another name for its file.
    pub fn rename(&mut self, number: usize) {
        self.slug = format!("{}-{number}", self.first);
    }

    /// Whether both can be in one collection: no UIDs are of two chats, and no slug is that of another's UIDs.
    pub fn fits(&self, other: &Self) -> bool {
        [&self.slug, &self.born].iter().all(|name| ![&other.slug, &other.born].contains(name))
    }

    /// What a curator does.
    pub fn edit(&mut self, dice: &mut Dice, number: usize) {
        let month = dice.below(DATES.len());
        match dice.below(14) {
            0..=2 => _ = self.topics.insert(month, number),
            3 => {
                if !self.cancelled.remove(&month) {
                    self.cancelled.insert(month);
                }
            }
            4 => self.pause = if self.pause.is_some() { None } else { Some(month) },
            5 | 7 => self.rename(number),
            // Back to where it was, as far as its UIDs go.
            8 => self.slug.clone_from(&self.born),
            // `formerly` goes, and the meetings are new ones; or it comes back, and so do they. The file takes another
            // name as well: see `formerly_taken_out_of_a_file…`.
            9 => {
                self.rename(number);
                self.born = if self.born == self.first { self.slug.clone() } else { self.first.clone() };
            }
            6 => self.is_there = !self.is_there,
            10 => self.is_later = !self.is_later,
            11 => self.one_off = if self.one_off.is_some() && dice.below(2) == 0 { None } else { Some(number) },
            _ => self.summary = number,
        }
    }
}
