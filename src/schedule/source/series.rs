//! `[[series]]`: from keys to a draft that knows its places, and what the drafts of a chat say of each other.

use std::ops::Range;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime};
use toml::Spanned;

use super::defaults::Defaults;
use super::draft::SeriesDraft;
use super::fields::Fields;
use super::occurrences;
use crate::recurrence::{Ends, Frequency, RecurrenceRule, Rrule, Run};
use crate::schedule::{a_year_later, phrase};
use crate::text::weekday_and_day;
use crate::zone::Instant;

/// One table `[[series]]`.
pub fn read(fields: &Fields, defaults: &Defaults) -> SeriesDraft {
    let zone = defaults.zone(fields);
    let time = defaults.time(fields);
    let start = fields.date("start");
    let rule = rule(fields);
    let (until, seen, ends_right) = end(fields, start.as_ref());
    // Where zone or time is wrong, the date in UTC has to do.
    let last_by = |utc: NaiveDateTime| {
        zone.zip(time).map_or(utc.date(), |(zone, time)| zone.last_date_by(Instant::from(utc.and_utc()), time))
    };
    let run = rule.zip(start.as_ref()).map(|(rule, start)| rule.run(*start.get_ref(), last_by));
    // A rule that does not fit its start would be found wrong again with every date.
    let run = run.zip(start.as_ref()).filter(|(run, start)| starts_right(fields, run, start)).map(|(run, _)| run);
    SeriesDraft {
        name: fields.name("name").map(|name| name.get_ref().as_str().to_owned()),
        run,
        until,
        seen,
        ends_right,
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
fn rule(fields: &Fields) -> Option<Rrule> {
    let mistakes = fields.mistakes;
    let (every, rule) = (fields.text("every"), fields.text("rule"));
    if let Some(every) = every {
        return phrase::parse(every.get_ref())
            .map(|rule| Rrule { rule, ends: Ends::Never })
            .map_err(|error| {
                let at = span_in_file(&every, error.span, mistakes.text);
                mistakes.error("every", at, error.message).help_if(error.help);
            })
            .ok();
    }
    let rule = rule?;
    rule.get_ref()
        .parse::<Rrule>()
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

/// Whether the rule happens at all, and on its start.
fn starts_right(fields: &Fields, run: &Run, start: &Spanned<NaiveDate>) -> bool {
    let mistakes = fields.mistakes;
    let (rule, first) = (&run.rule, run.start);
    if run.holds(first) {
        return true;
    }
    let key = if fields.has("every") { "every" } else { "rule" };
    if let Err(error) = rule.check_happens(first) {
        mistakes.error("rule", fields.span(key), error.message).help("change the rule, or its `start`");
        return false;
    }
    if let Some(last) = run.last.filter(|last| *last < first) {
        let message = format!("the rule ends on {last}, before its start on {first}");
        mistakes.error("rule", fields.span(key), message).help("correct UNTIL, or leave it out");
        return false;
    }
    let near = occurrences::named(&near_start(rule, first));
    let message = format!("{first} is a {}, which is not a date of the rule", first.format("%A"));
    let error = mistakes.error("start", start.span(), message).label(near);
    error.help("`start` is the date of the first meeting");
    false
}

/// The dates of a rule before and after a day on which it was to start, in step with that day.
fn near_start(rule: &RecurrenceRule, start: NaiveDate) -> Vec<NaiveDate> {
    let step = rule.interval;
    let earlier = match rule.frequency {
        Frequency::Daily => start.checked_sub_days(Days::new(400 * u64::from(step))),
        Frequency::Weekly => start.checked_sub_days(Days::new(7 * 60 * u64::from(step))),
        Frequency::Monthly => step.checked_mul(14).and_then(|months| start.checked_sub_months(Months::new(months))),
        Frequency::Yearly => step.checked_mul(12 * 8).and_then(|months| start.checked_sub_months(Months::new(months))),
    };
    let earlier = earlier.filter(|earlier| earlier.year() > 0);
    let before = earlier.and_then(|earlier| rule.dates(earlier).through(start.pred_opt()?).last());
    before.into_iter().chain(rule.dates(start).next()).collect()
}

/// `until`, `seen`, and whether neither is wrong.
fn end(fields: &Fields, start: Option<&Spanned<NaiveDate>>) -> (Option<NaiveDate>, Option<NaiveDate>, bool) {
    let mut ends = ["until", "seen"].map(|key| {
        let date = fields.date(key)?;
        if let Some(start) = start
            && date.get_ref() < start.get_ref()
        {
            let message = format!("`{key}` is before `start`, {}", weekday_and_day(*start.get_ref()));
            fields.mistakes.error("order", date.span(), message);
            return None;
        }
        Some(date.into_inner())
    });
    let right = ["until", "seen"].iter().zip(&ends).all(|(key, date)| date.is_some() == fields.has(key));
    (ends[0].take(), ends[1].take(), right)
}

/// Sorts the series by start, and says on which day each of them stops at the latest.
pub fn settle(drafts: &mut [SeriesDraft]) {
    drafts.sort_by_key(|draft| draft.start.as_ref().map(|start| *start.get_ref()));
    let starts: Vec<_> =
        drafts.iter().filter(|draft| draft.name.is_none()).filter_map(|draft| draft.start.clone()).collect();
    for draft in drafts {
        // A series that began while this one was seen to run did not take its place.
        let faded = draft.seen.map(|seen| {
            let next = starts.iter().map(|start| *start.get_ref()).find(|start| *start > seen);
            let before = next.and_then(|next| next.pred_opt());
            before.unwrap_or(NaiveDate::MAX).min(a_year_later(seen))
        });
        if let Some(run) = &mut draft.run {
            run.last = [run.last, draft.until, faded].into_iter().flatten().min();
        }
    }
}
