//! The journal of an interrupted build: what fits is completed, and what a stranger or a merge has made of it does nothing.

mod again;
mod disturbed;
mod unfit;

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::symlink;

use crate::files::Tree;
use crate::program::between::{Between, FIRST, THEN};
use crate::program::{Place, said};

/// A collection in which a build came as far as its journal: everything is old, and the new files wait. An immutable
/// file would do it too, but not everywhere.
fn interrupted() -> Between {
    let between = Between::new(3);
    leave(&between.place, &between.old, &between.new);
    between
}

/// Leaves what a build leaves that is killed when it has come as far as its journal.
pub fn leave(place: &Place, old: &Tree, new: &Tree) {
    let digest = |path: &str| {
        let list = String::from_utf8(new["manifest.sha256"].clone()).unwrap();
        list.lines().find(|line| line.ends_with(&format!("  {path}"))).map(|line| line[..64].to_owned())
    };
    let sum = |content: &[u8]| {
        let file = place.path("sum");
        fs::write(&file, content).unwrap();
        let output = std::process::Command::new("sha256sum").arg(&file).output().unwrap();
        String::from_utf8(output.stdout).unwrap()[..64].to_owned()
    };
    let mut journal = "# A build that was interrupted: the next run of chatcal completes it.\n".to_owned();
    writeln!(journal, "before {}  manifest.sha256", sum(&old["manifest.sha256"])).unwrap();
    for (path, content) in old {
        writeln!(journal, "over {}  {path}", sum(content)).unwrap();
    }
    for (path, content) in new.iter().filter(|(path, content)| old.get(*path) != Some(content)) {
        let (below, name) = path.rsplit_once('/').unwrap_or(("", path));
        let beside = place.path("out").join(below).join(".chatcal-new");
        fs::create_dir_all(&beside).unwrap();
        fs::write(beside.join(name), content).unwrap();
        writeln!(journal, "put {}  {path}", digest(path).unwrap_or_else(|| sum(content))).unwrap();
    }
    for (path, content) in old.iter().filter(|(path, _)| !new.contains_key(*path)) {
        writeln!(journal, "remove {}  {path}", sum(content)).unwrap();
    }
    journal += "end\n";
    fs::write(place.path("out/.chatcal-journal"), journal).unwrap();
}

fn check(place: &Place) -> String {
    said(&place.run(&["build", "--check", "--at", THEN]))
}

pub const PARTLY: &str =
    "out: a build that was interrupted has been completed as far as its files fit those that are there now";
pub const GIVEN_UP: &str =
    "out: a build that was interrupted is given up, as its files do not fit those that are there now";

#[test]
fn an_interrupted_build_is_completed_also_where_a_schedule_is_wrong_by_now() {
    let between = interrupted();
    between.place.schedule("wrong", "tiem = 1\n");
    let message = check(&between.place);
    assert!(message.contains("out: a build that was interrupted has been completed"), "{message}");
    assert!(between.place.tree() == between.new);
    // Half of it was done before.
    let between = interrupted();
    for path in ["chat00001.ics", "tag/books.ics", "manifest.sha256"] {
        let (below, name) = path.rsplit_once('/').unwrap_or(("", path));
        let out = between.place.path("out");
        fs::rename(out.join(below).join(".chatcal-new").join(name), out.join(path)).unwrap();
    }
    assert!(said(&between.place.run(&["diff", "--at", THEN])).contains("has been completed"));
    assert!(between.place.tree() == between.new);
}

#[test]
fn what_somebody_put_there_after_the_crash_was_replaced_in_silence() {
    let between = interrupted();
    let path = |below: &str| between.place.path("out").join(below);
    fs::write(path("index.html"), "my own page").unwrap();
    fs::remove_file(path("chat00001.ics")).unwrap();
    symlink(between.place.path("secret"), path("chat00001.ics")).unwrap();
    let message = check(&between.place);
    assert!(message.contains(GIVEN_UP), "{message}");
    assert!(
        message.contains("warning: out/index.html was not written by chatcal: `build` leaves it alone"),
        "{message}"
    );
    assert!(message.contains("warning: out/chat00001.ics is a link"), "{message}");
    assert_eq!(between.place.out("index.html"), "my own page");
    assert!(path("chat00001.ics").is_symlink());
    let others = |path: &String| !["index.html", "chat00001.ics"].contains(&path.as_str());
    let tree = between.place.tree();
    assert!(between.old.keys().filter(|path| others(path)).all(|path| tree[path] == between.old[path]));
    assert!(between.place.run(&["build", "--replace", "--at", THEN]).status.success());
    assert!(between.place.tree()["index.html"] == between.new["index.html"] && !path("chat00001.ics").is_symlink());
}

#[test]
fn notes_of_that_name_were_deleted_as_a_journal() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    fs::write(place.path("out/.chatcal-journal"), "my notes").unwrap();
    for verb in [&["diff"][..], &["build"], &["build", "--check"]] {
        let output = place.run(verb);
        assert_eq!(output.status.code(), Some(1));
        let why = "cannot follow out/.chatcal-journal: chatcal did not write it; move it away";
        assert!(said(&output).contains(why), "{}", said(&output));
    }
    assert_eq!(place.out(".chatcal-journal"), "my notes");
}

#[test]
fn a_journal_that_does_not_fit_took_newer_feeds_back() {
    // Somebody has fetched a later state of out/ from elsewhere.
    let between = interrupted();
    let elsewhere = Between::new(3);
    elsewhere.place.build("2026-03-20");
    let later = elsewhere.place.tree();
    for (path, content) in &later {
        fs::write(between.place.path("out").join(path), content).unwrap();
    }
    fs::write(between.place.path("out/manifest.sha256"), [&later["manifest.sha256"][..], b"\n"].concat()).unwrap();
    assert!(check(&between.place).contains(GIVEN_UP));
    assert!(between.place.out("chat00000.ics").as_bytes() == later["chat00000.ics"]);

    // A new file is not what was to be written, or is not there.
    for content in [Some("theirs"), None] {
        let between = interrupted();
        let file = between.place.path("out/.chatcal-new/chat00001.ics");
        fs::remove_file(&file).unwrap();
        if let Some(content) = content {
            fs::write(&file, content).unwrap();
        }
        assert!(check(&between.place).contains(GIVEN_UP));
        assert!(between.place.tree() == between.old);
    }

    // It is torn, or empty, as after a power cut without --no-sync.
    let whole = fs::read(interrupted().place.path("out/.chatcal-journal")).unwrap();
    for torn in [Vec::new(), vec![0; 500], whole[..whole.len() / 2].to_vec(), whole[..whole.len() - 4].to_vec()] {
        let between = interrupted();
        fs::write(between.place.path("out/.chatcal-journal"), torn).unwrap();
        assert!(check(&between.place).contains(GIVEN_UP));
        assert!(between.place.tree() == between.old);
        between.completes();
    }
}

#[test]
fn a_journal_of_a_stranger_wrote_and_deleted_what_it_named() {
    let digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"; // of "x"
    let place = Place::with_chats(2);
    place.build(FIRST);
    let outside = place.folder.path().join("mine.ics");
    let list = String::from_utf8(place.tree()["manifest.sha256"].clone()).unwrap();
    fs::write(&outside, "x").unwrap();
    fs::write(place.path("out/mine.ics"), "x").unwrap();
    let head = "# A build that was interrupted: the next run of chatcal completes it.\n";
    for named in [outside.to_str().unwrap(), "../mine.ics", "tag/../../mine.ics", "/mine.ics", "CNAME", "//mine.ics"] {
        for word in ["put", "remove"] {
            fs::write(place.path("out/.chatcal-journal"), format!("{head}{word} {digest}  {named}\nend\n")).unwrap();
            assert!(said(&place.run(&["build", "--check", "--at", FIRST])).contains(GIVEN_UP), "{named}");
        }
        // Nor does a list make it chatcal's.
        fs::write(place.path("out/manifest.sha256"), format!("{list}{digest}  {named}\n")).unwrap();
        place.build(FIRST);
        assert_eq!(fs::read_to_string(&outside).unwrap(), "x");
        assert_eq!(place.out("mine.ics"), "x");
    }

    // What somebody has written by hand is not chatcal's because a journal says so.
    for steps in [
        format!("remove {digest}  mine.ics\n"),
        format!("put {}  mine.ics\nover {digest}  mine.ics\n", "0".repeat(64)),
        format!("put {digest}  other.ics\nremove {digest}  mine.ics\n"),
    ] {
        let place = Place::with_chats(1);
        place.build(FIRST);
        let sum = std::process::Command::new("sha256sum").arg(place.path("out/manifest.sha256")).output().unwrap();
        let before = String::from_utf8(sum.stdout).unwrap()[..64].to_owned();
        fs::write(place.path("out/mine.ics"), "x").unwrap();
        fs::create_dir(place.path("out/.chatcal-new")).unwrap();
        fs::write(place.path("out/.chatcal-new/other.ics"), "x").unwrap();
        fs::write(place.path("out/.chatcal-journal"), format!("{head}before {before}  manifest.sha256\n{steps}end\n"))
            .unwrap();
        place.run(&["diff", "--at", FIRST]);
        assert_eq!(place.out("mine.ics"), "x", "{steps}");
        place.build(FIRST);
        assert_eq!(place.out("mine.ics"), "x", "{steps}");
    }

    // Links lead nowhere.
    let secret = place.path("secret");
    fs::write(&secret, "x").unwrap();
    fs::create_dir(place.path("out/.chatcal-new")).unwrap();
    symlink(&secret, place.path("out/.chatcal-new/films.ics")).unwrap();
    fs::write(place.path("out/.chatcal-journal"), format!("{head}put {digest}  films.ics\nend\n")).unwrap();
    let output = place.run(&["build", "--at", FIRST]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("cannot remove out/.chatcal-new/films.ics: chatcal did not write it; move it away"));
    assert!(!place.path("out/films.ics").exists() && secret.exists());
}

/// Without a journal, nobody looked whether the folder for new files was one.
#[test]
fn a_link_in_place_of_the_folder_for_new_files_had_what_it_leads_to_deleted() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("films.ics"), "mine").unwrap();
    for below in ["out", "out/repeating", "out/tag"] {
        let link = place.path(below).join(".chatcal-new");
        symlink(elsewhere.path(), &link).unwrap();
        let output = place.run(&["build", "--at", THEN]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("it is not a folder; remove it"), "{}", said(&output));
        assert!(elsewhere.path().join("films.ics").exists());
        fs::remove_file(&link).unwrap();
    }
}

#[test]
fn a_folder_of_notes_called_like_chatcals_own_was_emptied() {
    let place = Place::with_chats(2);
    place.build(FIRST);
    for (below, path) in [("out/tag/.chatcal-new/deep", "mine"), ("out/.chatcal-new", "notes.txt")] {
        fs::create_dir_all(place.path(below)).unwrap();
        fs::write(place.path(below).join(path), "mine").unwrap();
        let output = place.run(&["build", "--at", THEN]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("chatcal did not write it; move it away"), "{}", said(&output));
        assert!(place.path(below).join(path).exists());
        fs::remove_dir_all(place.path(below)).unwrap();
    }
}

/// A build that takes meetings away is interrupted when these files have taken their places, and what it leaves is then
/// disturbed: whether the list of removed meetings knows them all the same, also where somebody looked on first.
fn still_known(moved: &[&str], disturb: impl Fn(&Place)) -> bool {
    let looks = [&[][..], &["diff", "--at", THEN], &["build", "--check", "--at", THEN]];
    looks.iter().all(|look| is_known_after(moved, &disturb, look))
}

fn is_known_after(moved: &[&str], disturb: impl Fn(&Place), look: &[&str]) -> bool {
    let place = Place::with_chats(2);
    place.build(FIRST);
    fs::remove_file(place.path("schedules/chat00000.toml")).unwrap();
    place.build(FIRST);
    let old = place.tree();
    // Its meetings are in its own feed alone.
    place.edit("chat00001", "start = 2020-01-07", "start = 2022-01-04");
    place.build(THEN);
    let new = place.tree();
    for (path, content) in &old {
        fs::write(place.path("out").join(path), content).unwrap();
    }
    leave(&place, &old, &new);
    for path in moved {
        fs::rename(place.path("out/.chatcal-new").join(path), place.path("out").join(path)).unwrap();
    }
    disturb(&place);
    if !look.is_empty() {
        let looked = said(&place.run(look));
        assert!(!looked.contains("removed.txt has been changed"), "{looked}");
    }
    let said = place.build(THEN);
    assert!(!said.contains("removed.txt has been changed"), "{said}");
    place.out("removed.txt").contains(" 0 2020-01-07.chat00001@")
}

#[test]
fn a_new_list_of_removed_meetings_was_thrown_away_with_a_build_that_was_given_up() {
    // The first two are what a kill leaves, the others what a list leaves that could not be renamed.
    for moved in [&[][..], &["removed.txt"], &["removed.txt", "chat00001.ics"], &["chat00001.ics"]] {
        assert!(still_known(moved, |_| ()), "{moved:?}");
        // Another list has come since, as from `git pull`.
        let line = "20260301T102030Z 3 2019-01-01.chat00001@chats.example.org\n";
        assert!(
            still_known(moved, |place| {
                let list = place.out("removed.txt") + line;
                fs::write(place.path("out/removed.txt"), list).unwrap();
                let manifest = place.out("manifest.sha256");
                let digest = manifest.lines().find(|other| other.ends_with("removed.txt")).unwrap();
                let sum = std::process::Command::new("sha256sum").arg(place.path("out/removed.txt")).output().unwrap();
                let sum = String::from_utf8(sum.stdout).unwrap()[..64].to_owned() + "  removed.txt";
                fs::write(place.path("out/manifest.sha256"), manifest.replace(digest, &sum)).unwrap();
            }),
            "{moved:?}"
        );
        // A new file was cleaned away, so that nothing fits.
        assert!(
            still_known(moved, |place| fs::remove_dir_all(place.path("out/repeating/.chatcal-new")).unwrap()),
            "{moved:?}"
        );
        // The feed is another one by now.
        assert!(
            still_known(moved, |place| {
                let feed = place.out("chat00001.ics").replace("SUMMARY:#chat1", "SUMMARY:#Chat1");
                fs::write(place.path("out/chat00001.ics"), feed).unwrap();
            }),
            "{moved:?}"
        );
    }
}

/// After a power cut a file may have its length and nothing else.
#[test]
fn a_blank_journal_is_given_up() {
    for journal in [Vec::new(), vec![0; 300]] {
        let between = interrupted();
        fs::write(between.place.path("out/.chatcal-journal"), journal).unwrap();
        let message = check(&between.place);
        assert!(message.contains(GIVEN_UP), "{message}");
        assert!(between.place.tree() == between.old);
        between.completes();
    }
}

#[test]
fn what_is_no_file_was_deleted_as_a_journal() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    let journal = place.path("out/.chatcal-journal");
    let refuses = || {
        for verb in [&["build", "--at", THEN][..], &["build", "--check", "--at", THEN]] {
            let refused = place.run(verb);
            let words =
                "cannot follow out/.chatcal-journal: it is not a file, so chatcal did not write it; move it away";
            assert!(!refused.status.success() && said(&refused).contains(words), "{}", said(&refused));
            assert!(journal.symlink_metadata().is_ok());
        }
    };
    symlink("/etc/hostname", &journal).unwrap();
    refuses();
    fs::remove_file(&journal).unwrap();
    fs::create_dir(&journal).unwrap();
    refuses();
}

/// In a pull request: the run that looked on wrote where the link led.
#[test]
fn a_link_in_place_of_the_joined_list_was_followed() {
    for verb in [&["build", "--check", "--at", THEN][..], &["diff", "--at", THEN], &["build", "--at", THEN]] {
        let place = Place::with_chats(1);
        place.build(FIRST);
        fs::create_dir(place.path("out/.chatcal-new")).unwrap();
        fs::write(place.path("out/.chatcal-journal"), "").unwrap();
        let line = "20260301T102030Z 3 2019-01-01.chat00000@chats.example.org\n";
        fs::write(place.path("out/.chatcal-new/removed.txt"), format!("[core]\n\tfsmonitor = \"x\"\n{line}")).unwrap();
        fs::write(place.path("victim"), "mine").unwrap();
        symlink("../../victim", place.path("out/.chatcal-new/.removed.txt")).unwrap();
        let output = place.run(verb);
        assert_eq!(fs::read_to_string(place.path("victim")).unwrap(), "mine", "{}", said(&output));
        // What is no line of such a list does not go on.
        let list = place.path("out/removed.txt");
        assert!(
            !list.is_symlink() && !fs::read_to_string(&list).unwrap_or_default().contains("core"),
            "{}",
            said(&output)
        );
    }
}
