//! `[[series]]`: from keys to a draft that knows its places, and what the drafts of a chat say of each other.

use std::ops::Range;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime};
use toml::Spanned;

use super::draft::{Defaults, SeriesTable};
use super::fields::Fields;
use super::{occurrences, venue};
use crate::recurrence::{Ends, Frequency, RecurrenceRule, Rrule, Run};
use crate::schedule::{Fading, LastKnown, phrase};
use crate::text::{LAST_DAY, weekday_and_day};
use crate::zone::Instant;

/// One table `[[series]]`.
pub fn read(fields: &Fields, defaults: &Defaults) -> SeriesTable {
    let zone = fields.own_or("zone", Fields::zone, defaults.zone);
    let time = fields.own_or("time", Fields::time, defaults.time);
    let start = fields.date("start");
    let rule = rule(fields);
    let (until, last_known, ends_right) = end(fields, start.as_ref());
    // Where zone or time is wrong, the day after that in UTC has to do: no clocks are further ahead.
    let last_by = |utc: NaiveDateTime| match zone.zip(time) {
        Some((zone, time)) => zone.last_date_by(Instant::from(utc.and_utc()), time),
        None => utc.date().succ_opt().unwrap_or(LAST_DAY),
    };
    let run = rule.zip(start.as_ref()).map(|(rule, start)| rule.run(*start.get_ref(), last_by));
    // A rule that does not fit its start would be found wrong again with every date.
    let run = run.zip(start.as_ref()).filter(|(run, start)| starts_right(fields, run, start)).map(|(run, _)| run);
    if let Some(last) = run.as_ref().and_then(|run| run.last)
        && let Some(later) = last_known.filter(|known| known.day() > last)
    {
        let key = later.key();
        let message = format!("`{key}` is after the end of the rule, {}", weekday_and_day(last));
        fields
            .mistakes
            .error("order", fields.span(key), message)
            .help(format!("leave out `{key}`, as the rule has an end; or correct UNTIL or COUNT"));
    }
    SeriesTable {
        name: fields.owned("name"),
        run,
        until,
        last_known,
        ends_right,
        time,
        duration: fields.own_or("duration", Fields::duration, defaults.duration),
        zone,
        venue: venue::read(fields),
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
    let wrong = |code, text, span, message, help: Option<String>| {
        mistakes.error(code, span_in_file(text, span, mistakes.text), message).help_if(help);
    };
    if let Some(every) = every {
        let rule = phrase::parse(every.get_ref());
        let rule = rule.map_err(|error| wrong("every", &every, error.span, error.message, error.help)).ok()?;
        return Some(Rrule { rule, ends: Ends::Never });
    }
    let rule = rule?;
    let read = rule.get_ref().parse::<Rrule>();
    let read = read.map_err(|error| {
        let help = error.way_out("has its own key, `time`");
        wrong("rule", &rule, error.span.clone(), error.to_string(), help);
    });
    read.ok()
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
    if let Err(error) = run.check() {
        let help = error.help.unwrap_or_else(|| "change the rule, or its `start`".to_owned());
        mistakes.error("rule", fields.span(key), error.message).help(help);
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

/// `until`, what is known last, and whether none of it is wrong.
fn end(fields: &Fields, start: Option<&Spanned<NaiveDate>>) -> (Option<NaiveDate>, Option<LastKnown>, bool) {
    const KEYS: [&str; 3] = ["until", "seen", "announced"];
    let dates = KEYS.map(|key| {
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
    let is_right = KEYS.iter().zip(&dates).all(|(key, date)| date.is_some() == fields.has(key));
    let [until, seen, announced] = dates;
    (until, seen.map(LastKnown::Seen).or(announced.map(LastKnown::Announced)), is_right)
}

/// Sorts the series by start, and says on which day each of them stops at the latest.
pub fn settle(drafts: &mut [SeriesTable]) {
    drafts.sort_by_key(|draft| draft.start.as_ref().map(|start| *start.get_ref()));
    let unnamed = drafts.iter().filter(|draft| draft.name.is_none());
    let starts: Vec<_> = unnamed.filter_map(|draft| Some(*draft.start.as_ref()?.get_ref())).collect();
    for draft in drafts {
        let faded = draft.last_known.map(|known| Fading::of(known.day(), starts.iter().copied()).last);
        if let Some(run) = &mut draft.run {
            run.last = [run.last, draft.until, faded].into_iter().flatten().min();
        }
    }
}
