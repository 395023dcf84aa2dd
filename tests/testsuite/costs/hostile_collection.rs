//! Random folders of schedules that are small and ask for much.

use std::fmt::Write;

use chrono::{Days, NaiveDate};

use crate::reading::day;

/// Numbers that are the same for the same seed (`SplitMix64`).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another.
    pub fn below(&mut self, most: usize) -> usize {
        (self.next() % most.max(1) as u64) as usize
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Whether something happens that does so in so many of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// A folder.
pub struct Hostile {
    /// Names and texts.
    pub files: Vec<(String, String)>,
    /// What is special about it.
    pub shape: String,
}

/// Rules that are often, seldom or laborious.
const RULES: [&str; 24] = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=2",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU",
    "FREQ=WEEKLY;BYMONTH=1,3,5,7,9,11;BYDAY=MO,TU,WE,TH,FR,SA,SU",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1,-1",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,2,3,4,5,6,7,8,9,-1,-2,-3,-4,-5",
    "FREQ=MONTHLY;BYMONTHDAY=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31",
    "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=1,3,5",
    "FREQ=MONTHLY;BYDAY=5MO",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYWEEKNO=1,2,3,4,5,10,20,30,40,50,53,-1",
    "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO",
    "FREQ=YEARLY;BYYEARDAY=1,100,200,300,366,-1,-100,-366",
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1,2,3,100,200,300,-1,-100",
    "FREQ=YEARLY;BYDAY=20MO,-20TU,53WE",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO",
    "FREQ=YEARLY;INTERVAL=400",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU",
    "FREQ=DAILY;INTERVAL=97;BYDAY=TU",
    "FREQ=DAILY;COUNT=4294967295",
];
const ZONES: [&str; 7] = [
    "UTC",
    "Europe/London",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/New_York",
];
const TIMES: [&str; 5] = ["18:30", "18:00", "01:30", "02:30", "23:59"];

/// A rule, and a start.
pub fn rule(random: &mut Random) -> (&'static str, NaiveDate) {
    (random.one_of(&RULES), random.one_of(&["0001-01-01", "1583-01-03", "2020-02-29", "9996-02-29"].map(day)))
}

/// How a folder is made.
#[derive(Clone, Copy, Debug)]
struct Shape {
    chats: usize,
    /// The rule of all, or each its own.
    rule: Option<&'static str>,
    /// Meetings of each chat at which is aimed, where the rule is of this frequency.
    meetings: usize,
    /// Octets of a text.
    text: usize,
    letter: &'static str,
    tags: usize,
    shared_tags: bool,
    zones: usize,
    /// In what proportion there are tables: series, changes, breaks, one-offs.
    tables: [usize; 4],
    /// How many of a hundred tables are wrong.
    wrong: usize,
    end: &'static str,
    zone: &'static str,
    time: &'static str,
    duration: &'static str,
}

impl Shape {
    fn random(random: &mut Random) -> Self {
        let chats = random.one_of(&[1, 1, 2, 6, 20, 60, 200, 500, 650]);
        let any = random.one_of(&[1_000, 20_000, 500_000]);
        // Mostly just below what may be made in all.
        let meetings = if random.chance(75) {
            (random.one_of(&[60_000, 150_000, 180_000, 800_000]) / chats).clamp(1, 19_000)
        } else {
            any
        };
        let tables = random.one_of(&[
            [1, 0, 0, 0],
            [1, 0, 0, 0],
            [0, 1, 0, 0],
            [0, 0, 1, 0],
            [0, 0, 0, 1],
            [1, 1, 1, 1],
            [1, 0, 3, 0],
            [3, 1, 0, 0],
        ]);
        Self {
            chats,
            rule: if random.chance(85) { Some(random.one_of(&RULES)) } else { None },
            meetings,
            text: random.one_of(&[0, 0, 0, 60, 60, 500, 1_000, 19_000]),
            letter: random.one_of(&["x", "é", ",", "\\\\", "<", "字", " &"]),
            tags: random.one_of(&[0, 0, 1, 5, 20, 20, 30]),
            shared_tags: random.chance(60),
            zones: random.one_of(&[0, 0, 2, 7, 90]),
            tables,
            wrong: random.one_of(&[0, 0, 0, 0, 0, 5, 100]),
            end: random.one_of(&[
                "",
                "",
                "",
                "until=9999-12-31",
                "until=2126-01-01",
                "seen=2026-10-01",
                "until=2027-12-31",
            ]),
            zone: random.one_of(&ZONES),
            time: random.one_of(&TIMES),
            duration: random.one_of(&["1h", "1h", "1m", "24h"]),
        }
    }

    fn text(&self, longest: usize, room: usize) -> String {
        let length = self.text.min(longest).min(room / 4);
        self.letter.repeat(length / self.letter.len())
    }

    fn start(&self, rule: &str, random: &mut Random) -> NaiveDate {
        if random.chance(5) {
            return day("0001-01-01");
        }
        let each = match rule {
            rule if rule.contains("WEEKLY") && !rule.contains("SU") => 7,
            rule if rule.contains("MONTHLY") && !rule.contains("31") && !rule.contains("SU") => 30,
            rule if rule.contains("YEARLY") && !rule.contains("BY") => 365,
            _ => 1,
        };
        let days = (self.meetings * each).min(739_000) as u64;
        day("2027-12-31").checked_sub_days(Days::new(days)).unwrap_or(day("0001-01-01")).max(day("0001-01-01"))
    }

    fn series(&self, name: usize, room: usize, random: &mut Random) -> (String, NaiveDate) {
        let rule = self.rule.unwrap_or_else(|| random.one_of(&RULES));
        let mut start = self.start(rule, random);
        // Most rules want a start of their own.
        if let Ok(read) = rule.split(";COUNT").next().unwrap().parse::<chatcal::recurrence::RecurrenceRule>() {
            start = read.dates(start).next().unwrap_or(start);
        }
        let mut text =
            format!("[[series]]\nrule=\"{rule}\"\nstart={start}\nconfidence=\"assumed\"\nsource=\"w\"\n{}\n", self.end);
        if name > 0 {
            writeln!(text, "name=\"s{name}\"").unwrap();
        }
        let note = self.text(19_000, room);
        if !note.is_empty() && random.chance(50) {
            writeln!(text, "note=\"{note}\"").unwrap();
        }
        (text, start)
    }

    fn table(&self, number: usize, start: NaiveDate, room: usize, random: &mut Random) -> String {
        let all: usize = self.tables.iter().sum();
        let mut pick = random.below(all);
        let kind = self.tables.iter().position(|weight| {
            let here = pick < *weight;
            pick = pick.wrapping_sub(if here { 0 } else { *weight });
            here
        });
        let date = start.checked_add_days(Days::new(number as u64)).unwrap_or(start);
        let wrong = random.chance(self.wrong);
        let date = if wrong { date.checked_sub_days(Days::new(1_000)).unwrap_or(date) } else { date };
        let own = self.text(900, room);
        let own = if own.is_empty() { String::new() } else { format!("topic=\"{own}\"\n") };
        match kind {
            Some(0) => self.series(number + 1, room, random).0,
            Some(1) => {
                format!("[[change]]\ndate={date}\n{}", if own.is_empty() { "topic=\"x\"\n".to_owned() } else { own })
            }
            Some(2) => format!("[[break]]\nfrom={date}\nthrough={date}\n"),
            _ => format!("[[one-off]]\ndate={date}\nname=\"o{number}\"\n{own}"),
        }
    }

    fn chat(&self, index: usize, room: usize, random: &mut Random) -> String {
        let mut text = format!(
            "title=\"x{}\"\nzone=\"{}\"\nduration=\"{}\"\ntime=\"{}\"\n",
            self.text(150, room),
            self.zone,
            self.duration,
            self.time
        );
        let tags = (0..self.tags)
            .map(|tag| if self.shared_tags { format!("\"t{tag}\"") } else { format!("\"t{index}-{tag}\"") });
        writeln!(text, "tags=[{}]", tags.collect::<Vec<_>>().join(",")).unwrap();
        for key in ["summary", "platform", "description"] {
            let value = self.text(if key == "description" { 19_000 } else { 900 }, room);
            if !value.is_empty() && random.chance(50) {
                writeln!(text, "{key}=\"{value}\"").unwrap();
            }
        }
        let host = self.text(900, room);
        if !host.is_empty() && random.chance(30) {
            let hosts = (room / 2 / (host.len() + 3)).min(99);
            writeln!(text, "hosts=[{}]", vec![format!("\"{host}\""); hosts].join(",")).unwrap();
        }
        let (series, start) = self.series(0, room, random);
        text += &series;
        // Only some chats are filled up, so that there are small ones too.
        let mut number = 0;
        while random.chance(99) || self.chats < 60 {
            let table = self.table(number, start, room, random);
            if text.len() + table.len() > room {
                break;
            }
            text += &table;
            number += 1;
        }
        text
    }
}

/// A folder of at most so many octets.
pub fn collection(random: &mut Random, most: usize) -> Hostile {
    let shape = Shape::random(random);
    let zones: Vec<String> =
        chatcal::zone::Zone::all().take(shape.zones).map(|zone| format!("\"{}\"", zone.name())).collect();
    let top = format!("title=\"C\"\nid=\"chats.example.org\"\nzones=[{}]\n", zones.join(","));
    let room = (most - top.len()) / shape.chats;
    let mut left = most - top.len();
    let mut files = vec![("collection.toml".to_owned(), top)];
    for index in 0..shape.chats {
        let text = shape.chat(index, room, random);
        if text.len() > left {
            break;
        }
        left -= text.len();
        files.push((format!("chat{index}.toml"), text));
    }
    Hostile { files, shape: format!("{shape:?}") }
}
