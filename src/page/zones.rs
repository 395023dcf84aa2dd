//! The clocks of the world over the span of the page, so that its script need not ask the browser for them: browsers
//! bring zone rules of their own, often years old, and show meetings an hour off wherever the rules have changed since.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Days, NaiveDate, NaiveTime};

use crate::expand::Window;
use crate::zone::{Instant, Zone};

/// Days before and after the window that the clocks cover as well: what is usual is seen beside what is not.
const MARGIN: Days = Days::new(120);

/// One line for all zones whose clocks agree over the window: the offset from UTC in seconds, then each change as
/// instant (Unix seconds) and new offset; behind a bar the zones' names.
///
/// ```text
/// 0 1774746000 3600 1792890000 0|Europe/Belfast Europe/Guernsey Europe/London
/// ```
pub fn table(window: Window) -> String {
    let from = noon(window.from.checked_sub_days(MARGIN).unwrap_or(window.from));
    let to = noon(window.through.checked_add_days(MARGIN).unwrap_or(window.through));
    let mut lines: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for zone in Zone::all() {
        let mut offset = zone.observance(from).offset;
        let mut clocks = offset.to_string();
        for transition in zone.transitions(from, to) {
            if transition.after.offset != offset {
                offset = transition.after.offset;
                // Writing to a string cannot fail.
                let _ = write!(clocks, " {} {offset}", transition.instant.unix_seconds());
            }
        }
        lines.entry(clocks).or_default().push(zone.name());
    }
    let mut text = String::new();
    for (clocks, mut names) in lines {
        names.sort_unstable();
        let _ = writeln!(text, "{clocks}|{}", names.join(" "));
    }
    text
}

fn noon(date: NaiveDate) -> Instant {
    Zone::UTC.instant(date, NaiveTime::MIN).plus_seconds(12 * 3600)
}
