//! `[[change]]`, `[[break]]` and `[[one-off]]`.

use std::ops::Range;

use chrono::NaiveDate;

use super::chat::Defaults;
use super::fields::Fields;
use super::mistakes::Mistakes;
use super::values::long;
use crate::schedule::{Break, Change, Confidence, OneOff};
use crate::zone::Zone;

/// Something of one day, and where it stands.
pub struct Placed<T> {
    /// What it is.
    pub item: T,
    /// The bytes of its date.
    pub at: Range<usize>,
    /// The bytes of its `time`, else of its date.
    pub time_at: Range<usize>,
    /// The name of the series that it asks for, and its bytes.
    pub series: Option<(String, Range<usize>)>,
}

/// All tables `[[change]]` with a date, each still without its series.
pub fn changes(fields: &Fields, mistakes: &mut Mistakes) -> Vec<Placed<Change>> {
    let tables = fields.tables("change", mistakes);
    tables.iter().filter_map(|table| change(table, mistakes)).collect()
}

fn change(fields: &Fields, mistakes: &mut Mistakes) -> Option<Placed<Change>> {
    fields.require(&["date"], None, mistakes);
    let says = ["topic", "moved-to", "time", "duration", "zone", "cancelled", "confidence", "source", "note"];
    if mistakes.whole && !says.iter().any(|key| fields.has(key)) {
        let added = mistakes.error("missing-key", fields.span(""), "a [[change]] that says nothing");
        added.help("add `topic`, `moved-to`, `time`, `cancelled` or at least `source`");
    }
    let date = fields.date("date", mistakes);
    let series = fields.name("series", mistakes);
    let change = Change {
        date: date.as_ref().map_or(NaiveDate::MIN, |date| *date.get_ref()),
        series: 0,
        topic: fields.owned("topic", mistakes),
        cancelled: fields.owned("cancelled", mistakes),
        moved_to: fields.date("moved-to", mistakes).map(toml::Spanned::into_inner),
        time: fields.time(mistakes),
        duration: fields.duration(mistakes),
        zone: fields.zone(mistakes),
        confidence: fields.confidence(mistakes),
        sources: fields.sources(mistakes),
        note: fields.owned("note", mistakes),
    };
    let at = date?.span();
    Some(Placed {
        item: change,
        time_at: if fields.has("time") { fields.span("time") } else { at.clone() },
        at,
        series: series.map(|name| (name.get_ref().as_str().to_owned(), name.span())),
    })
}

/// All tables `[[break]]` with both days.
pub fn breaks(fields: &Fields, mistakes: &mut Mistakes) -> Vec<Placed<Break>> {
    let tables = fields.tables("break", mistakes);
    tables.iter().filter_map(|table| pause(table, mistakes)).collect()
}

fn pause(fields: &Fields, mistakes: &mut Mistakes) -> Option<Placed<Break>> {
    fields.require(&["from"], None, mistakes);
    fields.require(&["through"], None, mistakes);
    let from = fields.date("from", mistakes);
    let through = fields.date("through", mistakes);
    let reason = fields.owned("reason", mistakes);
    let sources = fields.sources(mistakes);
    let note = fields.owned("note", mistakes);
    let (from, through) = from.zip(through)?;
    if through.get_ref() < from.get_ref() {
        let message = format!("`through` lies before `from`, {}", long(*from.get_ref()));
        mistakes.error("order", through.span(), message);
        return None;
    }
    let at = from.span();
    let item = Break { from: from.into_inner(), through: through.into_inner(), reason, sources, note };
    Some(Placed { item, time_at: at.clone(), at, series: None })
}

/// All tables `[[one-off]]` of which everything is right that is needed for a meeting.
pub fn one_offs(fields: &Fields, defaults: &Defaults, mistakes: &mut Mistakes) -> Vec<Placed<OneOff>> {
    let tables = fields.tables("one-off", mistakes);
    tables.iter().filter_map(|table| one_off(table, defaults, mistakes)).collect()
}

fn one_off(fields: &Fields, defaults: &Defaults, mistakes: &mut Mistakes) -> Option<Placed<OneOff>> {
    fields.require(&["date"], None, mistakes);
    let date = fields.date("date", mistakes);
    let time = defaults.time(fields, mistakes);
    let duration = defaults.duration(fields, mistakes);
    let zone = defaults.zone(fields, mistakes).unwrap_or(Zone::UTC);
    let name = fields.name("name", mistakes).map(|name| name.get_ref().as_str().to_owned());
    let topic = fields.owned("topic", mistakes);
    let cancelled = fields.owned("cancelled", mistakes);
    let sources = fields.sources(mistakes);
    // What no source says is marked assumed.
    let unsaid = if sources.is_empty() { Confidence::Assumed } else { Confidence::Confirmed };
    let confidence = fields.confidence(mistakes).unwrap_or(unsaid);
    let note = fields.owned("note", mistakes);
    let date = date?;
    let at = date.span();
    let item = OneOff {
        name,
        date: date.into_inner(),
        time: time?,
        duration: duration?,
        zone,
        topic,
        cancelled,
        confidence,
        sources,
        note,
    };
    Some(Placed { item, time_at: if fields.has("time") { fields.span("time") } else { at.clone() }, at, series: None })
}
