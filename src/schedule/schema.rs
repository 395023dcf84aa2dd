//! The JSON Schema of a schedule, for editors that complete and check: draft 7, which they all know.
//!
//! It is made from the keys that the reader knows ([`super::keys`]). Dates and times of TOML are strings to it.

use serde_json::{Map, Value, json};

use super::keys::{Key, LINE, LIST, SCHEDULE, Section, TEXT, ValueType, YEARS};
use crate::zone::Zone;

/// The schema of one schedule.
pub fn of_schedule() -> Value {
    let mut schema = section(&SCHEDULE);
    if let Value::Object(schema) = &mut schema {
        schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        schema.insert("title".to_owned(), json!("A chatcal schedule"));
        let zones: Vec<&str> = Zone::all().map(Zone::name).filter(|name| Zone::of_place(name).is_ok()).collect();
        schema.insert("definitions".to_owned(), json!({ "zone": { "type": "string", "enum": zones } }));
    }
    schema
}

/// A table: its keys and no others, those that it needs, those that exclude each other. Only the reader sees keys that
/// may stand here or at the top.
fn section(section: &Section) -> Value {
    let properties: Map<String, Value> = section.keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let mut schema = json!({
        "type": "object",
        "description": section.doc,
        "properties": properties,
        "additionalProperties": false,
    });
    let (always, one_of): (Vec<&[&str]>, Vec<&[&str]>) =
        section.required.iter().map(|required| required.keys).partition(|keys| keys.len() == 1);
    if !always.is_empty() {
        schema["required"] = json!(always.concat());
    }
    let mut rules: Vec<Value> = Vec::new();
    for keys in one_of {
        let each: Vec<Value> = keys.iter().map(|key| json!({ "required": [key] })).collect();
        rules.push(json!({ "anyOf": each }));
    }
    // Any two of them, not only all at once.
    for keys in section.exclusive.iter().map(|exclusive| exclusive.keys) {
        let pairs = keys.iter().enumerate().flat_map(|(at, one)| keys[at + 1..].iter().map(move |other| [one, other]));
        rules.extend(pairs.map(|pair| json!({ "not": { "required": pair } })));
    }
    if !rules.is_empty() {
        schema["allOf"] = json!(rules);
    }
    schema
}

fn property(key: &Key) -> Value {
    let mut schema = value(key.value_type);
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), json!(key.doc));
        if !key.example.is_empty() && !matches!(key.value_type, ValueType::Tables(_) | ValueType::List(_)) {
            schema.insert("examples".to_owned(), json!([key.example.trim_matches('"')]));
        }
    }
    schema
}

fn value(value_type: ValueType) -> Value {
    let line = |longest: usize| json!({ "type": "string", "minLength": 1, "maxLength": longest, "pattern": ONE_LINE });
    match value_type {
        ValueType::Line(longest) => line(longest),
        ValueType::Text => json!({ "type": "string", "minLength": 1, "maxLength": TEXT, "pattern": "\\S" }),
        ValueType::Name => json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "maxLength": 100 }),
        ValueType::Link => json!({ "type": "string", "pattern": LINK, "maxLength": LINE }),
        ValueType::Names => one_or_several(&value(ValueType::Name), 0),
        ValueType::Evidence => one_or_several(&line(LINE), 1),
        ValueType::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        ValueType::Time => json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$" }),
        ValueType::Duration => json!({ "type": "string", "pattern": "^([0-9]{1,2}h([0-9]{1,4}m)?|[0-9]{1,4}m)$" }),
        ValueType::Years => json!({ "type": "integer", "minimum": 1, "maximum": YEARS }),
        // By reference: six hundred names do not fit into a tool tip.
        ValueType::Zone => json!({ "allOf": [{ "$ref": "#/definitions/zone" }] }),
        ValueType::Word(words) => json!({ "type": "string", "enum": words }),
        ValueType::List(of) => json!({ "type": "array", "maxItems": LIST, "items": value(*of) }),
        ValueType::Tables(of) => json!({ "type": "array", "items": section(of) }),
    }
}

/// A value, or a list of at least so many.
fn one_or_several(value: &Value, least: usize) -> Value {
    let mut several = json!({ "type": "array", "maxItems": LIST, "items": value });
    if let Value::Object(several) = &mut several {
        several.extend((least > 0).then(|| ("minItems".to_owned(), json!(least))));
    }
    json!({ "anyOf": [value, several] })
}

/// At least one visible character, no control characters.
const ONE_LINE: &str = "^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$";
/// Begins with a scheme that may be published, and holds nothing that a page would have to escape.
const LINK: &str = "^(https?://|mailto:)[^\\s\"<>\\\\^`{|}]+$";
