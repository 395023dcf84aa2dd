//! `import`, `new`, `fmt` and `init` write each file whole or not at all: a full disk leaves what was there before, and
//! the next run goes on.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::faults::{Mounted, allowed};
use crate::files::{Tree, tree};
use crate::program::{chatcal, run, said};

/// A schedule that `fmt` lays out otherwise.
const LOOSE: &str = "zone=\"UTC\"\ntitle = \"x\"\nduration = \"1h\"\n[[series]]\nevery = \"Tuesday\"\nstart = 2024-01-02\n\
                     time = \"10:00\"\nconfidence = \"assumed\"\nsource = \"words\"\n";
const NEW: &str = "new chat --every Tuesday --time 18:30 --zone Europe/London --at 2026-06-03";
/// Four verbs that write, and what their folder has before.
const VERBS: [(&str, &[(&str, &str)]); 4] = [
    ("import export.ics", &[]),
    (NEW, &[]),
    ("fmt", &[("schedules/loose.toml", LOOSE), ("schedules/other.toml", LOOSE)]),
    ("init mine", &[]),
];

/// A folder with a calendar of three chats, and some files.
fn place(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/cases/several-chats/export.ics");
    fs::copy(export, folder.path().join("export.ics")).unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Runs a command where no file can be larger than so many blocks of 512 bytes. `trap` says whether a signal ends it.
fn with_blocks(folder: &Path, blocks: usize, trap: &str, line: &str) -> Output {
    let shell = format!("{trap}ulimit -f {blocks}; exec \"$0\" {line}");
    Command::new("sh").args(["-c", &shell, &chatcal().to_string_lossy()]).current_dir(folder).output().unwrap()
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

#[test]
fn a_full_disk_leaves_nothing_half_written_and_blocks_no_next_run() {
    for (line, files) in VERBS {
        // At the first file, and at a later one.
        for blocks in [0, 1, 2, 3] {
            let folder = place(files);
            let before = tree(folder.path());
            let output = with_blocks(folder.path(), blocks, "trap '' XFSZ; ", line);
            let after = tree(folder.path());
            if output.status.success() {
                assert!(blocks > 0, "{line}: {}", said(&output));
                continue;
            }
            assert_eq!(output.status.code(), Some(1), "{line}: {}", said(&output));
            assert!(said(&output).contains("File too large"), "{line}: {}", said(&output));
            is_whole(line, &before, &after);
            let next = run(folder.path(), &words(line));
            assert!(next.status.success(), "{line}, {blocks} blocks: {}", said(&next));
            assert!(tree(folder.path()).len() >= after.len());
        }
    }
}

/// What is there is what was there, or new and whole, and nothing is on its way.
fn is_whole(line: &str, before: &Tree, after: &Tree) {
    for (path, content) in after {
        let text = String::from_utf8_lossy(content);
        assert!(!path.ends_with(".chatcal-new"), "{line}: {path}");
        let written = line.starts_with("import") && text.contains("[[") && text.ends_with("\"\n");
        assert!(before.get(path) == Some(content) || written, "{line}: {path} {text}");
    }
    assert!(before.keys().all(|path| after.contains_key(path)), "{line}");
}

#[test]
fn a_signal_at_a_full_disk_blocks_no_next_run() {
    for (line, files) in VERBS {
        let folder = place(files);
        let output = with_blocks(folder.path(), 0, "", line);
        assert_eq!(output.status.code(), None, "{line}: the signal ends it without a word");
        // What was on its way has a name of its own, and no file the one that was meant.
        let after = tree(folder.path());
        let (unfinished, others): (Tree, Tree) =
            after.into_iter().partition(|(path, _)| path.ends_with(".chatcal-new"));
        assert!(unfinished.len() == 1 && others.len() == files.len() + 1, "{line}: {:?}", others.keys());
        let next = run(folder.path(), &words(line));
        assert!(next.status.success(), "{line}: {}", said(&next));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_system_without_room_keeps_what_fits_and_the_next_run_writes_the_rest() {
    let folder = place(&[]);
    let small = folder.path().join("small");
    fs::create_dir(&small).unwrap();
    let export = folder.path().join("export.ics").display().to_string();
    let mounted = match Mounted::tmpfs("size=8k", &small) {
        Ok(mounted) => mounted,
        Err(reason) => return println!("skipped: no tmpfs can be mounted here ({reason})"),
    };
    // Two pages: two schedules, the third has no room.
    let output = run(&small, &["import", &export, "--into", "."]);
    let there = tree(&small);
    assert_eq!((output.status.code(), there.len()), (Some(1), 2), "{} {:?}", said(&output), there.keys());
    assert!(said(&output).contains("No space left on device"), "{}", said(&output));
    // Nothing but a file can be laid out without room for a second one.
    let (path, content) = there.first_key_value().unwrap();
    fs::write(small.join(path), String::from_utf8_lossy(content).replace("title = ", "title=")).unwrap();
    let loose = tree(&small);
    let format = run(&small, &["fmt", "--schedules", "."]);
    assert!(format.status.code() == Some(1) && tree(&small) == loose, "{}", said(&format));
    // One file of a new collection fits.
    fs::write(small.join(path), content).unwrap();
    fs::remove_file(small.join(there.keys().last().unwrap())).unwrap();
    let before = tree(&small);
    let init = run(&small, &["init", "mine"]);
    assert!(init.status.code() == Some(1) && tree(&small) == before, "{}", said(&init));
    assert!(!small.join("mine").exists(), "{}", said(&init));
    let new = words(NEW).into_iter().chain(["--schedules", "."]).collect::<Vec<_>>();
    assert!(run(&small, &new).status.success());
    fs::remove_file(small.join("chat.toml")).unwrap();
    // With room, the next run adds what is missing; what is there already it takes as written.
    let more = allowed("mount", &["-o", "remount,size=1m", small.to_str().unwrap()]);
    assert_eq!(more, Ok(()));
    let again = run(&small, &["import", &export, "--into", "."]);
    assert!(again.status.success() && tree(&small).len() == 3, "{}", said(&again));
    assert!(!said(&again).contains("already exists"), "{}", said(&again));
    drop(mounted);
}

#[test]
fn an_import_that_stops_says_how_many_schedules_were_not_written() {
    let folder = place(&[]);
    let output = with_blocks(folder.path(), 0, "trap '' XFSZ; ", "import export.ics");
    assert!(said(&output).contains("2 more schedules were not written either; run it again"), "{}", said(&output));
    assert_eq!(said(&output).matches("error: ").count(), 1, "{}", said(&output));
}

#[test]
fn half_a_new_collection_hindered_the_next_try() {
    let folder = place(&[]);
    // Folders that were there before stay, with what they have.
    fs::create_dir_all(folder.path().join("mine/.github/workflows")).unwrap();
    fs::write(folder.path().join("mine/.github/workflows/own.yml"), "mine").unwrap();
    let before = tree(folder.path());
    let output = with_blocks(folder.path(), 3, "trap '' XFSZ; ", "init mine");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("cannot write mine/"), "{}", said(&output));
    assert!(said(&output).contains("nothing was kept of what had been written before"), "{}", said(&output));
    assert!(tree(folder.path()) == before);
    assert!(folder.path().join("mine/.github/workflows").is_dir() && !folder.path().join("mine/schedules").exists());
    assert!(run(folder.path(), &["init", "mine"]).status.success());
}
