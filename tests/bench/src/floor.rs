//! The floor: the same work by the plainest code that can do it. It knows the fields, rhythms and zones that the bench
//! uses, and nothing else; it proves nothing and reports nothing.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

use chatcal::zone::{Instant, Zone};
use chrono::{Datelike, NaiveDate};

/// Offsets of a zone from 2010 to 2030, by Unix seconds and by wall seconds.
pub struct Clock {
    pub place: &'static str,
    instants: Vec<i64>,
    walls: Vec<i64>,
    offsets: Vec<i64>,
    letters: Vec<&'static str>,
    at: usize,
}

impl Clock {
    pub fn new(name: &str) -> Self {
        let zone = Zone::named(name).expect("a zone of the bench");
        let (from, to) = (Instant::from_unix_seconds(1_262_304_000), Instant::from_unix_seconds(1_893_456_000));
        let first = zone.observance(from);
        let place = match name {
            "Europe/London" => "London",
            "America/New_York" => "New York",
            "America/Los_Angeles" => "Los Angeles",
            _ => "Sydney",
        };
        let mut clock = Self {
            place,
            instants: vec![i64::MIN],
            walls: vec![i64::MIN],
            offsets: vec![first.offset.into()],
            letters: vec![first.abbreviation],
            at: 0,
        };
        for change in zone.transitions(from, to) {
            clock.instants.push(change.instant.unix_seconds());
            clock.walls.push(change.instant.unix_seconds() + i64::from(change.before.offset.max(change.after.offset)));
            clock.offsets.push(change.after.offset.into());
            clock.letters.push(change.after.abbreviation);
        }
        clock
    }

    /// Wall seconds to Unix seconds by binary search.
    #[inline]
    pub fn search(&self, wall: i64) -> i64 {
        wall - self.offsets[self.walls.partition_point(|begin| *begin <= wall) - 1]
    }

    /// Wall seconds to Unix seconds, walking on from the last place.
    #[inline]
    pub fn walk(&mut self, wall: i64) -> i64 {
        if self.walls[self.at] > wall {
            self.at = 0;
        }
        while self.walls.get(self.at + 1).is_some_and(|begin| *begin <= wall) {
            self.at += 1;
        }
        wall - self.offsets[self.at]
    }

    #[inline]
    fn offset(&self, unix: i64) -> (i64, &'static str) {
        let at = self.instants.partition_point(|begin| *begin <= unix) - 1;
        (self.offsets[at], self.letters[at])
    }
}

/// Days since 1970 of a date.
fn days(year: i32, month: u32, day: u32) -> i64 {
    i64::from(NaiveDate::from_ymd_opt(year, month, day).expect("a date").num_days_from_ce()) - 719_163
}

/// The dates of a rhythm of the bench, through 2028, as days since 1970.
pub fn dates(rule: &str, start: i64, mut each: impl FnMut(i64)) {
    let last = days(2028, 12, 29);
    if let Some(rest) = rule.strip_prefix("FREQ=WEEKLY") {
        let step = if rest.starts_with(";INTERVAL=2") { 14 } else { 7 };
        let mut day = start;
        while day <= last {
            each(day);
            day += step;
        }
        return;
    }
    for month in 0..18 * 12 {
        let (year, month) = (2011 + month / 12, month as u32 % 12 + 1);
        let first = days(year, month, 1);
        let next = if month == 12 { days(year + 1, 1, 1) } else { days(year, month + 1, 1) };
        // 1970-01-01 was a Thursday; weekdays are counted from it.
        let nth = |weekday: i64, nth: i64| first + (weekday - first).rem_euclid(7) + 7 * (nth - 1);
        match &rule["FREQ=MONTHLY;".len()..] {
            "BYDAY=1TU" => each(nth(5, 1)),
            "BYDAY=-1TH" => each(next - 1 - (next - 1).rem_euclid(7)),
            "BYDAY=2TH,4TH" => {
                each(nth(0, 2));
                each(nth(0, 4));
            }
            _ => each(first + 14),
        }
    }
}

/// All of it: TOML files to feeds, and the combined one.
pub fn build(schedules: &Path, out: &Path, at: Instant) {
    fs::create_dir_all(out).expect("a folder");
    let mut names: Vec<_> = fs::read_dir(schedules).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect();
    names.sort();
    let zones = crate::collection::ZONES;
    let mut clocks: Vec<Clock> = zones.iter().map(|zone| Clock::new(zone)).collect();
    let mut shown = ["America/Los_Angeles", "America/New_York", "Europe/London", "Australia/Sydney"].map(Clock::new);
    let stamp = text_of(at.unix_seconds());
    let mut all = BufWriter::with_capacity(1 << 18, fs::File::create(out.join("all.ics")).expect("a file"));
    let head = |title: &str, description: &str| {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//chatcal//chatcal//EN\r\nNAME:{title}\r\nX-WR-CALNAME:{title}\r\nDESCRIPTION:{description}\r\nX-WR-CALDESC:{description}\r\nREFRESH-INTERVAL;VALUE=DURATION:PT12H\r\nX-PUBLISHED-TTL:PT12H\r\n")
    };
    all.write_all(head("Thousand chats", "Made for timing").as_bytes()).expect("room");
    let (first, last) = combined(at);
    for name in names.iter().filter(|name| *name != "collection.toml") {
        let text = fs::read_to_string(schedules.join(name)).expect("a file");
        let field = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = ")).expect("a field");
            line.trim_matches(['"', '[', ']'])
        };
        let slug = field("hashtag");
        let summary = field("summary").replace(',', "\\,").replace(';', "\\;");
        let zone = zones.iter().position(|zone| *zone == field("zone")).expect("a zone");
        let start: NaiveDate = field("start").parse().expect("a date");
        let (hour, minute) = field("time").split_once(':').expect("a time");
        let time = (hour.parse::<i64>().expect("an hour") * 60 + minute.parse::<i64>().expect("a minute")) * 60;
        let tail = format!(
            "\\n\\n{summary}\\nWhere: Bluesky\\, #{slug}\\nHosts: @{slug}\\n\\nConfirmed: {}",
            field("source")
        );
        let end = format!("STATUS:CONFIRMED\r\nTRANSP:TRANSPARENT\r\nURL:{}\r\nEND:VEVENT\r\n", field("home"));
        let mut feed: Vec<u8> = head(&format!("#{slug}"), &summary).into_bytes();
        if field("home").is_empty() {
            continue;
        }
        let mut line = String::new();
        dates(field("rule"), days(start.year(), start.month(), start.day()), |day| {
            let begin = feed.len();
            let unix = clocks[zone].walk(day * 86_400 + time);
            let date = NaiveDate::from_num_days_from_ce_opt((day + 719_163) as i32).expect("a date");
            write!(
                feed,
                "BEGIN:VEVENT\r\nUID:{date}.{slug}@chats.example.org\r\nDTSTAMP:{stamp}\r\nLAST-MODIFIED:{stamp}\r\nSEQUENCE:0\r\nDTSTART:{}\r\nDTEND:{}\r\nSUMMARY:#{slug}\r\n",
                text_of(unix),
                text_of(unix + 3600)
            )
            .expect("room");
            line.clear();
            describe(&mut line, &clocks[zone], &mut shown, unix, date);
            line.push_str(&tail);
            fold(&line, &mut feed);
            feed.extend_from_slice(end.as_bytes());
            if (first..=last).contains(&day) {
                all.write_all(&feed[begin..]).expect("room");
            }
        });
        feed.extend_from_slice(b"END:VCALENDAR\r\n");
        fs::write(out.join(format!("{slug}.ics")), feed).expect("room");
    }
    all.write_all(b"END:VCALENDAR\r\n").expect("room");
    all.flush().expect("room");
}

/// The days of the combined feed.
fn combined(at: Instant) -> (i64, i64) {
    let year = at.utc().year();
    (days(year - 1, 1, 1), days(year + 1, 12, 31))
}

fn text_of(unix: i64) -> String {
    let date = NaiveDate::from_num_days_from_ce_opt((unix.div_euclid(86_400) + 719_163) as i32).expect("a date");
    let seconds = unix.rem_euclid(86_400);
    format!("{:04}{:02}{:02}T{:02}{:02}{:02}Z", date.year(), date.month(), date.day(), seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn describe(line: &mut String, host: &Clock, shown: &mut [Clock; 4], unix: i64, date: NaiveDate) {
    use std::fmt::Write;
    const MONTHS: [&str; 12] = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];
    let (offset, letters) = host.offset(unix);
    let clock = |offset: i64, unix: i64| {
        let seconds = (unix + offset).rem_euclid(86_400);
        (seconds / 3600, seconds / 60 % 60)
    };
    let ((hour, minute), (to_hour, to_minute)) = (clock(offset, unix), clock(host.offset(unix + 3600).0, unix + 3600));
    write!(
        line,
        "DESCRIPTION:{} {} {} {}\\, {hour:02}:{minute:02}–{to_hour:02}:{to_minute:02} {} ({letters})",
        date.weekday(),
        date.day(),
        MONTHS[date.month0() as usize],
        date.year(),
        host.place
    )
    .expect("room");
    let mut separator = "\\n";
    for other in shown.iter().filter(|other| other.place != host.place) {
        let (there, _) = other.offset(unix);
        let (hour, minute) = clock(there, unix);
        let later = (unix + there).div_euclid(86_400) - (unix + offset).div_euclid(86_400);
        let day = ["", " next day", " day before"][later.rem_euclid(3) as usize];
        write!(line, "{separator}{hour:02}:{minute:02}{day} {}", other.place).expect("room");
        separator = " · ";
    }
}

fn fold(line: &str, out: &mut Vec<u8>) {
    let mut rest = line.as_bytes();
    let mut room = 75;
    while rest.len() > room {
        let mut cut = room;
        while rest[cut] & 0xc0 == 0x80 {
            cut -= 1;
        }
        if rest[..cut].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1 {
            cut -= 1;
        }
        out.extend_from_slice(&rest[..cut]);
        out.extend_from_slice(b"\r\n ");
        rest = &rest[cut..];
        room = 74;
    }
    out.extend_from_slice(rest);
    out.extend_from_slice(b"\r\n");
}
