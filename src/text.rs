//! English and characters, once: dates, counts and lists as people write them, the marks of a SUMMARY, and which
//! characters act on a terminal or on the direction of text.
//!
//! The lowest layer. It imports nothing of the crate, so that everything else can speak with one voice.

mod date;

use std::borrow::Cow;
use std::io;

use chrono::{Month, NaiveDate, Weekday};

pub use date::{
    LAST_DAY, LAST_YEAR, as_ical_date, as_ical_date_time, as_toml_date, as_toml_date_time, ical_date, ical_date_time,
    ical_time, ical_utc, toml_date,
};

/// The month in English; 1 is January.
pub fn month_name(month: u8) -> &'static str {
    Month::try_from(month).map_or("", |month| month.name())
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The weekday in English, in full.
pub fn weekday_name(weekday: Weekday) -> &'static str {
    WEEKDAYS[weekday.num_days_from_monday() as usize]
}

/// A day as people write it: `6 September 2016`.
pub fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// The same with its weekday: `Tue 6 September 2016`.
pub fn weekday_and_day(date: NaiveDate) -> String {
    date.format("%a %-d %B %Y").to_string()
}

/// The same for a column, where space is short: `6 Sep 2016`.
pub fn short_day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// A month as people write it: `September 2016`.
pub fn month(date: NaiveDate) -> String {
    date.format("%B %Y").to_string()
}

/// A number of things: `1 chat`, `2 chats`. The plural of `thing` ends in `s`.
pub fn count(number: usize, thing: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{s}")
}

/// A large number as people write it: `20,000`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join(",")
}

/// So many octets as people write them, rounded up: `1.2 kB`, `64 kB`, `16.1 MB`.
pub fn size(octets: usize) -> String {
    match octets {
        0..10_000 => format!("{}.{} kB", octets.div_ceil(100) / 10, octets.div_ceil(100) % 10),
        10_000..1_000_000 => format!("{} kB", octets.div_ceil(1_000)),
        _ => match octets.div_ceil(100_000) {
            tenths if tenths.is_multiple_of(10) => format!("{} MB", thousands(tenths / 10)),
            tenths => format!("{}.{} MB", thousands(tenths / 10), tenths % 10),
        },
    }
}

/// Why something could not be read or written, in the same words on every system.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        // Our own say it already.
        _ if error.get_ref().is_some() => error.to_string(),
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "it is a file, not a folder".to_owned(),
        io::ErrorKind::InvalidFilename => "the system allows no such name, as it is too long".to_owned(),
        _ => error.to_string(),
    }
}

/// The form of a verb that agrees with a number of things.
pub fn agreeing(number: usize, one: &'static str, many: &'static str) -> &'static str {
    if number == 1 { one } else { many }
}

/// A file that is larger than it may be: `it has 1.1 MiB; at most 1 MiB is allowed`.
pub fn too_large(bytes: u64, most: u64) -> String {
    format!("it has {}; {}", mebibytes(bytes), size_limit(most))
}

/// How large a file may be: `at most 1 MiB is allowed`.
pub fn size_limit(most: u64) -> String {
    format!("at most {} is allowed", mebibytes(most))
}

/// Rounded up: what is more than a limit must not look like it.
fn mebibytes(bytes: u64) -> String {
    match (bytes * 10).div_ceil(1 << 20) {
        tenths if tenths.is_multiple_of(10) => format!("{} MiB", tenths / 10),
        tenths => format!("{}.{} MiB", tenths / 10, tenths % 10),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: impl IntoIterator<Item = String>) -> String {
    joined(items, "and")
}

/// What stands before and after the title in the SUMMARY of a meeting: most calendar programs do not show STATUS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Before the title.
    pub before: &'static str,
    /// After the title and the topic.
    pub after: &'static str,
}

impl Marks {
    /// A meeting that takes place for all that is known.
    pub const NONE: Self = Self { before: "", after: "" };
    /// A meeting that was called off.
    pub const CANCELLED: Self = Self { before: "Cancelled: ", after: "" };
    /// A meeting that nobody can vouch for.
    pub const UNCONFIRMED: Self = Self { before: "", after: " (unconfirmed)" };

    /// A SUMMARY without these marks; as it is, where it lacks them.
    pub fn strip(self, summary: &str) -> &str {
        let summary = summary.strip_prefix(self.before).unwrap_or(summary);
        summary.strip_suffix(self.after).unwrap_or(summary)
    }
}

/// Unicode's marks of direction (Annex 9): embeddings, overrides, isolates, and the marks that stand alone.
pub fn turns_direction(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A word of a command line, in quotes where a shell would part it or act on it (POSIX, Shell Command Language 2.2.2).
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+,:@%".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', "'\\''")))
}

/// A text with every embedding, override and isolate closed (Unicode's Annex 9), and nothing closed that it did not open:
/// what stands after it in the same line keeps its direction.
pub fn closed(text: &str) -> Cow<'_, str> {
    if !text.contains(turns_direction) {
        return Cow::Borrowed(text);
    }
    let (mut shown, mut open) = (String::with_capacity(text.len() + 8), Vec::new());
    for letter in text.chars() {
        match letter {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => {
                open.push('\u{202c}');
                shown.push(letter);
            }
            '\u{2066}'..='\u{2068}' => {
                open.push('\u{2069}');
                shown.push(letter);
            }
            '\u{202c}' if open.last() != Some(&letter) => {}
            '\u{2069}' if !open.contains(&letter) => {}
            '\u{202c}' | '\u{2069}' => {
                while let Some(close) = open.pop() {
                    shown.push(close);
                    if close == letter {
                        break;
                    }
                }
            }
            _ => shown.push(letter),
        }
    }
    shown.extend(open.into_iter().rev());
    Cow::Owned(shown)
}

/// A text for HTML and XML, as far as it holds characters that these refuse, which are shown as U+FFFD: control characters
/// other than white space, and code points that are no characters at all. What is markup in it is still to be escaped.
pub fn in_markup(text: &str) -> Cow<'_, str> {
    if text.contains(is_refused_in_markup) {
        return Cow::Owned(text.replace(is_refused_in_markup, "\u{fffd}"));
    }
    Cow::Borrowed(text)
}

/// Whether HTML and XML refuse a character.
pub fn is_refused_in_markup(char: char) -> bool {
    let code = u32::from(char);
    (char.is_control() && char != '\n' && char != '\t') || code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code)
}

/// Whether a character ends a line wherever text is shown.
pub fn breaks_line(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character acts instead of being seen: C0 and C1 controls, what breaks lines, what turns the direction.
pub fn acts_on_terminal(character: char) -> bool {
    character.is_control() || breaks_line(character) || turns_direction(character)
}

/// Not seen, and no line may be broken there (Unicode's word joiner).
const JOINER: &str = "\u{2060}";
/// How a command to a CI runner begins: of GitHub at the beginning of a line, after spaces.
const COMMAND: &str = "::";
/// How one begins anywhere in a line: in GitHub's older form, with a word before the bracket elsewhere.
const MARK: &str = "##";

/// A text in which no CI runner finds a command of its own, wherever lines of it are broken.
pub fn without_commands(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains(COMMAND) && !text.contains(MARK) {
        return text;
    }
    let shown = with_brackets(&text, &format!("{JOINER}["));
    let words = shown.split_inclusive(char::is_whitespace).map(|word| match word.strip_prefix(COMMAND) {
        Some(rest) => format!(":{JOINER}:{rest}"),
        None => word.to_owned(),
    });
    Cow::Owned(words.collect())
}

/// A text in which the bracket of each command that begins anywhere in a line is replaced: `##[error]`,
/// `##vso[task.complete]`.
pub fn with_brackets<'t>(text: &'t str, bracket: &str) -> Cow<'t, str> {
    let (mut shown, mut taken) = (String::new(), 0);
    for (at, _) in text.match_indices('[') {
        if text[..at].trim_end_matches(|letter: char| letter.is_ascii_alphanumeric()).ends_with(MARK) {
            shown.extend([&text[taken..at], bracket]);
            taken = at + 1;
        }
    }
    if taken == 0 { Cow::Borrowed(text) } else { Cow::Owned(shown + &text[taken..]) }
}

/// The marks that git leaves in a file where it could not merge two versions.
pub fn is_conflict_mark(line: &str) -> bool {
    let mark = |mark: &str| {
        let rest = line.strip_prefix(mark);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r']))
    };
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].into_iter().any(mark)
}

/// `a`, `a or b`, `a, b or c`.
pub fn either(items: impl IntoIterator<Item = String>) -> String {
    joined(items, "or")
}

fn joined(items: impl IntoIterator<Item = String>, word: &str) -> String {
    let items: Vec<String> = items.into_iter().collect();
    match &items[..] {
        [front @ .., last] if !front.is_empty() => format!("{} {word} {last}", front.join(", ")),
        _ => items.concat(),
    }
}
