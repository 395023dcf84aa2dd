//! `every`: a small, closed English for rules, and rules as that English.
//!
//! The whole language; letter case, and the space between words, are free. What stands in parentheses after an arrow
//! is the rule.
//!
//! ```text
//! phrase    = ["on"] [each] (days | weeks | months) ;
//! each      = "every" | "each" | "the" ;
//!
//! days      = "daily" | [count] "day" ;                    -> FREQ=DAILY;INTERVAL=count
//!
//! weeks     = "weekly" ["on"] [each] weekdays              -> FREQ=WEEKLY;INTERVAL=count;BYDAY=weekdays
//!           | [count] "week" ["on"] [each] weekdays
//!           | weekdays [each [count] "week" | "weekly"]
//!           | ("other" | "alternate") weekday ;
//! weekdays  = weekspan {sep weekspan} ;
//! weekspan  = "weekday" | weekday ["to" weekday] ;
//! weekday   = "Monday" | "Mon" | … ;
//!
//! months    = monthdays ("of" | "in" | each) which         -> FREQ=MONTHLY;INTERVAL=count;BYMONTH=which;
//!           | monthdays ("monthly" | "quarterly")             BYDAY=monthdays or BYMONTHDAY=monthdays
//!           | ("monthly" | [count] "month" | "quarterly" | "quarter") ["on"] ["the"] monthdays [except] ;
//! monthdays = group {sep group} ;                          all groups with a weekday, or none
//! group     = ["the"] ordinal {sep ["the"] ordinal} [weekday | "day"] ;
//! ordinal   = "first" | "1st" | … | "31st" | "last" ;      with a weekday only "first" to "fifth" and "last"
//! which     = [each] ([count] "month" | "quarter" | monthlist) [except] ;
//! except    = [","] "except" monthlist ;                   only with every month or a list of months
//! monthlist = monthspan {sep monthspan} ;
//! monthspan = month ["to" month] ;
//! month     = "January" | "Jan" | … ;
//!
//! count     = "other" | "alternate" | "2" | "two" | … ; before "week" and "month" also "second" | "third" | … ;
//! sep       = "," | "and" | "&" | ", and" ;
//! "to"      = "to" | "through" | "-" ;  "except" = "except" | "but not" | "excluding" ;
//! ```
//!
//! Any noun may stand in the plural. The quarter is January, April, July and October. Weeks begin on Monday, and
//! what is counted is counted from the series' `start`.
//!
//! Each rule that the language can say has one canonical phrase, which [`print()`] gives: `Thursday`, `other Thursday`,
//! `3 weeks on Monday and Wednesday`, `first and third Tuesday of the month`, `15th of March and September`,
//! `first Tuesday of February to December`, `other month on the last Friday`.

mod error;
mod grammar;
mod hint;
mod parts;
mod print;
mod word;

use crate::recurrence::RecurrenceRule;

pub use error::PhraseError;
pub use print::{describe, print, say};

/// More bytes than the longest phrase that says nothing twice.
const LONGEST: usize = 2000;

/// The rule that a phrase says; the grammar stands at the head of this module.
///
/// # Errors
///
/// [`PhraseError`] with the phrase that is probably meant, or with the forms nearest to it.
pub fn parse(phrase: &str) -> Result<RecurrenceRule, PhraseError> {
    if phrase.len() > LONGEST {
        let message = format!("this phrase has {} bytes; at most {LONGEST} are allowed", phrase.len());
        return Err(PhraseError::new(0..phrase.len(), message, hint::forms_near("")));
    }
    let tokens = word::tokens(phrase);
    if let Some(unknown) = tokens.iter().find(|token| token.word.is_none()) {
        return Err(hint::unknown_word(phrase, &tokens, unknown, |tokens, phrase| {
            grammar::rule(phrase, tokens).is_ok()
        }));
    }
    grammar::rule(phrase, &tokens)
}
