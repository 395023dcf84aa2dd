//! VEVENTs to meetings. What programs are known to disagree on is refused.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};
use icalendar::parser::{Component, Property};

use super::rule::Rule;
use super::zone::Zone;
use super::{components, local, utc, value, values};

/// Start and end in Unix seconds, SUMMARY, STATUS.
pub type Read = (i64, i64, String, String);

/// A point in time as it is written: a wall time with its zone, or UTC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Written {
    zone: Option<String>,
    wall: NaiveDateTime,
}

struct Reader {
    zones: BTreeMap<String, Zone>,
}

/// The meetings of a feed that start before an instant, in order.
pub fn meetings(feed: &str, before: i64) -> Vec<Read> {
    let components = components(feed);
    let (zones, events): (Vec<_>, Vec<_>) = components.iter().partition(|c| c.name.as_str() == "VTIMEZONE");
    let begins = events.iter().map(|event| written(event, "DTSTART").wall.and_utc().timestamp());
    let through = begins.fold(before, i64::max) + 3 * 366 * 86_400;
    let zone = |component: &&Component<'static>| (value(component, "TZID").to_owned(), Zone::read(component, through));
    let reader = Reader { zones: zones.iter().map(zone).collect() };
    assert_eq!(reader.zones.len(), zones.len(), "a VTIMEZONE twice");
    let used: BTreeSet<&str> = events.iter().flat_map(|event| event.properties.iter().filter_map(tzid)).collect();
    assert_eq!(used, reader.zones.keys().map(String::as_str).collect(), "VTIMEZONEs");

    let (overrides, events): (Vec<_>, Vec<_>) =
        events.into_iter().partition(|event| !values(event, "RECURRENCE-ID").is_empty());
    let uids: BTreeSet<&str> = events.iter().map(|event| value(event, "UID")).collect();
    assert_eq!(uids.len(), events.len(), "a UID twice");
    let mut meetings = Vec::new();
    for event in &events {
        assert_eq!(event.name.as_str(), "VEVENT");
        assert!(values(event, "RDATE").is_empty(), "{event:?}");
        let own: Vec<_> = overrides.iter().copied().filter(|o| value(o, "UID") == value(event, "UID")).collect();
        match values(event, "RRULE")[..] {
            [] => {
                assert!(own.is_empty() && values(event, "EXDATE").is_empty(), "{event:?}");
                meetings.push(reader.single(event));
            }
            [rule] => reader.series(&mut meetings, event, &own, rule, before),
            _ => panic!("{event:?}"),
        }
    }
    let known = overrides.iter().all(|each| uids.contains(value(each, "UID")));
    assert!(known, "an override of nothing");
    meetings.retain(|meeting| meeting.0 < before);
    meetings.sort();
    let last = meetings.iter().map(|meeting| meeting.1).max();
    reader.zones.values().for_each(|zone| zone.check(last.unwrap_or(before)));
    meetings
}

impl Reader {
    fn single(&self, event: &Component<'static>) -> Read {
        meeting(event, self.instant(&written(event, "DTSTART")), self.instant(&written(event, "DTEND")))
    }

    fn series(
        &self,
        meetings: &mut Vec<Read>,
        event: &Component<'static>,
        overrides: &[&Component<'static>],
        rule: &str,
        before: i64,
    ) {
        let (start, end) = (written(event, "DTSTART"), written(event, "DTEND"));
        assert_eq!(start.zone, end.zone);
        let nominal = end.wall - start.wall;
        let exact = self.instant(&end) - self.instant(&start);
        let rule = Rule::read(rule);
        check_storable(&rule);
        // What was taken away or moved here from later on counts too.
        let compared = chrono::DateTime::from_timestamp(before, 0).unwrap().date_naive();
        let last = compared.max(start.wall.date()) + TimeDelta::days(800);
        let mut dates = rule.dates(start.wall.date(), last);
        let at = |date: &NaiveDate| Written { zone: start.zone.clone(), wall: date.and_time(start.wall.time()) };
        if let Some(until) = rule.until.as_deref().map(utc) {
            match dates.iter().position(|date| self.instants(&at(date)) == [until]) {
                Some(end) => dates.truncate(end + 1),
                None => assert!(until > before, "UNTIL is no occurrence: {event:?}"),
            }
        }
        assert_eq!(dates.first(), Some(&start.wall.date()), "DTSTART is no occurrence: {event:?}");

        let occurrences: BTreeSet<Written> = dates.iter().map(at).collect();
        let excluded: BTreeSet<Written> =
            event.properties.iter().filter(|p| p.name.as_str() == "EXDATE").map(of).collect();
        let beyond = |moment: &Written| moment.wall.date() > last;
        assert!(excluded.iter().all(|each| occurrences.contains(each) || beyond(each)), "EXDATE of nothing: {event:?}");
        assert!(!excluded.contains(&start), "DTSTART is taken away: {event:?}");
        let overridden: BTreeMap<Written, &Component<'static>> =
            overrides.iter().map(|each| (written(each, "RECURRENCE-ID"), *each)).collect();
        assert_eq!(overridden.len(), overrides.len(), "two overrides of one meeting");
        for each in overridden.keys() {
            assert!(
                occurrences.contains(each) && !excluded.contains(each) || beyond(each),
                "{each:?} is none of {event:?}"
            );
        }

        let mut taken = NaiveDate::MIN;
        let compared = compared + TimeDelta::days(800);
        for (index, occurrence) in occurrences.iter().enumerate().take_while(|(_, each)| each.wall.date() <= compared) {
            if excluded.contains(occurrence) {
                continue;
            }
            let begin = self.instant(occurrence);
            let Some(change) = overridden.get(occurrence) else {
                let nominal_end = Written { wall: occurrence.wall + nominal, ..occurrence.clone() };
                assert_eq!(self.instant(&nominal_end), begin + exact, "programs differ on the end of {occurrence:?}");
                taken = occurrence.wall.date();
                meetings.push(meeting(event, begin, begin + exact));
                continue;
            };
            let moved = self.day(self.instant(&written(change, "DTSTART")), occurrence);
            let previous = index.checked_sub(1).map_or(NaiveDate::MIN, |before| dates[before]).max(taken);
            let next = dates.get(index + 1).copied().unwrap_or(NaiveDate::MAX);
            assert!(previous < moved && moved < next, "moved past its neighbour: {change:?}");
            taken = moved;
            meetings.push(self.single(change));
        }
    }

    /// The day of an instant on the clocks of a written time.
    fn day(&self, instant: i64, like: &Written) -> NaiveDate {
        let offset = like.zone.as_ref().map_or(0, |zone| self.zones[zone].offset(instant));
        chrono::DateTime::from_timestamp(instant + offset, 0).unwrap().date_naive()
    }

    fn instants(&self, written: &Written) -> Vec<i64> {
        match &written.zone {
            None => vec![written.wall.and_utc().timestamp()],
            Some(zone) => self.zones[zone].instants(written.wall),
        }
    }

    /// The one instant of a written time: in a gap or a fold programs differ.
    fn instant(&self, written: &Written) -> i64 {
        match self.instants(written)[..] {
            [instant] => instant,
            ref instants => panic!("{written:?} means {instants:?}"),
        }
    }
}

fn meeting(event: &Component<'static>, start: i64, end: i64) -> Read {
    assert!(start < end, "{event:?}");
    (start, end, value(event, "SUMMARY").to_owned(), value(event, "STATUS").to_owned())
}

/// What Outlook stores: RFC 5545's rules that fit its dialog.
fn check_storable(rule: &Rule) {
    let ordinal = |ordinal: i64| [1, 2, 3, 4, -1].contains(&ordinal);
    let numbered = rule.weekdays.iter().any(|(nth, _)| *nth != 0);
    assert!(rule.months.len() <= 1 && rule.month_days.len() <= 1 && rule.positions.len() <= 1, "{rule:?}");
    assert!(rule.month_days.is_empty() || rule.weekdays.is_empty(), "{rule:?}");
    assert!(rule.positions.iter().all(|position| ordinal(*position)), "{rule:?}");
    assert!(!numbered || rule.weekdays.len() == 1 && ordinal(rule.weekdays[0].0), "{rule:?}");
    let in_month = ["MONTHLY", "YEARLY"].contains(&rule.frequency.as_str());
    let plain_weekdays = !rule.weekdays.is_empty() && !numbered;
    assert!(!in_month || !plain_weekdays || !rule.positions.is_empty(), "{rule:?}");
    assert!(in_month || rule.positions.is_empty() && rule.months.is_empty(), "{rule:?}");
    match rule.frequency.as_str() {
        "MONTHLY" => assert!(rule.months.is_empty() && rule.month_days.iter().all(|day| *day <= 28), "{rule:?}"),
        "YEARLY" => {
            let first = NaiveDate::from_ymd_opt(2023, rule.months[0], 1).unwrap();
            let fits = |day: &i64| *day <= i64::from(first.num_days_in_month());
            assert!(rule.month_days.iter().all(fits), "{rule:?}");
        }
        _ => {}
    }
    assert!((1..=99).contains(&rule.interval), "{rule:?}");
    assert!(rule.frequency != "WEEKLY" || rule.interval == 1 || rule.text.contains("WKST="), "{rule:?}");
}

fn tzid<'p>(property: &'p Property<'static>) -> Option<&'p str> {
    let parameter = property.params.iter().find(|parameter| parameter.key.as_str() == "TZID")?;
    parameter.val.as_ref().map(icalendar::parser::ParseString::as_str)
}

fn written(event: &Component<'static>, name: &str) -> Written {
    let found: Vec<_> = event.properties.iter().filter(|property| property.name.as_str() == name).collect();
    assert_eq!(found.len(), 1, "{name} in {event:?}");
    of(found[0])
}

fn of(property: &Property<'static>) -> Written {
    assert!(property.params.iter().all(|parameter| parameter.key.as_str() == "TZID"), "{property:?}");
    let text = property.val.as_str();
    if let Some(zone) = tzid(property) {
        return Written { zone: Some(zone.to_owned()), wall: local(text) };
    }
    utc(text);
    Written { zone: None, wall: local(text.trim_end_matches('Z')) }
}
