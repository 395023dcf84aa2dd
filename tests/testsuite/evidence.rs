//! The shipped chats against what is known of them: each day that a schedule gives as a fact stands in the evidence about
//! that chat. The evidence is kept beside the repository, not in it; where it is not there nothing is compared.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use chatcal::diagnostic::FileId;
use chatcal::schedule::{Confidence, Evidence, LastKnown, Schedule, Slug, read_schedule};
use chrono::NaiveDate;

use crate::files;
use crate::reading::day;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The folder of Markdown files: `CHATCAL_EVIDENCE`, else where its keepers have it.
fn folder() -> PathBuf {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/chats");
    std::env::var_os("CHATCAL_EVIDENCE").map_or_else(beside, PathBuf::from)
}

/// A heading and what stands below it, in small letters, and the days that it names.
struct Section {
    text: String,
    days: BTreeSet<NaiveDate>,
}

fn sections(markdown: &str) -> Vec<Section> {
    let mut texts = vec![String::new()];
    for line in markdown.lines() {
        if line.starts_with('#') {
            texts.push(String::new());
        }
        texts.last_mut().unwrap().extend([line, "\n"]);
    }
    let section = |text: String| Section { days: text.lines().flat_map(days_in).collect(), text: text.to_lowercase() };
    texts.into_iter().map(section).collect()
}

/// The days that a line names: `2014-04-01`, `04-15` and `-29` after it, `4 June 2026`, `22, 29 Aug` after a year, `June 4, 2026`.
fn days_in(line: &str) -> Vec<NaiveDate> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let (mut year, mut month, mut found): (Option<i32>, Option<u32>, Vec<NaiveDate>) = (None, None, Vec::new());
    // Days before the name of their month, and a month that waits for its year.
    let (mut loose, mut waiting): (Vec<u32>, Vec<(u32, u32)>) = (Vec::new(), Vec::new());
    let mut add = |year: Option<i32>, month: u32, day: u32| {
        found.extend(year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day)));
    };
    for word in line.split(|letter| !is_word(letter)).filter(|word| !word.is_empty()) {
        let numbers: Vec<Option<u32>> = word.split('-').map(|part| part.parse().ok()).collect();
        let widths: Vec<usize> = word.split('-').map(str::len).collect();
        match (&numbers[..], &widths[..]) {
            ([Some(y), Some(m), Some(d)], [4, 2, 2]) => {
                (year, month) = (Some(*y as i32), Some(*m));
                add(year, *m, *d);
            }
            ([Some(y), Some(m)], [4, 2]) => (year, month) = (Some(*y as i32), Some(*m)),
            ([Some(m), Some(d)], [2, 2]) => {
                month = Some(*m);
                add(year, *m, *d);
            }
            ([None, Some(d)], [0, 2]) => month.into_iter().for_each(|month| add(year, month, *d)),
            ([Some(y)], [4]) if (1900..2100).contains(y) => {
                year = Some(*y as i32);
                waiting.drain(..).for_each(|(month, day)| add(year, month, day));
            }
            _ => {
                let number = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
                let name = word.to_lowercase();
                if let (Ok(number @ 1..=31), true) = (number.parse(), word.len() <= 4) {
                    match waiting.last() {
                        // `June 4`
                        Some((month, 0)) => {
                            let month = *month;
                            waiting = vec![(month, number)];
                            add(year, month, number);
                        }
                        _ => loose.push(number),
                    }
                } else if let Some(at) = MONTHS.iter().position(|month| name.starts_with(month)) {
                    let number = at as u32 + 1;
                    for day in &loose {
                        add(year, number, *day);
                    }
                    waiting = loose.iter().map(|day| (number, *day)).collect();
                    if waiting.is_empty() {
                        waiting.push((number, 0));
                    }
                    loose.clear();
                } else {
                    loose.clear();
                    waiting.clear();
                }
            }
        }
    }
    found
}

/// What a schedule calls its chat, and its sources: a section is about it that has one of them.
fn names(schedule: &Schedule) -> Vec<String> {
    let title = schedule.title.trim_start_matches('#').to_owned();
    let sources = schedule.series.iter().flat_map(|series| &series.sources);
    let sources = sources.chain(schedule.changes.iter().flat_map(|change| &change.sources));
    let sources = sources.chain(schedule.one_offs.iter().flat_map(|one_off| &one_off.sources));
    let links = sources.filter_map(|source| match source {
        Evidence::Link(link) => Some(link.as_str().trim_end_matches('/').to_owned()),
        Evidence::Words(_) => None,
    });
    let own = [Some(schedule.slug.to_string()), schedule.venue.hashtag.clone(), Some(title)];
    own.into_iter().flatten().chain(links).map(|name| name.to_lowercase()).collect()
}

/// The days that a schedule gives as facts: those that it infers say so in a note, and so does a series that begins with
/// the first day of its rule in a month of which no more is known.
fn facts(schedule: &Schedule) -> Vec<(NaiveDate, &'static str)> {
    let mut facts = Vec::new();
    for series in &schedule.series {
        let last = series.last_known.filter(|last| last.day() != series.run.start || series.note.is_none());
        let is_inferred = |last: &LastKnown| matches!(last, LastKnown::Announced(_)) && series.note.is_some();
        facts.extend(last.filter(|last| !is_inferred(last)).map(|last| (last.day(), last.key())));
    }
    let is_stated = |confidence: Option<Confidence>, note: Option<&String>| {
        matches!(confidence, None | Some(Confidence::Confirmed)) || note.is_none()
    };
    for change in schedule.changes.iter().filter(|change| is_stated(change.confidence, change.note.as_ref())) {
        facts.push((change.date, "[[change]]"));
        facts.extend(change.moved_to.map(|day| (day, "moved-to")));
    }
    let one_offs = schedule.one_offs.iter();
    let stated = one_offs.filter(|one_off| is_stated(Some(one_off.confidence), one_off.note.as_ref()));
    facts.extend(stated.map(|one_off| (one_off.date, "[[one-off]]")));
    facts
}

/// Whether a text has a name that is no part of a longer word: libchat is in uklibchat.
fn has_word(text: &str, name: &str) -> bool {
    let is_part = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(name)
        .any(|(at, _)| !is_part(text[..at].chars().next_back()) && !is_part(text[at + name.len()..].chars().next()))
}

/// The facts that no section about the chat has.
fn unfounded(schedule: &Schedule, sections: &[Section]) -> Vec<String> {
    let names = names(schedule);
    let title = schedule.title.to_lowercase();
    let is_about = |section: &&Section| {
        let heading = section.text.lines().next().unwrap_or_default();
        names.iter().any(|name| has_word(&section.text, name)) || title.split(' ').all(|word| heading.contains(word))
    };
    let about: Vec<&Section> = sections.iter().filter(is_about).collect();
    let is_in = |section: &Section, day: NaiveDate, what: &str| {
        // Of what was seen last the month may be all that is known.
        let month = day.format("%b %Y").to_string().to_lowercase();
        section.days.contains(&day) || what == "seen" && section.text.contains(&month)
    };
    let facts = facts(schedule).into_iter();
    let without = facts.filter(|(day, what)| !about.iter().any(|section| is_in(section, *day, what)));
    without.map(|(day, what)| format!("{}: {what} of {day}", schedule.slug)).collect()
}

fn read(stem: &str, text: &str) -> Schedule {
    let mut found = Vec::new();
    read_schedule(FileId(0), &Slug::new(stem).unwrap(), text, &mut found)
        .unwrap_or_else(|| panic!("{stem}: {found:#?}"))
}

#[test]
fn each_day_of_the_shipped_chats_is_in_the_evidence() {
    let folder = folder();
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: no evidence in {} (CHATCAL_EVIDENCE names its folder)", folder.display());
        return;
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let markdown = paths.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let sections: Vec<Section> = markdown.flat_map(|path| sections(&fs::read_to_string(path).unwrap())).collect();
    assert!(sections.len() > 50, "{} sections", sections.len());
    let (mut wrong, mut number) = (Vec::new(), 0);
    for path in files::schedules("schedules") {
        let schedule = read(files::stem(&path), &files::text(&path));
        number += facts(&schedule).len();
        wrong.extend(unfounded(&schedule, &sections));
    }
    println!("{number} days compared");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(number > 250, "{number}");
}

#[test]
fn days_are_found_as_people_write_them() {
    let days = |line: &str| {
        let found: BTreeSet<NaiveDate> = days_in(line).into_iter().collect();
        found.into_iter().map(|day| day.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        days("| 2024-03-26 Tue, 05-23 Thu, 2026-03-11, -18 | 15:00 |"),
        ["2024-03-26", "2024-05-23", "2026-03-11", "2026-03-18"]
    );
    assert_eq!(days("an announcement for 18 Nov 2026; June 4, 2026"), ["2026-06-04", "2026-11-18"]);
    assert_eq!(days("2013: 22, 29 Aug, 5, 12 Sep"), ["2013-08-22", "2013-08-29", "2013-09-05", "2013-09-12"]);
    assert_eq!(days("2012-02 at 18:30, 20 people"), [""; 0]);
}

#[test]
fn a_day_that_the_evidence_has_of_another_chat_or_not_at_all_is_found() {
    let evidence = sections("# one\n#books: 2014-04-01, 05-06\n# two\n#films: 2014-06-03\n");
    let schedule = |change: &str, seen: &str| {
        let text = format!(
            "title = \"#books\"\nzone = \"UTC\"\ntime = \"18:30\"\nduration = \"1h\"\n\n[[series]]\nevery = \"first Tuesday of \
             the month\"\nstart = 2014-04-01\nseen = {seen}\nconfidence = \"confirmed\"\nsource = \"x\"\n\n[[change]]\ndate = \
             {change}\ntopic = \"y\"\nsource = \"x\"\n"
        );
        read("books", &text)
    };
    assert_eq!(unfounded(&schedule("2014-05-06", "2014-05-06"), &evidence), [""; 0]);
    assert_eq!(unfounded(&schedule("2014-06-03", "2014-05-06"), &evidence), ["books: [[change]] of 2014-06-03"]);
    assert_eq!(unfounded(&schedule("2014-05-06", "2014-05-07"), &evidence), ["books: seen of 2014-05-07"]);
    assert_eq!(facts(&schedule("2014-05-06", "2014-05-06"))[0], (day("2014-05-06"), "seen"));
    let longer = sections("# one\n#ukbooks: 2014-05-06\n");
    assert_eq!(unfounded(&schedule("2014-05-06", "2014-04-01"), &longer).len(), 2);
}
