//! VTIMEZONE by its definition: RFC 5545 3.6.5.

use chrono::{Datelike, NaiveDateTime};
use icalendar::parser::Component;

use super::rule::Rule;
use super::{local, utc, value, values};

/// The onsets of a VTIMEZONE up to an instant, in order, all in seconds.
pub struct Zone {
    /// The instant, the offset before it, and the one from then on.
    onsets: Vec<(i64, i64, i64)>,
}

impl Zone {
    pub fn read(component: &Component<'static>, through: i64) -> Self {
        let last_year = chrono::DateTime::from_timestamp(through, 0).unwrap().year() + 1;
        let mut onsets = Vec::new();
        for block in &component.components {
            assert!(["STANDARD", "DAYLIGHT"].contains(&block.name.as_str()), "{block:?}");
            assert_eq!(values(block, "TZNAME").len(), 1, "{block:?}");
            let (before, after) = (offset(value(block, "TZOFFSETFROM")), offset(value(block, "TZOFFSETTO")));
            for onset in block_onsets(block, before, last_year) {
                onsets.push((onset.and_utc().timestamp() - before, before, after));
            }
        }
        onsets.retain(|(instant, ..)| *instant <= through);
        onsets.sort_unstable();
        Self { onsets }
    }

    /// Up to an instant, each onset must begin with the offset that was in force.
    pub fn check(&self, through: i64) {
        for pair in self.onsets.windows(2).filter(|pair| pair[1].0 <= through) {
            assert!(pair[0].0 < pair[1].0, "two onsets at once: {pair:?}");
            assert_eq!(pair[0].2, pair[1].1, "TZOFFSETFROM is not what was in force: {pair:?}");
        }
    }

    /// The offset in force at an instant.
    pub fn offset(&self, instant: i64) -> i64 {
        let next = self.onsets.partition_point(|(onset, ..)| *onset <= instant);
        assert!(next > 0, "{instant} is before the first onset");
        self.onsets[next - 1].2
    }

    /// The instants that a wall time may mean: two in a fold, none in a gap.
    pub fn instants(&self, wall: NaiveDateTime) -> Vec<i64> {
        let wall = wall.and_utc().timestamp();
        let mut offsets: Vec<i64> = self.onsets.iter().map(|(_, _, offset)| *offset).collect();
        offsets.sort_unstable();
        offsets.dedup();
        let began = |instant: &i64| *instant >= self.onsets[0].0;
        let meant = offsets.into_iter().map(|offset| (wall - offset, offset));
        meant.filter(|(at, offset)| began(at) && self.offset(*at) == *offset).map(|(at, _)| at).collect()
    }
}

fn block_onsets(block: &Component<'static>, before: i64, last_year: i32) -> Vec<NaiveDateTime> {
    let first = local(value(block, "DTSTART"));
    let listed: Vec<_> = values(block, "RDATE").into_iter().map(local).collect();
    let rules = values(block, "RRULE");
    assert!(rules.is_empty() || listed.is_empty() && rules.len() == 1, "{block:?}");
    if let Some(rule) = rules.first() {
        let rule = Rule::read(rule);
        let until = rule.until.as_deref().map(utc);
        let dates =
            rule.dates(first.date(), chrono::NaiveDate::from_ymd_opt(last_year.max(first.year()), 12, 31).unwrap());
        assert_eq!(dates.first(), Some(&first.date()), "DTSTART is no onset of its rule: {block:?}");
        let onsets = dates.into_iter().map(|date| date.and_time(first.time()));
        return onsets
            .filter(|onset| until.is_none_or(|until| onset.and_utc().timestamp() - before <= until))
            .collect();
    }
    if listed.is_empty() {
        return vec![first];
    }
    assert_eq!(listed[0], first, "programs differ on whether DTSTART counts beside RDATE: {block:?}");
    assert!(listed.iter().all(|onset| onset.year() <= 9999));
    listed
}

/// `+0530`, `-001915`
fn offset(text: &str) -> i64 {
    let (sign, digits) = text.split_at(1);
    assert!(digits.len() == 4 || digits.len() == 6, "{text}");
    let part = |at: usize| digits.get(at..at + 2).map_or(0, |part| part.parse::<i64>().unwrap());
    let seconds = part(0) * 3600 + part(2) * 60 + part(4);
    assert!(text != "-0000");
    match sign {
        "+" => seconds,
        "-" => -seconds,
        _ => panic!("{text}"),
    }
}
