//! out/ is whole or untouched, whatever happens: kills, full disks, two builds at once, refused permissions. tests/README-faults.md says how to run the long forms.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::program::between::{Between, FIRST, THEN};
use crate::program::{Place, chat, chatcal, said};

/// A number that looks random, always the same for a round.
fn chance(round: u64) -> f64 {
    let mixed = (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    f64::from((mixed >> 32) as u32) / f64::from(u32::MAX)
}

/// When a file that takes its name early was changed.
fn changed(between: &Between) -> Option<SystemTime> {
    fs::metadata(between.place.path("out/chat00000.ics")).and_then(|found| found.modified()).ok()
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
        let before = changed(&between);
        let mut build = between.build().spawn().unwrap();
        // The end, where files take their names, is short: half of the kills wait for it.
        if round % 2 == 0 {
            std::thread::sleep(between.takes.mul_f64(chance(round)));
        } else {
            while changed(&between) == before && build.try_wait().unwrap().is_none() {
                std::hint::spin_loop();
            }
            std::thread::sleep(Duration::from_micros((chance(round) * 1000.0) as u64));
        }
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
    assert_eq!(between.each_is_old_or_new(), between.new.len() - 1);
    between.completes();
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
        let message = format!("cannot write out/{path}: a folder is in its place; move it away");
        assert!(said(&output).contains(&message), "{}", said(&output));
        assert!(between.place.tree() == before);
        fs::remove_dir_all(&full).unwrap();
        fs::write(&full, &between.old[path]).unwrap();
        between.completes();
    }
}
