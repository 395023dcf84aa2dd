//! The one form of schedules: `layout/*.toml` beside what becomes of it, and the shipped schedules, which have it.

use chatcal::schedule::keys::{COLLECTION, SCHEDULE};
use chatcal::schedule::{layout, write};
use proptest::prelude::*;

use crate::properties::cases;

use crate::expectation::Expectations;
use crate::files::{text, toml};
use crate::reading::{TOP, folder, schedule};

#[test]
fn each_case_is_laid_out_as_expected_and_stays_so() {
    let mut expectations = Expectations::default();
    for path in toml("tests/layout") {
        let laid_out = layout(&text(&path), &SCHEDULE).unwrap();
        expectations.file(&path.with_extension("expected"), &laid_out);
        assert_eq!(layout(&laid_out, &SCHEDULE).as_ref(), Ok(&laid_out), "{} again", path.display());
    }
    expectations.finish();
}

#[test]
fn shipped_schedules_are_laid_out_and_name_their_schema() {
    for path in toml("schedules") {
        let text = text(&path);
        let collection = path.ends_with("collection.toml");
        let section = if collection { &COLLECTION } else { &SCHEDULE };
        assert_eq!(layout(&text, section).as_ref(), Ok(&text), "{}", path.display());
        assert!(collection || text.starts_with("#:schema ./schedule.schema.json\n"), "{}", path.display());
    }
}

#[test]
fn a_written_schedule_reads_back_as_itself_and_is_laid_out() {
    for shipped in folder("schedules").1 {
        let text = write::write(&shipped);
        assert_eq!(schedule(shipped.slug.as_str(), &text), shipped, "{text}");
        assert_eq!(layout(&text, &SCHEDULE).as_ref(), Ok(&text), "{}", shipped.slug);
    }
}

#[test]
fn the_count_or_until_of_a_rule_beside_seen_was_lost_when_it_was_written() {
    let chat = |rule: &str, next: &str| {
        let series = |lines: &str| {
            format!("[[series]]\n{lines}\nconfidence = \"confirmed\"\nsource = \"https://example.org/\"\n\n")
        };
        let first = series(&format!("rule = \"FREQ=MONTHLY;BYDAY=1TU{rule}\"\nstart = 2020-01-07\nseen = 2020-02-04"));
        schedule("chat", &format!("{TOP}{first}{}", if next.is_empty() { String::new() } else { series(next) }))
    };
    let next = "every = \"first Tuesday of the month\"\nstart = 2020-07-07";
    for (rule, next, written) in [
        (";COUNT=3", "", "rule = \"FREQ=MONTHLY;UNTIL=20200303;BYDAY=1TU\""),
        (";UNTIL=20200501", next, "rule = \"FREQ=MONTHLY;UNTIL=20200501;BYDAY=1TU\""),
        // What fades out after a year, or makes room for the next series, has no end of its own.
        ("", "", "every = \"first Tuesday of the month\""),
        ("", next, "every = \"first Tuesday of the month\""),
    ] {
        let chat = chat(rule, next);
        let text = write::write(&chat);
        assert!(text.contains(&format!("{written}\nstart = 2020-01-07\nseen = 2020-02-04\n")), "{text}");
        assert_eq!(schedule("chat", &text), chat, "{text}");
    }
}

#[test]
fn no_comment_is_lost() {
    let mut kept = 0;
    for path in toml("schedules").into_iter().chain(toml("tests/layout")) {
        let text = text(&path);
        let laid_out = layout(&text, &SCHEDULE).unwrap();
        let comments = |text: &str| {
            let mut lines: Vec<String> =
                text.lines().filter_map(|line| Some(line[line.find("# ")?..].trim().to_owned())).collect();
            lines.sort();
            lines
        };
        assert_eq!(comments(&laid_out), comments(&text), "{}", path.display());
        kept += comments(&text).len();
    }
    assert!(kept > 20, "only {kept} comments");
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_text_is_refused_or_says_the_same(text in "([a-z\\[\\]\"'={}#.,0-9 \\n-]{0,12}\\n?){0,8}") {
        if let Ok(laid_out) = layout(&text, &SCHEDULE) {
            let before: toml::Table = text.parse().unwrap();
            prop_assert_eq!(before, laid_out.parse::<toml::Table>().unwrap());
            prop_assert_eq!(layout(&laid_out, &SCHEDULE), Ok(laid_out));
        }
    }
}
