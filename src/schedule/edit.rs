//! Edits of a schedule's file that leave everything else in it as it is, comments too.

use chrono::NaiveDate;
use toml_edit::{Array, Datetime, DocumentMut, Item, Key, RawString, Table, Value};

use super::keys::SCHEDULE;
use super::{LastKnown, Series, layout};

/// What is known last of a series, where from, and what that replaces.
#[derive(Clone, Copy, Debug)]
pub struct Confirmation<'a> {
    /// The series.
    pub series: &'a Series,
    /// The day on which it met; nothing where that is known already and only the source is new.
    pub seen: Option<NaiveDate>,
    /// Where that is known from.
    pub sources: &'a [String],
}

/// The text of a schedule in which series are confirmed. One that was laid out is so again.
///
/// # Errors
///
/// The file is written in a way that is not edited, in words for people.
pub fn confirm(text: &str, confirmations: &[Confirmation<'_>]) -> Result<String, String> {
    let (mark, plain) = text.strip_prefix('\u{feff}').map_or(("", text), |plain| ("\u{feff}", plain));
    let original = plain;
    let plain = plain.replace("\r\n", "\n");
    let mut document: DocumentMut = plain.parse().map_err(|_| "it is not TOML".to_owned())?;
    let tables = document.get_mut("series").and_then(Item::as_array_of_tables_mut);
    let tables = tables.ok_or_else(|| "its series are not tables [[series]] of their own".to_owned())?;
    for Confirmation { series, seen, sources } in confirmations {
        let table = tables.iter_mut().find(|table| is_of(table, series));
        let table = table.ok_or_else(|| format!("its series of {} is not found", series.run.start))?;
        if let Some(seen) = seen {
            put_seen(table, *seen);
        }
        sources.iter().try_for_each(|source| add_source(table, source))?;
    }
    let edited = document.to_string();
    let was_laid_out = layout(&plain, &SCHEDULE).is_ok_and(|laid_out| laid_out == plain);
    let edited = if was_laid_out { layout(&edited, &SCHEDULE)? } else { edited };
    Ok(format!("{mark}{}", with_line_ends_of(original, &edited)))
}

/// Each line with the line break that it has in the original; one that is new gets that of the line before it.
fn with_line_ends_of(original: &str, edited: &str) -> String {
    /// An edit replaces or adds so few lines at a place.
    const NEAR: usize = 3;
    if !original.contains('\r') {
        return edited.to_owned();
    }
    let old: Vec<&str> = original.split_inclusive('\n').collect();
    let ends = |line: &str| if line.ends_with("\r\n") { "\r\n" } else { "\n" };
    let (mut next, mut end, mut text) = (0, old.first().map_or("\n", |line| ends(line)), String::new());
    for line in edited.split_inclusive('\n') {
        let near = &old[next.min(old.len())..old.len().min(next + NEAR)];
        if let Some(at) = near.iter().position(|old| old.trim_end_matches(['\r', '\n']) == line.trim_end_matches('\n'))
        {
            end = if near[at].ends_with('\n') { ends(near[at]) } else { end };
            next += at + 1;
        }
        text.push_str(line.trim_end_matches('\n'));
        text.push_str(if line.ends_with('\n') { end } else { "" });
    }
    text
}

fn is_of(table: &Table, series: &Series) -> bool {
    let start = table.get("start").and_then(Item::as_datetime).map(Datetime::to_string);
    let name = table.get("name").and_then(Item::as_str);
    start.is_some_and(|start| start == series.run.start.to_string()) && name == series.name.as_deref()
}

/// Says `seen`, in the place of `announced` if that is there; comments at it stay.
fn put_seen(table: &mut Table, seen: NaiveDate) {
    let (key, announced) = (LastKnown::Seen(seen).key(), LastKnown::Announced(seen).key());
    let mut date: Value = seen.to_string().parse::<Datetime>().map_or_else(|_| seen.to_string().into(), Value::from);
    if let Some(value) = table.get_mut(key).and_then(Item::as_value_mut) {
        *date.decor_mut() = value.decor().clone();
        *value = date;
        return;
    }
    // Where the other was, else behind the first day.
    let mut keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let place = |key: &str| keys.iter().position(|known| known == key);
    let at = place(announced).or(place("start").map(|start| start + 1)).unwrap_or(keys.len());
    keys.insert(at, key.to_owned());
    let mut new_key = Key::new(key);
    if let Some((old_key, old)) = table.remove_entry(announced) {
        *new_key.leaf_decor_mut() = old_key.leaf_decor().clone();
        if let Some(value) = old.as_value() {
            *date.decor_mut() = value.decor().clone();
        }
    }
    table.insert_formatted(&new_key, Item::Value(date));
    let order = |key: &str| keys.iter().position(|known| known == key);
    table.sort_values_by(|one, _, other, _| order(one.get()).cmp(&order(other.get())));
}

/// Adds a source to those that are there, unless it is one of them.
fn add_source(table: &mut Table, source: &str) -> Result<(), String> {
    let value = table.get_mut("source").and_then(Item::as_value_mut).ok_or("a series of it has no `source`")?;
    if let Some(only) = value.as_str() {
        if only.trim() != source.trim() {
            let decor = value.decor().clone();
            *value = Value::Array(Array::from_iter([only, source]));
            *value.decor_mut() = decor;
        }
        return Ok(());
    }
    let list = value.as_array_mut().ok_or("a `source` of it is no text")?;
    if !list.iter().any(|known| known.as_str().is_some_and(|known| known.trim() == source.trim())) {
        push(list, Value::from(source));
    }
    Ok(())
}

/// Adds a value at the end of a list, laid out as those before it; comments stay with these.
fn push(list: &mut Array, mut new: Value) {
    let raw = |text: Option<&RawString>| text.and_then(RawString::as_str).unwrap_or_default().to_owned();
    let trailing = raw(Some(list.trailing()));
    let Some(final_one) = list.len().checked_sub(1).and_then(|at| list.get_mut(at)) else { return list.push(new) };
    let (before, behind) = (raw(final_one.decor().prefix()), raw(final_one.decor().suffix()));
    // What stands between the last value and the end: with it, or behind its comma.
    let end = format!("{behind}{trailing}");
    let several_lines = before.contains('\n') || end.contains('\n');
    final_one.decor_mut().set_suffix("");
    if several_lines {
        let indent = before.rsplit('\n').next().filter(|_| before.contains('\n')).unwrap_or("  ").to_owned();
        new.decor_mut().set_prefix(format!("{}\n{indent}", end.trim_end()));
        let close = end.rsplit('\n').next().filter(|_| end.contains('\n')).unwrap_or_default();
        list.set_trailing(format!("\n{close}"));
        list.set_trailing_comma(true);
    } else {
        new.decor_mut().set_prefix(" ");
        list.set_trailing_comma(false);
        list.set_trailing(end);
    }
    list.push_formatted(new);
}
