//! Components and their properties, by the `icalendar` parser. Names are compared as RFC 5545 3.1 says, whatever their
//! case.

use icalendar::parser::{Component, Property, read_calendar_simple};

use crate::diagnostic::quoted;

/// The first component of a text that begins on this line of its file.
pub fn parse(text: &str, line: usize) -> Result<Component<'_>, String> {
    let components = read_calendar_simple(text).map_err(|error| {
        let at = text.len() - error.input.len().min(text.len());
        let number = line + text[..at].matches('\n').count();
        let shown = quoted(error.input.lines().next().unwrap_or_default());
        format!("{shown} is not a content line (near line {number})")
    })?;
    components.into_iter().next().ok_or_else(|| "it is empty".to_owned())
}

/// The properties of this name.
pub fn properties<'c>(component: &'c Component, name: &str) -> impl Iterator<Item = &'c Property<'c>> {
    component.properties.iter().filter(move |property| property.name.as_str().eq_ignore_ascii_case(name))
}

/// The first property of this name.
pub fn property<'c>(component: &'c Component, name: &str) -> Option<&'c Property<'c>> {
    properties(component, name).next()
}

/// The values of all properties of this name.
pub fn values(component: &Component, name: &str) -> impl Iterator<Item = String> {
    properties(component, name).map(|property| property.val.to_string())
}

/// The text of the first property of this name, unless it is empty.
pub fn text_of(component: &Component, name: &str) -> Option<String> {
    let text = values(component, name).next()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The value of a parameter, without quotes.
pub fn parameter(property: &Property, name: &str) -> Option<String> {
    let found = property.params.iter().find(|parameter| parameter.key.as_str().eq_ignore_ascii_case(name))?;
    found.val.as_ref().map(|value| value.as_str().trim().trim_matches('"').to_owned())
}
