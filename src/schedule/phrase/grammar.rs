//! Words to a rule, by the grammar at the head of the module above.

use std::ops::Range;

use chrono::Weekday;

use crate::diagnostic::quoted;
use crate::recurrence::{Frequency, RecurrenceRule, RuleParts};

use super::error::PhraseError;
use super::hint;
use super::parts::{self, MonthDays, Months, weekly};
use super::print::QUARTER;
use super::word::{Token, Word};

/// What to write where ordinals stand without what they number.
const NUMBERED: &str = "write \"1st and 15th of the month\" or \"first and third Tuesday of the month\"";

/// The rule that these words say; all of them are words of the language.
pub fn rule(phrase: &str, tokens: &[Token]) -> Result<RecurrenceRule, PhraseError> {
    let mut parser = Parser { phrase, tokens, at: 0 };
    let parts = parser.phrase()?;
    if let Some(rest) = parser.token() {
        return Err(hint::unexpected(phrase, tokens, rest));
    }
    parts.rule().map_err(|_| PhraseError::new(0..phrase.len(), "this is not a rule", hint::forms_near(phrase)))
}

struct Parser<'p> {
    phrase: &'p str,
    tokens: &'p [Token<'p>],
    at: usize,
}

impl<'p> Parser<'p> {
    fn token(&self) -> Option<&'p Token<'p>> {
        self.tokens.get(self.at)
    }

    fn ahead(&self, by: usize) -> Option<Word> {
        self.tokens.get(self.at + by).and_then(|token| token.word)
    }

    fn peek(&self) -> Option<Word> {
        self.ahead(0)
    }

    fn eat(&mut self, word: Word) -> bool {
        let found = self.peek() == Some(word);
        self.at += usize::from(found);
        found
    }

    /// A separator of a list, if something of the list follows it.
    fn separator(&mut self, follows: impl Fn(Option<Word>) -> bool) -> bool {
        let length = match (self.peek(), self.ahead(1)) {
            (Some(Word::Comma), Some(Word::And)) => 2,
            (Some(Word::Comma | Word::And), _) => 1,
            _ => return false,
        };
        let found = follows(self.ahead(length));
        self.at += if found { length } else { 0 };
        found
    }

    /// The bytes from a token up to where the parser stands.
    fn span_from(&self, at: usize) -> Range<usize> {
        let end = self.at.min(self.tokens.len());
        let start = self.tokens.get(at).map_or(self.phrase.len(), |token| token.span.start);
        start..self.tokens[..end].last().map_or(start, |token| token.span.end).max(start)
    }

    /// The next word cannot stand here, or, where the phrase breaks off, something is missing.
    fn wrong<T>(&self, missing: impl FnOnce(&str, &[Token]) -> PhraseError) -> Result<T, PhraseError> {
        Err(match self.token() {
            Some(token) => hint::unexpected(self.phrase, self.tokens, token),
            None => missing(self.phrase, self.tokens),
        })
    }

    fn incomplete<T>(&self, help: impl Into<String>) -> Result<T, PhraseError> {
        self.wrong(|phrase, tokens| hint::incomplete(phrase, tokens, help.into()))
    }

    fn without_unit<T>(&self, count: u32) -> Result<T, PhraseError> {
        let examples = format!("\"{count} weeks on Monday\" or \"{count} months on the first Monday\"");
        self.incomplete(format!("{count} of what? Write {examples}"))
    }

    fn without_months<T>(&self, days: &MonthDays) -> Result<T, PhraseError> {
        match days {
            MonthDays::Weekdays(weekdays) => self.wrong(|phrase, tokens| hint::no_months(phrase, tokens, weekdays)),
            MonthDays::Dates(_) => self.incomplete(NUMBERED),
        }
    }

    fn phrase(&mut self) -> Result<RuleParts, PhraseError> {
        self.eat(Word::On);
        let _ = self.eat(Word::Every) || self.eat(Word::The);
        if self.eat(Word::Daily) {
            return Ok(RuleParts::every(1, Frequency::Daily));
        } else if self.eat(Word::Weekly) {
            return self.weeks_on(1);
        } else if self.eat(Word::Monthly) {
            return self.months_on(Months::Every(1));
        } else if self.eat(Word::Quarterly) || self.eat(Word::Quarter) {
            return self.months_on(Months::Some(QUARTER.to_vec()));
        }
        match (self.peek(), self.ahead(1)) {
            (Some(Word::Weekday(_) | Word::WorkingDay), _) => self.weekdays_first(),
            (Some(Word::Other), Some(Word::Weekday(_) | Word::WorkingDay)) => self.other_weekday(),
            (Some(Word::Ordinal(_)), Some(Word::Week | Word::MonthUnit))
            | (Some(Word::Other | Word::Number(_) | Word::Day | Word::Week | Word::MonthUnit), _) => self.counted(),
            (Some(Word::Ordinal(_)), _) => self.month_days_first(),
            _ => self.wrong(hint::no_days),
        }
    }

    /// How many, before `day`, `week` or `month`; 1 where nothing is said.
    fn count(&mut self) -> Result<u32, PhraseError> {
        let at = self.at;
        let count = match self.peek() {
            Some(Word::Other) => 2,
            Some(Word::Number(number)) => number,
            Some(Word::Ordinal(ordinal)) => u32::try_from(ordinal).unwrap_or(0),
            _ => return Ok(1),
        };
        let ordinal = matches!(self.peek(), Some(Word::Ordinal(_)));
        self.at += 1;
        if count == 0 || (ordinal && count == 1) {
            let unit = self.token().map_or("weeks", |token| token.text);
            self.at += usize::from(self.token().is_some());
            let span = self.span_from(at);
            let units = unit.trim_end_matches('s');
            let message = format!("{} is not a number of {units}s", quoted(&self.phrase[span.clone()]));
            return Err(PhraseError::new(span, message, hint::forms_near(self.phrase)));
        }
        Ok(count)
    }

    /// `day`, `3 weeks on …`, `other month on …`.
    fn counted(&mut self) -> Result<RuleParts, PhraseError> {
        let count = self.count()?;
        if self.eat(Word::Day) {
            Ok(RuleParts::every(count, Frequency::Daily))
        } else if self.eat(Word::Week) {
            self.weeks_on(count)
        } else if self.eat(Word::MonthUnit) {
            self.months_on(Months::Every(count))
        } else {
            self.without_unit(count)
        }
    }

    fn weeks_on(&mut self, count: u32) -> Result<RuleParts, PhraseError> {
        self.eat(Word::On);
        self.eat(Word::Every);
        match self.peek() {
            Some(Word::Weekday(_) | Word::WorkingDay) => Ok(weekly(count, &self.weekdays())),
            _ if count == 1 => self.incomplete("on which day? Write \"Thursday\" for every week"),
            _ => self.incomplete(format!("on which day? Write \"{count} weeks on Monday\"")),
        }
    }

    fn weekdays_first(&mut self) -> Result<RuleParts, PhraseError> {
        let weekdays = self.weekdays();
        if self.eat(Word::Weekly) || !self.eat(Word::Every) {
            return Ok(weekly(1, &weekdays));
        }
        let count = self.count()?;
        if self.eat(Word::Week) { Ok(weekly(count, &weekdays)) } else { self.without_unit(count) }
    }

    /// One weekday only: what "other Tuesday and Thursday" means is anybody's guess.
    fn other_weekday(&mut self) -> Result<RuleParts, PhraseError> {
        let at = self.at;
        self.at += 1;
        let weekdays = self.weekdays();
        if weekdays.len() == 1 {
            return Ok(weekly(2, &weekdays));
        }
        Err(hint::other_of_several(self.phrase, self.span_from(at), &weekdays))
    }

    /// The weekdays from here on; none where another word stands.
    fn weekdays(&mut self) -> Vec<Weekday> {
        let mut weekdays = Vec::new();
        loop {
            let (first, last) = match (self.peek(), self.ahead(1), self.ahead(2)) {
                (Some(Word::WorkingDay), ..) => (Weekday::Mon, Weekday::Fri),
                (Some(Word::Weekday(first)), Some(Word::To), Some(Word::Weekday(last))) => {
                    self.at += 2;
                    (first, last)
                }
                (Some(Word::Weekday(weekday)), ..) => (weekday, weekday),
                _ => break,
            };
            self.at += 1;
            weekdays.extend(span_of_weekdays(first, last));
            if !self.separator(|word| matches!(word, Some(Word::Weekday(_) | Word::WorkingDay))) {
                break;
            }
        }
        weekdays.sort_by_key(Weekday::num_days_from_monday);
        weekdays.dedup();
        weekdays
    }

    fn month_days_first(&mut self) -> Result<RuleParts, PhraseError> {
        let at = self.at;
        let days = self.month_days()?;
        let span = self.span_from(at);
        let months = if self.eat(Word::Monthly) {
            self.except_months(Months::Every(1))?
        } else if self.eat(Word::Quarterly) {
            self.except_months(Months::Some(QUARTER.to_vec()))?
        } else if self.eat(Word::Of) || self.peek() == Some(Word::Every) {
            self.which(&days)?
        } else {
            return self.without_months(&days);
        };
        self.monthly(days, months, &span)
    }

    fn months_on(&mut self, months: Months) -> Result<RuleParts, PhraseError> {
        self.eat(Word::On);
        let at = self.at;
        if !matches!((self.peek(), self.ahead(1)), (Some(Word::Ordinal(_)), _) | (Some(Word::The), Some(_))) {
            let examples = match months {
                Months::Every(1) => "first Tuesday of the month\" or \"15th of the month",
                Months::Every(2) => "other month on the last Friday",
                Months::Every(count) => &format!("{count} months on the last Friday"),
                Months::Some(_) => "first Wednesday of the quarter",
            };
            return self.incomplete(format!("on which day? Write \"{examples}\""));
        }
        let days = self.month_days()?;
        let span = self.span_from(at);
        let months = self.except_months(months)?;
        self.monthly(days, months, &span)
    }

    /// `first and third Tuesday`, `first Monday and last Friday`, `15th and last day`.
    fn month_days(&mut self) -> Result<MonthDays, PhraseError> {
        let begin = self.at;
        let (mut weekdays, mut dates) = (Vec::new(), Vec::new());
        loop {
            let at = self.at;
            let ordinals = self.ordinals()?;
            match self.peek() {
                Some(Word::Weekday(weekday)) => {
                    self.at += 1;
                    for ordinal in ordinals {
                        hint::check_ordinal(ordinal, weekday, self.span_from(at))?;
                        weekdays.push((ordinal, weekday));
                    }
                }
                _ if self.eat(Word::WorkingDay) => return Err(hint::working_day(&ordinals, self.span_from(at))),
                _ => {
                    self.eat(Word::Day);
                    for ordinal in ordinals {
                        hint::check_date(ordinal, self.span_from(at))?;
                        dates.push(ordinal as i8);
                    }
                }
            }
            if self.separator(|word| matches!(word, Some(Word::Ordinal(_) | Word::The))) {
                continue;
            }
            if let Some((ordinal, _)) = weekdays.last()
                && self.separator(|word| matches!(word, Some(Word::Weekday(_))))
            {
                return Err(hint::unnumbered(*ordinal, self.token().and_then(|token| token.word), self.span_from(at)));
            }
            break;
        }
        match (weekdays.is_empty(), dates.is_empty()) {
            (false, true) => Ok(MonthDays::Weekdays(weekdays)),
            (true, _) => Ok(MonthDays::Dates(dates)),
            (false, false) => Err(PhraseError::new(
                self.span_from(begin),
                "weekdays and dates of the month cannot be combined in one phrase",
                "write two series, one for each",
            )),
        }
    }

    fn ordinals(&mut self) -> Result<Vec<i32>, PhraseError> {
        let mut ordinals = Vec::new();
        loop {
            self.eat(Word::The);
            let Some(Word::Ordinal(ordinal)) = self.peek() else { return self.incomplete(NUMBERED) };
            self.at += 1;
            ordinals.push(ordinal);
            if !self.separator(|word| matches!(word, Some(Word::Ordinal(_) | Word::The))) {
                return Ok(ordinals);
            }
        }
    }

    /// What comes after `of`.
    fn which(&mut self, days: &MonthDays) -> Result<Months, PhraseError> {
        let _ = self.eat(Word::Every) || self.eat(Word::The);
        let months = match self.peek() {
            _ if self.eat(Word::Quarter) => Months::Some(QUARTER.to_vec()),
            Some(Word::Month(_)) => Months::Some(self.month_list()),
            Some(Word::MonthUnit | Word::Other | Word::Number(_) | Word::Ordinal(_)) => {
                let count = self.count()?;
                if !self.eat(Word::MonthUnit) {
                    return self.without_months(days);
                }
                Months::Every(count)
            }
            _ => return self.without_months(days),
        };
        self.except_months(months)
    }

    /// The months that remain of these after `except …`.
    fn except_months(&mut self, months: Months) -> Result<Months, PhraseError> {
        let at = self.at;
        let comma = self.eat(Word::Comma);
        if !self.eat(Word::Except) {
            self.at -= usize::from(comma);
            return Ok(months);
        }
        let Some(Word::Month(_)) = self.peek() else {
            return self.incomplete("name the months, as in \"first Tuesday of every month except January\"");
        };
        let except = self.month_list();
        let span = self.span_from(at);
        let mut left = match months {
            Months::Every(1) => (1..=12).collect(),
            Months::Some(months) => months,
            Months::Every(count) => {
                let message = format!("no month can be left out of every {count} months");
                return Err(PhraseError::new(span, message, "name the months that remain, or use `rule`"));
            }
        };
        left.retain(|month| !except.contains(month));
        if left.is_empty() {
            return Err(PhraseError::new(span, "no month is left", "leave out fewer months"));
        }
        Ok(Months::Some(left))
    }

    fn month_list(&mut self) -> Vec<u8> {
        let mut months = Vec::new();
        while let Some(Word::Month(first)) = self.peek() {
            self.at += 1;
            if let (Some(Word::To), Some(Word::Month(last))) = (self.peek(), self.ahead(1)) {
                self.at += 2;
                months.extend((0..12).map(|step| (first - 1 + step) % 12 + 1).take_while(|month| *month != last));
                months.push(last);
            } else {
                months.push(first);
            }
            if !self.separator(|word| matches!(word, Some(Word::Month(_)))) {
                break;
            }
        }
        months.sort_unstable();
        months.dedup();
        months
    }

    fn monthly(&self, days: MonthDays, months: Months, span: &Range<usize>) -> Result<RuleParts, PhraseError> {
        parts::monthly(days, months).ok_or_else(|| {
            let span = span.start..self.span_from(0).end;
            let message = format!("{} never happens", quoted(&self.phrase[span.clone()]));
            PhraseError::new(span, message, "\"last day of …\" is the last day of each month, whatever its number")
        })
    }
}

/// From one weekday through another, perhaps over Sunday.
fn span_of_weekdays(first: Weekday, last: Weekday) -> impl Iterator<Item = Weekday> {
    let length = (last.num_days_from_monday() + 7 - first.num_days_from_monday()) % 7 + 1;
    std::iter::successors(Some(first), |weekday| Some(weekday.succ())).take(length as usize)
}
