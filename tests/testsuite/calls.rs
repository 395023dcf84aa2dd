//! The order of a build's system calls, as strace records them: what a power cut may leave follows from it by definition,
//! and neither a disk nor the superuser is needed to see it.

mod trace;

use std::process::Command;

use crate::faults::allowed;
use crate::program::between::{Between, FIRST, THEN};
use crate::program::{Place, chat, chatcal, said};

use trace::{Call, Trace, faults};

/// Why nothing can be recorded here, if so.
pub fn cannot_trace() -> Option<String> {
    allowed("strace", &["-qq", "-o", "/dev/null", "true"]).err()
}

/// The command `chatcal …` in a folder, of whose system calls some fail, or end in a signal, as strace is told.
pub fn injected(place: &Place, inject: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", inject]).arg(chatcal());
    command.args(arguments).current_dir(place.folder.path());
    command
}

/// Runs a build that has to end like this, and gives what it called.
fn record(place: &Place, arguments: &[&str], strace: &[&str], succeeds: bool) -> String {
    let file = place.path("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-qq", "-s", "0", "-e", trace::CALLS]).args(strace).arg("-o").arg(&file);
    command.arg(chatcal()).args(arguments).current_dir(place.folder.path()).env("TZ", "UTC");
    let output = command.output().unwrap();
    assert_eq!(output.status.success(), succeeds, "{}", said(&output));
    std::fs::read_to_string(file).unwrap()
}

fn build(place: &Place, at: &str) -> String {
    record(place, &["build", "--at", at], &[], true)
}

/// The first build, into no folder at all, one that changes every file, and one that removes a chat.
fn recorded() -> (Place, Vec<(&'static str, String)>) {
    let place = Place::with_chats(4);
    let mut all = vec![("the first build", build(&place, FIRST))];
    for index in 0..4 {
        place.schedule(&format!("chat{index:05}"), &chat(index, "Walk"));
    }
    all.push(("a build that changes every file", build(&place, THEN)));
    std::fs::remove_file(place.path("schedules/chat00002.toml")).unwrap();
    all.push(("a build that removes a chat", build(&place, "2026-03-10")));
    (place, all)
}

#[test]
fn whatever_a_build_relies_on_is_on_the_disk_before() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    let (place, all) = recorded();
    let (mut calls, mut syncs, mut refused, mut kinds) = (0, 0, 0, std::collections::BTreeSet::new());
    for (what, text) in &all {
        let trace = Trace::parse(text, place.folder.path());
        assert_eq!(faults(&trace), Vec::<String>::new(), "{what}");
        calls += trace.0.len();
        let moves = |call: &Call| matches!(call, Call::Rename(_, to) if !to.contains("/.chatcal-"));
        assert!(trace.calls().filter(|call| moves(call)).count() >= 5, "{what}");
        let removes = |call: &Call| matches!(call, Call::Remove(path) if path != trace::JOURNAL);
        assert_eq!(trace.calls().filter(|call| removes(call)).count(), if what.contains("removes") { 2 } else { 0 });

        // No feed is without the list that speaks for what it has no more.
        let mut in_turn = trace.calls().filter(|call| moves(call));
        let is_list = |call: &Call| matches!(call, Call::Rename(_, to) if to == "out/removed.txt");
        assert_eq!(in_turn.next().is_some_and(is_list), what.contains("removes"), "{what}");

        // Each mistake that a change could make is found: what is put on the disk is so for a reason, whatever it is.
        for index in 0..trace.0.len() {
            if !matches!(trace.0[index].call, Call::Sync(_)) {
                continue;
            }
            syncs += 1;
            let mut without = trace.clone();
            let gone = without.0.remove(index);
            let faults = faults(&without);
            assert!(!faults.is_empty() || is_twice(&trace, index), "{what}: {gone:?}");
            refused += usize::from(!faults.is_empty());
            kinds.extend(faults.iter().map(|fault| fault.split(": ").next().unwrap().to_owned()));
        }
        // What has to be on the disk before something else comes after it.
        for index in 1..trace.0.len() {
            let (before, after) = (&trace.0[index - 1].call, &trace.0[index].call);
            let counts = matches!(before, Call::Sync(_)) && matches!(after, Call::Rename(..) | Call::Remove(_));
            if counts && !is_twice(&trace, index - 1) {
                let mut swapped = trace.clone();
                swapped.0.swap(index - 1, index);
                assert!(!faults(&swapped.in_turn()).is_empty(), "{what}: {before:?} after {after:?}");
                refused += 1;
            }
        }
        for mistake in mistakes(&trace) {
            assert!(!faults(&mistake.clone().in_turn()).is_empty(), "{what}: {mistake:?}");
            refused += 1;
        }
    }
    // Every rule has been broken.
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), trace::RULES_OF_SYNC);
    println!(
        "{} builds, {calls} system calls, {syncs} syncs: 0 out of order; {refused} seeded mistakes refused",
        all.len()
    );
}

/// Whether nothing asks for a sync: what is synced has not changed since the last one, or is a folder from which
/// something only went.
fn is_twice(trace: &Trace, index: usize) -> bool {
    let Call::Sync(path) = &trace.0[index].call else { return false };
    let changes = |call: &Call| call.changes().any(|changed| changed == path);
    let since = trace.0[..index].iter().rposition(|event| matches!(&event.call, Call::Sync(synced) if synced == path));
    !trace.0[since.map_or(0, |since| since + 1)..index].iter().any(|event| changes(&event.call))
}

/// A build that is recorded, with lines where they do not belong.
fn mistakes(trace: &Trace) -> Vec<Trace> {
    let find = |is: &dyn Fn(&Call) -> bool| trace.0.iter().position(|event| is(&event.call)).unwrap();
    let journal = find(&|call| matches!(call, Call::Rename(_, to) if to == trace::JOURNAL));
    let first = find(&|call| matches!(call, Call::Rename(_, to) if to != trace::JOURNAL));
    let end = find(&|call| matches!(call, Call::Remove(path) if path == trace::JOURNAL));
    let mut all = Vec::new();
    // The event at the one place comes to the other.
    for (from, to) in [(journal, first), (journal, end), (first, journal), (first, 0), (end, first), (end, journal)] {
        let mut mistake = trace.clone();
        let event = mistake.0.remove(from);
        mistake.0.insert(to, event);
        all.push(mistake);
    }
    // Something is written once more: a new file before the journal, the journal, a file in its place.
    let Call::Rename(new, place) = trace.0[first].call.clone() else { unreachable!() };
    let synced = trace.0[..journal].iter().rposition(|event| event.call == Call::Sync(new.clone())).unwrap();
    let of_journal = find(&|call| matches!(call, Call::Sync(path) if path.ends_with(".chatcal-new/.chatcal-journal")));
    let Call::Sync(new_journal) = trace.0[of_journal].call.clone() else { unreachable!() };
    for (at, path) in [(synced + 1, new.clone()), (first, new), (of_journal + 1, new_journal), (first + 1, place)] {
        let mut mistake = trace.clone();
        mistake.0.insert(at, trace::Event::at_once(Call::Write(path)));
        all.push(mistake);
    }
    // It is not removed, and the journal is never made.
    for at in [journal, end] {
        let mut mistake = trace.clone();
        mistake.0.remove(at);
        all.push(mistake);
    }
    all
}

#[test]
fn a_sync_that_has_only_begun_does_not_count() {
    let lines = |done: &str| {
        format!(
            "7 openat(AT_FDCWD</r>, \"out/.chatcal-new/a.ics\", O_WRONLY|O_CREAT, 0666) = 3</r/out/.chatcal-new/a.ics>\n\
             7 fsync(3</r/out/.chatcal-new/a.ics> <unfinished ...>\n{done}\
             8 write(3</r/out/.chatcal-new/a.ics>, \"\"..., 9) = 9\n\
             7 <... fsync resumed>) = 0\n\
             8 unlink(\"out/b.ics\") = -1 ENOENT (No such file or directory)\n"
        )
    };
    let trace = Trace::parse(&lines(""), "/r".as_ref());
    let path = "out/.chatcal-new/a.ics".to_owned();
    let calls: Vec<&Call> = trace.calls().collect();
    assert_eq!(calls, [&Call::Create(path.clone()), &Call::Write(path.clone()), &Call::Sync(path)]);
    // It began before what was written meanwhile.
    assert!(trace.0[2].begin < trace.0[1].end);
}

/// Each call that changes something fails once: the build says so, nothing is lost, and the next run brings it to its end.
#[test]
fn a_call_that_fails_loses_nothing() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    let between = Between::new(2);
    let (mut failures, mut unfinished) = (0, 0);
    let kinds = [
        ("fsync", "EIO"),
        ("rename,renameat,renameat2", "EIO"),
        ("unlink,unlinkat,rmdir", "EIO"),
        ("mkdir,mkdirat", "ENOSPC"),
        ("flock", "EIO"),
        ("write", "ENOSPC"),
    ];
    for (calls, error) in kinds {
        let mut failed = 0;
        // Of calls of several threads each thread has a first one.
        for when in 1..200 {
            let inject = format!("inject={calls}:error={error}:when={when}");
            let output = injected(&between.place, &inject, &["build", "--at", THEN]).output().unwrap();
            let said = said(&output);
            assert!(!said.contains("panicked"), "{inject}: {said}");
            let is_done = between.each_is_old_or_new() == between.old.len();
            if output.status.success() {
                assert!(is_done, "{inject}: {said}");
            } else {
                assert!(said.is_empty() || said.contains("error: cannot "), "{inject}: {said}");
                failed += 1;
                unfinished += usize::from(said.contains("the next run of chatcal completes this"));
            }
            between.completes();
            between.restore();
            // Messages are written, and folders removed, though that may fail.
            if output.status.success() && when > 12 {
                break;
            }
        }
        assert!(failed > 0, "{calls}");
        failures += failed;
    }
    assert!(unfinished > 0);
    println!("{failures} failing system calls, {unfinished} of them while files took their places: 0 lost, 0 torn");
}

/// Whichever call fails when a build takes meetings away, and whoever cleans up after it: no feed is without the list
/// that speaks for it.
#[test]
fn a_list_that_could_not_take_its_place_was_left_behind_by_its_feeds() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    let mut failures = 0;
    for calls in ["rename,renameat,renameat2", "fsync"] {
        for when in 1..100 {
            let place = Place::with_chats(2);
            place.build(FIRST);
            place.edit("chat00001", "start = 2020-01-07", "start = 2022-01-04");
            let inject = format!("inject={calls}:error=EIO:when={when}");
            let output = injected(&place, &inject, &["build", "--at", THEN]).output().unwrap();
            failures += usize::from(!output.status.success());
            for below in ["out/.chatcal-new", "out/repeating/.chatcal-new", "out/tag/.chatcal-new"] {
                let _ = std::fs::remove_dir_all(place.path(below));
            }
            let _ = std::fs::remove_file(place.path("out/.chatcal-journal"));
            place.build(THEN);
            let list = place.out("removed.txt");
            assert!(list.contains(" 0 2020-01-07.chat00001@"), "{inject}: {}", said(&output));
            if output.status.success() && when > 12 {
                break;
            }
        }
    }
    assert!(failures > 10, "{failures}");
}

/// The last meeting of the list comes back, and a feed cannot take its place.
#[test]
fn a_list_that_was_to_go_went_though_its_feeds_stayed() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    for when in 1..12 {
        let place = Place::with_chats(2);
        place.build(FIRST);
        let text = place.take_away("chat00001");
        place.build(FIRST);
        place.schedule("chat00001", &text);
        let inject = format!("inject=rename,renameat,renameat2:error=EBUSY:when={when}+");
        let output = injected(&place, &inject, &["build", "--at", THEN]).output().unwrap();
        let has_all = std::fs::read_to_string(place.path("out/chat00001.ics")).is_ok()
            && std::fs::read_to_string(place.path("out/repeating/chat00001.ics")).is_ok();
        assert!(place.path("out/removed.txt").exists() || has_all, "{inject}: {}", said(&output));
    }
}

#[test]
fn without_sync_nothing_waits_for_the_disk() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    let place = Place::with_chats(3);
    for (at, from, to) in [(FIRST, "Talk", "Walk"), (THEN, "Walk", "Talk")] {
        let text = record(&place, &["build", "--no-sync", "--at", at], &[], true);
        assert!(Trace::parse(&text, place.folder.path()).0.len() > 20);
        assert!(!text.contains("sync"), "{text}");
        place.edit("chat00001", from, to);
    }
}

/// A build that changes every file is killed when the first file has taken its place, and the next run completes it:
/// what both called. A kill is not a power cut: what the one has not put on the disk is the other's to do.
fn completed(interrupted: &[&str]) -> Trace {
    let place = Place::with_chats(3);
    place.build(FIRST);
    for index in 0..3 {
        place.schedule(&format!("chat{index:05}"), &chat(index, "Walk"));
    }
    let kill = ["-e", "inject=rename,renameat,renameat2:signal=SIGKILL:when=3"];
    let killed = record(&place, &[&["build", "--at", THEN][..], interrupted].concat(), &kill, false);
    assert!(place.path(trace::JOURNAL).exists());
    let next = record(&place, &["build", "--check", "--at", THEN], &[], true);
    assert!(!place.path(trace::JOURNAL).exists());
    Trace::parse(&(killed + &next), place.folder.path())
}

#[test]
fn what_an_interrupted_build_left_is_completed_in_the_same_order() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    let trace = completed(&[]);
    assert_eq!(faults(&trace), Vec::<String>::new());
    let journal = trace.0.iter().position(|event| matches!(&event.call, Call::Rename(_, to) if to == trace::JOURNAL));
    for folder in ["out", "out/repeating", "out/tag"] {
        let mut without = trace.clone();
        let last =
            without.0.iter().position(|event| matches!(&event.call, Call::Remove(path) if path == trace::JOURNAL));
        let is_it = |event: &trace::Event| event.call == Call::Sync(folder.to_owned());
        let at = without.0[..last.unwrap()].iter().rposition(is_it).filter(|at| Some(*at) > journal).unwrap();
        without.0.remove(at);
        assert!(!faults(&without).is_empty(), "{folder}");
    }
}

#[test]
fn a_build_without_sync_that_was_interrupted_was_completed_without_sync() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    // The first run does not promise anything, but the second one does.
    let mut faults = faults(&completed(&["--no-sync"]));
    faults.retain(|fault| fault.starts_with("the journal goes before") || fault.starts_with("the run ends before"));
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_build_that_was_killed_before_its_journal_was_on_the_disk_was_completed_without_it() {
    if let Some(reason) = cannot_trace() {
        return println!("skipped: no system calls can be recorded here ({reason})");
    }
    let mut trace = completed(&[]);
    let journal = trace.0.iter().position(|event| matches!(&event.call, Call::Rename(_, to) if to == trace::JOURNAL));
    let journal = journal.unwrap();
    // It was killed earlier than it was: before its last two calls.
    let moved = trace.0.drain(journal + 1..journal + 3).map(|event| event.call).collect::<Vec<_>>();
    assert!(matches!(&moved[..], [Call::Sync(out), Call::Rename(..)] if out == "out"), "{moved:?}");
    assert_eq!(faults(&trace), Vec::<String>::new());
}
