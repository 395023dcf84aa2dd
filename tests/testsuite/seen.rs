//! `chatcal seen`, the weekly upkeep: what it writes, and that everything else stays as it was.

use std::fs;

use crate::program::{Place, said};

const NOON: &str = "2026-11-24T12:00:00Z";

/// A weekly chat, on Thursdays; `end` is a line about its end.
fn weekly(end: &str) -> String {
    format!(
        "# Kept by hand.\ntitle = \"#chat\"\nzone = \"Europe/London\"\ntime = \"18:30\"\nduration = \"1h\"\n\n\
         [[series]] # the only one\nevery = \"Thursday\"\nstart = 2026-01-01\n{end}confidence = \"confirmed\"\n\
         source = \"https://example.org/\" # the page\n\n\
         [[change]]\ndate = 2026-11-05\nmoved-to = 2026-11-06\nsource = \"words\"\n\n\
         [[change]]\ndate = 2026-10-29\ncancelled = \"ill\"\n\n\
         [[break]]\nfrom = 2026-08-01\nthrough = 2026-08-31\n"
    )
}

/// The same without anything known of single days.
fn plain(end: &str) -> String {
    let text = weekly(end);
    text[..text.find("\n[[change]]").unwrap()].to_owned()
}

fn place(text: &str) -> Place {
    Place::new([("chat", text.to_owned())])
}

fn text(place: &Place) -> String {
    fs::read_to_string(place.path("schedules/chat.toml")).unwrap()
}

/// Confirms at noon, which has to succeed, and gives what is said.
fn seen(place: &Place, arguments: &[&str]) -> String {
    let output = place.run(&[&["seen", "chat", "--at", NOON], arguments].concat());
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

/// The same, which has to fail and leave the file alone.
fn refused(place: &Place, arguments: &[&str]) -> String {
    let before = text(place);
    let output = place.run(&[&["seen", "chat", "--at", NOON, "--source", "words"], arguments].concat());
    assert!(!output.status.success(), "{}", said(&output));
    assert_eq!(text(place), before);
    said(&output)
}

#[test]
fn the_last_meeting_that_is_over_is_written_down_and_nothing_else_changes() {
    for end in ["seen = 2026-03-05 # Ann was there\n", "announced = 2026-03-05\n", ""] {
        for (mark, breaks) in [("", "\n"), ("\u{feff}", "\r\n")] {
            let before = format!("{mark}{}", weekly(end).replace('\n', breaks));
            let place = place(&before);
            let told = seen(&place, &["--source", "https://example.org/"]);
            assert!(told.starts_with("schedules/chat.toml: seen on Thu 19 November 2026"), "{told}");
            let line = if end.contains('#') { "seen = 2026-11-19 # Ann was there\n" } else { "seen = 2026-11-19\n" };
            let expected = if end.is_empty() || end.starts_with("announced") {
                weekly(line)
            } else {
                weekly(end).replace(end, line)
            };
            assert_eq!(text(&place), format!("{mark}{}", expected.replace('\n', breaks)), "{end:?}");
            let again = seen(&place, &["--source", "https://example.org/"]);
            assert!(again.contains("that it met on Thu 19 November 2026 is known already"), "{again}");
        }
    }
}

#[test]
fn a_file_that_is_laid_out_otherwise_stays_so() {
    let odd = weekly("").replace("every = ", "every   = ").replace("duration = \"1h\"\n", "");
    let odd = odd.replace("confidence", "duration = \"1h\"\nconfidence");
    let place = place(&odd);
    seen(&place, &["--source", "https://example.org/"]);
    assert_eq!(text(&place), odd.replace("start = 2026-01-01\n", "start = 2026-01-01\nseen = 2026-11-19\n"));
}

#[test]
fn a_source_is_added_once_to_those_that_are_there() {
    let place = place(&weekly("seen = 2026-03-05\n"));
    seen(&place, &["--source", "https://example.org/", "--source", "Ann \"took\" part"]);
    assert!(text(&place).contains("source = [\"https://example.org/\", 'Ann \"took\" part'] # the page\n"));
    let told = seen(&place, &["--source", "words"]);
    assert!(told.contains("another source for Thu 19 November 2026; it stays last seen 19 November 2026"), "{told}");
    assert!(text(&place).contains(", 'Ann \"took\" part', \"words\"] # the page\n"));
    let before = text(&place).replace("[\"https", "[\n  # of the host\n  \"https").replace("\", '", "\",\n  '");
    fs::write(place.path("schedules/chat.toml"), before.replace("\"words\"]", "\"words\",\n]")).unwrap();
    seen(&place, &["--source", "more"]);
    assert!(text(&place).contains("[\n  # of the host\n  \"https://example.org/\",\n  'Ann"), "{}", text(&place));
    assert!(place.run(&["check", "--at", NOON]).status.success());
    let wrong = refused(&place, &["--source", "javascript:alert(1)"]);
    assert!(wrong.contains("\"javascript:alert(1)\" is not a link that can be published"), "{wrong}");
}

#[test]
fn a_day_is_one_on_which_it_met() {
    let place = place(&weekly("seen = 2026-03-05\n"));
    for (day, words) in [
        ("2026-11-20", "no series of chat meets on Fri 20 November 2026"),
        ("2026-08-06", "Thu 6 August 2026 is in the break from Sat 1 August 2026 through Mon 31 August 2026"),
        ("2026-10-29", "the meeting of Thu 29 October 2026 was called off, as the schedule says"),
        ("2026-11-05", "no series of chat meets on Thu 5 November 2026"),
        ("2026-11-26", "the meeting of Thu 26 November 2026 is still to come"),
        ("2026-02-26", "it was seen later already, on Thu 5 March 2026"),
        ("2025-12-25", "no series of chat meets on Thu 25 December 2025"),
    ] {
        let told = refused(&place, &[day]);
        assert!(told.contains(words), "{day}: {told}");
    }
    assert!(refused(&place, &["2026-11-26"]).contains("is `announced = 2026-11-26` in its series, in place of `seen`"));
    assert!(refused(&place, &["2026-11-20"]).contains("nearest: Thu 19 November 2026 and Thu 26 November 2026"));
    // Of one that was moved the day on which it took place counts.
    seen(&place, &["2026-11-06", "--source", "words"]);
    assert!(text(&place).contains("\nseen = 2026-11-06\n"));
    let ended = self::place(&weekly("until = 2026-11-12\n"));
    assert!(refused(&ended, &["2026-11-12"]).contains("the end of that series is known: Thu 12 November 2026"));
}

#[test]
fn a_day_of_a_one_off_or_a_day_to_come_is_told_as_such() {
    let one_off = "\n[[one-off]]\ndate = 2026-11-10\nsource = \"words\"\n";
    let place = place(&format!("{}{one_off}", plain("seen = 2026-03-05\n")));
    let told = refused(&place, &["2026-11-10"]);
    assert!(told.contains("the meeting of Tue 10 November 2026 is a [[one-off]], which is confirmed by its"), "{told}");
    let told = refused(&self::place(&plain("seen = 2026-12-24\n")), &["2026-11-19"]);
    assert!(told.contains("`seen` is on a day to come, Thu 24 December 2026"), "{told}");
    assert!(told.contains("write `announced = 2026-12-24` in its place"), "{told}");
}

#[test]
fn a_chat_that_faded_out_this_year_was_seen_on_the_last_day_that_was_expected() {
    // It faded out on 5 March 2026.
    let text = plain("seen = 2025-03-06\n").replace("start = 2026-01-01", "start = 2025-01-02");
    let told = refused(&place(&text), &[]);
    assert!(told.contains("no meeting of chat is expected to have taken place lately"), "{told}");
    // One series has, and the other goes on.
    let other = "\n[[series]]\nname = \"b\"\nevery = \"Tuesday\"\nstart = 2026-01-06\nseen = 2026-03-03\n\
                 confidence = \"confirmed\"\nsource = \"words\"\n";
    let place = place(&format!("{text}{other}"));
    let told = seen(&place, &["--source", "words"]);
    assert!(told.contains("seen on Tue 17 November 2026"), "{told}");
}

#[test]
fn a_series_that_somebody_vouches_for_became_unconfirmed_beside_another() {
    let monthly =
        plain("seen = 2026-03-05\n").replace("every = \"Thursday\"", "every = \"first Thursday of the month\"");
    let monthly = monthly.replace("start = 2026-01-01", "start = 2026-02-05");
    let weekly = "\n[[series]]\nname = \"weekly\"\nevery = \"Thursday\"\nstart = 2026-01-01\ntime = \"20:00\"\n\
                  confidence = \"confirmed\"\nsource = \"words\"\n";
    for arguments in [&["2026-11-05", "--source", "Ann"][..], &["--source", "Ann"]] {
        let place = place(&format!("{monthly}{weekly}"));
        seen(&place, arguments);
        assert!(text(&place).contains("seen = 2026-11-05\n") && text(&place).ends_with(weekly), "{}", text(&place));
    }
}

/// The date of its rule was written down, which is long before the day on which it took place.
#[test]
fn the_advice_of_check_was_repeated_for_ever_where_a_meeting_was_moved() {
    let monthly =
        plain("seen = 2026-08-06\n").replace("every = \"Thursday\"", "every = \"first Thursday of the month\"");
    let monthly = monthly.replace("start = 2026-01-01", "start = 2026-02-05");
    let place = place(&format!("{monthly}\n[[change]]\ndate = 2026-09-03\nmoved-to = 2026-11-12\n"));
    let advice = || {
        let checked = said(&place.run(&["check", "--at", NOON]));
        checked.lines().find_map(|line| line.trim().strip_prefix("chatcal seen chat ").map(str::to_owned))
    };
    assert_eq!(advice().as_deref(), Some("2026-11-12 --source LINK"));
    let told = seen(&place, &["2026-11-12", "--source", "words"]);
    assert!(told.contains("seen on Thu 12 November 2026") && text(&place).contains("\nseen = 2026-11-12\n"), "{told}");
    assert_eq!(advice(), None);
}

#[test]
fn the_last_meeting_is_that_of_the_zone_of_its_series() {
    let early = plain("seen = 2026-03-05\nzone = \"Pacific/Auckland\"\ntime = \"08:00\"\n");
    let place = place(&early.replace("Europe/London", "America/Los_Angeles"));
    // It is 09:30 on Thursday in Auckland, and Wednesday in UTC and in Los Angeles.
    let at = "2026-11-18T20:30:00Z";
    let checked = said(&place.run(&["check", "--at", at]));
    assert!(checked.contains("chatcal seen chat 2026-11-19 --source LINK"), "{checked}");
    let told = said(&place.run(&["seen", "chat", "--source", "words", "--at", at]));
    assert!(told.contains("seen on Thu 19 November 2026"), "{told}");
}

#[test]
fn the_command_of_check_can_be_copied_also_with_a_space_in_the_folder() {
    let place = place(&plain("seen = 2026-03-05\n"));
    fs::rename(place.path("schedules"), place.path("Ann's chats")).unwrap();
    let checked = said(&place.run(&["check", "--schedules", "Ann's chats", "--at", NOON]));
    assert!(checked.contains(r"--source LINK --schedules='Ann'\''s chats'"), "{checked}");
}

#[test]
fn sources_beyond_what_a_list_may_have_are_told_with_a_way_out() {
    let sources = (0..100).map(|index| format!("\"{index}\"")).collect::<Vec<_>>().join(", ");
    let place = place(&plain("seen = 2026-03-05\n").replace("\"https://example.org/\"", &format!("[{sources}]")));
    let told = refused(&place, &[]);
    assert!(told.contains("has 100 sources, and 100 at most are allowed"), "{told}");
    assert!(told.contains("take out of its `source` what later ones have made needless"), "{told}");
    seen(&place, &["--source", "99"]);
    assert!(text(&place).contains("seen = 2026-11-19"));
}

#[test]
fn what_stays_unconfirmed_all_the_same_is_said() {
    let place = place(&plain("seen = 2026-03-05\n").replace("\"confirmed\"", "\"assumed\""));
    let told = seen(&place, &["--source", "words"]);
    assert!(told.contains("stay unconfirmed all the same: its `confidence` is \"assumed\""), "{told}");
}

#[test]
fn line_breaks_of_two_kinds_became_one() {
    let mixed = weekly("seen = 2026-03-05\n").replacen("zone = \"Europe/London\"\n", "zone = \"Europe/London\"\r\n", 1);
    let mixed = mixed.replace("cancelled = \"ill\"\n", "cancelled = \"ill\"\r\n");
    let place = place(&mixed);
    seen(&place, &["--source", "https://example.org/"]);
    assert_eq!(text(&place), mixed.replace("seen = 2026-03-05", "seen = 2026-11-19"));
}

#[test]
fn what_is_announced_for_later_stays() {
    let place = place(&weekly("announced = 2026-12-10\n"));
    let told = seen(&place, &["--source", "words"]);
    assert!(told.contains("another source for Thu 19 November 2026; it stays announced through 10 December"), "{told}");
    assert!(text(&place).contains("announced = 2026-12-10\n") && !text(&place).contains("seen"));
}

#[test]
fn a_chat_that_had_faded_out_goes_on() {
    let place = place(&plain("seen = 2026-01-01\n").replace("2026-01-01", "2020-01-02"));
    let told = refused(&place, &[]);
    assert!(told.contains("say on which day it met: chatcal seen chat DATE --source LINK"), "{told}");
    seen(&place, &["2026-11-19", "--source", "words"]);
    let next = said(&place.run(&["next", "chat", "--at", NOON]));
    assert!(next.contains("Thu 26 Nov"), "{next}");
}

#[test]
fn each_of_several_series_is_confirmed_by_its_own_meeting() {
    let west = "\n[[series]]\nname = \"west\"\nevery = \"Tuesday\"\nstart = 2026-01-06\nseen = 2026-02-03\n\
                confidence = \"confirmed\"\nsource = \"words\"\n";
    let place = place(&format!("{}{west}", weekly("seen = 2026-03-05\n")));
    seen(&place, &["2026-11-17", "--source", "words"]);
    assert!(text(&place).contains("seen = 2026-03-05\n") && text(&place).contains("seen = 2026-11-17\n"));
    let inline = "title = \"#chat\"\nzone = \"UTC\"\ntime = \"18:30\"\nduration = \"1h\"\nseries = [{ every = \"Thursday\", \
                  start = 2026-01-01, confidence = \"confirmed\", source = \"x\" }]\n";
    let inline = self::place(inline);
    let told = refused(&inline, &[]);
    assert!(told.contains("write `seen = 2026-11-19` and the source into its series by hand"), "{told}");
}

#[test]
fn check_names_the_chats_that_nobody_has_confirmed_for_long() {
    let of = |seen: &str| plain(&format!("seen = {seen}\n"));
    let place = Place::new([
        ("early", of("2026-02-05")),
        ("fresh", of("2026-10-01")),
        ("late", of("2026-01-15")),
        ("open", weekly("")),
        ("over", plain("until = 2026-03-05\n")),
        // It has not been due since, or pauses.
        ("rare", of("2026-07-02").replace("every = \"Thursday\"", "rule = \"FREQ=MONTHLY;INTERVAL=6;BYDAY=1TH\"")),
        ("rests", of("2026-02-05") + "\n[[break]]\nfrom = 2026-02-06\nthrough = 2026-12-31\n"),
    ]);
    let checked = place.run(&["check", "--at", NOON]);
    assert!(checked.status.success());
    let expected = "\nNot confirmed for long, the most urgent first; where one has met:\n  \
                    late: last seen 15 January 2026, fades out after 15 January 2027\n    \
                    chatcal seen late 2026-11-19 --source LINK\n  \
                    early: last seen 5 February 2026, fades out after 5 February 2027\n    \
                    chatcal seen early 2026-11-19 --source LINK\n";
    assert!(said(&checked).ends_with(expected), "{}", said(&checked));
    assert!(!said(&place.run(&["check", "--at", NOON, "--format", "short"])).contains("Not confirmed"));
}

#[test]
fn comments_went_to_other_sources() {
    for (before, after) in [
        ("[\n  \"a\", # Ann\n  \"b\", # Bob\n]", "[\n  \"a\", # Ann\n  \"b\", # Bob\n  \"words\",\n]"),
        ("[\n  \"a\", # Ann\n  \"b\" # Bob\n]", "[\n  \"a\", # Ann\n  \"b\", # Bob\n  \"words\",\n]"),
        ("[ \"a\", # Ann\n\"b\" ] # two", "[ \"a\", # Ann\n\"b\",\n\"words\",\n] # two"),
        ("[\"a\", \"b\"]", "[\"a\", \"b\", \"words\"]"),
        ("[ \"a\", \"b\", ]", "[ \"a\", \"b\", \"words\" ]"),
        ("[ # all\n    \"a\"\n  ]", "[ # all\n    \"a\",\n    \"words\",\n  ]"),
    ] {
        let source = "source = \"https://example.org/\" # the page";
        let odd = |list: &str| weekly("seen = 2026-03-05\n").replace(source, &format!("source   = {list}"));
        let place = place(&odd(before));
        seen(&place, &["--source", "words"]);
        assert_eq!(text(&place), odd(after).replace("2026-03-05", "2026-11-19"), "{before}");
    }
    let announced = weekly("# By the hosts:\nannounced = 2026-03-05 # their page\n");
    let place = place(&announced);
    seen(&place, &["--source", "https://example.org/"]);
    assert_eq!(text(&place), announced.replace("announced = 2026-03-05", "seen = 2026-11-19"));
}

#[test]
fn what_is_still_to_come_was_written_down_as_seen() {
    let twice = |first: &str, second: &str| {
        let series = |name: &str, time: &str| {
            format!(
                "\n[[series]]\nname = \"{name}\"\nevery = \"Tuesday\"\nstart = 2026-01-06\nseen = 2026-03-03\ntime = \
                 \"{time}\"\nconfidence = \"confirmed\"\nsource = \"words\"\n"
            )
        };
        let top = "title = \"#chat\"\nzone = \"Europe/London\"\nduration = \"1h\"\n";
        place(&format!("{top}{}{}", series(first, "08:00"), series(second, "20:00")))
    };
    for (first, second) in [("a", "b"), ("morning", "evening")] {
        let place = twice(first, second);
        seen(&place, &["--source", "words"]);
        let text = text(&place);
        let (morning, evening) = text.split_once(&format!("name = \"{second}\"")).unwrap();
        assert!(morning.contains("seen = 2026-11-24\n") && evening.contains("seen = 2026-03-03\n"), "{text}");
    }
    // A meeting of a date that is to come took place before it.
    let moved = weekly("seen = 2026-03-05\n").replace("2026-11-05", "2026-11-26").replace("2026-11-06", "2026-11-23");
    let place = place(&moved);
    seen(&place, &["--source", "words"]);
    assert!(text(&place).contains("seen = 2026-11-23\n"), "{}", text(&place));
    // It has taken place, and the one of its date is not asked about.
    let moved = weekly("seen = 2026-03-05\n").replace("2026-11-06\nsource = \"words\"", "2026-11-03");
    let place = self::place(&moved);
    seen(&place, &["2026-11-03", "--source", "words"]);
    let dates = said(&place.run(&["dates", "chat", "--from", "2026-11-03", "--until", "2026-11-12"]));
    assert!(
        dates.starts_with("Tue  3 Nov 2026  18:30–19:30 GMT  (moved from 5 November 2026)\nThu 12 Nov 2026  18:30–19:30 GMT  (unconfirmed)"),
        "{dates}"
    );
    assert!(!said(&place.run(&["check", "--at", NOON])).contains("nobody can have seen"));
}

#[test]
fn the_advice_of_check_confirms_the_series_that_it_is_about() {
    let weekly = "\n[[series]]\nname = \"weekly\"\nevery = \"Tuesday\"\nstart = 2026-01-06\n";
    let rest = "confidence = \"confirmed\"\nsource = \"words\"\n";
    for end in ["until = 2026-11-17\n", "seen = 2026-11-17\n", ""] {
        let monthly =
            plain("seen = 2026-03-05\n").replace("every = \"Thursday\"", "every = \"first Thursday of the month\"");
        let monthly = monthly.replace("start = 2026-01-01", "start = 2026-02-05");
        let place = place(&format!("{monthly}{weekly}{end}{rest}"));
        let checked = said(&place.run(&["check", "--at", NOON]));
        let advice = checked.lines().find_map(|line| line.trim().strip_prefix("chatcal seen chat ")).unwrap();
        assert_eq!(advice, "2026-11-05 --source LINK");
        seen(&place, &["2026-11-05", "--source", "words"]);
        assert!(!said(&place.run(&["check", "--at", NOON])).contains("Not confirmed"));
    }
}

#[test]
fn what_was_announced_through_that_day_has_been_seen() {
    let place = place(&plain("announced = 2026-11-19\n"));
    seen(&place, &["--source", "words"]);
    assert!(text(&place).contains("\nseen = 2026-11-19\n"));
    let vouched = self::place(&plain(""));
    let told = seen(&vouched, &["--source", "words"]);
    assert!(told.contains("its later meetings are unconfirmed until it is seen again"), "{told}");
}
