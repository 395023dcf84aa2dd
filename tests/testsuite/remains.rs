//! What is found in out/ beside what chatcal wrote there, and what becomes of it: links, others' files, damaged ones.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use crate::files::tree;
use crate::program::between::{Between, FIRST, THEN};
use crate::program::{Place, chat, events, said};

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
    let refused = between.place.run(&["build", "--at", THEN]);
    assert_eq!(refused.status.code(), Some(1));
    for path in ["chat00001.ics", "all.ics", "index.html"] {
        let message = format!("error: out/{path} is in the way: it is a link");
        assert!(said(&refused).contains(&message), "{}", said(&refused));
        assert!(between.place.path("out").join(path).is_symlink());
    }
    assert!(between.place.run(&["build", "--replace", "--at", THEN]).status.success());
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
    let message = crate::program::said(&output);
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
        // A person's copy of a feed, and notes that only look like an unfinished file, were deleted.
        ("copy.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//chatcal//chatcal//EN\r\n"),
        (".notes.chatcal-new", "mine"),
    ];
    for (path, content) in foreign {
        let path = place.path("out").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    place.edit("chat00002", "tags = [\"books\"]\n", "");
    let said = place.build(THEN);
    assert!(said.contains("out/copy.ics looks like chatcal's, but is not in its manifest"), "{said}");
    assert!(said.contains("out/chat00001.ics goes, as no schedule has its name"), "{said}");
    assert_eq!(said.matches("warning").count(), 2, "{said}");
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
fn a_damaged_feed_under_an_older_slug_was_reported_under_the_new_one() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    fs::write(place.path("out/chat00000.ics"), "mine").unwrap();
    fs::rename(place.path("schedules/chat00000.toml"), place.path("schedules/renamed.toml")).unwrap();
    place.edit("renamed", "zone =", "formerly = \"chat00000\"\nzone =");
    let message = said(&place.run(&["build", "--replace", "--at", FIRST]));
    assert!(message.contains("out/chat00000.ics was not made by chatcal"), "{message}");
}

#[test]
fn a_damaged_file_is_reported_and_made_again() {
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
        if damage == b"mine" {
            let refused = place.run(&["build", "--at", FIRST]);
            assert_eq!(refused.status.code(), Some(1));
            assert!(said(&refused).contains("out/chat00001.ics is in the way: it was not written by chatcal"));
            assert!(said(&place.run(&["build", "--replace", "--at", FIRST])).contains("was not made by chatcal"));
            continue;
        }
        let message = place.build(FIRST);
        let what = "warning: out/chat00001.ics is damaged: the stamps of its meetings are looked up in all feeds";
        assert!(message.contains(what) && said(&check).contains(what), "{message}");
        // It was called a new chat.
        assert!(said(&check).contains("chat00001: its old feed cannot be read; the new one has"), "{}", said(&check));
        // Made at the same instant as at first, nothing but a meeting that was torn through tells that it was ever away.
        let (before, after) = (events(std::str::from_utf8(&feed).unwrap()), events(&place.out("chat00001.ics")));
        let revised: Vec<&String> = before.keys().filter(|uid| before[*uid] != after[*uid]).collect();
        assert!(revised.len() <= 2 && revised.iter().all(|uid| after[*uid].contains("SEQUENCE:1\r\n")), "{revised:?}");
        for (path, content) in &old {
            fs::write(place.path("out").join(path), content).unwrap();
        }
    }
    for path in ["all.ics", "tag/books.ics", "index.html", "repeating/chat00001.ics"] {
        for damage in [Vec::new(), vec![0; 5000], old[path][..old[path].len() / 2].to_vec()] {
            fs::write(place.path("out").join(path), damage).unwrap();
            let message = place.build(THEN);
            assert!(message.contains(&format!("out/{path} ")), "{message}");
            // Half of a series is not known to be the same: it is revised.
            let tree = place.tree();
            let revised = |other: &String| other == "repeating/chat00001.ics" || other == "manifest.sha256";
            assert!(old.keys().filter(|other| !revised(other)).all(|other| tree[other] == old[other]), "{path}");
            assert!(tree == old || path.starts_with("repeating"), "{path}");
        }
    }
}

/// Everything that stands where chatcal has to write and is not its own, in one run; nothing is changed.
#[test]
fn the_files_of_others_were_replaced_with_a_warning() {
    let place = Place::with_chats(2);
    fs::create_dir_all(place.path("out/tag")).unwrap();
    for path in ["index.html", "all.ics", "tag/books.ics", "manifest.sha256"] {
        fs::write(place.path("out").join(path), "mine").unwrap();
    }
    let before = place.tree();
    let refused = place.run(&["build", "--at", FIRST]);
    assert_eq!(refused.status.code(), Some(1));
    for path in before.keys() {
        assert!(said(&refused).contains(&format!("error: out/{path} is in the way: it was not written by chatcal")));
    }
    assert!(said(&refused).contains("help: move it away, or look at it and say `chatcal build --replace`"));
    assert!(place.tree() == before);
    let check = place.run(&["build", "--check", "--at", FIRST]);
    assert!(said(&check).contains("out/index.html was not written by chatcal"), "{}", said(&check));
    assert!(place.run(&["build", "--replace", "--at", FIRST]).status.success());
    assert!(place.out("index.html").contains("<title>"));

    // A copy of a feed under the name of a chat that comes later.
    fs::copy(place.path("out/chat00000.ics"), place.path("out/later.ics")).unwrap();
    place.schedule("later", &chat(3, "Talk"));
    let refused = place.run(&["build", "--at", THEN]);
    assert!(
        said(&refused)
            .contains("error: out/later.ics is in the way: it looks like chatcal's, but is not in its manifest"),
        "{}",
        said(&refused)
    );
    // What has been put in the place of a file of a chat that is gone is somebody else's too.
    fs::remove_file(place.path("schedules/later.toml")).unwrap();
    fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    fs::write(place.path("out/chat00001.ics"), "mine").unwrap();
    place.build(THEN);
    assert_eq!(place.out("chat00001.ics"), "mine");
    assert!(place.path("out/later.ics").exists() && !place.path("out/repeating/chat00001.ics").exists());
}

#[test]
fn a_manifest_lists_what_chatcal_wrote_and_nothing_else() {
    let place = Place::with_chats(3);
    place.build(FIRST);
    let old = place.tree();
    let list = place.out("manifest.sha256");
    let listed: Vec<&str> = list.lines().map(|line| &line[66..]).collect();
    let written: Vec<&str> = old.keys().map(String::as_str).filter(|path| *path != "manifest.sha256").collect();
    assert_eq!(listed, written);
    #[cfg(target_os = "linux")]
    {
        let mut sums = std::process::Command::new("sha256sum");
        sums.args(["--check", "--strict", "manifest.sha256"]).current_dir(place.path("out"));
        assert!(sums.output().unwrap().status.success());
    }

    // Whatever a list says, only what chatcal could have written goes.
    let digest = "0".repeat(64);
    fs::write(place.path("out/CNAME"), "mine").unwrap();
    fs::write(place.path("mine.ics"), "mine").unwrap();
    let forged =
        format!("{list}{digest}  CNAME\n{digest}  ../mine.ics\n{digest}  tag/../../mine.ics\n{digest}  mine.ics\n");
    fs::write(place.path("out/mine.ics"), "mine").unwrap();
    fs::write(place.path("out/manifest.sha256"), forged).unwrap();
    let message = place.build(FIRST);
    let what = format!("out/manifest.sha256 is damaged in line {}: what is not listed", list.lines().count() + 1);
    assert!(message.contains(&what), "{message}");
    for path in ["out/CNAME", "out/mine.ics", "mine.ics"] {
        assert_eq!(fs::read_to_string(place.path(path)).unwrap(), "mine");
    }
    assert_eq!(place.out("manifest.sha256"), list);
}

#[test]
fn a_manifest_that_git_could_not_merge_counts_for_both_sides() {
    let place = Place::with_chats(3);
    place.build(FIRST);
    let list = place.out("manifest.sha256");
    fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    place.edit("chat00002", "Talk", "Walk");
    let (first, rest) = list.split_at(list.find('\n').unwrap() + 1);
    let other = first.replace(&first[..4], "0000");
    fs::write(
        place.path("out/manifest.sha256"),
        format!("<<<<<<< HEAD\n{first}=======\n{other}>>>>>>> branch\n{rest}"),
    )
    .unwrap();
    let message = place.build(THEN);
    assert!(message.contains("out/manifest.sha256 holds the marks of a merge conflict"), "{message}");
    assert!(message.contains("out/chat00001.ics goes, as no schedule has its name"), "{message}");
    assert_eq!(message.matches("warning").count(), 2, "{message}");
    assert!(!place.path("out/chat00001.ics").exists());
    assert!(place.build(THEN).contains("0 files written"));
}

/// The first version kept no list: what looks like its own is taken over, and nothing is deleted on looks alone.
#[test]
fn a_folder_without_a_manifest_is_taken_over() {
    let place = Place::with_chats(3);
    place.build(FIRST);
    let old = place.tree();
    fs::remove_file(place.path("out/manifest.sha256")).unwrap();
    let message = place.build(THEN);
    assert!(message.contains("out/manifest.sha256 is missing: ") && message.contains("1 file written"), "{message}");
    assert_eq!(message.matches("warning").count(), 1, "{message}");
    assert!(place.tree() == old);
    fs::remove_file(place.path("out/manifest.sha256")).unwrap();
    fs::remove_file(place.path("schedules/chat00001.toml")).unwrap();
    place.edit("chat00002", "Talk", "Walk");
    let message = place.build(THEN);
    assert!(message.contains("out/chat00001.ics looks like chatcal's, but is not in its manifest"), "{message}");
    assert!(place.path("out/chat00001.ics").exists() && place.out("chat00002.ics").contains("Walk"));
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
fn check_and_diff_write_nothing() {
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

/// Somebody has made the list anew, with everything that was there.
#[test]
fn what_is_not_chatcals_was_deleted_as_it_stood_in_the_list() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    for path in ["out/own.ics", "out/tag/own.ics"] {
        fs::write(place.path(path), "mine").unwrap();
    }
    let list = "sha256sum *.ics */*.ics index.html > new; mv new manifest.sha256";
    let made = std::process::Command::new("sh").args(["-c", list]).current_dir(place.path("out")).output().unwrap();
    assert!(made.status.success(), "{}", said(&made));
    let built = place.build(FIRST);
    for path in ["out/own.ics", "out/tag/own.ics"] {
        assert_eq!(fs::read_to_string(place.path(path)).unwrap(), "mine");
        assert!(built.contains(&format!("{path} was not written by chatcal: it stays as it is")), "{built}");
    }
    assert!(!place.out("manifest.sha256").contains("own.ics"));
}

/// It is far larger than any feed may be, and was read into memory.
#[cfg(unix)]
#[test]
fn a_feed_of_three_gigabytes_ate_the_memory() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    let feed = place.path("out/chat00000.ics");
    fs::File::options().write(true).open(&feed).unwrap().set_len(3 << 30).unwrap();
    let refused = place.run(&["build", "--at", FIRST]);
    let words = "cannot read out/chat00000.ics: it has 3072 MiB; at most 256 MiB is allowed";
    assert!(!refused.status.success() && said(&refused).contains(words), "{}", said(&refused));
}
