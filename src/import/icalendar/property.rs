//! Components and their properties, read by the `icalendar` parser. Names are compared as RFC 5545 3.1 says, whatever
//! their case.
//!
//! The parser is given one content line at a time. Of a whole component it searches each line's end in all that follows,
//! so that its time would grow with the square of the number of lines.

use icalendar::parser::{Property, read_calendar_simple, unfold};

use crate::diagnostic::quoted;

/// A component, RFC 5545 3.6.
#[derive(Debug, Default)]
pub struct Component {
    /// As its BEGIN has it.
    pub name: String,
    pub properties: Vec<ContentLine>,
    pub components: Vec<Component>,
}

/// One property: a content line, RFC 5545 3.1.
#[derive(Debug)]
pub struct ContentLine {
    pub name: String,
    /// Without escapes, where the property is known to be TEXT.
    pub value: String,
    /// Names and values.
    parameters: Vec<(String, Option<String>)>,
}

impl ContentLine {
    /// The value of a parameter, without quotes.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, value) = self.parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        value.as_ref().map(|value| value.trim().trim_matches('"').to_owned())
    }
}

impl From<&Property<'_>> for ContentLine {
    fn from(property: &Property) -> Self {
        let parameter = |parameter: &icalendar::parser::Parameter| {
            (parameter.key.to_string(), parameter.val.as_ref().map(ToString::to_string))
        };
        Self {
            name: property.name.to_string(),
            value: property.val.to_string(),
            parameters: property.params.iter().map(parameter).collect(),
        }
    }
}

/// The component that a text is, its BEGIN and END among it, which begins on this line of its file.
pub fn parse(text: &str, line: usize) -> Result<Component, String> {
    let unfolded = unfold(&text.replace('\r', ""));
    let mut open = vec![Component::default()];
    // One buffer for all lines.
    let mut alone = String::new();
    for (content, number) in unfolded.lines().zip(line..) {
        let keyword = |word: &str| content.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word));
        if keyword("BEGIN:").is_some() {
            let name = content["BEGIN:".len()..].trim().to_owned();
            open.push(Component { name, ..Component::default() });
        } else if keyword("END:").is_some() {
            let Some(closed) = open.pop() else { break };
            let Some(outer) = open.last_mut() else { break };
            outer.components.push(closed);
        } else if let Some(component) = open.last_mut() {
            alone.clear();
            alone.extend(["BEGIN:X\n", content, "\nEND:X\n"]);
            let read = read_calendar_simple(&alone).map_err(|error| {
                let shown = quoted(error.input.lines().next().unwrap_or_default());
                format!("{shown} is not a content line (near line {number})")
            })?;
            component.properties.extend(read.iter().flat_map(|line| &line.properties).map(ContentLine::from));
        }
    }
    let outermost = open.into_iter().next().and_then(|outer| outer.components.into_iter().next());
    outermost.ok_or_else(|| "it is empty".to_owned())
}

/// The properties of this name.
pub fn properties<'c>(component: &'c Component, name: &str) -> impl Iterator<Item = &'c ContentLine> {
    component.properties.iter().filter(move |property| property.name.eq_ignore_ascii_case(name))
}

/// The first property of this name.
pub fn property<'c>(component: &'c Component, name: &str) -> Option<&'c ContentLine> {
    properties(component, name).next()
}

/// The values of all properties of this name.
pub fn values<'c>(component: &'c Component, name: &str) -> impl Iterator<Item = &'c str> {
    properties(component, name).map(|property| property.value.as_str())
}

/// The text of the first property of this name, unless it is empty.
pub fn text_of(component: &Component, name: &str) -> Option<String> {
    let text = values(component, name).next()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
