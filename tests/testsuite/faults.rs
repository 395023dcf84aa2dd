//! out/ is whole or untouched, whatever happens: kills, full disks, two builds at once, refused permissions. tests/README-faults.md says how to run the long forms.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};

use crate::program::between::{Between, FIRST, THEN};
use crate::program::{Place, chat, chatcal, said};

/// A number that looks random, always the same for a round.
pub fn chance(round: u64) -> f64 {
    let mixed = (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    f64::from((mixed >> 32) as u32) / f64::from(u32::MAX)
}

/// When a file that takes its name early was changed.
fn changed(between: &Between) -> Option<SystemTime> {
    fs::metadata(between.place.path("out/chat00000.ics")).and_then(|found| found.modified()).ok()
}

/// How often something is done: what the variable says, else a number that a test run has time for.
pub fn times(variable: &str, few: u64) -> u64 {
    std::env::var(variable).ok().and_then(|times| times.parse().ok()).unwrap_or(few)
}

/// A collection to disturb: a large one where a number of times is asked for, else one that a test run has time for.
fn disturbed() -> Between {
    Between::new(if std::env::var_os("CHATCAL_KILLS").is_some() { 60 } else { 12 })
}

/// Lets builds begin and does something to each, half of them at any moment and half while files take their names, until
/// `times` have not come to their end. Gives what was seen in `out/` after each.
fn disturb(between: &Between, times: u64, mut disturb: impl FnMut(&mut Child), mut look: impl FnMut()) {
    let mut disturbed = 0;
    for round in 0.. {
        if disturbed == times {
            break;
        }
        assert!(round < 20 * times + 100, "the build is over before it can be disturbed");
        let before = changed(between);
        let mut build = between.build().spawn().unwrap();
        // The end, where files take their names, is short: half wait for it.
        if round % 2 == 0 {
            std::thread::sleep(between.takes.mul_f64(chance(round)));
        } else {
            while changed(between) == before && build.try_wait().unwrap().is_none() {
                std::hint::spin_loop();
            }
            std::thread::sleep(Duration::from_micros((chance(round) * 1000.0) as u64));
        }
        disturb(&mut build);
        if !build.wait().unwrap().success() {
            disturbed += 1;
            look();
        }
        between.restore();
    }
}

/// `CHATCAL_KILLS` says how often.
#[test]
fn a_build_that_is_killed_leaves_out_as_it_was_or_is_completed() {
    let kills = times("CHATCAL_KILLS", 10);
    let between = disturbed();
    let (mut untouched, mut done, mut completed) = (0, 0, 0);
    let look = || {
        let new = between.each_is_old_or_new();
        // Whoever looks at the folder next completes what has begun.
        let check = between.place.run(&["build", "--check", "--at", THEN]);
        let tree = between.place.tree();
        assert_eq!(check.status.success(), tree == between.new, "{}", said(&check));
        if said(&check).contains("a build that was interrupted has been completed") {
            assert!(tree == between.new);
            completed += 1;
        } else if new == between.new.len() {
            done += 1;
        } else {
            assert_eq!(new, 0, "{}", said(&check));
            untouched += 1;
        }
        between.completes();
    };
    disturb(&between, kills, |build| build.kill().unwrap(), look);
    println!(
        "{kills} kills: {untouched} left all as it was, {completed} were completed, {done} were done; 0 lost, 0 torn"
    );
}

/// `CHATCAL_KILLS` says how often.
#[test]
#[cfg(unix)]
fn a_build_that_is_interrupted_cleans_up() {
    use std::os::unix::process::ExitStatusExt;
    let interrupts = times("CHATCAL_KILLS", 10);
    for (signal, number) in crate::signals::heard() {
        let between = disturbed();
        let (mut untouched, mut done) = (0, 0);
        let send = |build: &mut Child| {
            crate::signals::send(build, signal);
            // The shell sees that a signal ended it, not that it failed.
            let ended = build.wait().unwrap();
            assert!(ended.success() || ended.signal() == Some(number), "{ended}");
        };
        let look = || {
            let tree = between.place.tree();
            assert!(tree == between.old || tree == between.new);
            untouched += u64::from(tree == between.old);
            done += u64::from(tree == between.new);
        };
        disturb(&between, interrupts / 3 + 1, send, look);
        println!("SIG{signal}: {untouched} left all as it was, {done} were done");
    }
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
            let (mut shell, program) = (Command::new("sh"), chatcal().display().to_string());
            let output = shell.args(["-c", &line, &program]);
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
pub fn allowed(program: &str, arguments: &[&str]) -> Result<(), String> {
    match Command::new(program).args(arguments).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(said(&output).trim().to_owned()),
        Err(error) => Err(format!("{program}: {error}")),
    }
}

/// A file system that is mounted until the test is over, however it ends.
pub struct Mounted<'p>(pub &'p Path);

impl<'p> Mounted<'p> {
    /// One in memory.
    #[cfg(target_os = "linux")]
    pub fn tmpfs(options: &str, target: &'p Path) -> Result<Self, String> {
        allowed("mount", &["-t", "tmpfs", "-o", options, "tmpfs", target.to_str().unwrap()])?;
        Ok(Self(target))
    }
}

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
        let mounted = match Mounted::tmpfs(&format!("size={}", room + spare), &out) {
            Ok(mounted) => mounted,
            Err(reason) => return println!("skipped: no tmpfs can be mounted here ({reason})"),
        };
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
fn simultaneous_builds_take_turns() {
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
fn a_lock_that_is_held_was_waited_for_in_silence() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    let held = fs::File::open(place.path("out")).unwrap();
    held.lock().unwrap();
    let output = place.run(&["build", "--wait", "2"]);
    assert_eq!(output.status.code(), Some(1));
    let who = format!("process {} (", std::process::id());
    let who = if cfg!(target_os = "linux") { who.as_str() } else { "another run" };
    let message = said(&output);
    assert!(message.contains("is at work in out: waiting until it is done") && message.contains(who), "{message}");
    assert!(message.contains("is still at work in out after 2 seconds"), "{message}");
    assert!(message.contains("help: try again later, or give it longer with `--wait`"), "{message}");
    let diff = place.run(&["diff", "--wait", "0"]);
    assert!(said(&diff).contains("is still at work in out after 0 seconds"), "{}", said(&diff));
    // It goes on as soon as it can.
    let build = place.command(&["build", "--at", THEN]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    drop(held);
    let output = build.wait_with_output().unwrap();
    assert!(output.status.success() && said(&output).contains("waiting until it is done"), "{}", said(&output));
}

#[test]
#[cfg(unix)]
fn missing_permissions_are_reported_and_nothing_is_lost() {
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
    let program = chatcal().display().to_string();
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", &program];
    let run = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        if as_root {
            command = Command::new("setpriv");
            command.args(nobody).args(arguments).current_dir(place.folder.path());
        }
        command.output()
    };
    let build = || run(&["build", "--at", THEN]);
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
        // Once the message blamed a file.
        let message = format!("error: cannot write into the folder {folder}: ");
        assert!(said(&output).contains(&message), "{}", said(&output));
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("permission denied"), "{}", said(&output));
        assert!(place.tree() == old);
        set(folder, 0o777);
    }
    place.schedule("chat00000", &chat(0, "Walk").replace("title = ", "title="));
    set("schedules", 0o555);
    let new = ["new", "chat", "--every", "Tuesday", "--time", "18:30", "--zone", "UTC"];
    for (arguments, path) in
        [(&new[..], "chat.toml cannot be written"), (&["fmt"], "chat00000.toml: it cannot be written")]
    {
        let output = run(arguments).unwrap();
        let message = format!("error: schedules/{path}: the folder schedules may not be written in\n");
        assert!(said(&output).contains(&message), "{}", said(&output));
    }
    set("schedules", 0o755);
    // A build was interrupted, and who looks on may not complete it.
    fs::write(place.path("out/.chatcal-journal"), "").unwrap();
    set("out", 0o555);
    for verb in [&["build", "--check", "--at", THEN][..], &["diff", "--at", THEN], &["build", "--at", THEN]] {
        let output = run(verb).unwrap();
        let (said, looks) = (said(&output), verb != ["build", "--at", THEN]);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("error: cannot remove out/.chatcal-journal: permission denied"), "{said}");
        let words = "out: a build was interrupted here: `chatcal build`, run by who may write there, completes it";
        assert_eq!(said.contains(words), looks, "{verb:?}: {said}");
    }
    set("out", 0o777);
    fs::remove_file(place.path("out/.chatcal-journal")).unwrap();
    set("out/chat00001.ics", 0o000);
    let output = build().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("cannot read out/chat00001.ics: permission denied"), "{}", said(&output));
    set("out/chat00001.ics", 0o666);
    assert!(place.tree() == old);
    assert!(build().unwrap().status.success());
    assert!(place.tree() != old);
}

/// A feed that others may not read is no feed; one that somebody has closed stays so.
#[test]
#[cfg(unix)]
fn a_feed_of_another_group_was_closed_to_the_web_server() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let place = Place::with_chats(2);
    place.build(FIRST);
    let closed = |path: &str, mode| {
        fs::set_permissions(place.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    let mode = |path: &str| fs::metadata(place.path(path)).unwrap().mode() & 0o777;
    let ordinary = mode("out/chat00001.ics");
    closed("out/chat00000.ics", 0o600);
    place.schedule("chat00000", &chat(0, "Walk"));
    place.schedule("chat00001", &chat(1, "Walk"));
    if chown(place.path("out/chat00001.ics"), None, Some(65534)).is_ok() {
        closed("out/chat00001.ics", 0o640);
    }
    place.build(THEN);
    assert_eq!((mode("out/chat00000.ics"), mode("out/chat00001.ics")), (0o600, ordinary));
    // What was somebody else's says nothing of the page.
    fs::write(place.path("out/index.html"), "mine").unwrap();
    closed("out/index.html", 0o600);
    assert!(place.run(&["build", "--replace", "--at", FIRST]).status.success());
    assert_eq!(mode("out/index.html"), ordinary);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_cannot_be_replaced_does_not_stop_the_others() {
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
    // The list of what was written comes last.
    assert_eq!(between.each_is_old_or_new(), between.new.len() - 2);
    assert!(between.place.tree()["manifest.sha256"] == between.old["manifest.sha256"]);
    let check = between.place.run(&["build", "--check", "--at", THEN]);
    assert!(said(&check).contains("a build that was interrupted has been completed"), "{}", said(&check));
    between.completes();
}

#[test]
fn a_folder_below_a_file_was_refused_in_words_of_the_system() {
    let place = Place::with_chats(1);
    fs::write(place.path("notes"), "mine").unwrap();
    for out in ["notes/feeds", "notes/a/b"] {
        let refused = place.run(&["build", "--at", FIRST, "--out", out]);
        assert_eq!(refused.status.code(), Some(1));
        let words = "error: cannot make a folder in notes: it is not a folder\n";
        assert!(said(&refused).contains(words), "{}", said(&refused));
    }
}

#[test]
fn a_folder_in_place_of_a_file_is_reported_and_nothing_is_lost() {
    for path in ["chat00001.ics", "repeating/chat00001.ics", "all.ics", "tag/books.ics", "index.html"] {
        let between = Between::new(3);
        let full = between.place.path("out").join(path);
        fs::remove_file(&full).unwrap();
        fs::create_dir(&full).unwrap();
        fs::write(full.join("mine"), "mine").unwrap();
        let before = between.place.tree();
        let output = between.place.run(&["build", "--at", THEN]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        let message = format!("error: out/{path} is in the way: it is a folder\n  help: move it away\n");
        assert!(said(&output).contains(&message), "{}", said(&output));
        assert!(between.place.tree() == before);
        fs::remove_dir_all(&full).unwrap();
        fs::write(&full, &between.old[path]).unwrap();
        between.completes();
    }
}
