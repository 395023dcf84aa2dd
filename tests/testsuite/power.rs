//! Power cuts. A disk is a file here, with ext4 in it, and that file lies on a file system of its own: while that one is
//! frozen nothing reaches the file, so a copy of it is what the disk holds at one instant, and what a power cut would
//! leave. Nothing is in it that the system has not written yet.

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

/// The file that is the disk.
const IMAGE: &str = "below/image";

impl Disk {
    /// Or why there cannot be one.
    fn new(chats: usize) -> Result<Self, String> {
        let disk = Self { place: Place::with_chats(chats), disks: tempfile::tempdir().unwrap() };
        disk.mount("lowest", 128 << 20, "below")?;
        // From here on it can be mounted, so nothing is passed over.
        disk.mount(IMAGE, 32 << 20, "mounted").unwrap();
        Ok(disk)
    }

    /// Makes a file a disk, and mounts it.
    fn mount(&self, image: &str, size: u64, target: &str) -> Result<(), String> {
        fs::File::create(self.path(image)).unwrap().set_len(size).unwrap();
        fs::create_dir(self.path(target)).unwrap();
        allowed("mkfs.ext4", &["-q", &self.name(image)])?;
        allowed("mount", &["-o", "loop", &self.name(image), &self.name(target)])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.disks.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// What is left of `out/` when the power goes now.
    fn cut(&self) -> Cut<'_> {
        self.cut_while(|| {})
    }

    /// The same, and what else is to be done before anything more reaches the disk.
    fn cut_while(&self, act: impl FnOnce()) -> Cut<'_> {
        let frozen = Frozen::new(self.name("below"));
        fs::copy(self.path(IMAGE), self.path("cut")).unwrap();
        act();
        let is_one_instant = fs::read(self.path(IMAGE)).unwrap() == fs::read(self.path("cut")).unwrap();
        drop(frozen);
        assert!(is_one_instant, "the disk was written while it was copied");
        fs::create_dir_all(self.path("after")).unwrap();
        allowed("mount", &["-o", "loop", &self.name("cut"), &self.name("after")]).unwrap();
        Cut { disk: self, out: self.path("after/out") }
    }

    fn arguments(&self, at: &str) -> [String; 5] {
        ["build", "--out", &self.name("mounted/out"), "--at", at].map(str::to_owned)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The upper one first.
        drop([Mounted(&self.path("mounted")), Mounted(&self.path("below"))]);
    }
}

/// A file system to which nothing is written.
struct Frozen(String);

impl Frozen {
    fn new(mounted: String) -> Self {
        allowed("fsfreeze", &["--freeze", &mounted]).unwrap();
        Self(mounted)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        allowed("fsfreeze", &["--unfreeze", &self.0]).unwrap();
    }
}

/// The disk after a power cut, for as long as it is mounted.
struct Cut<'d> {
    disk: &'d Disk,
    out: PathBuf,
}

impl Cut<'_> {
    fn tree(&self) -> Tree {
        tree(&self.out)
    }

    /// Whether a build had come as far as its journal, and not to its end.
    fn is_pending(&self) -> bool {
        self.out.join(".chatcal-journal").exists()
    }

    /// The next run looks at it.
    fn check(&self, at: &str) {
        let output = self.disk.place.run(&["build", "--check", "--out", self.out.to_str().unwrap(), "--at", at]);
        assert!(output.status.code().is_some_and(|code| code < 2), "{}", said(&output));
    }
}

impl Drop for Cut<'_> {
    fn drop(&mut self) {
        drop(Mounted(&self.disk.path("after")));
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
    let run = |arguments: &[String], more: &[&str]| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let output = disk.place.run(&arguments);
        assert!(output.status.success(), "{}", said(&output));
    };
    let there = || tree(&mounted.join("out"));

    // Without care for the disk nothing of it would be there: so a cut is one.
    run(&disk.arguments(FIRST), &["--no-sync"]);
    assert!(disk.cut().tree() != there());
    fs::remove_dir_all(mounted.join("out")).unwrap();
    run(&disk.arguments(FIRST), &[]);
    let old = there();
    assert!(disk.cut().tree() == old);

    for index in 0..30 {
        disk.place.schedule(&format!("chat{index:05}"), &chat(index, "Walk"));
    }
    let begin = std::time::Instant::now();
    run(&disk.arguments(THEN), &[]);
    let takes = begin.elapsed();
    let new = there();
    assert!(disk.cut().tree() == new);

    let cuts = times("CHATCAL_CUTS", 4);
    let (mut untouched, mut done, mut completed) = (0, 0, 0);
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
        // What waits for the disk cannot go on before it is over.
        let cut = disk.cut_while(|| build.kill().unwrap());
        build.wait().unwrap();
        let is_pending = cut.is_pending();
        cut.check(THEN);
        assert!(!cut.is_pending(), "round {round}");
        let left: Tree = cut.tree().into_iter().filter(|(path, _)| !path.contains(".chatcal-new/")).collect();
        assert!(left == old || left == new, "round {round}");
        assert!(left == new || !is_pending, "round {round}: a journal counts");
        untouched += u64::from(left == old);
        completed += u64::from(is_pending);
        done += u64::from(left == new && !is_pending);
    }
    println!(
        "{cuts} power cuts: {untouched} left all as it was, {completed} were completed, {done} were done; 0 lost, 0 torn"
    );
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
