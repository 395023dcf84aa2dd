//! Random histories of a collection: edits, renames, losses and merges, one build after each. No SEQUENCE falls that any
//! old feed knows, no UID stands twice, and every revision is newer than what a subscriber had.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use chatcal::load::Folder;
use chatcal::out::{Access, Mode, Out};
use chatcal::publish::publish;
use chatcal::zone::Instant;

use crate::faults::times;
use crate::files::{Tree, tree};
use crate::program::{Place, events};

/// The first build; the others follow day by day.
const FIRST: i64 = 1_772_360_430;
const DAY: i64 = 86_400;

/// Numbers that look random, always the same for a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, number: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % number as u64) as usize
    }

    fn one_of<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        if things.is_empty() { None } else { things.get(self.below(things.len())) }
    }
}

/// What a curator writes of a chat that meets on the first Tuesday of each month of 2025 and 2026.
#[derive(Clone)]
struct Chat {
    /// The slug at first.
    born: String,
    slug: String,
    summary: usize,
    topics: BTreeMap<usize, usize>,
    cancelled: BTreeSet<usize>,
    pause: Option<usize>,
    is_there: bool,
}

/// The first Tuesdays of 2026.
const DATES: [&str; 12] = [
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
];

impl Chat {
    fn text(&self) -> String {
        let mut text =
            format!("title = \"#{}\"\nsummary = \"About {}\"\ntags = [\"books\"]\n", self.born, self.summary);
        if self.slug != self.born {
            writeln!(text, "formerly = \"{}\"", self.born).unwrap();
        }
        text += "zone = \"Europe/London\"\ntime = \"18:30\"\nduration = \"1h\"\n\n[[series]]\n\
                 every = \"first Tuesday of the month\"\nstart = 2025-01-07\nconfidence = \"confirmed\"\nsource = \"w\"\n";
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
        text
    }

    /// What a curator does.
    fn edit(&mut self, dice: &mut Dice, number: usize) {
        let month = dice.below(DATES.len());
        match dice.below(8) {
            0..=2 => _ = self.topics.insert(month, number),
            3 => {
                if !self.cancelled.remove(&month) {
                    self.cancelled.insert(month);
                }
            }
            4 => self.pause = if self.pause.is_some() { None } else { Some(month) },
            5 => self.slug = format!("{}-{number}", self.born),
            6 => self.is_there = !self.is_there,
            _ => self.summary = number,
        }
    }
}

/// A stamp: SEQUENCE, then DTSTAMP, whose letters are in the order of time.
type Stamp = (u32, String);

/// What a feed says of a UID, as a plain reader sees it: lines that are whole.
fn stamps(feed: &[u8], of_series: bool) -> Vec<(String, Option<u32>, Option<String>)> {
    let text = String::from_utf8_lossy(feed).replace("\r\n", "\n").replace("\n ", "");
    let mut found: Vec<(String, Option<u32>, Option<String>)> = Vec::new();
    for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
        if line.starts_with("BEGIN:VEVENT") {
            found.push((String::new(), None, None));
        } else if let (Some(uid), Some(last)) = (line.strip_prefix("UID:"), found.last_mut()) {
            uid.clone_into(&mut last.0);
        } else if let (Some(sequence), Some(last)) = (line.strip_prefix("SEQUENCE:"), found.last_mut()) {
            last.1 = sequence.parse().ok().filter(|sequence| *sequence < 1_000_000);
        } else if let (Some(revised), Some(last)) = (line.strip_prefix("DTSTAMP:"), found.last_mut()) {
            last.2 = Some(revised.to_owned()).filter(|revised| revised.starts_with("2026"));
        } else if let (true, Some(last)) = (line.starts_with("RECURRENCE-ID"), found.last_mut()) {
            // It has the UID of its series.
            last.0.clear();
        }
    }
    found.retain(|(uid, ..)| !uid.is_empty() && uid.contains(".series") == of_series);
    found
}

/// The highest SEQUENCE of each UID that anything in `out/` knows, and with which DTSTAMP.
fn known(out: &Tree) -> BTreeMap<String, Stamp> {
    let mut known: BTreeMap<String, Stamp> = BTreeMap::new();
    let mut add = |uid: &str, sequence: u32, revised: &str| {
        let stamp = known.entry(uid.to_owned()).or_default();
        *stamp = stamp.clone().max((sequence, revised.to_owned()));
    };
    for (path, content) in out.iter().filter(|(path, _)| path.strip_suffix(".ics").is_some()) {
        for (uid, sequence, revised) in stamps(content, false) {
            // Elsewhere than in the expanded form a meeting has no lines to compare with.
            if let (Some(sequence), false) = (sequence, path.starts_with("repeating/")) {
                add(&uid, sequence, &revised.unwrap_or_default());
            }
        }
    }
    let removed = out.get("removed.txt").map(|list| String::from_utf8_lossy(list).into_owned()).unwrap_or_default();
    for line in removed.lines().filter(|line| !line.starts_with('#')) {
        if let [revised, sequence, uid] = line.split(' ').collect::<Vec<_>>()[..] {
            add(uid, sequence.parse().unwrap(), revised);
        }
    }
    known
}

/// What a subscriber has of a meeting: its stamp and its lines without it.
type Seen = BTreeMap<String, (Stamp, String)>;

/// Something goes wrong with a file.
fn lose(dice: &mut Dice, out: &mut Tree, before: &[Tree]) {
    let paths: Vec<String> = out.keys().filter(|path| path.strip_suffix(".ics").is_some()).cloned().collect();
    let Some(path) = dice.one_of(&paths).cloned() else { return };
    let older = dice.one_of(before).and_then(|tree| tree.get(&path)).cloned();
    let content = out[&path].clone();
    let text = String::from_utf8_lossy(&content).into_owned();
    let lost = match dice.below(9) {
        0 => None,
        1 => Some(content[..dice.below(content.len() + 1)].to_vec()),
        2 => Some(text.replace("\r\n", "\n").into_bytes()),
        3 => Some(text.replacen("SEQUENCE:", "SEQUENCE:99999999", 1 + dice.below(5)).into_bytes()),
        4 => Some(text.replacen("DTSTAMP:2026", "DTSTAMP:9999", 1 + dice.below(5)).into_bytes()),
        5 => older.or(Some(content)),
        6 => {
            let older = String::from_utf8_lossy(&older.unwrap_or_default()).into_owned();
            Some(format!("<<<<<<< ours\n{text}=======\n{older}>>>>>>> theirs\n").into_bytes())
        }
        7 => {
            let mut blank = content;
            let from = dice.below(blank.len() + 1);
            let to = (from + 512).min(blank.len());
            blank[from..to].fill(0);
            Some(blank)
        }
        _ => {
            // A merge that takes one side of each file.
            let older = dice.one_of(before).cloned().unwrap_or_default();
            for path in paths.iter().filter(|path| older.contains_key(*path)) {
                if dice.below(2) == 0 {
                    out.insert(path.clone(), older[path].clone());
                }
            }
            if let (Some(list), 0) = (older.get("manifest.sha256"), dice.below(2)) {
                out.insert("manifest.sha256".to_owned(), list.clone());
            }
            return;
        }
    };
    match lost {
        Some(lost) => _ = out.insert(path, lost),
        None => _ = out.remove(&path),
    }
}

/// `CHATCAL_HISTORIES` says how many.
#[test]
fn no_history_takes_a_meeting_back() {
    let number = times("CHATCAL_HISTORIES", 12);
    let (mut builds, mut revisions) = (0, 0);
    for seed in 0..number {
        let mut dice = Dice(seed);
        let place = Place::new([]);
        let chat = |born: &str| Chat {
            born: born.to_owned(),
            slug: born.to_owned(),
            summary: 0,
            topics: BTreeMap::new(),
            cancelled: BTreeSet::new(),
            pause: None,
            is_there: true,
        };
        let mut chats = ["aa", "bb", "cc"].map(chat);
        let mut seen = Seen::new();
        let mut before: Vec<Tree> = Vec::new();
        for step in 0..10 {
            if step > 0 {
                for _ in 0..=dice.below(2) {
                    let which = dice.below(chats.len());
                    chats[which].edit(&mut dice, 100 * step + which);
                }
            }
            // A collection without a chat is a mistake.
            chats[0].is_there |= chats.iter().all(|chat| !chat.is_there);
            fs::remove_dir_all(place.path("schedules")).unwrap();
            fs::create_dir(place.path("schedules")).unwrap();
            fs::write(place.path("schedules/collection.toml"), crate::program::COLLECTION).unwrap();
            for chat in chats.iter().filter(|chat| chat.is_there) {
                place.schedule(&chat.slug, &chat.text());
            }
            let mut old = place.tree();
            if dice.below(2) == 0 {
                lose(&mut dice, &mut old, &before);
                if place.path("out").exists() {
                    fs::remove_dir_all(place.path("out")).unwrap();
                }
                for (path, content) in &old {
                    let full = place.path("out").join(path);
                    fs::create_dir_all(full.parent().unwrap()).unwrap();
                    fs::write(full, content).unwrap();
                }
            }
            let at = Instant::from_unix_seconds(FIRST + DAY * step as i64);
            // One side of a merge may be the list that does not name the other's files.
            let access = Access { sync: false, replace: true, ..Access::new(Mode::Write) };
            let out = Out::open(&place.path("out"), access, &mut |_| {}).unwrap();
            publish(&mut Folder::open(&place.path("schedules")), out, at, |_| {}).unwrap().expect("no mistake");
            builds += 1;
            let new = tree(&place.path("out"));
            revisions += judge(&format!("history {seed}, step {step}"), &old, &new, &mut seen);
            before.push(new);
        }
    }
    println!("{number} histories, {builds} builds, {revisions} revisions: 0 fall, 0 stand twice, each is newer");
}

/// Whether what was published is newer than what was there; gives how many meetings were revised.
fn judge(when: &str, old: &Tree, new: &Tree, seen: &mut Seen) -> usize {
    let knew = known(old);
    let mut revised = 0;
    let mut uids = BTreeSet::new();
    // What is not listed was left by a merge: it is reported, and nobody publishes it.
    let list = String::from_utf8_lossy(&new["manifest.sha256"]).into_owned();
    let listed: BTreeSet<&str> = list.lines().map(|line| &line[66..]).collect();
    let mut feeds: Vec<(&String, &Vec<u8>)> =
        new.iter().filter(|(path, _)| path.strip_suffix(".ics").is_some() && listed.contains(path.as_str())).collect();
    // It is compared with the chats' own ones.
    feeds.sort_by_key(|(path, _)| *path == "all.ics");
    for (path, content) in feeds {
        if let (true, Some(old)) = (path.starts_with("repeating/"), old.get(path)) {
            let old: BTreeMap<_, _> = stamps(old, true).into_iter().map(|(uid, sequence, _)| (uid, sequence)).collect();
            for (uid, sequence, _) in stamps(content, true) {
                assert!(sequence >= old.get(&uid).copied().flatten(), "{when}: {uid}");
            }
        }
        if path.contains('/') {
            continue;
        }
        // Reading it finds a UID that stands twice in it.
        for (uid, event) in events(std::str::from_utf8(content).unwrap()).into_iter().filter(|(uid, _)| !uid.is_empty())
        {
            let [(_, Some(sequence), Some(stamp))] = &stamps(format!("BEGIN:VEVENT\n{event}").as_bytes(), false)[..]
            else {
                panic!("{when}: {event}");
            };
            let stamp = (*sequence, stamp.clone());
            let is_stamp =
                |line: &&str| ["DTSTAMP", "LAST-MODIFIED", "SEQUENCE"].iter().any(|name| line.starts_with(name));
            let lines: String = event.lines().filter(|line| !is_stamp(line)).collect();
            if path == "all.ics" {
                assert_eq!(seen.get(&uid), Some(&(stamp, lines)), "{when}: {uid}");
                continue;
            }
            assert!(uids.insert(uid.clone()), "{when}: {uid} stands twice");
            let knew = knew.get(&uid).cloned().unwrap_or_default();
            assert!(stamp.0 >= knew.0, "{when}: SEQUENCE of {uid} fell from {} to {}", knew.0, stamp.0);
            if let Some((before, had)) = seen.get(&uid)
                && *before <= knew
            {
                assert!(stamp > *before || (stamp == *before && lines == *had), "{when}: {uid} {before:?} {stamp:?}");
            }
            revised += usize::from(seen.get(&uid).is_some_and(|(before, _)| *before != stamp));
            seen.insert(uid, (stamp, lines));
        }
    }
    revised
}
