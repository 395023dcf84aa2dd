//! What feeds say of meetings, as a plain reader sees it, and whether a subscriber can live with what comes next.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::Tree;
use crate::program::events;

/// A stamp: SEQUENCE, then DTSTAMP, whose letters are in the order of time.
pub type Stamp = (u32, String);

/// What a feed says of a UID, as a plain reader sees it: lines that are whole.
pub fn stamps(feed: &[u8], of_series: bool) -> Vec<(String, Option<u32>, Option<String>)> {
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

/// Whether it is a feed that is published, and not one that a killed build has left.
pub fn is_feed(path: &str) -> bool {
    path.strip_suffix(".ics").is_some() && !path.contains(".chatcal-new/")
}

/// Whether it is a time of this year as iCalendar writes it.
pub fn is_time(word: &str) -> bool {
    word.len() == 16
        && word.starts_with("2026")
        && word.bytes().all(|byte| byte.is_ascii_digit() || b"TZ".contains(&byte))
}

/// The highest SEQUENCE of each UID that anything in `out/` knows, and with which DTSTAMP.
pub fn known(out: &Tree) -> BTreeMap<String, Stamp> {
    let mut known: BTreeMap<String, Stamp> = BTreeMap::new();
    let mut add = |uid: &str, sequence: u32, revised: &str| {
        let stamp = known.entry(uid.to_owned()).or_default();
        *stamp = stamp.clone().max((sequence, revised.to_owned()));
    };
    for (path, content) in out.iter().filter(|(path, _)| is_feed(path)) {
        for (uid, sequence, revised) in stamps(content, false) {
            // Elsewhere than in the expanded form a meeting has no lines to compare with.
            if let (Some(sequence), false) = (sequence, path.starts_with("repeating/")) {
                add(&uid, sequence, &revised.unwrap_or_default());
            }
        }
    }
    let removed = out.get("removed.txt").map(|list| String::from_utf8_lossy(list).into_owned()).unwrap_or_default();
    for line in removed.lines() {
        if let [revised, sequence, uid] = line.split(' ').collect::<Vec<_>>()[..]
            && let (true, Ok(sequence @ ..1_000_000)) = (is_time(revised), sequence.parse())
        {
            add(uid, sequence, revised);
        }
    }
    known
}

/// What a subscriber has of a meeting: its stamp and its lines without it.
pub type Seen = BTreeMap<String, (Stamp, String)>;

/// Whether what is published is newer than what was there; gives how many meetings were revised.
pub fn judge(
    when: &str,
    feeds: Vec<(&String, &Vec<u8>)>,
    old: &Tree,
    knew: &BTreeMap<String, Stamp>,
    seen: &mut Seen,
) -> usize {
    let mut revised = 0;
    let mut uids = BTreeSet::new();
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
