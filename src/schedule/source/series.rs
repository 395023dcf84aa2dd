//! `[[series]]`: from keys to a draft that knows its places, and what the drafts of a chat say of each other.

use std::ops::Range;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use toml::Spanned;

use super::chat::Defaults;
use super::fields::Fields;
use super::mistakes::Mistakes;
use super::occurrences;
use super::values::long;
use crate::recurrence::{Limit, RecurrenceRule};
use crate::schedule::{Confidence, End, Evidence, Series, a_year_later, phrase};
use crate::zone::{Instant, Zone};

/// A series in the making: what is right of it, and where it stands.
pub struct Draft {
    /// The bytes of its header.
    pub header: Range<usize>,
    /// The bytes of its `time`, or of its header.
    pub time_at: Range<usize>,
    pub name: Option<String>,
    pub rule: Option<RecurrenceRule>,
    pub start: Option<Spanned<NaiveDate>>,
    /// Nothing where `until` or `seen` is wrong.
    pub end: Option<End>,
    pub last: Option<NaiveDate>,
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
            rule: self.rule?,
            start: self.start?.into_inner(),
            end: self.end?,
            last: self.last,
            time: self.time?,
            duration: self.duration?,
            zone: self.zone?,
            confidence: self.confidence?,
            sources: self.sources,
            note: self.note,
        })
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
    let rule = rule(fields, mistakes).map(|rule| match zone.zip(time) {
        Some((zone, time)) => rule.resolve_until(|until| last_started(until, zone, time)),
        None => rule,
    });
    let starts_right = match (&rule, &start) {
        (Some(rule), Some(start)) => starts_right(fields, rule, start, mistakes),
        _ => true,
    };
    let header = fields.header.clone().unwrap_or(0..0);
    Draft {
        name: fields.name("name", mistakes).map(|name| name.get_ref().as_str().to_owned()),
        // A rule that does not fit its start would be found wrong again with every date.
        rule: rule.filter(|_| starts_right),
        end: end(fields, start.as_ref(), mistakes),
        last: None,
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
fn rule(fields: &Fields, mistakes: &mut Mistakes) -> Option<RecurrenceRule> {
    let every = fields.text("every", mistakes);
    let rule = fields.text("rule", mistakes);
    if fields.has("every") && fields.has("rule") {
        let added = mistakes.error("both", fields.span("rule"), "both `every` and `rule`");
        added.help("keep the one that says it best");
    }
    if let Some(every) = every {
        return phrase::parse(every.get_ref())
            .map_err(|error| {
                let at = within(&every, error.span, mistakes.text);
                mistakes.error("every", at, error.message).help_if(error.help);
            })
            .ok();
    }
    let rule = rule?;
    rule.get_ref()
        .parse::<RecurrenceRule>()
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
fn starts_right(fields: &Fields, rule: &RecurrenceRule, start: &Spanned<NaiveDate>, mistakes: &mut Mistakes) -> bool {
    let first = *start.get_ref();
    if rule.gives(first, first) {
        return true;
    }
    let key = if fields.has("every") { "every" } else { "rule" };
    if let Err(error) = rule.check_happens(first) {
        mistakes.error("rule", fields.span(key), error.message).help("change the rule or its `start`");
        return false;
    }
    if let Limit::Until(until) = rule.limit()
        && until < first
    {
        let message = format!("the rule ends on {until}, before its start, {first}");
        mistakes.error("rule", fields.span(key), message).help("take UNTIL out of the rule, or correct it");
        return false;
    }
    let near = occurrences::named(&occurrences::near_start(rule, first));
    let message = format!("{first} is a {}, which is not a date of the rule", first.format("%A"));
    let added = mistakes.error("start", start.span(), message).label(near);
    added.help("`start` is the first meeting");
    false
}

fn end(fields: &Fields, start: Option<&Spanned<NaiveDate>>, mistakes: &mut Mistakes) -> Option<End> {
    if fields.has("until") && fields.has("seen") {
        let added = mistakes.error("both", fields.span("seen"), "both `until` and `seen`");
        added.help("`until` where the end is known, `seen` where it is not");
    }
    for (key, end) in [("until", End::Until as fn(NaiveDate) -> End), ("seen", End::Seen)] {
        if !fields.has(key) {
            continue;
        }
        let date = fields.date(key, mistakes)?;
        if let Some(start) = start
            && date.get_ref() < start.get_ref()
        {
            let message = format!("`{key}` lies before `start`, {}", long(*start.get_ref()));
            mistakes.error("order", date.span(), message);
            return None;
        }
        return Some(end(*date.get_ref()));
    }
    Some(End::Open)
}

/// Sorts the series by start, and says on which day each of them stops at the latest.
pub fn settle(drafts: &mut [Draft]) {
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
