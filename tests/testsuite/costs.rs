//! Small input, large cost: folders of schedules of at most 100 kB that ask for as much as they can, through every verb,
//! each in 2 s of CPU time and 200 MB.
//!
//! `CHATCAL_COSTS=2000 cargo test --release --test testsuite costs:: -- --include-ignored --nocapture` tries so many
//! random folders, from the seed `CHATCAL_SEED` on, and prints the dearest.

mod hostile_collection;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use hostile_collection::{Random, collection, rule};

use crate::faults::times;
use crate::import_limits::SHAPES;
use crate::program::{Place, chatcal};

/// Octets that a folder may have.
const MOST: usize = 100_000;
/// Seconds of CPU time.
const SECONDS: f64 = 2.0;
/// Kilobytes of memory, as `ulimit -v` has it: all that is mapped, which is more than what is used.
const MEMORY: usize = 200_000;

/// What a verb took, or why it did not end well.
fn took(folder: &Path, arguments: &str) -> Result<f64, String> {
    let mut seconds = f64::MAX;
    // What else runs on a machine makes a program slower: the least of three counts.
    for _ in 0..3 {
        let script =
            format!("ulimit -v {MEMORY}; ulimit -t 30; TIMEFORMAT='%U %S'; time \"$0\" {arguments} >said 2>errors");
        let mut command = Command::new("bash");
        command.args(["-c", &script, &chatcal().to_string_lossy()]).current_dir(folder);
        // glibc sets 64 MiB of addresses aside for each thread that puts files on the disk, and uses next to none of it.
        let output = command.env_remove("SOURCE_DATE_EPOCH").env("MALLOC_ARENA_MAX", "2").output().unwrap();
        let errors = fs::read_to_string(folder.join("errors")).unwrap_or_default();
        if output.status.code().is_none_or(|code| code > 2) || errors.contains("panicked") {
            let errors: String = errors.chars().take(500).collect();
            return Err(format!("{:?} {errors}", output.status));
        }
        let times = String::from_utf8(output.stderr).unwrap();
        let sum = times.split_whitespace().map(|time| time.parse::<f64>().unwrap()).sum();
        seconds = seconds.min(sum);
        if seconds < SECONDS / 2.0 {
            break;
        }
    }
    if seconds > SECONDS { Err(format!("{seconds} s")) } else { Ok(seconds) }
}

/// Every verb, in this order; between some of them the schedules change.
fn verbs(random: &mut Random) -> Vec<String> {
    let at = "--at 2026-11-20";
    let mut verbs: Vec<String> =
        ["human", "short", "github", "json"].map(|format| format!("check --format {format}")).into();
    verbs.extend(
        [
            "build",
            "build",
            "build --check",
            "RENAME",
            "build --check",
            "diff",
            "CHANGE",
            "build --check",
            "diff --json",
        ]
        .map(|verb| format!("{verb} {at}")),
    );
    verbs.push(format!("diff --against none --json {at}"));
    verbs.push(format!("diff --markdown {at}"));
    verbs.push("diff --at 2030-11-20".to_owned());
    verbs.push(format!("build {at}"));
    verbs.extend(
        ["next", "next --json", "list", "list --json", "dates chat0", "dates chat0 --json"]
            .map(|verb| format!("{verb} {at}")),
    );
    verbs.push(format!("dates chat0 --from 9990-01-01 --count 5 {at}"));
    verbs.push("fmt --check".to_owned());
    verbs.push("schema".to_owned());
    let (rule, start) = rule(random);
    verbs.push(format!("dates --rule '{rule}' --start {start}T18:30 --zone Europe/London --count 1000 {at}"));
    verbs.push(format!("dates --rule '{rule}' --start {start}T18:30 --zone Africa/Casablanca {at}"));
    verbs
}

/// Moves every meeting and gives every chat another title.
fn change(place: &Place) {
    for entry in fs::read_dir(place.path("schedules")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let text = text.replace("time=\"18:", "time=\"19:").replace("title=\"x", "title=\"y");
        fs::write(path, text).unwrap();
    }
}

/// Gives every chat another slug, under which it keeps its UIDs where there is room to say so, but for the first.
fn rename(place: &Place) {
    let names: Vec<_> = fs::read_dir(place.path("schedules")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let mut octets: u64 = names.iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    for path in names {
        let slug = path.file_stem().unwrap().to_str().unwrap();
        let formerly = format!("formerly=\"{slug}\"\n");
        if slug.starts_with("chat") && slug != "chat0" && octets as usize + formerly.len() <= MOST {
            octets += formerly.len() as u64;
            let text = fs::read_to_string(&path).unwrap();
            fs::write(path.with_file_name(format!("n{slug}.toml")), formerly + &text).unwrap();
            fs::remove_file(&path).unwrap();
        }
    }
}

/// The dearest verb of a folder, and what went beyond the bounds.
fn costs(place: &Place, random: &mut Random) -> ((f64, String), Vec<String>) {
    let mut dearest = (0.0, String::new());
    let mut beyond = Vec::new();
    for verb in verbs(random) {
        if verb.starts_with("CHANGE") {
            change(place);
            continue;
        }
        if verb.starts_with("RENAME") {
            rename(place);
            continue;
        }
        match took(place.folder.path(), &verb) {
            Ok(seconds) if seconds > dearest.0 => dearest = (seconds, verb),
            Ok(_) => {}
            Err(why) => beyond.push(format!("{verb}: {why}")),
        }
    }
    (dearest, beyond)
}

#[test]
#[ignore = "takes minutes, and times an optimised program: see tests/nightly"]
fn no_folder_of_100_kb_takes_more_than_2_seconds_or_200_mb() {
    let (number, first) = (times("CHATCAL_COSTS", 30), times("CHATCAL_SEED", 1));
    let mut all = Vec::new();
    let mut beyond = String::new();
    for seed in first..first + number {
        let mut random = Random::new(seed);
        let hostile = collection(&mut random, MOST);
        let place = Place::new([]);
        for (name, text) in &hostile.files {
            fs::write(place.path("schedules").join(name), text).unwrap();
        }
        let octets: usize = hostile.files.iter().map(|(_, text)| text.len()).sum();
        assert!(octets <= MOST, "{octets}");
        let ((seconds, verb), wrong) = costs(&place, &mut random);
        let built = place.path("out/all.ics").exists();
        all.push((seconds, format!("seed {seed}: {seconds:.2} s in {verb}; built: {built}; {}", hostile.shape)));
        for wrong in wrong {
            writeln!(beyond, "seed {seed}: {wrong}; {}", hostile.shape).unwrap();
            println!("BEYOND seed {seed}: {wrong}; {}", hostile.shape);
        }
        if let Some(kept) = std::env::var_os("CHATCAL_KEEP") {
            std::mem::forget(place);
            println!("kept for {}", kept.to_string_lossy());
        }
    }
    all.sort_by(|one, other| other.0.total_cmp(&one.0));
    all.iter().take(10).for_each(|(_, shape)| println!("{shape}"));
    println!("{number} folders, the dearest {:.2} s; {} beyond", all[0].0, beyond.lines().count());
    assert!(beyond.is_empty(), "{beyond}");
}

/// The shapes that were costly once, in one file or shared among several.
#[test]
#[ignore = "takes minutes, and times an optimised program: see tests/nightly"]
fn no_calendars_of_100_kb_take_more_than_2_seconds_or_200_mb() {
    let number = times("CHATCAL_COSTS", 30);
    let (mut dearest, mut beyond) = ((0.0, String::new()), String::new());
    for seed in 1..=number {
        let mut random = Random::new(seed);
        let place = Place::new([]);
        let files = random.one_of(&[1, 1, 2, 6, 24, 100]);
        let shape = random.one_of(SHAPES);
        let mut arguments = "import --dry-run".to_owned();
        for index in 0..files {
            let (_, kind, text) = if random.chance(70) { shape } else { random.one_of(SHAPES) };
            let name = format!("c{index}.{kind}");
            fs::write(place.path(&name), text(MOST * 4 / 5 / files)).unwrap();
            write!(arguments, " {name}").unwrap();
        }
        match took(place.folder.path(), &arguments) {
            Ok(seconds) if seconds > dearest.0 => {
                dearest = (seconds, format!("seed {seed}, {files} files: {}", shape.0));
            }
            Ok(_) => {}
            Err(why) => writeln!(beyond, "seed {seed}, {files} files, {}: {why}", shape.0).unwrap(),
        }
    }
    println!("{number} imports, the dearest {:.2} s ({}); {} beyond", dearest.0, dearest.1, beyond.lines().count());
    assert!(beyond.is_empty(), "{beyond}");
}

/// A command line that repeats pieces until it is as long as this.
fn arguments(random: &mut Random) -> String {
    let says =
        ["Monday, ", "first Monday and ", "every ", "2 weeks on ", "in March ", "third Fri", "of the month ", "x"];
    let parts = ["BYDAY=MO,", "1MO,", "-1SU,", "BYMONTH=1,", "2,", "BYSETPOS=1,", "-1;", "COUNT=99999;", "INTERVAL=1;"];
    let repeated = |random: &mut Random, pieces: &[&str]| {
        let own = [random.one_of(pieces), random.one_of(pieces)];
        let mut text = String::new();
        while text.len() < MOST * 9 / 10 {
            text.push_str(if random.chance(70) { random.one_of(&own) } else { random.one_of(pieces) });
        }
        text
    };
    match random.below(7) {
        0 => format!("new chat --time 10:00 --zone UTC --every '{}'", repeated(random, &says)),
        1 => format!("new chat --time 10:00 --zone UTC --every Monday --title '{}'", repeated(random, &says)),
        2 => format!("new '{}' --time 10:00 --zone UTC --every Monday", repeated(random, &["a", "-", "é", "A"])),
        3 => format!("dates --rule 'FREQ=WEEKLY;{}' --start 2020-01-01 --zone UTC", repeated(random, &parts)),
        4 => format!("next {}", repeated(random, &["books ", "bocks ", "'#BOOKS' ", "--zone UTC "])),
        5 => format!("init '{}'", repeated(random, &["a/", "..", "b"])),
        _ => format!("build --at 2026-03-01 --out '{}'", repeated(random, &["a/", "..", "b"])),
    }
}

#[test]
#[ignore = "takes minutes, and times an optimised program: see tests/nightly"]
fn no_arguments_of_100_kb_take_more_than_2_seconds_or_200_mb() {
    let (number, first) = (times("CHATCAL_COSTS", 30), times("CHATCAL_SEED", 1));
    let (mut dearest, mut beyond) = ((0.0, String::new()), String::new());
    for seed in first..first + number {
        let place = Place::new([("books", crate::program::chat(1, "Talk"))]);
        let arguments = arguments(&mut Random::new(seed));
        let shape: String = arguments.chars().take(80).collect();
        match took(place.folder.path(), &arguments) {
            Ok(seconds) if seconds > dearest.0 => dearest = (seconds, format!("seed {seed}: {shape}")),
            Ok(_) => {}
            Err(why) => writeln!(beyond, "seed {seed}, {shape}: {why}").unwrap(),
        }
    }
    println!(
        "{number} command lines, the dearest {:.2} s ({}); {} beyond",
        dearest.0,
        dearest.1,
        beyond.lines().count()
    );
    assert!(beyond.is_empty(), "{beyond}");
}
