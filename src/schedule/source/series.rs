//! `[[series]]`: from keys to a draft that knows its places, and what the drafts of a chat say of each other.

use std::ops::Range;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use toml::Spanned;

use super::chat::Defaults;
use super::fields::Fields;
use super::mistakes::Mistakes;
use super::occurrences;
use super::values::long;
use crate::recurrence::{Ends, Frequency, RecurrenceRule, Rrule, Run};
use crate::schedule::{Confidence, Evidence, Series, a_year_later, phrase};
use crate::zone::{Instant, Zone};

/// A series in the making: what is right of it, and where it stands.
pub struct Draft {
    /// The bytes of its header.
    pub header: Range<usize>,
    /// The bytes of its `time`, or of its header.
    pub time_at: Range<usize>,
    pub name: Option<String>,
    pub start: Option<Spanned<NaiveDate>>,
    /// Its dates. At first they end as its rule does; [`settle`] takes `until` and `seen` into account.
    pub run: Option<Run>,
    until: Option<NaiveDate>,
    pub seen: Option<NaiveDate>,
    /// Whether nothing is wrong with `until` and `seen`.
    ends_right: bool,
    pub time: Option<NaiveTime>,
    pub duration: Option<TimeDelta>,
    pub zone: Option<Zone>,
    confidence: Option<Confidence>,
    sources: Vec<Evidence>,
    note: Option<String>,
}

impl Draft {
    /// The series, if everything of it is right.
    pub fn finish(self) -> Option<Series> {
        Some(Series {
            name: self.name,
            run: self.run?,
            seen: self.seen,
            time: self.time?,
            duration: self.duration?,
            zone: self.zone?,
            confidence: self.confidence?,
            sources: self.sources,
            note: self.note,
        })
    }

    /// Its dates, where all is known that they depend on.
    pub fn dates(&self) -> Option<&Run> {
        self.run.as_ref().filter(|_| self.ends_right)
    }

    /// How it is spoken of: by its name, else by its start.
    pub fn called(&self) -> String {
        match (&self.name, &self.start) {
            (Some(name), _) => format!("series \"{name}\""),
            (None, Some(start)) => format!("the series that starts on {}", start.get_ref()),
            (None, None) => "a series".to_owned(),
        }
    }
}

/// One table `[[series]]`.
pub fn read(fields: &Fields, defaults: &Defaults, mistakes: &mut Mistakes) -> Draft {
    fields.require(&["every", "rule"], None, mistakes);
    for key in ["start", "confidence", "source"] {
        fields.require(&[key], None, mistakes);
    }
    let zone = defaults.zone(fields, mistakes);
    let time = defaults.time(fields, mistakes);
    let start = fields.date("start", mistakes);
    let rule = rule(fields, mistakes);
    let (until, seen, ends_right) = end(fields, start.as_ref(), mistakes);
    // Where zone or time is wrong, the date in UTC has to do.
    let last_by = |utc: NaiveDateTime| {
        zone.zip(time).map_or(utc.date(), |(zone, time)| zone.last_date_by(Instant::from(utc.and_utc()), time))
    };
    let run = rule.zip(start.as_ref()).map(|(rule, start)| rule.run(*start.get_ref(), last_by));
    // A rule that does not fit its start would be found wrong again with every date.
    let run =
        run.zip(start.as_ref()).filter(|(run, start)| starts_right(fields, run, start, mistakes)).map(|(run, _)| run);
    let header = fields.header.clone().unwrap_or(0..0);
    Draft {
        name: fields.name("name", mistakes).map(|name| name.get_ref().as_str().to_owned()),
        run,
        until,
        seen,
        ends_right,
        time,
        duration: defaults.duration(fields, mistakes),
        zone,
        confidence: fields.confidence(mistakes),
        sources: fields.sources(mistakes),
        note: fields.owned("note", mistakes),
        time_at: if fields.has("time") { fields.span("time") } else { header.clone() },
        header,
        start,
    }
}

/// `every` or `rule`.
fn rule(fields: &Fields, mistakes: &mut Mistakes) -> Option<Rrule> {
    let every = fields.text("every", mistakes);
    let rule = fields.text("rule", mistakes);
    if fields.has("every") && fields.has("rule") {
        let added = mistakes.error("both", fields.span("rule"), "both `every` and `rule`");
        added.help("keep the one that says it best");
    }
    if let Some(every) = every {
        return phrase::parse(every.get_ref())
            .map(|rule| Rrule { rule, ends: Ends::Never })
            .map_err(|error| {
                let at = within(&every, error.span, mistakes.text);
                mistakes.error("every", at, error.message).help_if(error.help);
            })
            .ok();
    }
    let rule = rule?;
    rule.get_ref()
        .parse::<Rrule>()
        .map_err(|error| {
            let at = within(&rule, error.span.clone(), mistakes.text);
            mistakes.error("rule", at, error.to_string()).help_if(error.help);
        })
        .ok()
}

/// Bytes of a text as bytes of the file: not known where the text is written with escapes, then those of all of it.
fn within(text: &Spanned<&str>, part: Range<usize>, file: &str) -> Range<usize> {
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
fn starts_right(fields: &Fields, run: &Run, start: &Spanned<NaiveDate>, mistakes: &mut Mistakes) -> bool {
    let (rule, first) = (&run.rule, run.start);
    if run.holds(first) {
        return true;
    }
    let key = if fields.has("every") { "every" } else { "rule" };
    if let Err(error) = rule.check_happens(first) {
        mistakes.error("rule", fields.span(key), error.message).help("change the rule or its `start`");
        return false;
    }
    if let Some(last) = run.last.filter(|last| *last < first) {
        let message = format!("the rule ends on {last}, before its start, {first}");
        mistakes.error("rule", fields.span(key), message).help("take UNTIL out of the rule, or correct it");
        return false;
    }
    let near = occurrences::named(&near_start(rule, first));
    let message = format!("{first} is a {}, which is not a date of the rule", first.format("%A"));
    let added = mistakes.error("start", start.span(), message).label(near);
    added.help("`start` is the first meeting");
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
fn end(
    fields: &Fields,
    start: Option<&Spanned<NaiveDate>>,
    mistakes: &mut Mistakes,
) -> (Option<NaiveDate>, Option<NaiveDate>, bool) {
    if fields.has("until") && fields.has("seen") {
        let added = mistakes.error("both", fields.span("seen"), "both `until` and `seen`");
        added.help("`until` where the end is known, `seen` where it is not");
    }
    let mut ends = ["until", "seen"].map(|key| {
        let date = fields.date(key, mistakes)?;
        if let Some(start) = start
            && date.get_ref() < start.get_ref()
        {
            let message = format!("`{key}` lies before `start`, {}", long(*start.get_ref()));
            mistakes.error("order", date.span(), message);
            return None;
        }
        Some(date.into_inner())
    });
    let right = ["until", "seen"].iter().zip(&ends).all(|(key, date)| date.is_some() == fields.has(key));
    (ends[0].take(), ends[1].take(), right)
}

/// Sorts the series by start, and says on which day each of them stops at the latest.
pub fn settle(drafts: &mut [Draft]) {
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
