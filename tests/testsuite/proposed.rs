//! What is for people without git: the reference of the format, and the form by which a chat is proposed.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::files;
use crate::program::{COLLECTION, Place, command, said};
use crate::properties;

/// The fields of the form, in its order.
fn labels() -> Vec<String> {
    let form = files::text(".github/ISSUE_TEMPLATE/chat.yml");
    let labels = form.lines().filter_map(|line| line.trim().strip_prefix("label: "));
    labels.map(str::to_owned).collect()
}

/// An issue as the form makes it: what is not given was left empty.
fn issue(answers: &[(&str, &str)]) -> String {
    let answer =
        |label: &str| answers.iter().find(|(known, _)| *known == label).map_or("_No response_", |(_, text)| text);
    labels()
        .iter()
        .flat_map(|label| ["### ", label.as_str(), "\n\n", answer(label), "\n\n"].map(str::to_owned))
        .collect()
}

const WHOLE: [(&str, &str); 12] = [
    ("Title", "#bookchat"),
    ("What it is, in one line", "What we read"),
    ("Platform", "Bluesky"),
    ("Hashtag", "#BookChat"),
    ("Hosts", "@ann, @bob"),
    ("Tags", "Chat, UK Libraries, !!!"),
    ("How often", "first Tuesday of the month"),
    ("First meeting that you know of", "2026-01-06"),
    ("Time", "19:00"),
    ("Time zone", "Europe/London"),
    ("How sure is it", "A page says so"),
    ("Sources", "https://books.example.org/about\nAnn took part"),
];

fn place() -> Place {
    let place = Place::new([] as [(&str, String); 0]);
    fs::write(place.path("schedules/collection.toml"), COLLECTION).unwrap();
    place
}

/// What `new --from-form` says of an issue, and whether it took it.
fn propose(place: &Place, issue: &str, more: &[&str]) -> (bool, String) {
    fs::write(place.path("issue.md"), issue).unwrap();
    let output = place.run(&[&["new", "--from-form", "issue.md"], more].concat());
    (output.status.success(), said(&output))
}

#[test]
fn the_reference_says_what_the_reader_knows() {
    let readme = files::text("schedules/README.md");
    let (_, rest) = readme.split_once("<!-- reference: `chatcal schema --markdown` -->\n").unwrap();
    let (reference, _) = rest.split_once("<!-- end of reference -->").unwrap();
    let place = place();
    let printed = said(&place.run(&["schema", "--markdown"]));
    assert!(reference.trim() == printed.trim(), "put what `chatcal schema --markdown` prints into schedules/README.md");
    for word in
        ["| `start` (needed) |", "`[[one-off]]` in `<slug>.toml`", "| `no-place` |", "`[[feed]]` in `collection.toml`"]
    {
        assert!(printed.contains(word), "{word}");
    }
}

#[test]
fn a_proposal_becomes_a_schedule_that_passes() {
    let place = place();
    let (done, said) = propose(&place, &issue(&WHOLE), &[]);
    assert!(done && said.starts_with("schedules/bookchat.toml\nlook at it before anybody subscribes"), "{said}");
    let expected = "title = \"#bookchat\"\nsummary = \"What we read\"\nhashtag = \"BookChat\"\nplatform = \"Bluesky\"\n\
                    hosts = [\"@ann\", \"@bob\"]\ntags = [\"chat\", \"uk-libraries\"]\nzone = \"Europe/London\"\n\n[[series]]\n\
                    every = \"first Tuesday of the month\"\nstart = 2026-01-06\nseen = 2026-01-06\ntime = \"19:00\"\n\
                    duration = \"1h\"\nconfidence = \"inferred\"\n\
                    source = [\"https://books.example.org/about\", \"Ann took part\"]\n\
                    note = \"\"\"\nProposed in an issue, which says: A page says so.\nThe length is not stated; one hour is \
                    assumed.\"\"\"\n";
    let text = fs::read_to_string(place.path("schedules/bookchat.toml")).unwrap();
    assert_eq!(text, expected);
    let check = place.run(&["check", "--at", "2026-01-20"]);
    assert!(crate::program::said(&check).ends_with("1 chat, no problems found\n"), "{}", crate::program::said(&check));
    assert!(place.run(&["fmt", "--check"]).status.success());
    // It is there now, and is not overwritten; under another name it is another chat.
    let (done, said) = propose(&place, &issue(&WHOLE), &[]);
    assert!(!done && said.contains("schedules/bookchat.toml"), "{said}");
    assert_eq!(fs::read_to_string(place.path("schedules/bookchat.toml")).unwrap(), text);
    assert!(propose(&place, &issue(&WHOLE).replace('\n', "\r\n"), &["other"]).0);
    assert_eq!(fs::read_to_string(place.path("schedules/other.toml")).unwrap(), text);
    // Nobody vouches for it, whatever the proposal says; another of the same hashtag is told of.
    let more: Vec<(&str, &str)> = [
        &WHOLE[..],
        &[("Length", "45m"), ("Name of its file", "third"), ("Last meeting that you know of", "2026-02-03")],
    ]
    .concat();
    let (done, said) = propose(&place, &issue(&more), &["--at", "2026-02-10"]);
    assert!(
        done && said.contains("warning: bookchat.toml has the same title or hashtag: is it the same chat?"),
        "{said}"
    );
    let third = fs::read_to_string(place.path("schedules/third.toml")).unwrap();
    assert!(
        third.contains("seen = 2026-02-03\n") && third.contains("duration = \"45m\"\nconfidence = \"inferred\"\n"),
        "{third}"
    );
}

#[test]
fn each_answer_that_is_wrong_is_told_under_its_heading() {
    let place = place();
    let mut answers = WHOLE.to_vec();
    for (label, answer) in [
        ("How often", "every blue moon"),
        ("Time", "7 pm"),
        ("Time zone", "London"),
        ("First meeting that you know of", "6 January"),
        ("Sources", "javascript:alert(1)"),
    ] {
        answers.iter_mut().find(|(known, _)| *known == label).unwrap().1 = answer;
    }
    let (done, said) = propose(&place, &issue(&answers), &[]);
    assert!(!done && !place.path("schedules/bookchat.toml").exists(), "{said}");
    for label in ["How often", "Time", "Time zone", "First meeting that you know of", "Sources"] {
        assert!(said.contains(&format!("error: \"{label}\": ")), "{label}: {said}");
    }
    assert!(said.contains("Europe/London"), "{said}");
    let (_, said) = propose(&place, &issue(&[("Title", "x")]), &[]);
    for label in ["How often", "First meeting that you know of", "Time zone", "Time"] {
        assert!(said.contains(&format!("error: \"{label}\": ")), "{label}: {said}");
    }
    // What `check` would refuse among the others is refused here.
    let with = |label: &str, answer: &'static str| {
        let mut answers = WHOLE.to_vec();
        answers.iter_mut().find(|(known, _)| *known == label).unwrap().1 = answer;
        answers
    };
    let mut daily = with("How often", "day");
    daily.iter_mut().find(|(label, _)| label.starts_with("First")).unwrap().1 = "1900-01-01";
    daily.push(("Last meeting that you know of", "2026-11-03"));
    let (done, said) = propose(&place, &issue(&daily), &[]);
    assert!(!done && said.contains("at most 20,000 are allowed"), "{said}");
    let tags = "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u";
    let (done, said) = propose(&place, &issue(&with("Tags", tags)), &[]);
    assert!(!done && said.contains("error: \"Tags\": the chat has 21 tags"), "{said}");
    for name in ["all", "../../etc/passwd", "Book Chat!"] {
        let (done, said) = propose(&place, &issue(&[&WHOLE[..], &[("Name of its file", name)]].concat()), &[]);
        assert!(!done, "{name}: {said}");
    }
    let (done, _) = propose(&place, &issue(&with("How often", "FREQ=MONTHLY;BYDAY=1TU")), &[]);
    assert!(done);
    place.take_away("bookchat");
    let listed = with("Sources", "- <https://example.org/a>\n* https://example.org/b");
    assert!(propose(&place, &format!("\u{feff}{}", issue(&listed)), &[]).0);
    let text = place.take_away("bookchat");
    assert!(text.contains("source = [\"https://example.org/a\", \"https://example.org/b\"]"), "{text}");
    let (_, said) = propose(&place, "Please add our chat!", &[]);
    assert!(said.contains("issue.md has no answer of the form") && said.contains("### Title"), "{said}");
    let (_, said) = propose(&place, &issue(&[("Title", "???")]), &[]);
    assert!(said.contains("chatcal new NAME --from-form FILE"), "{said}");
    let (_, said) = propose(&place, &"x".repeat(300_000), &[]);
    assert!(said.contains("which no issue has"), "{said}");
    assert!(!place.run(&["new", "--from-form", "none.md"]).status.success());
    assert!(!place.run(&["new", "x", "--from-form", "issue.md", "--time", "19:00"]).status.success());
    assert!(!place.run(&["new", "x"]).status.success());
}

#[test]
fn an_issue_is_read_from_standard_input() {
    let place = place();
    let mut run = command(&place.path("."), &["new", "--from-form", "-"]);
    let mut child = run.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(issue(&WHOLE).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && place.path("schedules/bookchat.toml").exists());
}

/// Text that would like to be something else: headings, TOML, paths, marks of direction.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "### Title",
        "### Time",
        "### Sources",
        "\n",
        "\r",
        "\"\"\"",
        "'''",
        "]]",
        "[[series]]",
        "\\",
        "\"",
        "'",
        "#",
        "=",
        "../",
        "/etc/passwd",
        "\u{202e}",
        "\0",
        "\u{7f}",
        "con",
        ".toml",
        "javascript:alert(1)",
        "https://example.org/",
        "_No response_",
        "::error::",
        "title = 1",
        "2026-01-06",
        "19:00",
        "Europe/London",
        " ",
        "a",
        "é",
        "💥",
        "first Tuesday of the month",
    ]);
    vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(properties::cases(60))]
    #[test]
    fn whatever_somebody_answers_nothing_breaks_out_of_its_field(answers in vec(hostile(), 19), seed in 0_usize..3) {
        let (place, labels) = (place(), labels());
        prop_assert_eq!(labels.len(), 19);
        let given = labels.iter().map(String::as_str).zip(answers.iter().map(String::as_str));
        // Some of the answers are right, so that some of the proposals get through.
        let right = WHOLE.iter().enumerate().filter(|(index, _)| (seed + index) % 3 != 0 || seed == 0);
        let all: Vec<(&str, &str)> = right.map(|(_, answer)| *answer).chain(given).collect();
        let (done, said) = propose(&place, &issue(&all), &[]);
        let made = files::schedules(place.path("schedules"));
        prop_assert_eq!(made.len(), usize::from(done), "{}", said);
        if done {
            let check = place.run(&["check", "--at", "2026-01-20"]);
            prop_assert!(check.status.success(), "{}", crate::program::said(&check));
        }
    }
}
