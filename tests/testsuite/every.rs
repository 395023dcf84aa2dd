//! The English of `every`: `every.txt` by hand, and the promise that phrases and rules turn into each other.

use chatcal::recurrence::RecurrenceRule;
use chatcal::schedule::phrase::{describe, parse, print};
use proptest::prelude::*;

use crate::properties::cases;

const CASES: &str = include_str!("../every.txt");

fn section(name: &str) -> impl Iterator<Item = (usize, Vec<&'static str>)> {
    let mut current = "";
    let lines = CASES.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let cases: Vec<_> = lines
        .filter_map(|(index, line)| match line {
            "[A]" | "[B]" => {
                current = line;
                None
            }
            _ => (current == name).then(|| (index + 1, line.split("=>").map(str::trim).collect())),
        })
        .collect();
    cases.into_iter()
}

fn rule(text: &str) -> RecurrenceRule {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The rule's phrase gives the rule, and no phrase of it gives another phrase.
fn assert_inverse(rule: &RecurrenceRule) {
    let phrase = print(rule).unwrap_or_else(|| panic!("{rule} has no phrase"));
    match parse(&phrase) {
        Ok(back) => assert_eq!(&back, rule, "{phrase:?}"),
        Err(error) => panic!("{rule} is {phrase:?}: {error}"),
    }
}

#[test]
fn phrases_that_are_understood() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (line, case) in section("[A]") {
        let [phrase, text, canonical] = case[..] else { panic!("line {line}: phrase => rule => phrase") };
        count += 1;
        match parse(phrase) {
            Err(error) => wrong.push(format!("{line}: {phrase:?}: {error}")),
            Ok(found) if found != rule(text) => wrong.push(format!("{line}: {phrase:?} gave {found}, not {text}")),
            Ok(found) if print(&found).as_deref() != Some(canonical) => {
                wrong.push(format!("{line}: {phrase:?} is shown as {:?}, not {canonical:?}", print(&found)));
            }
            Ok(found) => assert_inverse(&found),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count >= 100, "{count} cases: every.txt was cut short");
}

#[test]
fn phrases_that_are_refused_with_a_useful_hint() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (line, case) in section("[B]") {
        let [phrase, hint] = case[..] else { panic!("line {line}: phrase => words") };
        count += 1;
        match parse(phrase) {
            Ok(found) => wrong.push(format!("{line}: {phrase:?} was understood as {found}")),
            Err(error) => {
                let said = error.to_string();
                if !said.to_lowercase().contains(&hint.to_lowercase()) {
                    wrong.push(format!("{line}: {phrase:?}: {said:?} lacks {hint:?}"));
                }
                assert!(phrase.get(error.span.clone()).is_some(), "{phrase:?}: no such place: {:?}", error.span);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count >= 50, "{count} cases: every.txt was cut short");
}

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const ORDINALS: [&str; 6] = ["1", "2", "3", "4", "5", "-1"];

/// The members of a set written as bits.
fn members<'n>(bits: u32, names: &[&'n str]) -> Vec<&'n str> {
    names.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1).map(|(_, name)| *name).collect()
}

#[test]
fn daily_and_weekly_rules_turn_into_phrases_and_back() {
    for interval in [1, 2, 3, 4, 5, 10, 52] {
        assert_inverse(&rule(&format!("FREQ=DAILY;INTERVAL={interval}")));
        for set in 1..128 {
            let days = members(set, &WEEKDAYS).join(",");
            assert_inverse(&rule(&format!("FREQ=WEEKLY;INTERVAL={interval};BYDAY={days}")));
        }
    }
}

#[test]
fn monthly_rules_turn_into_phrases_and_back() {
    let mut days: Vec<String> = Vec::new();
    for weekday in WEEKDAYS {
        for set in 1..64 {
            let numbered: Vec<String> =
                members(set, &ORDINALS).iter().map(|ordinal| format!("{ordinal}{weekday}")).collect();
            days.push(format!("BYDAY={}", numbered.join(",")));
        }
    }
    for day in (1..=31).chain([-1]) {
        days.push(format!("BYMONTHDAY={day}"));
        days.extend((day.max(0) + 1..=31).map(|other| format!("BYMONTHDAY={day},{other}")));
    }
    for days in &days {
        for months in ["", ";BYMONTH=1,4,7,10", ";BYMONTH=1,3,5,7,8,10,12", ";INTERVAL=2", ";INTERVAL=3"] {
            assert_inverse(&rule(&format!("FREQ=MONTHLY{months};{days}")));
        }
    }
    let numbers = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
    for set in 1..4095 {
        let months = members(set, &numbers).join(",");
        let days = ["BYDAY=1TU", "BYDAY=2MO,-1FR", "BYMONTHDAY=1,15,-1"][set as usize % 3];
        assert_inverse(&rule(&format!("FREQ=MONTHLY;BYMONTH={months};{days}")));
    }
}

#[test]
fn rules_beyond_the_grammar_have_no_phrase() {
    for text in [
        "FREQ=WEEKLY",
        "FREQ=MONTHLY",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=6;BYDAY=-1SA",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=DAILY;BYMONTH=6",
        "FREQ=WEEKLY;BYMONTH=6;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=TU;WKST=SU",
        "FREQ=WEEKLY;BYDAY=TU;BYSETPOS=1",
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=-2TU",
        "FREQ=MONTHLY;BYDAY=TU,1WE",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=MONTHLY;BYMONTHDAY=-2",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTH=6;BYDAY=1TU",
        "FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=1TU",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
    ] {
        assert_eq!(print(&rule(text)), None, "{text}");
    }
}

#[test]
fn a_rule_is_described_in_words_or_as_itself() {
    for (text, english) in [
        ("FREQ=MONTHLY;BYDAY=1TU", "first Tuesday of the month"),
        ("FREQ=MONTHLY;BYDAY=-2FR", "rule FREQ=MONTHLY;BYDAY=-2FR"),
    ] {
        assert_eq!(describe(&rule(text)), english);
    }
}

/// Words of the language and some that are none, in any order.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "on",
        "every",
        "each",
        "the",
        "other",
        "2",
        "three",
        "0",
        "week",
        "weeks",
        "month",
        "months",
        "day",
        "days",
        "quarter",
        "daily",
        "weekly",
        "monthly",
        "quarterly",
        "Tuesday",
        "Thursdays",
        "sun",
        "weekday",
        "first",
        "2nd",
        "third",
        "31st",
        "last",
        "twenty",
        "of",
        "in",
        "and",
        ",",
        "&",
        "to",
        "-",
        "except",
        "but not",
        "June",
        "feb",
        "Sept.",
        "at",
        "18:30",
        "biweekly",
        "Thrusday",
        "ä",
        "1th",
    ]);
    prop::collection::vec(word, 0..9).prop_map(|words| words.join(" "))
}

/// Phrases that are mostly right, and may be said in several ways.
fn sayings() -> impl Strategy<Value = String> {
    let opening = prop::sample::select(vec!["", "every ", "On the ", "each "]);
    let days = prop::sample::select(vec![
        "first Tuesday",
        "1st and 3rd Mon",
        "the last Friday",
        "15th",
        "last day and first day",
        "2nd Sun, last Sat",
        "first Monday & third Wednesday",
        "thirty-first",
        "5th, 10th, and 20th",
        "30th",
    ]);
    let months = prop::sample::select(vec![
        " of the month",
        " each month",
        " monthly",
        " of each quarter",
        " in June",
        " of Oct to Feb",
        " of June, July",
        " of every other month",
        " of every 4 months",
        " of the month except May",
        " in Feb, Apr-Jun and Dec except May",
        " of every third month",
        " of Feb",
    ]);
    (opening, days, months).prop_map(|(opening, days, months)| format!("{opening}{days}{months}"))
}

fn assert_canonical(phrase: &str) -> Result<(), TestCaseError> {
    match parse(phrase) {
        Ok(rule) => {
            let canonical = print(&rule);
            prop_assert!(canonical.is_some(), "{phrase:?} gave {rule}, which has no phrase");
            let canonical = canonical.unwrap_or_default();
            prop_assert_eq!(parse(&canonical), Ok(rule), "{:?} is shown as {:?}", phrase, canonical);
        }
        Err(error) => {
            prop_assert!(phrase.get(error.span.clone()).is_some(), "{phrase:?}: no such place: {:?}", error.span);
            prop_assert!(!error.message.contains('\n') && error.help.is_some_and(|help| !help.contains('\n')));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn whatever_is_understood_has_one_canonical_phrase(phrase in words()) {
        assert_canonical(&phrase)?;
    }

    #[test]
    fn sayings_have_one_canonical_phrase(phrase in sayings()) {
        assert_canonical(&phrase)?;
    }

    #[test]
    fn any_text_is_a_rule_or_an_error(phrase in "\\PC{0,80}") {
        assert_canonical(&phrase)?;
    }

    #[test]
    fn numbered_weekdays_in_any_mixture_turn_into_each_other(
        days in prop::collection::btree_set((prop::sample::select(ORDINALS.to_vec()), prop::sample::select(WEEKDAYS.to_vec())), 1..12),
        months in prop::collection::btree_set(1..=12u8, 0..12),
    ) {
        let days: Vec<String> = days.iter().map(|(ordinal, weekday)| format!("{ordinal}{weekday}")).collect();
        let months: Vec<String> = months.iter().map(u8::to_string).collect();
        let months = if months.is_empty() { String::new() } else { format!(";BYMONTH={}", months.join(",")) };
        assert_inverse(&rule(&format!("FREQ=MONTHLY{months};BYDAY={}", days.join(","))));
    }

    #[test]
    fn dates_of_the_month_in_any_mixture_turn_into_each_other(
        days in prop::collection::btree_set((0..=31i8).prop_map(|day| if day == 0 { -1 } else { day }), 1..33),
        interval in 1..9u32,
    ) {
        let days: Vec<String> = days.iter().map(i8::to_string).collect();
        assert_inverse(&rule(&format!("FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={}", days.join(","))));
    }
}
