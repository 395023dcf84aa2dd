//! `[[change]]`, `[[break]]` and `[[one-off]]`.

use std::ops::Range;

use chrono::NaiveDate;

use super::draft::{Defaults, Placed};
use super::fields::Fields;
use super::venue;
use crate::schedule::{Break, Change, Confidence, OneOff};
use crate::text::weekday_and_day;
use crate::zone::Zone;

/// One table `[[change]]`, still without its series, if its date is right.
pub fn change(fields: &Fields) -> Option<Placed<Change>> {
    let date = fields.date("date");
    let series = fields.text("series");
    let item = Change {
        date: date.as_ref().map_or(NaiveDate::MIN, |date| *date.get_ref()),
        series: 0,
        topic: fields.owned("topic"),
        cancelled: fields.owned("cancelled"),
        moved_to: fields.date("moved-to").map(toml::Spanned::into_inner),
        time: fields.time(),
        duration: fields.duration(),
        zone: fields.zone(),
        venue: venue::read(fields),
        confidence: fields.confidence(),
        sources: fields.sources(),
        note: fields.owned("note"),
    };
    let series = series.map(|name| ((*name.get_ref()).to_owned(), name.span()));
    Some(Placed { series, ..placed(item, fields, date?.span()) })
}

/// One table `[[break]]`, if both of its days are right.
pub fn pause(fields: &Fields) -> Option<Placed<Break>> {
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
    Some(placed(item, fields, at))
}

/// One table `[[one-off]]`, if its date is right. Whatever else is wrong has been reported.
pub fn one_off(fields: &Fields, defaults: &Defaults) -> Option<Placed<OneOff>> {
    let date = fields.date("date");
    let sources = fields.sources();
    let item = OneOff {
        name: fields.owned("name"),
        date: date.as_ref().map_or(NaiveDate::MIN, |date| *date.get_ref()),
        time: fields.own_or("time", Fields::time, defaults.time).unwrap_or_default(),
        duration: fields.own_or("duration", Fields::duration, defaults.duration).unwrap_or_default(),
        zone: fields.own_or("zone", Fields::zone, defaults.zone).unwrap_or(Zone::UTC),
        venue: venue::read(fields),
        topic: fields.owned("topic"),
        cancelled: fields.owned("cancelled"),
        confidence: fields.confidence().unwrap_or(Confidence::by_sources(&sources)),
        sources,
        note: fields.owned("note"),
    };
    Some(placed(item, fields, date?.span()))
}

fn placed<T>(item: T, fields: &Fields, at: Range<usize>) -> Placed<T> {
    Placed { item, time_at: if fields.has("time") { fields.span("time") } else { at.clone() }, at, series: None }
}
