//! What a phrase that is not a rule probably means.

use std::fmt::Write as _;
use std::ops::Range;

use chrono::Weekday;

use crate::diagnostic::{did_you_mean, quoted};
use crate::recurrence::weekday_code;

use super::error::PhraseError;
use super::print::{numbered, ordinal_name};
use super::word::{self, Token, VOCABULARY, Word};
use crate::text::{list, weekday_name};

/// What to do with a time of day.
const TIME_OF_DAY: &str = "leave it out here and write `time = \"18:30\"`";

/// One phrase of each form, a comma between them.
const FORMS: &str = "Thursday, Tuesday and Thursday, other Thursday, 3 weeks on Monday, day, weekday, \
                     first Tuesday of the month, second and fourth Thursday of the month, \
                     last Friday of the month, first Tuesday of February to December, \
                     first Wednesday of the quarter, 5th and 15th of the month, last day of the month, \
                     other month on the last Friday";

/// The three forms that share most words and then most letters with the phrase.
pub fn forms_near(phrase: &str) -> String {
    let phrase: String = phrase.chars().take(200).collect::<String>().to_lowercase();
    let likeness = |form: &str| {
        let shared = form.split(' ').filter(|word| !matches!(*word, "the" | "of" | "on" | "and"));
        let shared = shared.filter(|word| phrase.contains(word)).count();
        (shared, strsim::sorensen_dice(form, &phrase))
    };
    let mut forms: Vec<_> = FORMS.split(", ").map(|form| (likeness(&form.to_lowercase()), form)).collect();
    forms.sort_by(|(one, _), (other, _)| other.0.cmp(&one.0).then(other.1.total_cmp(&one.1)));
    let near: Vec<String> = forms.iter().take(3).map(|(_, form)| format!("\"{form}\"")).collect();
    format!("similar forms: {}; for anything else use `rule`", near.join(", "))
}

/// A word that the language does not have. `is_rule` says whether other words are a rule.
pub fn unknown_word(
    phrase: &str,
    tokens: &[Token],
    unknown: &Token,
    is_rule: impl Fn(&[Token], &str) -> bool,
) -> PhraseError {
    if let Some(error) = left_out_on_purpose(phrase, tokens, unknown) {
        return error;
    }
    let span = unknown.span.clone();
    let shown = quoted(unknown.text);
    if time_of_day(unknown.text) {
        let message = format!("{shown} is a time of day, which has its own key");
        return PhraseError::new(span, message, TIME_OF_DAY);
    }
    if unknown.text.contains('=') {
        return PhraseError::new(span, "this is RRULE text", "write it as `rule`, without `every`");
    }
    let message = format!("`every` does not know the word {shown}");
    let meant = corrected(phrase, tokens, is_rule).or_else(|| near_words(unknown.text).into_iter().next());
    let help = meant.map_or_else(|| forms_near(phrase), |meant| did_you_mean(&meant));
    PhraseError::new(span, message, help)
}

/// Words that people use and the language leaves out on purpose: what is wrong with each, and the way out.
fn left_out_on_purpose(phrase: &str, tokens: &[Token], unknown: &Token) -> Option<PhraseError> {
    let mut span = unknown.span.clone();
    let mut word = unknown.text.to_lowercase();
    if matches!(word.as_str(), "bi" | "semi")
        && let Some(rest) = tokens.iter().find(|token| token.span.start > span.start && token.text != "-")
    {
        span.end = rest.span.end;
        word.push_str(&rest.text.to_lowercase());
    }
    let named = weekdays(tokens);
    let weekday = named.first().copied().unwrap_or("Thursday");
    let twice_a_month = format!("\"first and third {weekday} of the month\"");
    let plain = |problem, help: &str| (problem, help.to_owned());
    let (problem, help) = match word.as_str() {
        "biweekly" | "bi" => {
            let all = list(named.iter().map(|weekday| (*weekday).to_owned()));
            let (fortnight, week) = match named.len() {
                0 | 1 => (format!("other {weekday}"), twice_a_week(weekday).to_owned()),
                _ => (format!("2 weeks on {all}"), all),
            };
            let help = format!("write \"{fortnight}\", counted from `start`, or \"{week}\"");
            ("can mean every second week or twice a week", help)
        }
        "fortnightly" | "fortnight" | "fortnights" => {
            ("is written \"other\" here", format!("write \"other {weekday}\", counted from `start`"))
        }
        "bimonthly" => {
            let help = format!("write \"other month on the first {weekday}\" or {twice_a_month}");
            ("can mean every second month or twice a month", help)
        }
        "once" => {
            let help = format!("write \"{weekday}\" for every week, or \"first {weekday} of the month\"");
            ("does not say on which days", help)
        }
        "twice" | "thrice" | "a" | "per" | "times" | "semi" | "semiweekly" | "semimonthly" => {
            let week = twice_a_week(weekday);
            let help = format!("write {twice_a_month} or \"{week}\"; for anything else use `rule`");
            ("does not say on which days", help)
        }
        "at" | "@" | "am" | "pm" | "noon" | "midday" | "midnight" | "o'clock" => {
            plain("belongs to a time of day, which has its own key", TIME_OF_DAY)
        }
        "weekend" | "weekends" => plain("does not mean the same days everywhere", "write \"Saturday and Sunday\""),
        "penultimate" => plain(
            "counts from the end, which only \"last\" does here",
            "for the last but one Friday write `rule = \"FREQ=MONTHLY;BYDAY=-2FR\"`",
        ),
        "yearly" | "annually" | "annual" | "year" | "years" => plain(
            "is not a unit that `every` knows",
            "name the month, as in \"last Saturday of June\", or use `rule` with FREQ=YEARLY",
        ),
        "hourly" | "hour" | "hours" | "minute" | "minutes" => {
            plain("is more frequent than daily, which neither `every` nor `rule` can say", "write \"day\" and a `time`")
        }
        "or" => plain("does not say which", "write \"and\", or two series"),
        _ => return None,
    };
    let message = format!("{} {problem}", quoted(&phrase[span.clone()]));
    Some(PhraseError::new(span, message, help))
}

/// This weekday and another, half a week away: `Tuesday and Friday`.
fn twice_a_week(weekday: &str) -> &'static str {
    match weekday {
        "Monday" | "Thursday" => "Monday and Thursday",
        "Tuesday" | "Friday" => "Tuesday and Friday",
        "Wednesday" | "Saturday" => "Wednesday and Saturday",
        _ => "Wednesday and Sunday",
    }
}

fn time_of_day(text: &str) -> bool {
    let digits = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let rest = digits.to_lowercase();
    digits.len() < text.len()
        && (rest.starts_with([':', '.']) || matches!(rest.as_str(), "am" | "pm" | "h" | "a.m" | "p.m"))
}

/// The phrase with each unknown word replaced by one near it, if that is a phrase of the language.
fn corrected(phrase: &str, tokens: &[Token], is_rule: impl Fn(&[Token], &str) -> bool) -> Option<String> {
    let mut drafts = vec![(String::new(), 0)];
    for token in tokens.iter().filter(|token| token.word.is_none()) {
        let near = near_words(token.text);
        drafts = drafts
            .into_iter()
            .flat_map(|(draft, from)| {
                let before = phrase[from..token.span.start].to_owned();
                near.iter().map(move |near| (format!("{draft}{before}{near}"), token.span.end)).collect::<Vec<_>>()
            })
            .take(64)
            .collect();
    }
    drafts.into_iter().map(|(draft, from)| draft + &phrase[from..]).find(|draft| {
        let tokens = word::tokens(draft);
        tokens.iter().all(|token| token.word.is_some()) && is_rule(&tokens, draft)
    })
}

/// Words of the language within a typing mistake or two, nearest first.
fn near_words(text: &str) -> Vec<String> {
    if let Some((number, _)) = word::numbered(text) {
        return vec![numbered(number)];
    }
    let lower = text.to_lowercase();
    let allowed = match lower.chars().count() {
        0..3 => return Vec::new(),
        3..6 => 1,
        6..9 => 2,
        _ => 3,
    };
    let mut near: Vec<(usize, &str)> = VOCABULARY
        .iter()
        .map(|(known, _)| (strsim::damerau_levenshtein(&known.to_lowercase(), &lower), *known))
        .filter(|(distance, known)| *distance <= allowed && *distance * 2 < known.len())
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().take(4).map(|(_, known)| known.to_owned()).collect()
}

/// A known word in a place where none like it can stand.
pub fn unexpected(phrase: &str, tokens: &[Token], token: &Token) -> PhraseError {
    let span = token.span.clone();
    let before = tokens.iter().take_while(|before| before.span.start < token.span.start).last();
    let weekday = weekdays(tokens).first().copied();
    let counted = tokens.iter().any(|token| matches!(token.word, Some(Word::Ordinal(_))));
    match (token.word, weekday) {
        (Some(Word::And | Word::Comma), _) if tokens.last().is_some_and(|last| last.span == span) => PhraseError::new(
            span,
            format!("nothing follows {}", quoted(token.text)),
            "something must follow it, as in \"Tuesday and Thursday\"",
        ),
        (Some(Word::Month(_)), _) if before.is_none() => {
            let help = format!("write \"15th of {0}\" or \"first Tuesday of {0}\"", token.text);
            PhraseError::new(span, "the days come before the month", help)
        }
        (Some(Word::Of), Some(weekday)) if !counted => PhraseError::new(
            span,
            format!("which {weekday} of the month?"),
            format!(
                "write \"first {weekday} of the month\", or \"{weekday}\" for every one; for those of some months use `rule`"
            ),
        ),
        (Some(Word::Month(_)), _) if before.is_some_and(|before| matches!(before.word, Some(Word::Number(_)))) => {
            let date = before.map_or("", |before| before.text);
            let day = date.parse().map_or_else(|_| date.to_owned(), numbered);
            let message = format!("\"{date} {}\" is not how a date is written here", token.text);
            PhraseError::new(span, message, format!("write \"{day} of {}\"", token.text))
        }
        _ => {
            let place =
                before.map_or_else(|| "at the beginning".to_owned(), |before| format!("after {}", quoted(before.text)));
            let message = format!("{} makes no sense {place}", quoted(token.text));
            PhraseError::new(span, message, forms_near(phrase))
        }
    }
}

/// The weekdays that are named, in full.
fn weekdays(tokens: &[Token]) -> Vec<&'static str> {
    let named = tokens.iter().filter_map(|token| match token.word {
        Some(Word::Weekday(weekday)) => Some(weekday_name(weekday)),
        _ => None,
    });
    named.collect()
}

/// The bytes of a phrase without the space and the full stop around it.
fn whole(phrase: &str, tokens: &[Token]) -> Range<usize> {
    let end = phrase.trim_end_matches(|end: char| end.is_whitespace() || end == '.').len();
    tokens.first().map_or(0, |first| first.span.start)..end
}

/// "every".
pub fn no_days(phrase: &str, tokens: &[Token]) -> PhraseError {
    PhraseError::new(whole(phrase, tokens), "this does not say on which days", forms_near(phrase))
}

/// A phrase that breaks off.
pub fn incomplete(phrase: &str, tokens: &[Token], help: String) -> PhraseError {
    let span = whole(phrase, tokens);
    let message = format!("{} is incomplete", quoted(&phrase[span.clone()]));
    PhraseError::new(span, message, help)
}

/// Numbered weekdays without `of the month`.
pub fn no_months(phrase: &str, tokens: &[Token], weekdays: &[(i32, Weekday)]) -> PhraseError {
    let span = whole(phrase, tokens);
    let shown = quoted(&phrase[span.clone()]);
    let days = list(weekdays.iter().map(|(nth, weekday)| format!("{} {}", ordinal_name(*nth), weekday_name(*weekday))));
    if let [(count @ 2.., weekday)] = weekdays {
        let weekday = weekday_name(*weekday);
        let rhythm = if *count == 2 { format!("other {weekday}") } else { format!("{count} weeks on {weekday}") };
        let help = format!("write \"{rhythm}\" or \"{days} of the month\"");
        return PhraseError::new(span, format!("{shown} can mean two things"), help);
    }
    let help = format!("write \"{days} of the month\"");
    PhraseError::new(span, format!("{shown} does not say of which months"), help)
}

/// "other Tuesday and Thursday".
pub fn other_of_several(phrase: &str, span: Range<usize>, weekdays: &[Weekday]) -> PhraseError {
    let message = format!("{} can mean two things", quoted(&phrase[span.clone()]));
    let days = list(weekdays.iter().map(|weekday| weekday_name(*weekday).to_owned()));
    PhraseError::new(
        span,
        message,
        format!("write \"2 weeks on {days}\" for all of them in every second week, or two series"),
    )
}

/// "first weekday of the month": BYSETPOS, which only `rule` has.
pub fn working_day(ordinals: &[i32], span: Range<usize>) -> PhraseError {
    let positions = ordinals.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let help = format!("write `rule = \"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={positions}\"`");
    PhraseError::new(span, "`every` cannot number working days", help)
}

/// "first Monday and Thursday".
pub fn unnumbered(ordinal: i32, next: Option<Word>, span: Range<usize>) -> PhraseError {
    let weekday = if let Some(Word::Weekday(weekday)) = next { weekday_name(weekday) } else { "Thursday" };
    let message = format!("which {weekday} of the month?");
    PhraseError::new(span, message, format!("write \"{} {weekday}\" if it is the same one", ordinal_name(ordinal)))
}

/// No month has a sixth Tuesday.
pub fn check_ordinal(ordinal: i32, weekday: Weekday, span: Range<usize>) -> Result<(), PhraseError> {
    if matches!(ordinal, -1 | 1..=5) {
        return Ok(());
    }
    let message = format!("no month has a {} {}", numbered(ordinal), weekday_name(weekday));
    let mut help = "weekdays go from \"first\" to \"fifth\" and \"last\"".to_owned();
    if matches!(ordinal, 1..=53) {
        let _ = write!(help, "; of the year: `rule = \"FREQ=YEARLY;BYDAY={ordinal}{}\"`", weekday_code(weekday));
    }
    Err(PhraseError::new(span, message, help))
}

/// No month has a 32nd.
pub fn check_date(ordinal: i32, span: Range<usize>) -> Result<(), PhraseError> {
    if matches!(ordinal, -1 | 1..=31) {
        return Ok(());
    }
    let message = format!("no month has a {}", numbered(ordinal));
    Err(PhraseError::new(span, message, "dates go from \"1st\" to \"31st\" and \"last day\""))
}
