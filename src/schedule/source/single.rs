//! `[[change]]`, `[[break]]` and `[[one-off]]`.

use chrono::NaiveDate;

use super::draft::{Defaults, Placed};
use super::fields::Fields;
use crate::schedule::{Break, Change, Confidence, OneOff};
use crate::text::weekday_and_day;
use crate::zone::Zone;

/// All tables `[[change]]` with a date, each still without its series.
pub fn changes(fields: &Fields) -> Vec<Placed<Change>> {
    fields.tables("change").iter().filter_map(change).collect()
}

fn change(fields: &Fields) -> Option<Placed<Change>> {
    let date = fields.date("date");
    let series = fields.text("series");
    let change = Change {
        date: date.as_ref().map_or(NaiveDate::MIN, |date| *date.get_ref()),
        series: 0,
        topic: fields.owned("topic"),
        cancelled: fields.owned("cancelled"),
        moved_to: fields.date("moved-to").map(toml::Spanned::into_inner),
        time: fields.time(),
        duration: fields.duration(),
        zone: fields.zone(),
        confidence: fields.confidence(),
        sources: fields.sources(),
        note: fields.owned("note"),
    };
    let at = date?.span();
    Some(Placed {
        item: change,
        time_at: if fields.has("time") { fields.span("time") } else { at.clone() },
        at,
        series: series.map(|name| ((*name.get_ref()).to_owned(), name.span())),
    })
}

/// All tables `[[break]]` with both days.
pub fn breaks(fields: &Fields) -> Vec<Placed<Break>> {
    fields.tables("break").iter().filter_map(pause).collect()
}

fn pause(fields: &Fields) -> Option<Placed<Break>> {
    let from = fields.date("from");
    let through = fields.date("through");
    let reason = fields.owned("reason");
    let sources = fields.sources();
    let note = fields.owned("note");
    let (from, through) = from.zip(through)?;
    if through.get_ref() < from.get_ref() {
        let message = format!("`through` is before `from`, {}", weekday_and_day(*from.get_ref()));
        fields.mistakes.error("order", through.span(), message);
        return None;
    }
    let at = from.span();
    let item = Break { from: from.into_inner(), through: through.into_inner(), reason, sources, note };
    Some(Placed { item, time_at: at.clone(), at, series: None })
}

/// All tables `[[one-off]]` of which everything is right that is needed for a meeting.
pub fn one_offs(fields: &Fields, defaults: &Defaults) -> Vec<Placed<OneOff>> {
    fields.tables("one-off").iter().filter_map(|table| one_off(table, defaults)).collect()
}

fn one_off(fields: &Fields, defaults: &Defaults) -> Option<Placed<OneOff>> {
    let date = fields.date("date");
    let time = fields.own_or("time", Fields::time, defaults.time);
    let duration = fields.own_or("duration", Fields::duration, defaults.duration);
    let zone = fields.own_or("zone", Fields::zone, defaults.zone).unwrap_or(Zone::UTC);
    let name = fields.owned("name");
    let topic = fields.owned("topic");
    let cancelled = fields.owned("cancelled");
    let sources = fields.sources();
    let confidence = fields.confidence().unwrap_or(Confidence::by_sources(&sources));
    let note = fields.owned("note");
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
