//! A build is killed at each of its steps, and what it left is disturbed in each way: the next one brings it to an end,
//! no stamp falls, and no feed stays that nobody asked for.

use std::collections::BTreeMap;
use std::fs;

use crate::calls::{cannot_trace, injected};
use crate::faults::times;
use crate::files::Tree;
use crate::program::between::FIRST;
use crate::program::{Place, chat, events, said};

const REVISED: &str = "2026-03-05";
const KILLED: &str = "2026-03-06";
const NEXT: &str = "2026-03-07";
const LAST: &str = "2026-03-08";

/// What a curator does between the build that ended and the one that is killed.
struct Work {
    what: &'static str,
    /// Before the last build that ended.
    before: fn(&Place),
    then: fn(&Place),
    /// After all, what was taken away comes back.
    back: fn(&Place),
}

fn nothing(_: &Place) {}

fn formerly(older: &str, index: usize) -> String {
    format!("formerly = \"{older}\"\n{}", chat(index, "Walk"))
}

fn remove(place: &Place, slug: &str) {
    fs::remove_file(place.path(&format!("schedules/{slug}.toml"))).unwrap();
}

const WORKS: [Work; 7] = [
    Work {
        what: "every chat is revised",
        before: nothing,
        then: |place| ["ant", "bee", "cow"].iter().for_each(|slug| place.edit(slug, "Walk", "Ride")),
        back: nothing,
    },
    Work {
        what: "a chat is new",
        before: nothing,
        then: |place| place.schedule("zoo", &chat(2, "Walk")),
        back: nothing,
    },
    Work {
        what: "a chat goes",
        before: nothing,
        then: |place| remove(place, "cow"),
        back: |place| place.schedule("cow", &chat(2, "Walk")),
    },
    Work {
        what: "a chat comes back",
        before: |place| {
            remove(place, "cow");
            place.build(REVISED);
        },
        then: |place| place.schedule("cow", &chat(2, "Walk")),
        back: nothing,
    },
    Work {
        what: "a chat is renamed",
        before: nothing,
        then: |place| {
            remove(place, "cow");
            place.schedule("zoo", &formerly("cow", 2));
        },
        back: nothing,
    },
    Work {
        what: "a slug is taken over",
        before: |place| {
            remove(place, "bee");
            place.schedule("dog", &formerly("bee", 1));
            place.build(REVISED);
        },
        then: |place| {
            remove(place, "ant");
            place.schedule("dog", &formerly("ant", 0));
            place.schedule("eel", &formerly("bee", 1));
        },
        back: nothing,
    },
    Work {
        what: "the first meetings of a chat go",
        before: nothing,
        then: |place| place.edit("ant", "start = 2020-01-06", "start = 2022-01-03"),
        back: |place| place.edit("ant", "start = 2022-01-03", "start = 2020-01-06"),
    },
];

/// In words, and how it is done.
type Disturbance = (&'static str, fn(&Place));

/// What happens to the files before somebody runs chatcal again.
const DISTURBANCES: [Disturbance; 6] = [
    ("the page is edited", |place| {
        let page = place.out("index.html");
        fs::write(place.path("out/index.html"), page + "<!-- mine -->").unwrap();
    }),
    ("a feed gets other line breaks", |place| {
        let path = place.tree().keys().find(|path| is_own(path)).unwrap().clone();
        let feed = place.out(&path).replace("\r\n", "\n");
        fs::write(place.path("out").join(path), feed).unwrap();
    }),
    ("the new files are cleaned away", |place| {
        for below in ["out", "out/repeating", "out/tag"] {
            let _ = fs::remove_dir_all(place.path(below).join(".chatcal-new"));
        }
    }),
    ("a new file is blank", |place| {
        let is_new = |path: &&String| path.starts_with(".chatcal-new/") && path.contains(".ics");
        if let Some(path) = place.tree().keys().find(is_new) {
            fs::write(place.path("out").join(path), "").unwrap();
        }
    }),
    ("the last new feed is blank", |place| {
        let is_new = |path: &&String| path.strip_prefix(".chatcal-new/").is_some_and(is_own);
        if let Some(path) = place.tree().keys().rfind(is_new) {
            fs::write(place.path("out").join(path), "").unwrap();
        }
    }),
    ("the manifest has another line", |place| {
        let list = place.out("manifest.sha256");
        fs::write(place.path("out/manifest.sha256"), list + "\n").unwrap();
    }),
];

fn is_own(path: &str) -> bool {
    path.strip_suffix(".ics").is_some_and(|stem| !stem.contains('/') && stem != "all")
}

/// Puts a state of out/ back.
fn restore(place: &Place, tree: &Tree) {
    fs::remove_dir_all(place.path("out")).unwrap();
    for (path, content) in tree {
        let full = place.path("out").join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, content).unwrap();
    }
}

/// The highest SEQUENCE of each meeting in the expanded feeds that readers could see.
fn sequences(trees: &[&Tree]) -> BTreeMap<String, u32> {
    let mut highest = BTreeMap::new();
    let is_shown =
        |path: &str| path.strip_suffix(".ics").is_some() && !path.contains(".chatcal-") && !path.starts_with("rep");
    for (_, content) in trees.iter().flat_map(|tree| tree.iter()).filter(|(path, _)| is_shown(path)) {
        for (uid, event) in events(&String::from_utf8_lossy(content)) {
            if let Some(sequence) = event.split("SEQUENCE:").nth(1) {
                let known = highest.entry(uid).or_insert(0);
                *known = sequence.lines().next().unwrap().parse::<u32>().unwrap().max(*known);
            }
        }
    }
    highest
}

fn none_fell(place: &Place, had: &BTreeMap<String, u32>, when: &str) {
    for (uid, sequence) in sequences(&[&place.tree()]) {
        let least = had.get(&uid).copied().unwrap_or(0);
        assert!(sequence >= least, "{when}: SEQUENCE of {uid} fell from {least} to {sequence}");
    }
}

#[test]
fn what_is_killed_and_then_disturbed_comes_to_an_end_without_loss() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    // Of all kills and disturbances one of so many.
    let stride = times("CHATCAL_DISTURBED", 5) as usize;
    let (mut kills, mut builds) = (0, 0);
    for work in WORKS {
        let place = Place::new([("ant", chat(0, "Talk")), ("bee", chat(1, "Talk")), ("cow", chat(2, "Talk"))]);
        place.build(FIRST);
        for slug in ["ant", "bee", "cow"] {
            place.edit(slug, "Talk", "Walk");
        }
        place.build(REVISED);
        (work.before)(&place);
        let old = place.tree();
        (work.then)(&place);
        let schedules = crate::files::tree(&place.path("schedules"));
        place.build(NEXT);
        let expected: Vec<String> = place.tree().into_keys().filter(|path| path != "removed.txt").collect();
        for when in 1.. {
            restore(&place, &old);
            let inject = format!("inject=rename,renameat,renameat2,unlink,unlinkat,rmdir:signal=SIGKILL:when={when}");
            let output = injected(&place, &inject, &["build", "--at", KILLED]).output().unwrap();
            if output.status.success() {
                break;
            }
            let killed = place.tree();
            if !killed.contains_key(".chatcal-journal") {
                continue;
            }
            kills += 1;
            let had = sequences(&[&old, &killed]);
            for (index, (what, disturb)) in DISTURBANCES.into_iter().enumerate() {
                for (other, look) in [&[][..], &["diff", "--at", NEXT]].into_iter().enumerate() {
                    if !(kills + 2 * index + other).is_multiple_of(stride) {
                        continue;
                    }
                    let when = format!("{}, killed at step {when}, {what}, {look:?}", work.what);
                    restore(&place, &killed);
                    disturb(&place);
                    if !look.is_empty() {
                        let looked = place.run(look);
                        assert!(looked.status.success(), "{when}: {}", said(&looked));
                    }
                    let told = said(&place.run(&["build", "--at", NEXT]));
                    assert!(!told.contains("error"), "{when}: {told}");
                    none_fell(&place, &had, &when);
                    let there: Vec<String> = place.tree().into_keys().filter(|path| path != "removed.txt").collect();
                    assert_eq!(there, expected, "{when}: {told}");
                    let again = place.build(NEXT);
                    assert!(again.contains(" 0 files written") && !again.contains("warning"), "{when}: {again}");
                    (work.back)(&place);
                    place.build(LAST);
                    none_fell(&place, &had, &when);
                    for (path, content) in &schedules {
                        fs::write(place.path("schedules").join(path), content).unwrap();
                    }
                    for path in crate::files::tree(&place.path("schedules")).keys() {
                        if !schedules.contains_key(path) {
                            fs::remove_file(place.path("schedules").join(path)).unwrap();
                        }
                    }
                    builds += 3;
                }
            }
        }
    }
    assert!(kills > 40, "{kills}");
    println!(
        "{kills} kills, {} ways to disturb them, {builds} builds: 0 fell, 0 stopped, 0 left over",
        DISTURBANCES.len()
    );
}
