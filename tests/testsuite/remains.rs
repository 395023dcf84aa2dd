//! What is found in out/ beside what chatcal wrote there, and what becomes of it: links, others' files, damaged ones.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use crate::files::tree;
use crate::program::between::{Between, FIRST, THEN};
use crate::program::{Place, chat, said};

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
fn a_damaged_feed_under_an_older_slug_was_reported_under_the_new_one() {
    let place = Place::with_chats(1);
    place.build(FIRST);
    fs::write(place.path("out/chat00000.ics"), "mine").unwrap();
    fs::rename(place.path("schedules/chat00000.toml"), place.path("schedules/renamed.toml")).unwrap();
    place.edit("renamed", "zone =", "formerly = \"chat00000\"\nzone =");
    let message = place.build(FIRST);
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
        let message = place.build(FIRST);
        let foreign = damage == b"mine";
        let what = if foreign { "was not made by chatcal" } else { "is damaged" };
        let what = format!("warning: out/chat00001.ics {what}: it is treated as missing");
        assert!(message.contains(&what) && said(&check).contains(&what), "{message}");
        // It was called a new chat.
        assert!(said(&check).contains("chat00001: its old feed cannot be read; the new one has"), "{}", said(&check));
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
