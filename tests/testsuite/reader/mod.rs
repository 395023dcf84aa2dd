//! A plain reader of our feeds: what RFC 5545 says, by brute force, sharing nothing with the crate.
//!
//! Recurrence is a question asked of every day, a VTIMEZONE is the list of its onsets. It is slow, small, and refuses
//! whatever our feeds have no business to contain.

pub mod event;
pub mod rule;
pub mod zone;

use chrono::NaiveDateTime;
use icalendar::parser::{Component, read_calendar, unfold};

/// The components of the one calendar in a file.
pub fn components(feed: &str) -> Vec<Component<'static>> {
    let unfolded = unfold(feed);
    let calendar = read_calendar(&unfolded).unwrap_or_else(|error| panic!("{error}\n{feed}"));
    calendar.components.into_iter().map(owned).collect()
}

fn owned(component: Component<'_>) -> Component<'static> {
    let own = |text: &icalendar::parser::ParseString<'_>| text.to_owned();
    Component {
        name: own(&component.name),
        properties: component
            .properties
            .iter()
            .map(|property| icalendar::parser::Property {
                name: own(&property.name),
                val: own(&property.val),
                params: property
                    .params
                    .iter()
                    .map(|parameter| icalendar::parser::Parameter {
                        key: own(&parameter.key),
                        val: parameter.val.as_ref().map(own),
                    })
                    .collect(),
            })
            .collect(),
        components: component.components.into_iter().map(owned).collect(),
    }
}

/// The values of the properties of a name.
pub fn values<'c>(component: &'c Component<'static>, name: &str) -> Vec<&'c str> {
    component.properties.iter().filter(|property| property.name.as_str() == name).map(|p| p.val.as_str()).collect()
}

/// The value of the one property of a name.
pub fn value<'c>(component: &'c Component<'static>, name: &str) -> &'c str {
    let found = values(component, name);
    assert_eq!(found.len(), 1, "{name} in {component:?}");
    found[0]
}

/// `20140401T183000`
pub fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Unix seconds of `20140401T183000Z`.
pub fn utc(text: &str) -> i64 {
    local(text.strip_suffix('Z').unwrap_or_else(|| panic!("{text} is not in UTC"))).and_utc().timestamp()
}
