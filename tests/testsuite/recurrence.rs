//! Recurrence rules against the corpus of stanzas, and against brute force by definition over random rules.

mod definition;
mod random;

use chatcal::recurrence::{Ends, RecurrenceRule, Rrule, Run};
use chatcal::zone::{Instant, Zone};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use crate::properties::cases;
use crate::reading::{day, time};

const CORPUS: &str = include_str!("../recurrence.txt");

/// One stanza of the corpus.
#[derive(Debug, Default)]
struct Stanza {
    sentence: String,
    rule: String,
    start: String,
    until: Option<String>,
    dates: Option<String>,
    refused: Option<String>,
}

fn stanzas() -> Vec<Stanza> {
    let mut stanzas = Vec::new();
    for block in CORPUS.split("\n\n") {
        let mut stanza = Stanza::default();
        let mut in_dates = false;
        for line in block.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            if let Some(more) = line.strip_prefix("  ") {
                assert!(in_dates, "only dates go on in another line: {line}");
                stanza.dates.as_mut().unwrap().extend([" ", more]);
                continue;
            }
            let (key, value) = line.split_once(':').unwrap_or_else(|| panic!("no key in {line:?}"));
            let value = value.trim().to_owned();
            in_dates = key == "dates";
            match key {
                "sentence" => stanza.sentence = value,
                "rule" => stanza.rule = value,
                "start" => stanza.start = value,
                "until" => stanza.until = Some(value),
                "dates" => stanza.dates = Some(value),
                "refused" => stanza.refused = Some(value),
                "wrong-elsewhere" => {}
                other => panic!("no such key: {other}"),
            }
        }
        if !stanza.sentence.is_empty() {
            stanzas.push(stanza);
        }
    }
    stanzas
}

/// As in the RFC's examples: meetings at 09:00 in New York.
fn run(rrule: Rrule, start: NaiveDate) -> Run {
    let new_york = Zone::named("America/New_York").unwrap();
    rrule.run(start, |until| new_york.last_date_by(Instant::from(until.and_utc()), time("09:00")))
}

#[test]
fn the_corpus_is_complete() {
    let stanzas = stanzas();
    assert!(stanzas.len() >= 300, "{} stanzas", stanzas.len());
    let mut sentences: Vec<_> = stanzas.iter().map(|stanza| &stanza.sentence).collect();
    sentences.sort_unstable();
    sentences.dedup();
    assert_eq!(sentences.len(), stanzas.len(), "a sentence stands twice");
    for stanza in &stanzas {
        assert!(stanza.dates.is_some() != stanza.refused.is_some(), "{}: dates or refused", stanza.sentence);
    }
}

#[test]
fn each_stanza_gives_its_dates_from_the_start_and_from_every_jump_into_them() {
    for stanza in stanzas().iter().filter(|stanza| stanza.dates.is_some()) {
        let sentence = &stanza.sentence;
        let rrule: Rrule = stanza.rule.parse().unwrap_or_else(|error| panic!("{sentence}: {error}"));
        let start = day(&stanza.start);
        let run = run(rrule, start);
        let until = stanza.until.as_deref().map_or(NaiveDate::MAX, day);
        let expected: Vec<NaiveDate> = match stanza.dates.as_deref().unwrap() {
            "none" => Vec::new(),
            dates => dates.split_whitespace().map(day).collect(),
        };
        let dates = |from| run.dates_from(from).take_while(|date| *date <= until).collect::<Vec<_>>();
        assert_eq!(dates(start), expected, "{sentence}");
        let jumps = expected.iter().flat_map(|date| [Some(*date), date.pred_opt(), date.succ_opt()]);
        for jump in jumps.flatten().step_by(expected.len() / 40 + 1) {
            let rest: Vec<_> = expected.iter().copied().filter(|date| *date >= jump).collect();
            assert_eq!(dates(jump), rest, "{sentence}, from {jump}");
            let before = expected.iter().copied().rfind(|date| *date < jump);
            assert_eq!(run.last_before(jump), before, "{sentence}, before {jump}");
            assert_eq!(
                jump > until || run.holds(jump),
                jump > until || expected.contains(&jump),
                "{sentence}, on {jump}"
            );
        }
    }
}

#[test]
fn each_refusal_names_its_section() {
    for stanza in stanzas().iter().filter(|stanza| stanza.refused.is_some()) {
        let refused = stanza.refused.as_deref().unwrap();
        let start = day(&stanza.start);
        let error = match stanza.rule.parse::<Rrule>() {
            Err(error) => error,
            Ok(rrule) => match rrule.run(start, |utc| utc.date()).check() {
                Err(error) => error,
                Ok(()) => panic!("{}: {} was taken", stanza.sentence, stanza.rule),
            },
        };
        let section = refused.trim_start_matches("RFC 5545 ").split([':', ' ']).next().unwrap();
        assert!(error.to_string().ends_with(&format!("(RFC 5545 {section})")), "{}: {error}", stanza.sentence);
        assert!(error.span.start <= error.span.end && error.span.end <= stanza.rule.len(), "{}", stanza.sentence);
    }
}

#[test]
fn what_a_stanza_says_is_printed_as_a_rule_with_the_same_dates() {
    for stanza in stanzas().iter().filter(|stanza| stanza.dates.is_some()) {
        let rule: Rrule = stanza.rule.parse().unwrap();
        let again: Rrule = rule.to_string().parse().unwrap_or_else(|error| panic!("{rule}: {error}"));
        assert_eq!(again, rule, "{}", stanza.sentence);
    }
}

proptest! {
    // `PROPTEST_CASES=1000000 cargo test --release --test testsuite random_rules` is the long run.
    #![proptest_config(cases(2_000))]

    #[test]
    fn random_rules_give_the_dates_of_their_definition(case in random::case()) {
        let rrule: Rrule = case.text.parse().unwrap_or_else(|error| panic!("{}: {error}", case.text));
        let run = rrule.clone().run(case.start, |until| until.date());
        let end = case.start + Days::new(case.days);
        let expected = definition::dates(&case, end);
        let dates: Vec<_> = run.dates().through(end).collect();
        prop_assert_eq!(&dates, &expected, "{} from {}", case.text, case.start);
        let jump = case.start + Days::new(case.days / 3);
        let walked: Vec<_> = dates.iter().copied().filter(|date| *date >= jump).collect();
        let jumped: Vec<_> = run.dates_from(jump).through(end).collect();
        prop_assert_eq!(&jumped, &walked, "{} from {}, jump to {}", case.text, case.start, jump);
        let before = dates.iter().copied().rfind(|date| *date < jump);
        prop_assert_eq!(run.last_before(jump), before, "{} from {}, before {}", case.text, case.start, jump);
        prop_assert_eq!(run.holds(jump), dates.contains(&jump), "{} from {}, on {}", case.text, case.start, jump);
    }

}

proptest! {
    #![proptest_config(cases(200))]

    /// COUNT is counted period by period; by definition it is what is left when the rule is walked.
    #[test]
    fn a_count_ends_with_its_last_date(case in random::case(), count in 1u32..400) {
        let rule = case.text.parse::<Rrule>().unwrap().rule;
        // A rule that hardly ever happens is walked to the end of time: that takes as long as it takes.
        let walked: Vec<_> = rule.dates(case.start).take(count as usize).collect();
        let run = Rrule { rule, ends: Ends::Count(count) }.run(case.start, |until| until.date());
        prop_assert_eq!(run.last, Some(walked.last().copied().unwrap_or(case.start)), "{} from {}", case.text, case.start);
        prop_assert_eq!(run.dates().collect::<Vec<_>>(), walked);
    }

    #[test]
    fn random_text_is_a_rule_or_an_error_within_it(text in "(FREQ=|BYDAY=|;|UNTIL=|[A-Z0-9,+=é-]|MO|-1FR|DAILY|2024){0,20}") {
        if let Err(error) = text.parse::<Rrule>() {
            prop_assert!(error.span.start <= error.span.end && error.span.end <= text.len());
            prop_assert!(text.is_char_boundary(error.span.start) && text.is_char_boundary(error.span.end));
        }
    }
}

#[test]
fn a_count_beyond_all_time_ends_with_the_year_9999() {
    for text in
        ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"]
    {
        let rule = text.parse::<Rrule>().unwrap().rule;
        let start = rule.dates(day("0001-01-01")).next().unwrap();
        let run = Rrule { rule: rule.clone(), ends: Ends::Count(u32::MAX) }.run(start, |until| until.date());
        assert_eq!(run.last, rule.dates_from(start, day("9990-01-01")).last(), "{text}");
        assert_eq!(run.final_date(), run.last, "{text}");
    }
}

#[test]
fn a_count_over_several_cycles_of_the_calendar() {
    let rules = [
        ("FREQ=DAILY", "0001-01-01"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29", "2020-02-29"),
        ("FREQ=WEEKLY;BYMONTH=1,7;BYDAY=MO,SU", "1583-01-03"),
        ("FREQ=MONTHLY;BYMONTHDAY=31,-1", "2000-01-31"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,-1", "1999-12-06"),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "0004-12-27"),
        ("FREQ=YEARLY;INTERVAL=3", "0001-05-05"),
        ("FREQ=WEEKLY;INTERVAL=2", "0001-05-05"),
    ];
    for (text, start) in rules {
        let start = day(start);
        let all: Vec<_> = text.parse::<RecurrenceRule>().unwrap().dates(start).collect();
        let number = all.len();
        let near_cycles = (1..25).flat_map(|cycle| (0..3).map(move |more| number * cycle / 25 + more));
        for count in near_cycles.chain([1, 2, 97, number - 1, number]) {
            let count = count.clamp(1, number);
            let rrule: Rrule = format!("{text};COUNT={count}").parse().unwrap();
            assert_eq!(rrule.run(start, |_| start).last, Some(all[count - 1]), "{text};COUNT={count}");
        }
        let rrule: Rrule = format!("{text};COUNT=4294967295").parse().unwrap();
        assert_eq!(rrule.run(start, |_| start).last, all.last().copied(), "{text}");
    }
}
