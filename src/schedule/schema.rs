//! The JSON Schema of a schedule, made of the same keys that the reader knows ([`super::keys`]), for editors that complete
//! and check: draft 7, which they all know. Dates and times of TOML are texts to it.

use serde_json::{Map, Value, json};

use super::keys::{Form, Key, LINE, LIST, SCHEDULE, Section, TEXT};
use crate::zone::Zone;

/// The schema of one schedule.
pub fn of_schedule() -> Value {
    let mut schema = section(&SCHEDULE);
    if let Value::Object(schema) = &mut schema {
        schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        schema.insert("title".to_owned(), json!("A schedule of chatcal"));
        schema.insert("anyOf".to_owned(), json!([{ "required": ["series"] }, { "required": ["one-off"] }]));
        let zones: Vec<&str> = Zone::all().map(Zone::name).filter(|name| Zone::of_place(name).is_ok()).collect();
        schema.insert("definitions".to_owned(), json!({ "zone": { "type": "string", "enum": zones } }));
    }
    schema
}

/// A table: its keys and no others, those that it needs, those that exclude each other.
fn section(section: &Section) -> Value {
    let properties: Map<String, Value> = section.keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let mut schema = json!({
        "type": "object",
        "description": section.doc,
        "properties": properties,
        "additionalProperties": false,
    });
    let (one_of, always): (Vec<&&[&str]>, Vec<&&[&str]>) = section.required.iter().partition(|names| names.len() > 1);
    let always: Vec<&str> = always.into_iter().flat_map(|names| names.iter().copied()).collect();
    if !always.is_empty() {
        schema["required"] = json!(always);
    }
    let mut rules: Vec<Value> = Vec::new();
    for names in one_of {
        let each: Vec<Value> = names.iter().map(|name| json!({ "required": [name] })).collect();
        rules.push(json!({ "anyOf": each }));
    }
    rules.extend(section.exclusive.iter().map(|names| json!({ "not": { "required": names } })));
    if !rules.is_empty() {
        schema["allOf"] = json!(rules);
    }
    schema
}

fn property(key: &Key) -> Value {
    let mut schema = form(key.form);
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), json!(key.doc));
        if !key.example.is_empty() && !matches!(key.form, Form::Tables(_) | Form::List(_)) {
            schema.insert("examples".to_owned(), json!([key.example.trim_matches('"')]));
        }
    }
    schema
}

fn form(form: Form) -> Value {
    let line = |longest: usize| json!({ "type": "string", "minLength": 1, "maxLength": longest, "pattern": ONE_LINE });
    match form {
        Form::Line(longest) => line(longest),
        Form::Text => json!({ "type": "string", "minLength": 1, "maxLength": TEXT, "pattern": "\\S" }),
        Form::Name => json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "maxLength": 100 }),
        Form::Link => json!({ "type": "string", "pattern": LINK, "maxLength": LINE }),
        Form::Evidence => json!({ "anyOf": [
            line(LINE),
            { "type": "array", "minItems": 1, "maxItems": LIST, "items": line(LINE) },
        ] }),
        Form::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Form::Time => json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$" }),
        Form::Duration => json!({ "type": "string", "pattern": "^([0-9]{1,2}h([0-9]{1,4}m)?|[0-9]{1,4}m)$" }),
        // By reference, as six hundred names stand in no tool tip.
        Form::Zone => json!({ "allOf": [{ "$ref": "#/definitions/zone" }] }),
        Form::Word(words) => json!({ "type": "string", "enum": words }),
        Form::List(of) => json!({ "type": "array", "maxItems": LIST, "items": self::form(*of) }),
        Form::Tables(of) => json!({ "type": "array", "items": section(of) }),
    }
}

/// At least one visible character, no control characters.
const ONE_LINE: &str = "^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$";
/// Begins with a scheme that may be published, and holds nothing that a page would have to escape.
const LINK: &str = "^(https?://|mailto:)[^\\s\"<>\\\\^`{|}]+$";
