//! The JSON Schema of schedules, judged by another program: right schedules pass, wrong ones that a schema can catch do
//! not, and what it demands is what the reader demands.

use std::fs;

use chatcal::schedule::keys::{COLLECTION, SCHEDULE, Section, ValueType};
use chatcal::schedule::schema;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::files;
use crate::reading::{self, errors};

fn validator() -> Validator {
    jsonschema::validator_for(&schema::of_schedule()).unwrap()
}

/// TOML as editors hand it to a schema: dates and times are texts.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(yes) => json!(yes),
        toml::Value::Datetime(datetime) => json!(datetime.to_string()),
        toml::Value::Array(entries) => entries.iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect::<Map<_, _>>())
        }
    }
}

fn parsed(text: &str) -> Option<Value> {
    text.parse::<toml::Table>().ok().map(|table| as_json(&toml::Value::Table(table)))
}

#[test]
fn every_shipped_schedule_passes() {
    let validator = validator();
    let paths = files::schedules("schedules");
    assert!(paths.len() > 30);
    for path in paths {
        let schedule = parsed(&files::text(&path)).unwrap();
        let wrong: Vec<String> = validator.iter_errors(&schedule).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", path.display());
    }
}

#[test]
fn the_committed_schema_is_the_one_that_is_printed() {
    let committed = files::text("schedules/schedule.schema.json");
    let printed = format!("{}\n", serde_json::to_string_pretty(&schema::of_schedule()).unwrap());
    assert!(committed == printed, "chatcal schema > schedules/schedule.schema.json");
}

/// Codes of mistakes that a schema sees, wherever they occur.
const CAUGHT: [&str; 8] = ["unknown-key", "wrong-type", "empty", "too-long", "time", "duration", "zone", "no-meetings"];
/// The same, of which a schema sees some: others need a calendar, or other files.
const PARTLY: [&str; 7] = ["missing-key", "both", "link", "name", "word", "control-character", "date"];

#[test]
fn mistakes_that_a_schema_can_catch_are_caught() {
    let validator = validator();
    let mut caught = 0;
    for path in files::schedules("tests/mistakes") {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let Some(schedule) = parsed(&text) else { continue };
        let codes = errors(&reading::read("chat", &text).1);
        let passes = validator.is_valid(&schedule);
        if codes.iter().any(|code| CAUGHT.contains(code)) {
            assert!(!passes, "{} has {codes:?} and passes", path.display());
        }
        // What the reader takes the schema takes, so that no editor marks what is right.
        if codes.is_empty() {
            assert!(passes, "{} is right and does not pass", path.display());
        }
        if !passes {
            let known = |code: &&str| CAUGHT.contains(code) || PARTLY.contains(code);
            assert!(codes.iter().any(known), "{} has {codes:?} and does not pass", path.display());
            caught += 1;
        }
    }
    assert!(caught > 20, "{caught} caught");
}

/// A schedule with every key once.
fn full() -> toml::Table {
    files::text("tests/schema/full.toml").parse().unwrap()
}

fn read(table: &toml::Table) -> Vec<&'static str> {
    errors(&reading::read("chat", &toml::to_string(table).unwrap()).1)
}

fn passes(table: &toml::Table) -> bool {
    validator().is_valid(&as_json(&toml::Value::Table(table.clone())))
}

/// The tables of a section in a schedule: the schedule itself, or the first of a kind.
fn edit(table: &mut toml::Table, key: Option<&str>, change: impl FnOnce(&mut toml::Table)) {
    match key {
        None => change(table),
        Some(key) => change(table[key].as_array_mut().unwrap()[0].as_table_mut().unwrap()),
    }
}

#[test]
fn reader_and_schema_require_the_same_keys() {
    let full = full();
    assert_eq!(read(&full), [""; 0]);
    assert!(passes(&full));
    let mut sections: Vec<(Option<&str>, &Section)> = vec![(None, &SCHEDULE)];
    sections.extend(SCHEDULE.keys.iter().filter_map(|key| match key.value_type {
        ValueType::Tables(section) => Some((Some(key.name), section)),
        _ => None,
    }));
    for (at, section) in sections {
        for required in section.required {
            let names = required.keys;
            let code = required.wording.as_ref().map_or("missing-key", |wording| wording.code);
            let mut without = full.clone();
            edit(&mut without, at, |table| names.iter().for_each(|name| drop(table.remove(*name))));
            assert!(read(&without).contains(&code), "{at:?} without {names:?} is read");
            assert!(!passes(&without), "{at:?} without {names:?} passes");
        }
        let pairs = |keys: &'static [&'static str]| {
            keys.iter().enumerate().flat_map(|(at, one)| keys[..at].iter().map(move |other| [*one, *other]))
        };
        for names in section.exclusive.iter().flat_map(|exclusive| pairs(exclusive.keys)) {
            let mut with = full.clone();
            let example = |name: &str| {
                let key = section.keys.iter().find(|key| key.name == name).unwrap();
                format!("value = {}", key.example).parse::<toml::Table>().unwrap()["value"].clone()
            };
            edit(&mut with, at, |table| {
                for name in names {
                    table.insert(name.to_owned(), example(name));
                }
            });
            assert!(read(&with).contains(&"both"), "{at:?} with {names:?} is read");
            assert!(!passes(&with), "{at:?} with {names:?} passes");
        }
        for key in section.keys.iter().filter(|key| !matches!(key.value_type, ValueType::Tables(_))) {
            let mut with = full.clone();
            edit(&mut with, at, |table| drop(table.insert(key.name.to_owned(), toml::Value::Boolean(true))));
            assert!(read(&with).contains(&"wrong-type"), "{at:?} with {} = true is read", key.name);
            assert!(!passes(&with), "{at:?} with {} = true passes", key.name);
        }
    }
}

#[test]
fn no_alias_is_a_key_of_its_table_or_stands_twice_for_one() {
    for section in SCHEDULE.tables().chain([&SCHEDULE, &COLLECTION]) {
        for key in section.keys {
            let aliases: Vec<&str> = key.aliases.split(' ').filter(|alias| !alias.is_empty()).collect();
            for alias in &aliases {
                assert!(section.key(alias).is_none(), "{} {}: {alias}", section.header, key.name);
                assert!(section.aliased(alias).any(|found| found.name == key.name), "{}: {alias}", key.name);
            }
            assert!((1..aliases.len()).all(|at| !aliases[at..].contains(&aliases[at - 1])), "{}", key.name);
        }
    }
}

#[test]
fn examples_are_right() {
    let validator = validator();
    for key in SCHEDULE.keys.iter().filter(|key| !key.example.is_empty()) {
        let mut with = full();
        let value = format!("value = {}", key.example).parse::<toml::Table>().unwrap()["value"].clone();
        with.insert(key.name.to_owned(), value);
        assert!(validator.is_valid(&as_json(&toml::Value::Table(with))), "{}", key.name);
    }
}
