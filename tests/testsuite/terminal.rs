//! What reaches a terminal: nothing that acts on it, and columns that stand where they should.

use std::fs;

use anstyle::Style;
use chatcal::terminal::{Cell, Table, cut, safe, width, wrap};
use proptest::prelude::*;

use crate::program::{Place, said};
use crate::properties::cases;

#[test]
fn control_characters_are_shown_and_do_nothing() {
    assert_eq!(safe("a\u{1b}[31mb\u{7}\u{9b}2J"), "a\u{fffd}[31mb\u{fffd}\u{fffd}2J");
    assert_eq!(safe("one\r\ntwo\u{2028}three\tfour"), "one  two three four");
    assert_eq!(safe("#uklibchat: Zoë’s books 📚"), "#uklibchat: Zoë’s books 📚");
}

#[test]
fn commands_to_runners_are_shown_and_do_nothing() {
    assert_eq!(safe("a ##[error]b"), "a ##\u{2060}[error]b");
    // Azure and TeamCity have a word before the bracket.
    assert_eq!(safe("##vso[task.complete]x ##teamcity[y"), "##vso\u{2060}[task.complete]x ##teamcity\u{2060}[y");
    assert_eq!(safe("## vso[a] #b[c] ###[d] ##"), "## vso[a] #b[c] ###\u{2060}[d] ##");
    assert_eq!(safe("::error::a ::warning::b std::fs"), ":\u{2060}:error::a :\u{2060}:warning::b std::fs");
}

#[test]
fn direction_marks_end_with_the_text() {
    assert_eq!(safe("שיחה"), "\u{2068}שיחה\u{2069}");
    assert_eq!(safe("a\u{202e}b"), "\u{2068}a\u{202e}b\u{202c}\u{2069}");
    assert_eq!(safe("a\u{2069}b\u{202c}"), "\u{2068}ab\u{2069}");
    assert_eq!(safe("\u{2067}\u{202b}x\u{2069}y"), "\u{2068}\u{2067}\u{202b}x\u{202c}\u{2069}y\u{2069}");
}

#[test]
fn columns_align_by_what_is_seen() {
    let mut table = Table::new(1);
    table.row(vec!["読書会".into(), "Monday".into(), "x".into()]);
    table.row(vec!["ab".into(), Cell::new("Tuesday and Thursday", Style::new()), "y".into()]);
    table.note("a note");
    let written = |limit| {
        let mut out = Vec::new();
        table.write(&mut out, limit).expect("memory takes it");
        String::from_utf8(out).expect("text")
    };
    let wide = "読書会  Monday                x
ab      Tuesday and Thursday  y
        a note
";
    assert_eq!(written(None), wide);
    // 24 columns, the last cell in the last of them.
    let narrow = "読書会  Monday         x
ab      Tuesday and    y
        Thursday
        a note
";
    assert_eq!(written(Some(24)), narrow);
}

#[test]
fn a_cut_went_through_the_middle_of_what_is_seen_as_one_character() {
    let family = "👩\u{200d}👩\u{200d}👧";
    assert_eq!(cut(&format!("{family}{family}abc"), 4), format!("{family}…"));
    assert_eq!(cut("🇬🇧🇮🇱x", 4), "🇬🇧…");
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn no_text_controls_the_terminal(text in any::<String>()) {
        let shown = safe(&text);
        let acts = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
        prop_assert!(!shown.chars().any(acts), "{}", shown.escape_debug());
        let (mut isolates, mut embeddings) = (0i32, 0i32);
        for letter in shown.chars() {
            match letter {
                '\u{2066}'..='\u{2068}' => isolates += 1,
                '\u{2069}' => isolates -= 1,
                '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => embeddings += 1,
                '\u{202c}' => embeddings -= 1,
                _ => {}
            }
            prop_assert!(isolates >= 0 && embeddings >= 0);
        }
        prop_assert_eq!((isolates, embeddings), (0, 0));
    }

    #[test]
    fn marks_of_direction_in_any_order_are_closed(text in "[a\u{5d0}\u{202a}-\u{202e}\u{2066}-\u{2069}]{0,12}") {
        let shown = safe(&text);
        let count = |wanted: &[char]| shown.chars().filter(|letter| wanted.contains(letter)).count();
        let opened = count(&['\u{202a}', '\u{202b}', '\u{202d}', '\u{202e}']);
        prop_assert_eq!(opened, count(&['\u{202c}']));
        prop_assert_eq!(count(&['\u{2066}', '\u{2067}', '\u{2068}']), count(&['\u{2069}']));
    }

    #[test]
    fn cut_and_wrapped_text_fits(text in "[a-z読 ]{0,40}", most in 2usize..20) {
        prop_assert!(width(&cut(&text, most)) <= most);
        for line in wrap(&text, most) {
            prop_assert!(width(&line) <= most, "{line:?}");
        }
    }
}

/// What a CI runner would obey: `::` at the beginning of a line, `##[` anywhere in one.
fn commands(said: &str) -> Vec<&str> {
    said.lines().filter(|line| line.trim_start().starts_with("::") || line.contains("##[")).collect()
}

#[test]
fn words_of_a_schedule_gave_commands_to_a_ci_runner() {
    let text = |topic: &str| {
        let series =
            "[[series]]\nevery = \"Tuesday\"\nstart = 2026-11-03\nconfidence = \"confirmed\"\nsource = \"##[x]\"\n";
        let change =
            |date: &str, key: &str| format!("[[change]]\ndate = {date}\n{key} = \"{topic}\"\nsource = \"::x::\"\n");
        let top = format!(
            "title = \"::error::{topic}\"\nhashtag = \"chat\"\nzone = \"UTC\"\ntime = \"10:00\"\nduration = \"1h\"\n"
        );
        top + series
            + &change("2026-11-24", "topic")
            + &change("2026-12-01", "topic")
            + &change("2026-12-08", "cancelled")
    };
    let place = Place::new([("chat", text("##[error]a ::warning file=b::c"))]);
    place.build("2026-11-20");
    place.schedule("chat", &text("##[group]d ::error::e"));
    fs::copy(place.path("out/chat.ics"), place.path("out/::error file=x::y.ics")).unwrap();
    let wrong = text("##[error]").replace("2026-12-01", "2026-12-02").replace("\"chat\"", "\"::error ##[debug]\"");
    let verbs: [&[&str]; 10] = [
        &["next", "--number", "9"],
        &["next", "--json"],
        &["dates", "chat"],
        &["dates", "chat", "--json"],
        &["list"],
        &["list", "--json"],
        &["diff"],
        &["diff", "--json"],
        &["diff", "--markdown"],
        &["build", "--check"],
    ];
    for verb in verbs {
        let at = [verb, &["--at", "2026-11-20"]].concat();
        let said = said(&place.command(&at).env("COLUMNS", "20").output().unwrap());
        assert!(said.len() > 40 && commands(&said).is_empty(), "{verb:?}: {:#?} in {said}", commands(&said));
    }
    place.schedule("chat", &wrong);
    for format in ["human", "short", "json", "github"] {
        let said = said(&place.run(&["check", "--format", format]));
        let found = commands(&said);
        let own =
            found.iter().filter(|line| format == "github" && !line.contains("##[") && line.matches("::").count() == 2);
        assert_eq!((own.count(), found.len()), if format == "github" { (2, 2) } else { (0, 0) }, "{format}: {said}");
    }
}
