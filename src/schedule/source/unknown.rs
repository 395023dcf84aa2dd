//! Keys that a table may not hold, and those that were probably meant.

use std::ops::Range;

use super::mistakes::Mistakes;
use crate::diagnostic::{did_you_mean, nearest, quoted};
use crate::schedule::keys::{Key, SCHEDULE, Section, ValueType};
use crate::text::either;

/// Where keys of the whole chat stand: TOML takes whatever follows a header as part of its table.
const ABOVE: &str = "above the first [[…]]";

/// Reports a key that a table may not hold; gives the keys of the table that were probably meant.
pub fn report(section: &'static Section, key: &str, at: Range<usize>, mistakes: &Mistakes) -> Vec<&'static str> {
    if mistakes.is_full() {
        mistakes.error("unknown-key", at, "");
        return Vec::new();
    }
    let mut meant: Vec<&Key> = section.aliased(key).collect();
    let near = nearest(key, section.keys.iter().map(|known| known.name));
    let help = if !meant.is_empty() {
        Some(format!("{}{}", called(&meant), example(&meant)))
    } else if let Some(elsewhere) = at_the_top(section, key) {
        Some(elsewhere)
    } else if let Some(near) = near {
        Some(did_you_mean(near))
    } else {
        let below = below(section, key);
        if below.is_some() && !mistakes.whole {
            // Its header was lost with the broken TOML.
            return Vec::new();
        }
        below
    };
    let place = if section.header.is_empty() { String::new() } else { format!(" of {}", section.header) };
    mistakes.error("unknown-key", at, format!("{} is not a key{place}", quoted(key))).help_if(help);
    if meant.is_empty() {
        meant.extend(near.and_then(|near| section.key(near)));
    }
    meant.iter().map(|key| key.name).collect()
}

/// What to do with a key of the whole chat that stands in a table.
fn at_the_top(section: &Section, key: &str) -> Option<String> {
    if section.header.is_empty() {
        return None;
    }
    if SCHEDULE.key(key).is_some() {
        return Some(format!("it belongs {ABOVE}"));
    }
    let aliased: Vec<&Key> = SCHEDULE.aliased(key).collect();
    (!aliased.is_empty()).then(|| format!("{}, {ABOVE}", called(&aliased)))
}

/// What to do with a key of a table that stands at the top.
fn below(section: &Section, key: &str) -> Option<String> {
    let mut tables: Vec<(&str, Vec<String>)> = Vec::new();
    let hyphened = key.replace('_', "-");
    let own = section.tables().filter_map(|table| Some((table.key(&hyphened)?.name, table)));
    let aliased = section.tables().flat_map(|table| table.aliased(key).map(move |key| (key.name, table)));
    for (name, table) in own.chain(aliased) {
        match tables.iter_mut().find(|(known, _)| *known == name) {
            Some((_, headers)) => headers.push(table.header.to_owned()),
            None => tables.push((name, vec![table.header.to_owned()])),
        }
    }
    let places: Vec<String> = tables
        .into_iter()
        .map(|(name, headers)| match either(headers) {
            headers if name == key => format!("it belongs under {headers}"),
            headers => format!("the key is `{name}` under {headers}"),
        })
        .collect();
    (!places.is_empty()).then(|| places.join("; "))
}

/// Which keys are meant.
fn called(keys: &[&Key]) -> String {
    if let [Key { value_type: ValueType::Tables(table), .. }] = keys {
        return format!("write {}", table.header);
    }
    format!("the key is {}", either(keys.iter().map(|key| format!("`{}`", key.name))))
}

/// How the one key that is meant is written.
fn example(keys: &[&Key]) -> String {
    match keys {
        [key] if !key.example.is_empty() => format!(", as in {} = {}", key.name, key.example),
        _ => String::new(),
    }
}
