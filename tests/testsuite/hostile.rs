//! Text that nobody means well with: it may be anything, and is answered in time, with places that are in it.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use chatcal::diagnostic::{Diagnostic, FileId, Format, Screen, Source, render};
use chatcal::schedule::{Schedule, read_collection, read_text};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::files;
use crate::properties::cases;
use crate::reading::{TOP, day, errors, read};

const FILE: FileId = FileId(0);

/// Every span lies in the text, every format can be written, and nothing in it steers a terminal.
fn check(text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        if let Some(span) = &diagnostic.span {
            assert!(text.get(span.clone()).is_some(), "{diagnostic:?} in {text:?}");
        }
    }
    let source = |_| Source { path: "schedules/chat.toml".into(), text: text.into() };
    let screen = Screen { color: false, width: 80 };
    for format in [Format::Human, Format::Short, Format::Github, Format::Json] {
        let said = render(diagnostics, format, screen, source);
        assert!(!said.chars().any(|character| character.is_control() && character != '\n'), "{said:?}");
        assert!(!said.contains(['\u{202e}', '\u{2066}', '\u{2028}']), "{said:?}");
        match format {
            Format::Human => {}
            Format::Short => assert_eq!(said.lines().count(), diagnostics.len(), "{said}"),
            Format::Github => {
                assert_eq!(said.lines().count(), diagnostics.len(), "{said}");
                assert!(
                    said.lines().all(|line| line.starts_with("::error file=") || line.starts_with("::warning file="))
                );
            }
            Format::Json => {
                let objects: Vec<serde_json::Value> = serde_json::from_str(&said).unwrap();
                assert_eq!(objects.len(), diagnostics.len());
            }
        }
    }
}

fn check_all(text: &str) {
    let (schedule, diagnostics) = read("chat", text);
    assert_eq!(schedule.is_none(), !errors(&diagnostics).is_empty(), "{text:?}");
    check(text, &diagnostics);
    let mut diagnostics = Vec::new();
    read_collection(FILE, text, &mut diagnostics);
    check(text, &diagnostics);
}

/// The real schedules.
fn real() -> Vec<String> {
    files::toml("schedules").iter().map(files::text).collect()
}

/// Pieces that mean something in a schedule.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "]]",
    "=",
    ",",
    ".",
    "#",
    "\n",
    "\r\n",
    "\\",
    "\\u0000",
    "{",
    "}",
    "\u{feff}",
    "\u{202e}",
    "\u{1b}[31m",
    "é",
    "👩‍👩‍👧‍👦",
    "0000-01-01",
    "9999-12-31",
    "2013-02-29",
    "23:59:60",
    "-1",
    "1e400",
    "inf",
    "true",
    "[[series]]\n",
    "[series]\n",
    "[[change]]\n",
    "[[break]]\n",
    "[[one-off]]\n",
    "[[allow]]\n",
    "series = 1\n",
    "seen = 2020-02-29\n",
    "until = 9999-12-31\n",
    "start = 0001-01-01\n",
    "name = \"x\"\n",
    "series = \"x\"\n",
    "zone = \"Pacific/Apia\"\n",
    "time = \"02:30\"\n",
    "date = 2011-12-30\n",
    "through = 9999-12-31\n",
    "every = \"day\"\n",
    "every = \"fifth Monday of February\"\n",
    "rule = \"FREQ=DAILY;COUNT=1000000\"\n",
    "rule = \"FREQ=YEARLY;INTERVAL=9998;BYMONTHDAY=29;BYMONTH=2\"\n",
    "rule = \"FREQ=WEEKLY;UNTIL=20200101T000000Z\"\n",
    "moved-to = 0001-01-01\n",
    "duration = \"24h\"\n",
    "formerly = \"chat\"\n",
];

#[derive(Clone, Debug)]
enum Edit {
    Cut(Index, Index),
    Insert(Index, &'static str),
    Copy(Index, Index, Index),
    Line(Index, &'static str),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let piece = || proptest::sample::select(PIECES);
    let edit = prop_oneof![
        any::<(Index, Index)>().prop_map(|(from, to)| Edit::Cut(from, to)),
        (any::<Index>(), piece()).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        any::<(Index, Index, Index)>().prop_map(|(from, to, at)| Edit::Copy(from, to, at)),
        (any::<Index>(), piece()).prop_map(|(line, piece)| Edit::Line(line, piece)),
    ];
    proptest::collection::vec(edit, 1..6)
}

/// A place between two characters.
fn place(text: &str, at: Index) -> usize {
    let at = at.index(text.len() + 1);
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap()
}

fn span(text: &str, one: Index, other: Index) -> std::ops::Range<usize> {
    let (one, other) = (place(text, one), place(text, other));
    // Mostly short, or nothing would be left.
    let (from, to) = (one.min(other), one.max(other));
    let to = if to - from > 40 { (from..=from + 40).rev().find(|at| text.is_char_boundary(*at)).unwrap() } else { to };
    from..to
}

fn apply(text: &mut String, edit: &Edit) {
    match edit {
        Edit::Cut(one, other) => text.replace_range(span(text, *one, *other), ""),
        Edit::Insert(at, piece) => text.insert_str(place(text, *at), piece),
        Edit::Copy(one, other, at) => {
            let piece = text[span(text, *one, *other)].to_owned();
            text.insert_str(place(text, *at), &piece);
        }
        Edit::Line(line, piece) => {
            let begins: Vec<_> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
            if !begins.is_empty() {
                text.insert_str(begins[line.index(begins.len())], piece);
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn real_schedules_with_slips_are_answered(which: Index, edits in edits()) {
        let real = real();
        let mut text = real[which.index(real.len())].clone();
        for edit in &edits {
            apply(&mut text, edit);
        }
        check_all(&text);
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}|(?s).{0,200}") {
        check_all(&text);
    }

    #[test]
    fn any_sequence_of_pieces_is_answered(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        check_all(&format!("{TOP}{}", pieces.concat()));
    }

    #[test]
    fn any_bytes_are_text_or_a_mistake(bytes: Vec<u8>) {
        match read_text(FILE, &bytes) {
            Ok(text) => check_all(text),
            Err(diagnostic) => check(&String::from_utf8_lossy(&bytes), &[diagnostic]),
        }
    }
}

/// Reads a text, which has to take less than `seconds`.
fn in_time(seconds: u64, text: &str) -> (Option<Schedule>, Vec<Diagnostic>) {
    let begin = Instant::now();
    let (schedule, diagnostics) = read("chat", text);
    check(text, &diagnostics);
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(seconds * 30), "{took:?} for {} bytes", text.len());
    (schedule, diagnostics)
}

fn series(out: &mut String, name: &str, rule: &str, start: &str) {
    let named = if name.is_empty() { String::new() } else { format!("name = \"{name}\"\n") };
    writeln!(
        out,
        "[[series]]\n{named}rule = \"{rule}\"\nstart = {start}\nconfidence = \"assumed\"\nsource = \"words\"\n"
    )
    .unwrap();
}

#[test]
fn a_hundred_thousand_changes_take_seconds() {
    let mut text = TOP.to_owned();
    series(&mut text, "", "FREQ=DAILY", "1800-01-01");
    let first = day("1800-01-01");
    for date in first.iter_days().take(100_000) {
        writeln!(text, "[[change]]\ndate = {date}\ntopic = \"x\"\n").unwrap();
    }
    let (schedule, diagnostics) = in_time(10, &text);
    assert!(diagnostics.is_empty(), "{:?}", diagnostics.first());
    assert_eq!(schedule.unwrap().changes.len(), 100_000);
    // The same, none of them on a date of the series.
    let (_, diagnostics) = in_time(10, &text.replace("FREQ=DAILY", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1"));
    assert_eq!(diagnostics.len(), 101);
    assert_eq!(diagnostics[100].message, "99626 more mistakes in this file");
}

#[test]
fn a_thousand_series_take_seconds() {
    let (mut apart, mut same, mut named, mut counted) =
        (TOP.to_owned(), TOP.to_owned(), TOP.to_owned(), TOP.to_owned());
    let first = day("2000-01-01");
    for (index, date) in first.iter_days().take(1000).enumerate() {
        series(&mut apart, "", "FREQ=DAILY;INTERVAL=1000", &date.to_string());
        series(&mut same, "", "FREQ=DAILY", &date.to_string());
        series(&mut named, &format!("s{index}"), "FREQ=DAILY", &date.to_string());
        series(&mut counted, &format!("s{index}"), "FREQ=DAILY;COUNT=30000", &date.to_string());
    }
    assert!(in_time(10, &apart).0.is_some());
    let (_, diagnostics) = in_time(10, &same);
    assert_eq!((diagnostics.len(), diagnostics[100].message.as_str()), (101, "899 more mistakes in this file"));
    assert!(in_time(10, &named).0.is_some());
    counted.push_str("[[break]]\nfrom = 2050-01-01\nthrough = 2050-01-31\n");
    assert!(in_time(10, &counted).0.is_some());
    for day in 1..=31 {
        writeln!(named, "[[change]]\ndate = 2030-01-{day:02}\nseries = \"s{day}\"\ntopic = \"x\"\n").unwrap();
    }
    assert!(in_time(10, &named).0.is_some());
}

#[test]
fn rules_that_go_on_forever_take_seconds() {
    for rule in [
        "FREQ=DAILY;COUNT=4294967295",
        "FREQ=YEARLY;INTERVAL=4294967295",
        "FREQ=DAILY;INTERVAL=4294967295",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=1",
        "FREQ=YEARLY;BYYEARDAY=366;BYDAY=SU",
    ] {
        for start in ["0001-01-01", "2013-04-01", "9999-12-31"] {
            let mut text = TOP.to_owned();
            series(&mut text, "a", rule, start);
            series(&mut text, "b", rule, start);
            series(&mut text, "b", "FREQ=DAILY", start);
            writeln!(text, "[[change]]\ndate = 9999-12-31\nmoved-to = 9999-12-31\ntopic = \"x\"\n").unwrap();
            writeln!(text, "[[break]]\nfrom = 0001-01-01\nthrough = 9999-12-31\n").unwrap();
            in_time(5, &text);
        }
    }
}

#[test]
fn the_first_and_the_last_year_are_years_like_any_other() {
    for (start, end) in [("0001-01-01", "0001-12-31"), ("9999-01-01", "9999-12-31")] {
        for key in ["until", "seen"] {
            let mut text = format!("{TOP}successor = \"other\"\n");
            series(&mut text, "", "FREQ=DAILY", start);
            let text = text.trim_end().to_owned() + &format!("\n{key} = {end}\n");
            let (schedule, diagnostics) = in_time(5, &text);
            assert!(schedule.is_some(), "{diagnostics:?}");
        }
    }
}

#[test]
fn deep_and_large_files_take_seconds() {
    let many = |piece: &str| piece.repeat((1 << 20) / piece.len());
    for text in [
        many("["),
        format!("a = {}", many("[")),
        format!("a = {}", many("{a=")),
        format!("{}a = 1", many("a.")),
        format!("[{}a]", many("a.")),
        many("[[series]]\n"),
        many("[[one-off]]\n"),
        many("a\n"),
        many("a = \n"),
        many("=\n"),
        many("x = \"\\q\"\n"),
        many("\""),
        many("\u{0}"),
        format!("tags = [{}]", many("\"A\",")),
        format!("hosts = [{}]", many("[],")),
        format!("title = \"{}\"", many("x")),
        format!("description = \"{}\"", many("\\u202e")),
        format!("series = [{}]", many("{start=1},")),
        format!("zone = \"{}\"", many("Europe/")),
        format!("{TOP}[[series]]\nevery = \"{}\"", many("Monday ")),
        format!("{TOP}[[series]]\nrule = \"{}\"", many("BYDAY=MO;")),
    ] {
        let (schedule, diagnostics) = in_time(10, &text);
        assert!(schedule.is_none() && !diagnostics.is_empty());
        assert!(diagnostics.len() <= 1001);
    }
}

#[test]
fn a_file_of_ten_megabytes_is_not_read() {
    let error = read_text(FILE, &vec![b'#'; 10 << 20]).unwrap_err();
    assert_eq!(error.code, "too-large");
    assert_eq!(error.message, "the file cannot be read: it has 10 MiB; at most 1 MiB is allowed");
}
