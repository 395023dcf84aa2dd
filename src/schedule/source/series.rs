//! `[[series]]`: from keys to a draft that knows its places, and what the drafts of a chat say of each other.

use std::ops::Range;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use toml::Spanned;

use super::defaults::Defaults;
use super::draft::SeriesDraft;
use super::fields::Fields;
use super::occurrences;
use super::values::long;
use crate::recurrence::{Limit, RecurrenceRule};
use crate::schedule::{End, a_year_later, phrase};
use crate::zone::{Instant, Zone};

/// One table `[[series]]`.
pub fn read(fields: &Fields, defaults: &Defaults) -> SeriesDraft {
    let zone = defaults.zone(fields);
    let time = defaults.time(fields);
    let start = fields.date("start");
    let rule = rule(fields).map(|rule| match zone.zip(time) {
        Some((zone, time)) => rule.resolve_until(|until| last_started(until, zone, time)),
        None => rule,
    });
    let starts_right = match (&rule, &start) {
        (Some(rule), Some(start)) => starts_right(fields, rule, start),
        _ => true,
    };
    SeriesDraft {
        name: fields.name("name").map(|name| name.get_ref().as_str().to_owned()),
        // A rule that does not fit its start would be found wrong again with every date.
        rule: rule.filter(|_| starts_right),
        end: end(fields, start.as_ref()),
        last: None,
        time,
        duration: defaults.duration(fields),
        zone,
        confidence: fields.confidence(),
        sources: fields.sources(),
        note: fields.owned("note"),
        time_at: fields.span("time"),
        header: fields.header(),
        start,
    }
}

/// `every` or `rule`.
fn rule(fields: &Fields) -> Option<RecurrenceRule> {
    let mistakes = fields.mistakes;
    let (every, rule) = (fields.text("every"), fields.text("rule"));
    if let Some(every) = every {
        return phrase::parse(every.get_ref())
            .map_err(|error| {
                let at = span_in_file(&every, error.span, mistakes.text);
                mistakes.error("every", at, error.message).help_if(error.help);
            })
            .ok();
    }
    let rule = rule?;
    rule.get_ref()
        .parse::<RecurrenceRule>()
        .map_err(|error| {
            let at = span_in_file(&rule, error.span.clone(), mistakes.text);
            mistakes.error("rule", at, error.to_string()).help_if(error.help);
        })
        .ok()
}

/// Bytes of a text as bytes of the file. Where the text is written with escapes, they are those of all of it.
fn span_in_file(text: &Spanned<&str>, part: Range<usize>, file: &str) -> Range<usize> {
    let whole = text.span();
    let written = file.get(whole.clone()).unwrap_or_default();
    let quotes = if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
    let as_is = written.get(quotes..).is_some_and(|inner| inner.starts_with(text.get_ref()));
    if as_is && text.get_ref().get(part.clone()).is_some() {
        whole.start + quotes + part.start..whole.start + quotes + part.end
    } else {
        whole
    }
}

/// The last local date whose meeting starts at or before an instant in UTC.
fn last_started(until: NaiveDateTime, zone: Zone, time: NaiveTime) -> NaiveDate {
    let until = Instant::from_unix_seconds(until.and_utc().timestamp());
    let mut date = zone.local(until).date();
    // At most once, but for a zone that skipped a day.
    while zone.instant(date, time) > until {
        let Some(earlier) = date.pred_opt() else { break };
        date = earlier;
    }
    date
}

/// Whether the rule happens at all, and on its start.
fn starts_right(fields: &Fields, rule: &RecurrenceRule, start: &Spanned<NaiveDate>) -> bool {
    let mistakes = fields.mistakes;
    let first = *start.get_ref();
    if rule.gives(first, first) {
        return true;
    }
    let key = if fields.has("every") { "every" } else { "rule" };
    if let Err(error) = rule.check_happens(first) {
        mistakes.error("rule", fields.span(key), error.message).help("change the rule, or its `start`");
        return false;
    }
    if let Limit::Until(until) = rule.limit()
        && until < first
    {
        let message = format!("the rule ends on {until}, before its start on {first}");
        mistakes.error("rule", fields.span(key), message).help("correct UNTIL, or leave it out");
        return false;
    }
    let near = occurrences::named(&occurrences::near_start(rule, first));
    let message = format!("{first} is a {}, which is not a date of the rule", first.format("%A"));
    let error = mistakes.error("start", start.span(), message).label(near);
    error.help("`start` is the date of the first meeting");
    false
}

fn end(fields: &Fields, start: Option<&Spanned<NaiveDate>>) -> Option<End> {
    for (key, end) in [("until", End::Until as fn(NaiveDate) -> End), ("seen", End::Seen)] {
        if !fields.has(key) {
            continue;
        }
        let date = fields.date(key)?;
        if let Some(start) = start
            && date.get_ref() < start.get_ref()
        {
            let message = format!("`{key}` is before `start`, {}", long(*start.get_ref()));
            fields.mistakes.error("order", date.span(), message);
            return None;
        }
        return Some(end(*date.get_ref()));
    }
    Some(End::Open)
}

/// Sorts the series by start, and says on which day each of them stops at the latest.
pub fn settle(drafts: &mut [SeriesDraft]) {
    drafts.sort_by_key(|draft| draft.start.as_ref().map(|start| *start.get_ref()));
    let starts: Vec<_> =
        drafts.iter().filter(|draft| draft.name.is_none()).filter_map(|draft| draft.start.clone()).collect();
    for draft in drafts {
        draft.last = match draft.end {
            Some(End::Until(until)) => Some(until),
            Some(End::Seen(seen)) => {
                // A series that began while this one was seen to run did not take its place.
                let next = starts.iter().map(|start| *start.get_ref()).find(|start| *start > seen);
                let before = next.and_then(|next| next.pred_opt());
                Some(before.unwrap_or(NaiveDate::MAX).min(a_year_later(seen)))
            }
            Some(End::Open) | None => None,
        };
    }
}
