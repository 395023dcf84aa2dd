//! Schedules for the tests of the repeating form: built by hand, and random ones.

use chatcal::recurrence::Rrule;
use chatcal::schedule::{Break, Change, Confidence, Evidence, LastKnown, OneOff, Schedule, Series, Slug, Venue};
use chatcal::zone::Zone;
use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::reading::{day, time};

/// A chat without meetings.
pub fn chat() -> Schedule {
    Schedule {
        slug: Slug::new("chat").unwrap(),
        formerly: Vec::new(),
        title: "Chat, weekly; or so".into(),
        summary: None,
        description: None,
        venue: Venue::default(),
        language: None,
        tags: Vec::new(),
        successor: None,
        zone: Zone::UTC,
        series: Vec::new(),
        changes: Vec::new(),
        breaks: Vec::new(),
        one_offs: Vec::new(),
        silenced: Vec::new(),
    }
}

pub fn series(rule: &str, from: &str, at: &str, zone: &str) -> Series {
    let value: Rrule = rule.parse().unwrap();
    let start = value.rule.dates(day(from)).next().unwrap();
    Series {
        name: None,
        run: value.run(start, |until| until.date()),
        last_known: None,
        time: time(at),
        duration: TimeDelta::minutes(60),
        zone: Zone::named(zone).unwrap(),
        venue: Venue::default(),
        confidence: Confidence::Confirmed,
        sources: vec![Evidence::Words("made up".into())],
        note: None,
    }
}

pub fn change(series: usize, date: NaiveDate) -> Change {
    Change {
        date,
        series,
        topic: None,
        cancelled: None,
        moved_to: None,
        time: None,
        duration: None,
        zone: None,
        venue: Venue::default(),
        confidence: None,
        sources: Vec::new(),
        note: None,
    }
}

const RULES: [&str; 46] = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
    "FREQ=DAILY;BYMONTH=1;COUNT=40",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=SU",
    "FREQ=WEEKLY;BYDAY=MO,SA,SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
    "FREQ=WEEKLY;INTERVAL=4;BYDAY=TU;COUNT=17",
    "FREQ=WEEKLY;BYDAY=SU;BYMONTH=3,10",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO,WE;BYSETPOS=1,3;WKST=SU",
    "FREQ=WEEKLY;BYDAY=MO,WE;BYMONTH=3;BYSETPOS=1",
    "FREQ=WEEKLY;INTERVAL=120;BYDAY=TH",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=1TU",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;BYDAY=2TH,4TH",
    "FREQ=MONTHLY;BYDAY=4SU,-1SU",
    "FREQ=MONTHLY;BYDAY=5WE",
    "FREQ=MONTHLY;BYDAY=-2FR",
    "FREQ=MONTHLY;BYDAY=1TU;BYMONTH=2,3,4,5,6,7,8,9,10,11,12",
    "FREQ=MONTHLY;INTERVAL=5;BYDAY=1SU;BYMONTH=3,10",
    "FREQ=MONTHLY;BYDAY=1WE;BYMONTH=1,4,7,10",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=5,15,25",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30,-1",
    "FREQ=MONTHLY;BYMONTHDAY=-1,-3",
    "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
    "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=1,5",
    "FREQ=MONTHLY;BYDAY=TU",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
    "FREQ=MONTHLY;BYDAY=TU,1FR",
    "FREQ=YEARLY",
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=-1SU",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYWEEKNO=1,20;BYDAY=MO",
    "FREQ=YEARLY;BYYEARDAY=1,100,-1",
    "FREQ=YEARLY;BYMONTH=1,6;BYDAY=MO,TU;BYSETPOS=2",
    "FREQ=YEARLY;BYMONTHDAY=10",
];

const ZONES: [&str; 16] = [
    "UTC",
    "Europe/London",
    "America/New_York",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Gaza",
    "Africa/Cairo",
    "America/Vancouver",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "America/Havana",
    "America/Nuuk",
    "Asia/Pyongyang",
    "Antarctica/Troll",
];

const TIMES: [&str; 8] = ["00:00", "00:30", "01:30", "02:15", "02:30", "12:00", "18:30", "23:30"];

fn times() -> impl Strategy<Value = NaiveTime> {
    select(&TIMES[..]).prop_map(time)
}

fn durations() -> impl Strategy<Value = TimeDelta> {
    select(&[15, 60, 90, 240, 1440][..]).prop_map(TimeDelta::minutes)
}

fn zones() -> impl Strategy<Value = Zone> {
    let any: Vec<Zone> = Zone::all().collect();
    prop_oneof![3 => select(&ZONES[..]).prop_map(|name| Zone::named(name).unwrap()), 1 => select(any)]
}

fn confidences() -> impl Strategy<Value = Confidence> {
    select(&[Confidence::Confirmed, Confidence::Inferred, Confidence::Assumed][..])
}

fn all_series() -> impl Strategy<Value = Series> {
    let day = (2008i32..2024, 1u32..366).prop_map(|(year, day)| NaiveDate::from_yo_opt(year, day).unwrap());
    let end = (0..3, 0u64..2500);
    (select(&RULES[..]), day, end, times(), durations(), zones(), confidences()).prop_map(
        |(rule, from, (end, days), time, duration, zone, confidence)| {
            let mut series = series(rule, &from.to_string(), "00:00", "UTC");
            (series.time, series.duration, series.zone, series.confidence) = (time, duration, zone, confidence);
            let day = series.run.start + Days::new(days);
            let (seen, until) = match end {
                0 => (None, None),
                1 => (None, Some(day)),
                _ => (Some(day), Some(day + Days::new(365))),
            };
            series.last_known = seen.map(LastKnown::Seen);
            series.run.last = series.run.last.into_iter().chain(until).min();
            series
        },
    )
}

fn a_change() -> impl Strategy<Value = (usize, Index, Change)> {
    let what = (any::<Option<u8>>(), proptest::option::weighted(0.2, 0..1), -10i64..25);
    let how = (
        proptest::option::weighted(0.4, times()),
        proptest::option::weighted(0.3, durations()),
        proptest::option::weighted(0.2, zones()),
        proptest::option::weighted(0.3, confidences()),
    );
    (0usize..2, any::<Index>(), what, any::<bool>(), how).prop_map(|(series, index, what, moves, how)| {
        let mut change = change(series, NaiveDate::MIN);
        change.topic = what.0.map(|number| format!("Topic {number}"));
        change.cancelled = what.1.map(|_| "no host".to_owned());
        // How far it moves is kept in a date until the occurrence is known.
        change.moved_to = moves.then(|| day("2000-01-11") + TimeDelta::days(what.2));
        (change.time, change.duration, change.zone, change.confidence) = how;
        (series, index, change)
    })
}

prop_compose! {
    pub fn schedules()(
        mut series in prop::collection::vec(all_series(), 0..3),
        changes in prop::collection::vec(a_change(), 0..8),
        breaks in prop::collection::vec((0u64..5000, 0u64..100), 0..4),
        one_offs in prop::collection::vec((0u64..5000, times(), durations(), zones(), any::<bool>()), 0..3),
        endless_break in prop::bool::weighted(0.05),
    ) -> Schedule {
        let mut chat = chat();
        for (index, series) in series.iter_mut().enumerate().skip(1) {
            series.name = Some(format!("name{index}"));
        }
        for (index, at, change) in changes {
            let Some(series) = series.get(index) else { continue };
            let last = day("2030-01-01");
            let dates: Vec<NaiveDate> = series.run.dates().take_while(|date| series.run.last.is_some() || *date <= last).collect();
            if dates.is_empty() {
                continue;
            }
            let date_of = *at.get(&dates);
            let moved_to = change.moved_to.map(|to| date_of + (to - day("2000-01-11")));
            if !chat.changes.iter().any(|known| (known.series, known.date) == (index, date_of)) {
                chat.changes.push(Change { date: date_of, moved_to, ..change });
            }
        }
        chat.changes.sort_by_key(|change| (change.date, change.series));
        let after = |days| day("2010-01-01") + Days::new(days);
        for (from, length) in breaks {
            let through = after(from + length);
            chat.breaks.push(Break { from: after(from), through, reason: None, sources: Vec::new(), note: None });
        }
        if endless_break {
            let (from, through) = (day("2021-06-01"), day("9999-12-31"));
            chat.breaks.push(Break { from, through, reason: None, sources: Vec::new(), note: None });
        }
        chat.breaks.sort_by_key(|pause| pause.from);
        for (index, (days, time, duration, zone, cancelled)) in one_offs.into_iter().enumerate() {
            chat.one_offs.push(OneOff {
                name: Some(format!("extra{index}")),
                date: after(days),
                time,
                duration,
                zone,
                venue: Venue::default(),
                topic: Some("Joint".to_owned()),
                cancelled: cancelled.then(|| "no host".to_owned()),
                confidence: Confidence::Confirmed,
                sources: Vec::new(),
                note: None,
            });
        }
        chat.one_offs.sort_by_key(|one_off| one_off.date);
        chat.series = series;
        chat
    }
}
