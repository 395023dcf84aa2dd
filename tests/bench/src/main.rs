//! chatcal beside what people would use instead: results are compared first, then all are timed in turn in one run.
//!
//! `cargo run --release` prints the table; `cargo run --release -- build chatcal|floor|stock CHATS` does one build as a
//! process of its own, for `/usr/bin/time -v`.

mod collection;
mod floor;
mod stock;

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant as Timer;

use chatcal::diagnostic::FileId;
use chatcal::expand::{Window, expand, expand_into};
use chatcal::out::{Access, Mode, Out};
use chatcal::publish::Feeds;
use chatcal::schedule::{Schedule, Slug, read_collection, read_schedule};
use chatcal::zone::Instant;
use chrono::Datelike;

/// 23 November 2027: the feeds hold everything through 2028.
const AT: Instant = Instant::from_unix_seconds(1_826_928_000);
const ROUNDS: usize = 5;
const CHATS: usize = 1000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table(),
        ["expand"] => expand_for_a_profile(),
        ["build", who, chats] => build_once(who, chats.parse().expect("a number of chats")),
        _ => eprintln!("usage: chatcal-bench [build chatcal|floor|stock CHATS]"),
    }
}

/// A build as people run it, from the schedules to the feeds.
fn build(schedules: &Path, out: &Path) {
    let mut diagnostics = Vec::new();
    let text = fs::read_to_string(schedules.join("collection.toml")).expect("a file");
    let collection = read_collection(FileId(0), &text, &mut diagnostics).expect("a collection");
    let out = Out::open(out, Access { sync: false, ..Access::new(Mode::Write) }, &mut |_| {}).expect("a folder");
    let mut feeds = Feeds::new(out, &collection, AT).expect("a folder");
    let mut schedule;
    let mut meetings;
    for name in names(schedules) {
        schedule = read(schedules, &name);
        meetings = expand(&schedule, Window::of_feed(AT, None));
        feeds.add(&schedule, &meetings).expect("room");
    }
    feeds.finish().expect("room");
}

/// The expansion alone, for a profiler such as callgrind.
fn expand_for_a_profile() {
    let folder = tempfile::tempdir().expect("a folder");
    collection::write(folder.path(), 40).expect("room");
    let parsed: Vec<Schedule> = names(folder.path()).iter().map(|name| read(folder.path(), name)).collect();
    for _ in 0..50 {
        black_box(expand_all(&parsed));
    }
}

fn names(schedules: &Path) -> Vec<String> {
    let entries = fs::read_dir(schedules).expect("a folder");
    let mut names: Vec<_> = entries.map(|entry| entry.expect("a file").file_name().into_string().expect("a name")).collect();
    names.retain(|name| name != "collection.toml");
    names.sort();
    names
}

fn read(schedules: &Path, name: &str) -> Schedule {
    let mut diagnostics = Vec::new();
    let text = fs::read_to_string(schedules.join(name)).expect("a file");
    let slug = Slug::new(name.trim_end_matches(".toml")).expect("a slug");
    read_schedule(FileId(1), &slug, &text, &mut diagnostics).unwrap_or_else(|| panic!("{diagnostics:?}"))
}

fn build_once(who: &str, chats: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let (schedules, out) = (folder.path().join("schedules"), folder.path().join("out"));
    collection::write(&schedules, chats).expect("room");
    match who {
        "chatcal" => build(&schedules, &out),
        "floor" => floor::build(&schedules, &out, AT),
        "stock" => stock::build(&schedules, &out, AT),
        "nothing" => {}
        _ => eprintln!("no such contestant: {who}"),
    }
    let files = fs::read_dir(&out).map_or(0, Iterator::count);
    println!("{who}: {files} files");
}

fn table() {
    let folder = tempfile::tempdir().expect("a folder");
    let schedules = folder.path().join("schedules");
    collection::write(&schedules, CHATS).expect("room");
    let parsed: Vec<Schedule> = names(&schedules).iter().map(|name| read(&schedules, name)).collect();
    let occurrences = compare_expansions(&parsed);
    compare_builds(folder.path(), &schedules);
    println!("{CHATS} chats, {occurrences} meetings from 2011 to 2028 in {} zones; medians of {ROUNDS} rounds\n", collection::ZONES.len());

    println!("| from schedules to instants | ns a meeting | ratio |\n|---|---|---|");
    let mut contest = Contest::default();
    for _ in 0..ROUNDS {
        contest.time("hand-written loop, zone by binary search", || expand_by_hand(|clock, wall| clock.search(wall)));
        contest.time("hand-written loop, zone by cursor", || expand_by_hand(floor::Clock::walk));
        contest.time("chatcal", || expand_all(&parsed));
        contest.time("rrule 0.14", expand_with_rrule);
    }
    contest.print(1e9 / occurrences as f64);

    println!("\n| the whole build, TOML to {} feeds | ms | ratio |\n|---|---|---|", CHATS + 1);
    let mut contest = Contest::default();
    let mut fresh = 0;
    for _ in 0..ROUNDS {
        let mut out = || {
            fresh += 1;
            folder.path().join(format!("out{fresh}"))
        };
        contest.time_in("floor: the plainest code for this collection", &out(), |out| floor::build(&schedules, out, AT));
        contest.time_in("chatcal", &out(), |out| build(&schedules, out));
        let again = out();
        build(&schedules, &again);
        contest.time_in("chatcal again, nothing changed", &again, |out| build(&schedules, out));
        contest.time_in("toml + rrule + icalendar crates", &out(), |out| stock::build(&schedules, out, AT));
    }
    contest.print(1e3);
}

/// Seconds of each contestant; the first is what the others are held against.
#[derive(Default)]
struct Contest {
    order: Vec<&'static str>,
    seconds: BTreeMap<&'static str, Vec<f64>>,
}

impl Contest {
    fn time<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) {
        let begin = Timer::now();
        black_box(work());
        let seconds = begin.elapsed().as_secs_f64();
        if !self.order.contains(&name) {
            self.order.push(name);
        }
        self.seconds.entry(name).or_default().push(seconds);
    }

    fn time_in(&mut self, name: &'static str, out: &Path, work: impl FnOnce(&Path)) {
        self.time(name, || work(out));
        fs::remove_dir_all(out).expect("a folder");
    }

    /// Medians, and the median of the ratios round by round, so that a machine whose speed drifts does no harm.
    fn print(&self, scale: f64) {
        let first = &self.seconds[self.order[0]];
        for name in &self.order {
            let seconds = &self.seconds[name];
            let ratios = seconds.iter().zip(first).map(|(seconds, first)| seconds / first).collect();
            println!("| {name} | {:.1} | {:.2} |", median(seconds.clone()) * scale, median(ratios));
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn expand_all(schedules: &[Schedule]) -> i64 {
    let mut meetings = Vec::new();
    let mut sum = 0;
    for schedule in schedules {
        expand_into(&mut meetings, schedule, Window::of_feed(AT, None));
        sum += meetings.iter().map(|meeting| meeting.start.unix_seconds()).sum::<i64>();
    }
    sum
}

fn expand_by_hand(instant: impl Fn(&mut floor::Clock, i64) -> i64) -> i64 {
    let mut clocks: BTreeMap<_, _> = collection::ZONES.iter().map(|zone| (*zone, floor::Clock::new(zone))).collect();
    let mut sum = 0;
    for chat in collection::chats(CHATS) {
        let clock = clocks.get_mut(chat.zone).expect("a zone of the bench");
        let time = chat.hour as i64 * 3600 + 1800;
        let start: chrono::NaiveDate = chat.start.parse().expect("a date");
        floor::dates(chat.rule, i64::from(start.num_days_from_ce()) - 719_163, |day| {
            sum += instant(clock, day * 86_400 + time);
        });
    }
    sum
}

fn expand_with_rrule() -> i64 {
    let starts = |chat: collection::Chat| stock::instants(chat.rule, chat.start, &format!("{}:30", chat.hour), chat.zone);
    collection::chats(CHATS).flat_map(starts).sum()
}

/// All give the same instants, or nothing is timed. Gives how many.
fn compare_expansions(schedules: &[Schedule]) -> usize {
    let mut meetings = Vec::new();
    let mut occurrences = 0;
    for (chat, schedule) in collection::chats(CHATS).zip(schedules) {
        expand_into(&mut meetings, schedule, Window::of_feed(AT, None));
        let ours: Vec<i64> = meetings.iter().map(|meeting| meeting.start.unix_seconds()).collect();
        let theirs = stock::instants(chat.rule, chat.start, &format!("{}:30", chat.hour), chat.zone);
        assert!(ours == theirs, "{}: chatcal and rrule differ", chat.slug);
        occurrences += ours.len();
    }
    assert_eq!(expand_all(schedules), expand_by_hand(floor::Clock::walk), "chatcal and the loop differ");
    assert_eq!(expand_all(schedules), expand_by_hand(|clock, wall| clock.search(wall)), "chatcal and the loop differ");
    occurrences
}

/// The floor writes the same bytes, or nothing is timed.
fn compare_builds(folder: &Path, schedules: &Path) {
    let (ours, floor) = (folder.join("ours"), folder.join("floor"));
    build(schedules, &ours);
    floor::build(schedules, &floor, AT);
    let mut files: Vec<_> = fs::read_dir(&ours).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect();
    // What knows the others is chatcal's alone.
    files.retain(|name| name != "manifest.sha256");
    files.sort();
    assert_eq!(files.len(), CHATS + 1);
    for name in files {
        let (ours, floor) = (fs::read(ours.join(&name)).expect("a file"), fs::read(floor.join(&name)).expect("a file"));
        assert!(ours == floor, "{}: chatcal and the floor differ", name.display());
    }
}
