//! Power cuts. A disk is a file here, with ext4 in it: a copy of that file is what a power cut would leave, as nothing is in
//! it that the system has not written yet.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::faults::{Mounted, allowed, chance, times};
use crate::files::{Tree, tree};
use crate::program::between::{FIRST, THEN};
use crate::program::{Place, chat, said};

/// A collection whose `out/` is on a disk of its own.
struct Disk {
    place: Place,
    disks: tempfile::TempDir,
}

impl Disk {
    /// Or why there cannot be one.
    fn new(chats: usize) -> Result<Self, String> {
        let disk = Self { place: Place::with_chats(chats), disks: tempfile::tempdir().unwrap() };
        fs::create_dir(disk.path("mounted")).unwrap();
        let image = fs::File::create(disk.path("image")).unwrap();
        image.set_len(64 << 20).unwrap();
        allowed("mkfs.ext4", &["-q", &disk.name("image")])?;
        allowed("mount", &["-o", "loop", &disk.name("image"), &disk.name("mounted")])?;
        Ok(disk)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.disks.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// What is left of `out/` when the power goes now, after the next run has looked at it.
    fn cut(&self, check: Option<&str>) -> Tree {
        fs::copy(self.path("image"), self.path("cut")).unwrap();
        fs::create_dir_all(self.path("after")).unwrap();
        allowed("mount", &["-o", "loop", &self.name("cut"), &self.name("after")]).unwrap();
        let after = self.path("after");
        let _mounted = Mounted(&after);
        let out = after.join("out");
        if let Some(at) = check {
            let output = self.place.run(&["build", "--check", "--out", out.to_str().unwrap(), "--at", at]);
            assert!(output.status.code().is_some_and(|code| code < 2), "{}", said(&output));
        }
        tree(&out)
    }

    fn arguments(&self, at: &str) -> [String; 5] {
        ["build", "--out", &self.name("mounted/out"), "--at", at].map(str::to_owned)
    }
}

/// `CHATCAL_CUTS` says how often the power goes in the middle of a build.
#[test]
#[cfg(target_os = "linux")]
fn a_power_cut_left_every_file_empty() {
    let disk = match Disk::new(30) {
        Ok(disk) => disk,
        Err(reason) => return println!("skipped: no ext4 can be mounted here ({reason})"),
    };
    let mounted = disk.path("mounted");
    let _mounted = Mounted(&mounted);
    let run = |arguments: &[String], more: &[&str]| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let output = disk.place.run(&arguments);
        assert!(output.status.success(), "{}", said(&output));
    };
    let there = || tree(&mounted.join("out"));

    // Without care for the disk nothing of it would be there: so a cut is one.
    run(&disk.arguments(FIRST), &["--no-sync"]);
    assert!(disk.cut(None) != there());
    fs::remove_dir_all(mounted.join("out")).unwrap();
    run(&disk.arguments(FIRST), &[]);
    let old = there();
    assert!(disk.cut(None) == old);

    for index in 0..30 {
        disk.place.schedule(&format!("chat{index:05}"), &chat(index, "Walk"));
    }
    let begin = std::time::Instant::now();
    run(&disk.arguments(THEN), &[]);
    let takes = begin.elapsed();
    let new = there();
    assert!(disk.cut(None) == new);

    let cuts = times("CHATCAL_CUTS", 4);
    let (mut untouched, mut completed) = (0, 0);
    for round in 0..cuts {
        keep(&mounted.join("out"), &old);
        let arguments = disk.arguments(THEN);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = disk.place.command(&arguments);
        let mut build = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The end, where files take their names, is short: half wait for it.
        if round % 2 == 0 {
            std::thread::sleep(takes.mul_f64(chance(round)));
        } else {
            while !mounted.join("out/.chatcal-journal").exists() && build.try_wait().unwrap().is_none() {
                std::hint::spin_loop();
            }
            std::thread::sleep(Duration::from_micros((chance(round) * 3000.0) as u64));
        }
        let _ = build.kill();
        let left = disk.cut(Some(THEN));
        build.wait().unwrap();
        let left: Tree = left.into_iter().filter(|(path, _)| !path.contains(".chatcal-new/")).collect();
        assert!(left == old || left == new, "round {round}");
        untouched += u64::from(left == old);
        completed += u64::from(left == new);
    }
    println!("{cuts} power cuts: {untouched} left all as it was, {completed} were completed; 0 lost, 0 torn");
}

/// Puts a folder back to this state, and that on the disk.
fn keep(out: &Path, files: &Tree) {
    fs::remove_dir_all(out).unwrap();
    for (path, content) in files {
        let full = out.join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, content).unwrap();
    }
    allowed("sync", &[]).unwrap();
}
