//! A phrase cut into the words that the language has.

use std::ops::Range;

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

/// Every word but figures, as it is suggested.
pub const VOCABULARY: &[(&str, Word)] = &[
    ("Monday", Word::Weekday(Weekday::Mon)),
    ("Mondays", Word::Weekday(Weekday::Mon)),
    ("Mon", Word::Weekday(Weekday::Mon)),
    ("Tuesday", Word::Weekday(Weekday::Tue)),
    ("Tuesdays", Word::Weekday(Weekday::Tue)),
    ("Tue", Word::Weekday(Weekday::Tue)),
    ("Tues", Word::Weekday(Weekday::Tue)),
    ("Wednesday", Word::Weekday(Weekday::Wed)),
    ("Wednesdays", Word::Weekday(Weekday::Wed)),
    ("Wed", Word::Weekday(Weekday::Wed)),
    ("Weds", Word::Weekday(Weekday::Wed)),
    ("Thursday", Word::Weekday(Weekday::Thu)),
    ("Thursdays", Word::Weekday(Weekday::Thu)),
    ("Thu", Word::Weekday(Weekday::Thu)),
    ("Thur", Word::Weekday(Weekday::Thu)),
    ("Thurs", Word::Weekday(Weekday::Thu)),
    ("Friday", Word::Weekday(Weekday::Fri)),
    ("Fridays", Word::Weekday(Weekday::Fri)),
    ("Fri", Word::Weekday(Weekday::Fri)),
    ("Saturday", Word::Weekday(Weekday::Sat)),
    ("Saturdays", Word::Weekday(Weekday::Sat)),
    ("Sat", Word::Weekday(Weekday::Sat)),
    ("Sunday", Word::Weekday(Weekday::Sun)),
    ("Sundays", Word::Weekday(Weekday::Sun)),
    ("Sun", Word::Weekday(Weekday::Sun)),
    ("weekday", Word::WorkingDay),
    ("weekdays", Word::WorkingDay),
    ("January", Word::Month(1)),
    ("Jan", Word::Month(1)),
    ("February", Word::Month(2)),
    ("Feb", Word::Month(2)),
    ("March", Word::Month(3)),
    ("Mar", Word::Month(3)),
    ("April", Word::Month(4)),
    ("Apr", Word::Month(4)),
    ("May", Word::Month(5)),
    ("June", Word::Month(6)),
    ("Jun", Word::Month(6)),
    ("July", Word::Month(7)),
    ("Jul", Word::Month(7)),
    ("August", Word::Month(8)),
    ("Aug", Word::Month(8)),
    ("September", Word::Month(9)),
    ("Sept", Word::Month(9)),
    ("Sep", Word::Month(9)),
    ("October", Word::Month(10)),
    ("Oct", Word::Month(10)),
    ("November", Word::Month(11)),
    ("Nov", Word::Month(11)),
    ("December", Word::Month(12)),
    ("Dec", Word::Month(12)),
    ("first", Word::Ordinal(1)),
    ("second", Word::Ordinal(2)),
    ("third", Word::Ordinal(3)),
    ("fourth", Word::Ordinal(4)),
    ("fifth", Word::Ordinal(5)),
    ("sixth", Word::Ordinal(6)),
    ("seventh", Word::Ordinal(7)),
    ("eighth", Word::Ordinal(8)),
    ("ninth", Word::Ordinal(9)),
    ("tenth", Word::Ordinal(10)),
    ("eleventh", Word::Ordinal(11)),
    ("twelfth", Word::Ordinal(12)),
    ("thirteenth", Word::Ordinal(13)),
    ("fourteenth", Word::Ordinal(14)),
    ("fifteenth", Word::Ordinal(15)),
    ("sixteenth", Word::Ordinal(16)),
    ("seventeenth", Word::Ordinal(17)),
    ("eighteenth", Word::Ordinal(18)),
    ("nineteenth", Word::Ordinal(19)),
    ("twentieth", Word::Ordinal(20)),
    ("thirtieth", Word::Ordinal(30)),
    ("twenty", Word::Tens(20)),
    ("thirty", Word::Tens(30)),
    ("last", Word::Ordinal(-1)),
    ("one", Word::Number(1)),
    ("two", Word::Number(2)),
    ("three", Word::Number(3)),
    ("four", Word::Number(4)),
    ("five", Word::Number(5)),
    ("six", Word::Number(6)),
    ("seven", Word::Number(7)),
    ("eight", Word::Number(8)),
    ("nine", Word::Number(9)),
    ("ten", Word::Number(10)),
    ("eleven", Word::Number(11)),
    ("twelve", Word::Number(12)),
    ("other", Word::Other),
    ("alternate", Word::Other),
    ("alternating", Word::Other),
    ("day", Word::Day),
    ("days", Word::Day),
    ("week", Word::Week),
    ("weeks", Word::Week),
    ("month", Word::MonthUnit),
    ("months", Word::MonthUnit),
    ("quarter", Word::Quarter),
    ("quarters", Word::Quarter),
    ("daily", Word::Daily),
    ("weekly", Word::Weekly),
    ("monthly", Word::Monthly),
    ("quarterly", Word::Quarterly),
    ("every", Word::Every),
    ("each", Word::Every),
    ("the", Word::The),
    ("on", Word::On),
    ("of", Word::Of),
    ("in", Word::Of),
    ("and", Word::And),
    ("to", Word::To),
    ("through", Word::To),
    ("thru", Word::To),
    ("except", Word::Except),
    ("excluding", Word::Except),
];

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
