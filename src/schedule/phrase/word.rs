//! A phrase cut into the words that the language has.

use std::iter;
use std::ops::Range;
use std::sync::LazyLock;

use chrono::Weekday;

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    Weekday(Weekday),
    /// Monday to Friday.
    WorkingDay,
    /// 1 to 12.
    Month(u8),
    /// 1 up, or -1 for the last.
    Ordinal(i32),
    /// Twenty or thirty, before an ordinal below ten.
    Tens(i32),
    Number(u32),
    Other,
    Day,
    Week,
    MonthUnit,
    Quarter,
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    Every,
    The,
    On,
    Of,
    And,
    Comma,
    To,
    Except,
}

/// A word and where it is; `word` is `None` where the language has no such word.
#[derive(Clone, Debug)]
pub struct Token<'t> {
    pub word: Option<Word>,
    pub text: &'t str,
    pub span: Range<usize>,
}

/// From Monday, a comma after the spellings of each.
const WEEKDAYS: &str = "Monday Mondays Mon, Tuesday Tuesdays Tue Tues, Wednesday Wednesdays Wed Weds, \
                        Thursday Thursdays Thu Thur Thurs, Friday Fridays Fri, Saturday Saturdays Sat, \
                        Sunday Sundays Sun";

/// From January, likewise.
const MONTHS: &str = "January Jan, February Feb, March Mar, April Apr, May, June Jun, July Jul, August Aug, \
                      September Sept Sep, October Oct, November Nov, December Dec";

/// From 1.
const ORDINALS: &str = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth \
                        fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth";

/// From 1.
const NUMBERS: &str = "one two three four five six seven eight nine ten eleven twelve";

/// All other words, with their spellings.
const OTHERS: [(&str, Word); 21] = [
    ("weekday weekdays", Word::WorkingDay),
    ("thirtieth", Word::Ordinal(30)),
    ("twenty", Word::Tens(20)),
    ("thirty", Word::Tens(30)),
    ("last", Word::Ordinal(-1)),
    ("other alternate alternating", Word::Other),
    ("day days", Word::Day),
    ("week weeks", Word::Week),
    ("month months", Word::MonthUnit),
    ("quarter quarters", Word::Quarter),
    ("daily", Word::Daily),
    ("weekly", Word::Weekly),
    ("monthly", Word::Monthly),
    ("quarterly", Word::Quarterly),
    ("every each", Word::Every),
    ("the", Word::The),
    ("on", Word::On),
    ("of in", Word::Of),
    ("and", Word::And),
    ("to through thru", Word::To),
    ("except excluding", Word::Except),
];

/// Every word but figures, as it is suggested.
pub static VOCABULARY: LazyLock<Vec<(&str, Word)>> = LazyLock::new(|| {
    let days = iter::successors(Some(Weekday::Mon), |day| Some(day.succ()));
    let weekdays = WEEKDAYS.split(", ").zip(days.map(Word::Weekday));
    let months = MONTHS.split(", ").zip((1..).map(Word::Month));
    let ordinals = ORDINALS.split(' ').zip((1..).map(Word::Ordinal));
    let numbers = NUMBERS.split(' ').zip((1..).map(Word::Number));
    let all = weekdays.chain(months).chain(ordinals).chain(numbers).chain(OTHERS);
    all.flat_map(|(spellings, word)| spellings.split(' ').map(move |spelling| (spelling, word))).collect()
});

/// The word for an ordinal, `first` to `twentieth`.
pub fn ordinal_word(ordinal: i32) -> Option<&'static str> {
    ORDINALS.split(' ').nth(usize::try_from(ordinal).ok()?.checked_sub(1)?)
}

/// The words of a phrase, in order.
pub fn tokens(phrase: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = phrase.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut end = start + first.len_utf8();
        if part_of_word(first) {
            while let Some((at, next)) = rest.next_if(|(_, next)| part_of_word(*next)) {
                end = at + next.len_utf8();
            }
        }
        let text = &phrase[start..end];
        let text = Some(text.trim_end_matches('.')).filter(|text| !text.is_empty()).unwrap_or(text);
        tokens.push(Token { word: word(text), text, span: start..start + text.len() });
    }
    join_pairs(phrase, tokens)
}

fn part_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | ':' | '\'' | '’' | '=')
}

/// The meaning of one word, a figure or a sign.
fn word(text: &str) -> Option<Word> {
    match text {
        "," => return Some(Word::Comma),
        "&" | "+" | "/" => return Some(Word::And),
        "-" | "–" | "—" => return Some(Word::To),
        _ => {}
    }
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        if let Ok(number) = text.parse() {
            return Some(Word::Number(number));
        }
        let (number, suffix) = numbered(text)?;
        return suffix.eq_ignore_ascii_case(ordinal_suffix(number)).then_some(Word::Ordinal(number));
    }
    VOCABULARY.iter().find(|(known, _)| known.eq_ignore_ascii_case(text)).map(|(_, word)| *word)
}

/// A figure with the ending of an ordinal, right or wrong: `1st`, `1th`.
pub fn numbered(text: &str) -> Option<(i32, &str)> {
    let (figure, suffix) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    let ending = ["st", "nd", "rd", "th"].iter().any(|known| known.eq_ignore_ascii_case(suffix));
    figure.parse().ok().filter(|_| ending).map(|number| (number, suffix))
}

/// `st`, `nd`, `rd` or `th`.
pub fn ordinal_suffix(number: i32) -> &'static str {
    match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

/// `twenty-first` and `but not` are each one.
fn join_pairs<'t>(phrase: &'t str, tokens: Vec<Token<'t>>) -> Vec<Token<'t>> {
    let mut joined: Vec<Token<'t>> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let hyphens = usize::from(joined.last().is_some_and(|last| last.text == "-"));
        let before = joined.len().checked_sub(1 + hyphens).map(|at| &joined[at]);
        let word = before.and_then(|before| match (before.word, token.word) {
            (Some(Word::Tens(tens)), Some(Word::Ordinal(ones @ 1..=9))) => Some(Word::Ordinal(tens + ones)),
            (None, None) if hyphens == 0 && is(before, "but") && is(&token, "not") => Some(Word::Except),
            _ => None,
        });
        match (word, before.map(|before| before.span.start)) {
            (Some(word), Some(start)) => {
                joined.truncate(joined.len() - 1 - hyphens);
                let span = start..token.span.end;
                joined.push(Token { word: Some(word), text: &phrase[span.clone()], span });
            }
            _ => joined.push(token),
        }
    }
    joined
}

fn is(token: &Token, word: &str) -> bool {
    token.text.eq_ignore_ascii_case(word)
}
