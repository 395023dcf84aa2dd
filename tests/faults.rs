//! out/ is whole or untouched, whatever happens: kills, full disks, two builds at once, refused permissions, links,
//! damaged files. tests/README-faults.md says how to run the long forms.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod program;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use program::{Place, chat, said, tree};

const FIRST: &str = "2026-03-01T10:20:30Z";
const THEN: &str = "2026-03-09T08:07:06Z";

type Tree = BTreeMap<String, Vec<u8>>;

/// A collection between two states: out/ is as it was at first, and the next build changes every file.
struct Between {
    place: Place,
    old: Tree,
    new: Tree,
    /// How long the build from the one to the other takes.
    takes: Duration,
}

impl Between {
    fn new(chats: usize) -> Self {
        let place = Place::with_chats(chats);
        place.build(FIRST);
        let old = place.tree();
        for index in 0..chats {
            place.schedule(&format!("chat{index:05}"), &chat(index, "Walk"));
        }
        let begin = Instant::now();
        place.build(THEN);
        let between = Self { takes: begin.elapsed(), new: place.tree(), old, place };
        assert!(between.old.keys().eq(between.new.keys()));
        assert!(between.old.iter().all(|(path, old)| between.new[path] != *old));
        between.restore();
        between
    }

    /// Puts out/ back.
    fn restore(&self) {
        let there = self.place.tree();
        for (path, content) in &self.old {
            if there.get(path) != Some(content) {
                fs::write(self.place.path("out").join(path), content).unwrap();
            }
        }
        for path in there.keys().filter(|path| !self.old.contains_key(*path)) {
            fs::remove_file(self.place.path("out").join(path)).unwrap();
        }
    }

    fn build(&self) -> Command {
        let mut command = self.place.command(&["build", "--at", THEN]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Every file is the old or the new one; gives how many are new.
    fn each_is_old_or_new(&self) -> usize {
        let there = self.place.tree();
        let mut new = 0;
        for (path, old) in &self.old {
            let content = there.get(path).unwrap_or_else(|| panic!("{path} is lost"));
            let is_new = *content == self.new[path];
            assert!(is_new || content == old, "{path} is torn");
            new += usize::from(is_new);
        }
        let others = there.keys().filter(|path| !self.old.contains_key(*path));
        others.for_each(|path| assert!(path.ends_with(".chatcal-new"), "{path}"));
        new
    }

    /// The next run completes it, and leaves nothing else behind.
    fn completes(&self) {
        self.place.build(THEN);
        assert!(self.place.tree() == self.new);
    }
}

/// A number that looks random, always the same for a round.
fn chance(round: u64) -> f64 {
    let mixed = (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    f64::from((mixed >> 32) as u32) / f64::from(u32::MAX)
}

/// `CHATCAL_KILLS` says how often.
#[test]
fn a_build_that_is_killed_leaves_each_file_old_or_new() {
    let kills = std::env::var("CHATCAL_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(10);
    let between = Between::new(60);
    let (mut killed, mut untouched, mut mixed) = (0, 0, 0);
    for round in 0.. {
        if killed == kills {
            break;
        }
        assert!(round < 20 * kills + 100, "the build is over before it can be killed");
        let mut build = between.build().spawn().unwrap();
        // The end, where files take their names, is short: half of the kills are aimed at it.
        let moment = if round % 2 == 0 { chance(round) } else { 0.8 + 0.3 * chance(round) };
        std::thread::sleep(between.takes.mul_f64(moment));
        build.kill().unwrap();
        let ended = build.wait().unwrap();
        if ended.success() {
            between.restore();
            continue;
        }
        killed += 1;
        match between.each_is_old_or_new() {
            0 => untouched += 1,
            new if new < between.new.len() => mixed += 1,
            _ => {}
        }
        between.completes();
        between.restore();
    }
    println!("{killed} kills: {untouched} before the first file, {mixed} between files; 0 lost, 0 torn");
}

#[test]
#[cfg(unix)]
fn a_full_disk_leaves_everything_as_it_was() {
    let between = Between::new(20);
    let sizes = || between.new.values().map(Vec::len);
    let (smallest, largest) = (sizes().min().unwrap(), sizes().max().unwrap());
    // In blocks of 512 octets: at the first file, at some file, at the last piece of the largest.
    for limit in [0, smallest / 1024, (smallest + largest) / 1024, (largest - 1) / 512] {
        for trap in ["trap '' XFSZ; ", ""] {
            let line = format!("{trap}ulimit -f {limit}; exec \"$0\" build --at {THEN}");
            let mut shell = Command::new("sh");
            let output = shell.args(["-c", &line, env!("CARGO_BIN_EXE_chatcal")]);
            let output = output.current_dir(between.place.folder.path()).output().unwrap();
            if trap.is_empty() {
                // The signal ends it without a word.
                assert_eq!(output.status.code(), None);
            } else {
                assert_eq!(output.status.code(), Some(1), "{limit}: {}", said(&output));
                assert!(said(&output).contains("error: cannot write out/"), "{}", said(&output));
                assert!(between.place.tree() == between.old, "{limit}");
            }
            assert_eq!(between.each_is_old_or_new(), 0);
            between.completes();
            between.restore();
        }
    }
}

/// Something that only some machines allow.
fn allowed(program: &str, arguments: &[&str]) -> Result<(), String> {
    match Command::new(program).args(arguments).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(said(&output).trim().to_owned()),
        Err(error) => Err(format!("{program}: {error}")),
    }
}

/// A file system that is mounted until the test is over, however it ends.
struct Mounted<'p>(&'p Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_system_without_room_leaves_everything_as_it_was() {
    let between = Between::new(20);
    let out = between.place.path("out");
    let room: usize = between.old.values().map(|content| content.len().div_ceil(4096) * 4096).sum();
    for spare in [16_384, room / 3, room * 9 / 10] {
        let size = format!("size={}", room + spare);
        let target = out.to_str().unwrap();
        if let Err(reason) = allowed("mount", &["-t", "tmpfs", "-o", &size, "tmpfs", target]) {
            println!("skipped: no tmpfs can be mounted here ({reason})");
            return;
        }
        let mounted = Mounted(&out);
        fs::create_dir_all(out.join("repeating")).unwrap();
        fs::create_dir_all(out.join("tag")).unwrap();
        for (path, content) in &between.old {
            fs::write(out.join(path), content).unwrap();
        }
        let output = between.place.run(&["build", "--at", THEN]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("No space left on device"), "{}", said(&output));
        assert!(between.place.tree() == between.old);
        drop(mounted);
    }
}

#[test]
fn builds_at_once_take_turns() {
    let between = Between::new(30);
    for number in [2, 8] {
        let mut builds: Vec<_> = (0..number).map(|_| between.build().spawn().unwrap()).collect();
        // Who only looks sees the one or the other, and nothing torn.
        let check = between.place.run(&["build", "--check", "--at", THEN]);
        assert!(!said(&check).contains("damaged"), "{}", said(&check));
        for build in &mut builds {
            assert!(build.wait().unwrap().success());
        }
        assert!(between.place.tree() == between.new);
        between.restore();
    }
}

#[test]
#[cfg(unix)]
fn what_may_not_be_written_is_said_and_nothing_is_lost() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::with_chats(3);
    place.build(FIRST);
    let old = place.tree();
    place.schedule("chat00000", &chat(0, "Walk"));
    let set = |path: &str, mode| {
        fs::set_permissions(place.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    // The superuser may do everything: somebody else has to try.
    let as_root = allowed("sh", &["-c", "test $(id -u) = 0"]).is_ok();
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_chatcal")];
    let build = || {
        let arguments = ["build", "--at", THEN];
        let mut command = place.command(&arguments);
        if as_root {
            command = Command::new("setpriv");
            command.args(nobody).args(arguments).current_dir(place.folder.path());
        }
        command.output()
    };
    if as_root {
        set("", 0o755);
        if let Err(reason) = allowed("setpriv", &[&nobody[..], &["--version"]].concat()) {
            println!("skipped: nobody else can try ({reason})");
            return;
        }
    }
    for folder in ["out", "out/repeating", "out/tag"] {
        set(folder, 0o555);
        let output = build().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("ermission denied"), "{}", said(&output));
        assert!(place.tree() == old);
        set(folder, 0o777);
    }
    set("out/chat00001.ics", 0o000);
    let output = build().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("cannot read out/chat00001.ics: Permission denied"), "{}", said(&output));
    set("out/chat00001.ics", 0o666);
    assert!(place.tree() == old);
    assert!(build().unwrap().status.success());
    assert!(place.tree() != old);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_cannot_be_replaced_keeps_no_other_from_being() {
    let between = Between::new(3);
    let fixed = between.place.path("out/chat00001.ics");
    let fixed = fixed.to_str().unwrap();
    if let Err(reason) = allowed("chattr", &["+i", fixed]) {
        println!("skipped: no file can be made immutable here ({reason})");
        return;
    }
    let output = between.place.run(&["build", "--at", THEN]);
    allowed("chattr", &["-i", fixed]).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("cannot replace out/chat00001.ics: "), "{}", said(&output));
    assert_eq!(between.each_is_old_or_new(), between.new.len() - 1);
    between.completes();
}

#[test]
fn a_folder_where_a_file_should_be_is_said_and_nothing_is_lost() {
    for path in ["chat00001.ics", "repeating/chat00001.ics", "all.ics", "tag/books.ics", "index.html"] {
        let between = Between::new(3);
        let full = between.place.path("out").join(path);
        fs::remove_file(&full).unwrap();
        fs::create_dir(&full).unwrap();
        fs::write(full.join("mine"), "mine").unwrap();
        let before = between.place.tree();
        let output = between.place.run(&["build", "--at", THEN]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        let message = format!("cannot write out/{path}: a folder is in its place; move it away");
        assert!(said(&output).contains(&message), "{}", said(&output));
        assert!(between.place.tree() == before);
        fs::remove_dir_all(&full).unwrap();
        fs::write(&full, &between.old[path]).unwrap();
        between.completes();
    }
}

#[test]
#[cfg(unix)]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let between = Between::new(3);
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("target.ics");
    fs::write(&target, &between.old["chat00001.ics"]).unwrap();
    for path in ["chat00001.ics", "all.ics", "index.html"] {
        fs::remove_file(between.place.path("out").join(path)).unwrap();
        symlink(&target, between.place.path("out").join(path)).unwrap();
    }
    // A link with the name of no feed is none of ours, whatever it leads to.
    symlink(&target, between.place.path("out/gone.ics")).unwrap();
    let said = between.place.build(THEN);
    assert!(said.contains("out/all.ics is damaged or was not made by chatcal"), "{said}");
    assert!(between.place.path("out/gone.ics").is_symlink());
    for path in between.new.keys() {
        assert!(!between.place.path("out").join(path).is_symlink(), "{path}");
    }
    assert!(fs::read(&target).unwrap() == between.old["chat00001.ics"]);

    let folder = elsewhere.path().join("folder");
    fs::rename(between.place.path("out/repeating"), &folder).unwrap();
    symlink(&folder, between.place.path("out/repeating")).unwrap();
    let before = (between.place.tree(), tree(&folder));
    between.place.schedule("chat00000", &chat(0, "Run"));
    let output = between.place.run(&["build", "--at", THEN]);
    assert_eq!(output.status.code(), Some(1));
    let message = program::said(&output);
    assert!(message.contains("cannot write into out/repeating: it is a link to another folder"), "{message}");
    assert!((between.place.tree(), tree(&folder)) == before);
}

#[test]
fn what_chatcal_did_not_make_is_left_alone() {
    let place = Place::with_chats(3);
    place.build(FIRST);
    let foreign = [
        ("CNAME", "chats.example.org\n"),
        ("README.md", "chatcal wrote none of this: PRODID:-//chatcal//chatcal//EN\n"),
        (".nojekyll", ""),
        ("mine.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//me//mine//EN\r\nEND:VCALENDAR\r\n"),
        ("empty.ics", ""),
        ("about.html", "<meta name=\"generator\" content=\"chatcal\">"),
        ("repeating/mine.ics", "mine"),
        ("tag/note.txt", "mine"),
        ("deep/er/file.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//chatcal//chatcal//EN\r\n"),
    ];
    for (path, content) in foreign {
        let path = place.path("out").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    place.edit("chat00002", "tags = [\"books\"]\n", "");
    place.build(THEN);
    let tree = place.tree();
    for (path, content) in foreign {
        assert_eq!(tree.get(path).map(Vec::as_slice), Some(content.as_bytes()), "{path}");
    }
    // What chatcal made goes with its schedule.
    assert!(!tree.contains_key("chat00001.ics") && !tree.contains_key("repeating/chat00001.ics"));
    assert!(tree.contains_key("tag/books.ics"));
    place.edit("chat00000", "tags = [\"books\"]\n", "");
    place.build(THEN);
    assert!(!place.path("out/tag/books.ics").exists() && place.path("out/tag/note.txt").exists());
}

#[test]
fn a_damaged_file_is_said_and_made_again() {
    let place = Place::with_chats(3);
    place.build(FIRST);
    let old = place.tree();
    let feed = old["chat00001.ics"].clone();
    let mut damages = vec![Vec::new(), vec![0; feed.len()], b"mine".to_vec(), [&feed[..], b"more"].concat()];
    for part in [1, 4, 7] {
        let kept = feed.len() * part / 8;
        damages.push(feed[..kept].to_vec());
        damages.push([&feed[..kept], &vec![0; feed.len() - kept]].concat());
        let mut blank = feed.clone();
        blank[kept..kept + 32].fill(0);
        damages.push(blank);
        let mut no_text = feed.clone();
        no_text[kept] = 0xff;
        damages.push(no_text);
    }
    for damage in damages {
        fs::write(place.path("out/chat00001.ics"), &damage).unwrap();
        let check = place.run(&["build", "--check", "--at", FIRST]);
        assert_eq!(check.status.code(), Some(1));
        let message = place.build(FIRST);
        let foreign = damage == b"mine";
        let what = if foreign { "was not made by chatcal" } else { "is damaged" };
        let what = format!("warning: out/chat00001.ics {what}: it counts as absent");
        assert!(message.contains(&what) && said(&check).contains(&what), "{message}");
        // Made at the same instant as at first, nothing tells that it was ever away.
        assert!(place.tree() == old);
    }
    for path in ["all.ics", "repeating/chat00001.ics", "tag/books.ics", "index.html"] {
        for damage in [Vec::new(), vec![0; 5000], old[path][..old[path].len() / 2].to_vec()] {
            fs::write(place.path("out").join(path), damage).unwrap();
            place.build(THEN);
            assert!(place.tree() == old, "{path}");
        }
    }
}

#[test]
fn a_build_without_changes_touches_no_file() {
    let place = Place::with_chats(3);
    place.build(FIRST);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let tree = place.tree();
    for path in tree.keys() {
        File::options().append(true).open(place.path("out").join(path)).unwrap().set_modified(long_ago).unwrap();
    }
    assert!(place.build(THEN).contains("0 files written"));
    for path in tree.keys() {
        let modified = fs::metadata(place.path("out").join(path)).unwrap().modified().unwrap();
        assert_eq!(modified, long_ago, "{path}");
    }
    assert!(place.tree() == tree);
}

#[test]
fn a_wrong_schedule_leaves_no_trace() {
    let place = Place::with_chats(3);
    place.edit("chat00002", "time = ", "tiem = ");
    assert_eq!(place.run(&["build", "--at", FIRST]).status.code(), Some(1));
    assert!(!place.path("out").exists());
    place.edit("chat00002", "tiem = ", "time = ");
    place.build(FIRST);
    let old = place.tree();
    place.edit("chat00001", "Talk", "Walk");
    place.edit("chat00002", "time = ", "tiem = ");
    assert_eq!(place.run(&["build", "--at", THEN]).status.code(), Some(1));
    assert!(place.tree() == old);
}

#[test]
fn looking_writes_nothing() {
    let place = Place::with_chats(3);
    let look = || {
        assert_eq!(place.run(&["build", "--check", "--at", FIRST]).status.code(), Some(1));
        assert_eq!(place.run(&["diff", "--at", FIRST]).status.code(), Some(0));
    };
    look();
    assert!(!place.path("out").exists());
    place.build(FIRST);
    let old = place.tree();
    place.edit("chat00001", "Talk", "Walk");
    fs::remove_file(place.path("schedules/chat00002.toml")).unwrap();
    look();
    assert!(place.tree() == old);
}
