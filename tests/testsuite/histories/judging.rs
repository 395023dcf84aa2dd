//! What feeds say of meetings and series, as a plain reader sees it, and whether a subscriber can live with what comes next.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::Tree;

/// A stamp: SEQUENCE, then DTSTAMP, whose letters are in the order of time.
pub type Stamp = (u32, String);

/// What a feed says of a VEVENT, as a plain reader sees it: lines that are whole.
#[derive(Default)]
pub struct Event {
    /// Its UID, with its RECURRENCE-ID where it stands for one meeting of a series.
    pub key: String,
    pub sequence: Option<u32>,
    pub revised: Option<String>,
    /// All but the stamp.
    lines: String,
}

pub fn events(feed: &[u8]) -> Vec<Event> {
    let text = String::from_utf8_lossy(feed).replace("\r\n", "\n").replace("\n ", "");
    let mut found: Vec<Event> = Vec::new();
    for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
        if line.starts_with("BEGIN:VEVENT") {
            found.push(Event::default());
        }
        let Some(last) = found.last_mut() else { continue };
        if let Some(sequence) = line.strip_prefix("SEQUENCE:") {
            last.sequence = sequence.parse().ok().filter(|sequence| *sequence < 1_000_000);
        } else if let Some(revised) = line.strip_prefix("DTSTAMP:") {
            last.revised = Some(revised.to_owned()).filter(|revised| is_time(revised));
        } else if !line.starts_with("LAST-MODIFIED:") && !line.starts_with("END:VCALENDAR") {
            last.lines = format!("{}{line}\n", last.lines);
        }
        if let Some(uid) = line.strip_prefix("UID:") {
            uid.clone_into(&mut last.key);
        } else if line.starts_with("RECURRENCE-ID") && !last.key.is_empty() {
            last.key = format!("{} {line}", last.key);
        }
    }
    found.retain(|event| !event.key.is_empty());
    found
}

/// Whether it is a feed that is published, and not one that a killed build has left.
pub fn is_feed(path: &str) -> bool {
    path.strip_suffix(".ics").is_some() && !path.contains(".chatcal-new/")
}

/// Whether it is a time of these years as iCalendar writes it.
fn is_time(word: &str) -> bool {
    word.len() == 16
        && ["2026", "2027", "2028"].iter().any(|year| word.starts_with(year))
        && word.bytes().all(|byte| byte.is_ascii_digit() || b"TZ".contains(&byte))
}

/// Whether a list of what is removed is whole, whatever is in it.
pub fn is_list(list: &[u8]) -> bool {
    let text = String::from_utf8_lossy(list);
    let is_entry = |line: &str| line.split_once(' ').is_some_and(|(_, rest)| rest.contains("@chats.example.org"));
    text.ends_with('\n') && text.lines().all(|line| line.starts_with("# ") || is_entry(line))
}

/// The highest SEQUENCE of each meeting, series and exception that anything in `out/` knows, and with which DTSTAMP.
pub fn known(out: &Tree) -> BTreeMap<String, Stamp> {
    let mut known: BTreeMap<String, Stamp> = BTreeMap::new();
    let mut add = |key: &str, sequence: u32, revised: &str| {
        let stamp = known.entry(key.to_owned()).or_default();
        *stamp = stamp.clone().max((sequence, revised.to_owned()));
    };
    for (_, content) in out.iter().filter(|(path, _)| is_feed(path)) {
        for Event { key, sequence, revised, .. } in events(content) {
            if let Some(sequence) = sequence {
                add(&key, sequence, &revised.unwrap_or_default());
            }
        }
    }
    let removed = out.get("removed.txt").map(|list| String::from_utf8_lossy(list).into_owned()).unwrap_or_default();
    for line in removed.lines() {
        if let [revised, sequence, key] = line.splitn(3, ' ').collect::<Vec<_>>()[..]
            && let (true, Ok(sequence @ ..1_000_000)) = (is_time(revised), sequence.parse())
        {
            add(key, sequence, revised);
        }
    }
    known
}

/// What is known of a VEVENT; an exception is never older than its meeting in the expanded form, nor a series than the
/// first of its own.
pub fn stamp_in(known: &BTreeMap<String, Stamp>, key: &str) -> Stamp {
    known.get(key).max(meeting_in(known, key)).cloned().unwrap_or_default()
}

/// The stamp of the meeting in the expanded form that an exception stands for, or that is the first of a series.
fn meeting_in<'k>(known: &'k BTreeMap<String, Stamp>, key: &str) -> Option<&'k Stamp> {
    let (uid, of_which) = key.split_once(' ').unwrap_or((key, ""));
    let ((words, id), mut day) = (uid.split_once('@')?, uid.split_once('.')?.0.to_owned());
    let chat = words.split_once('.')?.1.split_once(".series")?.0;
    if let Some((_, of_which)) = of_which.rsplit_once(':') {
        day = format!("{}-{}-{}", &of_which[..4], &of_which[4..6], &of_which[6..8]);
    }
    known.get(&format!("{day}.{chat}@{id}"))
}

/// Whether a VEVENT that had this stamp can only have a newer one should it come with other lines. An exception has those
/// of its meeting; the lines of a series may change though those of its meetings do not.
pub fn holds(known: &BTreeMap<String, Stamp>, key: &str, stamp: &Stamp) -> bool {
    let is_exception = key.contains(' ');
    known.get(key).is_some_and(|own| own >= stamp)
        || meeting_in(known, key).is_some_and(|meeting| if is_exception { meeting >= stamp } else { meeting > stamp })
}

/// What a subscriber has of a VEVENT: its stamp and its lines without it. Who has imported the repeating form has others.
pub type Seen = BTreeMap<(bool, String), (Stamp, String)>;

/// Whether what is published is newer than what was there; gives how much was revised.
pub fn judge(when: &str, feeds: Vec<(&String, &Vec<u8>)>, knew: &BTreeMap<String, Stamp>, seen: &mut Seen) -> usize {
    let mut revised = 0;
    let mut places = BTreeMap::new();
    for (path, content) in feeds.into_iter().filter(|(path, _)| !path.starts_with("tag/")) {
        let is_repeating = path.starts_with("repeating/");
        let mut keys = BTreeSet::new();
        for event in events(content) {
            let place = (is_repeating, event.key.clone());
            let Event { key, sequence: Some(sequence), revised: Some(stamp), lines } = event else {
                panic!("{when}: {path} has {} without a stamp", event.key);
            };
            assert!(keys.insert(key.clone()), "{when}: {key} stands twice in {path}");
            let stamp = (sequence, stamp);
            if path == "all.ics" {
                assert_eq!(seen.get(&place), Some(&(stamp, lines)), "{when}: {key}");
                continue;
            }
            // At the address of an older slug it stands again, and as it is.
            if let Some(there) = places.insert(place.clone(), (stamp.clone(), lines.clone())) {
                assert_eq!(there, (stamp, lines), "{when}: {key} stands twice");
                continue;
            }
            let least = stamp_in(knew, &key).0;
            assert!(stamp.0 >= least, "{when}: SEQUENCE of {key} fell from {least} to {} in {path}", stamp.0);
            if let Some((before, had)) = seen.get(&place)
                && holds(knew, &key, before)
            {
                let is_newer = stamp > *before || (stamp == *before && lines == *had);
                assert!(is_newer, "{when}: {key} in {path} had {before:?} and has {stamp:?}");
            }
            revised += usize::from(seen.get(&place).is_some_and(|(before, _)| *before != stamp));
            seen.insert(place, (stamp, lines));
        }
    }
    revised
}
