//! Where something is in a file, found again when there is something to say about it.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use toml::de::{DeTable, DeValue};

/// A place in a schedule, by what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The value of a key at the top.
    Top(&'static str),
    /// A text of a table, alone or in a list.
    Entry {
        /// The header of the table.
        table: &'static str,
        /// Which of the tables with this header, by its name.
        name: String,
        /// The key of the list.
        key: &'static str,
        /// The text.
        text: String,
    },
    /// The value of a key of a table, else the table's date.
    Row {
        /// `series`, `change`, `break` or `one-off`.
        table: &'static str,
        /// Its `start`, `date` or `from`.
        date: NaiveDate,
        /// Its name, or that of its series.
        name: Option<String>,
        /// Which key.
        key: &'static str,
    },
}

/// The bytes of a place in the text of a schedule.
pub fn place_in(text: &str, place: &Place) -> Option<Range<usize>> {
    let root = DeTable::parse_recoverable(text).0.into_inner();
    let (table, date, name, key) = match place {
        Place::Top(key) => return root.get(*key).map(toml::Spanned::span),
        Place::Entry { table, name, key, text } => {
            let rows = root.get(*table)?.get_ref().as_array()?.iter().filter_map(|row| row.get_ref().as_table());
            let is_named = |row: &&DeTable<'_>| row.get("name").and_then(|is| is.get_ref().as_str()) == Some(name);
            let value = rows.into_iter().find(is_named)?.get(*key)?;
            let mut entries = value.get_ref().as_array().map_or(std::slice::from_ref(value), |entries| entries).iter();
            return entries.find(|entry| entry.get_ref().as_str() == Some(text)).map(toml::Spanned::span);
        }
        Place::Row { table, date, name, key } => (*table, *date, name.as_deref(), *key),
    };
    let (day, named) = match table {
        "series" => ("start", "name"),
        "change" => ("date", "series"),
        "break" => ("from", "name"),
        _ => ("date", "name"),
    };
    let rows = root.get(table)?.get_ref().as_array()?;
    let row = rows.iter().filter_map(|row| row.get_ref().as_table()).find(|row| {
        let given = row.get(named).and_then(|name| name.get_ref().as_str());
        // A change may leave out the name of its series where only one has the date.
        let same_name = given == name || (table == "change" && given.is_none());
        same_name && row.get(day).is_some_and(|value| is_date(value.get_ref(), date))
    })?;
    row.get(key).or_else(|| row.get(day)).map(toml::Spanned::span)
}

fn is_date(value: &DeValue<'_>, date: NaiveDate) -> bool {
    let DeValue::Datetime(datetime) = value else { return false };
    let day = (date.year(), date.month(), date.day());
    datetime.date.is_some_and(|found| (i32::from(found.year), u32::from(found.month), u32::from(found.day)) == day)
}
