//! Random histories of a collection: edits, renames, slugs that go to other chats, new years, losses, merges and builds that
//! are killed, one build after each. No SEQUENCE of a meeting, a series or an exception falls that anything in `out/` knows,
//! nothing else is forgotten, no UID stands twice, every revision is newer than what a subscriber had, and what is lost is
//! told.

mod chats;
mod judging;
mod losing;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::calls::cannot_trace;
use crate::faults::times;
use crate::files::Tree;
use crate::program::{COLLECTION, Place, chatcal, said};

use chats::{Chat, DATES, Dice};
use judging::{Seen, Stamp, holds, is_feed, is_list, judge, known};
use losing::{lose, lose_removed};

/// Where the stamps of meetings are that no feed has any more.
const REMOVED: &str = "removed.txt";

/// What a curator has, and what everybody else has of it.
struct History {
    place: Place,
    dice: Dice,
    chats: Vec<Chat>,
    seen: Seen,
    /// What `out/` has to know: all that was ever published, but for what was lost.
    ever: BTreeMap<String, Stamp>,
    before: Vec<Tree>,
    /// When the next build is.
    year: usize,
    traces: bool,
    tally: Tally,
}

/// What took place.
#[derive(Default)]
struct Tally {
    builds: usize,
    revisions: usize,
    killed: usize,
    completed: usize,
    forgotten: usize,
    taken: usize,
    years: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.builds += other.builds;
        self.revisions += other.revisions;
        self.killed += other.killed;
        self.completed += other.completed;
        self.forgotten += other.forgotten;
        self.taken += other.taken;
        self.years += other.years;
    }
}

impl History {
    fn new(seed: u64, traces: bool) -> Self {
        Self {
            place: Place::new([]),
            dice: Dice(seed),
            chats: ["aa", "bb", "cc"].map(Chat::new).into(),
            seen: Seen::new(),
            ever: BTreeMap::new(),
            before: Vec::new(),
            year: 2026,
            traces,
            tally: Tally::default(),
        }
    }

    fn edit(&mut self, number: usize) {
        for _ in 0..=self.dice.below(2) {
            let which = self.dice.below(self.chats.len());
            self.chats[which].edit(&mut self.dice, number + which);
        }
        self.take_a_slug();
        self.settle(number + 40);
    }

    /// A chat takes the slug that one has had which went away, at times with its UIDs.
    fn take_a_slug(&mut self) {
        let (taker, other) = (self.dice.below(self.chats.len()), self.dice.below(self.chats.len()));
        if taker == other || !self.chats[taker].is_there || self.dice.below(4) > 0 {
            return;
        }
        self.chats[other].is_there = false;
        let slug = self.chats[other].slug.clone();
        if self.dice.below(3) == 0 {
            self.chats[taker].born.clone_from(&slug);
        }
        self.chats[taker].slug = slug;
        self.tally.taken += 1;
    }

    /// Of two chats that cannot be in one collection one gives way: with another slug, and with other UIDs if need be.
    fn settle(&mut self, number: usize) {
        for index in 0..self.chats.len() {
            for other in 0..index {
                let [one, two] = self.chats.get_disjoint_mut([index, other]).unwrap();
                if !one.is_there || !two.is_there || one.fits(two) {
                    continue;
                }
                let (stays, goes) = if self.dice.below(2) == 0 { (one, two) } else { (two, one) };
                goes.rename(number + 3 * index + other);
                if !goes.fits(stays) {
                    goes.born.clone_from(&goes.slug);
                }
            }
        }
    }

    fn write_schedules(&mut self) {
        // A collection without a chat is a mistake. With one alone all fits.
        self.chats[0].is_there |= self.chats.iter().all(|chat| !chat.is_there);
        fs::remove_dir_all(self.place.path("schedules")).unwrap();
        fs::create_dir(self.place.path("schedules")).unwrap();
        fs::write(self.place.path("schedules/collection.toml"), COLLECTION).unwrap();
        for chat in self.chats.iter().filter(|chat| chat.is_there) {
            self.place.schedule(&chat.slug, &chat.text());
        }
    }

    /// One side of a merge may be the list that does not name the other's files.
    fn command(&self, at: &str) -> Command {
        self.place.command(&["build", "--no-sync", "--replace", "--at", at])
    }

    /// A day in the life of a collection.
    fn step(&mut self, seed: u64, step: usize) {
        let when = format!("history {seed}, step {step}");
        if step > 0 {
            self.edit(100 * step);
        }
        self.write_schedules();
        let written = self.place.tree();
        let old = self.lose(written.clone());
        let mut knew = known(&old);
        let forgotten = self.forget(&written, &old, &knew);
        if self.year < 2028 && self.dice.below(8) == 0 {
            self.year += 1;
            self.tally.years += 1;
        }
        let month = if self.year == 2026 { 3 } else { 1 };
        let mut at = format!("{}-{month:02}-{:02}T09:00:00Z", self.year, step + 1);
        let (mut left, mut is_repeated, mut is_lost) = (old.clone(), false, false);
        if self.dice.below(3) == 0 {
            self.kill_a_build(&at);
            is_lost = self.dice.below(4) == 0 && self.lose_what_waits();
            left = self.place.tree();
            let changed = left.iter().filter(|(path, content)| old.get(*path) != Some(*content));
            let changed = changed.filter(|(path, _)| is_feed(path) && *path != "all.ics").collect();
            self.tally.revisions += judge(&format!("{when}, killed"), changed, &knew, &mut self.seen);
            for (uid, stamp) in known(&left) {
                let knew = knew.entry(uid).or_default();
                *knew = knew.clone().max(stamp);
            }
            is_repeated = self.dice.below(2) == 0 && !is_lost;
            if !is_repeated {
                self.edit(100 * step + 50);
                self.write_schedules();
                at = at.replace("09:00", "10:20");
            }
        }
        let output = self.command(&at).output().unwrap();
        let said = said(&output);
        assert!(output.status.success(), "{when}: {said}");
        let is_pending = left.contains_key(".chatcal-journal");
        let is_completed = said.contains("a build that was interrupted has been completed");
        let is_given_up = is_lost && said.contains("a build that was interrupted is given up");
        assert_eq!(is_completed || is_given_up, is_pending, "{when}: {said}");
        let new = self.place.tree();
        if is_repeated {
            // What the killed build has published is what this one does.
            for path in old.keys().chain(left.keys()).filter(|path| !path.contains(".chatcal-")) {
                let is_old_or_new = left.get(path) == old.get(path) || left.get(path) == new.get(path);
                assert!(is_old_or_new, "{when}: {path} is neither what it was nor what it becomes");
            }
        }
        self.tally.builds += 1;
        self.tally.completed += usize::from(is_pending);
        self.tally.forgotten += forgotten.len();
        // What is not listed was left by a merge: it is reported, and nobody publishes it.
        let list = String::from_utf8_lossy(&new["manifest.sha256"]).into_owned();
        let listed: BTreeSet<&str> = list.lines().map(|line| &line[66..]).collect();
        let is_published = |path: &str| is_feed(path) && listed.contains(path);
        let mut feeds: Vec<_> = new.iter().filter(|(path, _)| is_published(path)).collect();
        // It is compared with the chats' own ones.
        feeds.sort_by_key(|(path, _)| *path == "all.ics");
        self.tally.revisions += judge(&when, feeds, &knew, &mut self.seen);
        let knows = known(&new);
        for (uid, stamp) in &self.ever {
            assert!(holds(&knows, uid, stamp), "{when}: {uid} had {stamp:?} and is forgotten; {said}");
        }
        self.ever.extend(knows);
        // Who is killed cannot tell it, and a list from elsewhere does not say what was there.
        if left == old && old.get("manifest.sha256") == written.get("manifest.sha256") {
            let altered: Vec<&String> = written.keys().filter(|path| old.get(*path) != written.get(*path)).collect();
            let is_told = |path: &&String| said.contains(&format!("out/{path} "));
            let is_any_told = altered.iter().any(is_told);
            // Which lines a list lacks that is whole, nobody can know: git may have put it together.
            let is_whole = old.get(REMOVED).is_some_and(|list| is_list(list));
            let is_known = forgotten.is_empty() || is_any_told || (is_whole && altered.contains(&&REMOVED.to_owned()));
            assert!(is_known, "{when}: {altered:?}, so {forgotten:?}, but said: {said}");
            // What was torn when nothing had to be in it is nobody's.
            let is_listed = old
                .get("manifest.sha256")
                .is_some_and(|list| String::from_utf8_lossy(list).contains(&format!("  {REMOVED}\n")));
            let is_lost = is_listed && old.get(REMOVED) != written.get(REMOVED);
            assert!(!is_lost || is_whole || is_told(&&REMOVED.to_owned()), "{when}: {said}");
        }
        self.before.push(new);
    }

    /// What only lost files knew may be forgotten, and nothing else. What the list of removed meetings knew counts as lost
    /// with it, also where an older feed that a merge has brought back knows it: see
    /// [`a_list_of_removed_meetings_that_was_lost_was_not_looked_up_in_feeds_that_a_merge_brought_back`].
    fn forget(&mut self, written: &Tree, old: &Tree, knew: &BTreeMap<String, Stamp>) -> Vec<String> {
        let of_list = |out: &Tree| out.get(REMOVED).map(|list| known(&[(REMOVED.to_owned(), list.clone())].into()));
        let (listed, lists) = (of_list(written).unwrap_or_default(), of_list(old).unwrap_or_default());
        let mut forgotten = Vec::new();
        for (uid, stamp) in &mut self.ever {
            let is_off_list = listed.get(uid) > lists.get(uid);
            if is_off_list || !holds(knew, uid, stamp) {
                forgotten.push(uid.clone());
                *stamp = if is_off_list { Stamp::default() } else { knew.get(uid).cloned().unwrap_or_default() };
            }
        }
        self.ever.retain(|_, stamp| *stamp != Stamp::default());
        forgotten
    }

    /// Half of the time, something goes wrong with files.
    fn lose(&mut self, mut out: Tree) -> Tree {
        let there = out.clone();
        if self.dice.below(2) == 0 {
            lose(&mut self.dice, &mut out, &self.before);
        }
        if self.dice.below(3) == 0 {
            lose_removed(&mut self.dice, &mut out, &self.before);
        }
        if out != there {
            fs::remove_dir_all(self.place.path("out")).unwrap();
            for (path, content) in &out {
                let full = self.place.path("out").join(path);
                fs::create_dir_all(full.parent().unwrap()).unwrap();
                fs::write(full, content).unwrap();
            }
        }
        out
    }

    /// Somebody cleans up what a killed build left, as `git clean -X` does; gives whether there was any.
    fn lose_what_waits(&mut self) -> bool {
        let out = self.place.path("out");
        let folders = ["", "repeating", "tag"].map(|below| out.join(below).join(".chatcal-new"));
        let lost = folders.iter().filter(|folder| fs::remove_dir_all(folder).is_ok()).count();
        (self.dice.below(2) == 0 && fs::remove_file(out.join(".chatcal-journal")).is_ok()) || lost > 0
    }

    /// A build that is killed at some moment; it may come to its end before.
    fn kill_a_build(&mut self, at: &str) {
        let mut command = self.command(at);
        if self.traces {
            let (calls, number) = [
                ("?rename,renameat,renameat2", 14),
                ("?rename,renameat,renameat2", 4),
                ("?unlink,unlinkat", 6),
                ("?mkdir,mkdirat", 12),
                ("?rmdir", 3),
            ][self.dice.below(5)];
            let inject = format!("inject={calls}:signal=SIGKILL:when={}", 1 + self.dice.below(number));
            let arguments: Vec<_> = command.get_args().map(std::ffi::OsStr::to_owned).collect();
            command = Command::new("strace");
            command.args(["-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &inject]);
            command.arg(chatcal()).args(arguments).current_dir(self.place.folder.path()).env("TZ", "UTC");
        }
        let mut build = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        if !self.traces {
            std::thread::sleep(Duration::from_micros(self.dice.below(60_000) as u64));
            build.kill().unwrap();
        }
        self.tally.killed += usize::from(!build.wait().unwrap().success());
    }
}

/// `CHATCAL_HISTORIES` says how many, `CHATCAL_SEED` which is the first.
#[test]
#[cfg(target_os = "linux")]
fn no_history_takes_a_meeting_back() {
    let number = times("CHATCAL_HISTORIES", 12);
    let traces = cannot_trace().is_none();
    let mut all = Tally::default();
    let first = times("CHATCAL_SEED", 0);
    for seed in first..first + number {
        let mut history = History::new(seed, traces);
        for step in 0..10 {
            history.step(seed, step);
        }
        all.add(&history.tally);
    }
    let Tally { builds, revisions, killed, completed, forgotten, taken, years } = all;
    assert!(number < 6 || (taken > 0 && years > 0), "{taken} {years}");
    println!(
        "{number} histories, {builds} builds, {killed} killed ({completed} completed), {taken} slugs taken, {years} new \
         years, {revisions} revisions, {forgotten} stamps lost with their files: 0 fall, 0 stand twice, 0 else forgotten, \
         each is newer"
    );
}

#[test]
fn a_list_of_removed_meetings_that_was_lost_was_not_looked_up_in_feeds_that_a_merge_brought_back() {
    let [chat, other, _] = &mut History::new(0, false).chats[..] else { unreachable!() };
    chat.topics.insert(5, 1);
    let place = Place::new([("aa", chat.text()), ("bb", other.text())]);
    place.build("2026-03-01");
    chat.topics.insert(5, 2);
    place.schedule("aa", &chat.text());
    place.build("2026-03-02");
    let uid = format!("{}.aa@chats.example.org", DATES[5]);
    let all = place.out("all.ics");
    fs::remove_file(place.path("schedules/aa.toml")).unwrap();
    place.build("2026-03-03");
    fs::write(place.path("out/all.ics"), all).unwrap();
    fs::remove_file(place.path("out").join(REMOVED)).unwrap();
    assert_eq!(known(&place.tree())[&uid].0, 1);
    place.build("2026-03-04");
    assert!(known(&place.tree()).get(&uid).is_some_and(|stamp| stamp.0 >= 1));
}

#[test]
fn a_list_of_removed_meetings_with_other_line_breaks_stopped_every_build() {
    let [chat, other, _] = &History::new(0, false).chats[..] else { unreachable!() };
    let place = Place::new([("aa", chat.text()), ("bb", other.text())]);
    place.build("2026-03-01");
    fs::remove_file(place.path("schedules/aa.toml")).unwrap();
    place.build("2026-03-02");
    let list = place.out(REMOVED);
    fs::write(place.path("out").join(REMOVED), list.replace('\n', "\r\n")).unwrap();
    place.build("2026-03-03");
    assert_eq!(place.out(REMOVED), list);
}

#[test]
fn formerly_taken_out_of_a_file_that_keeps_its_name_forgot_its_stamps() {
    let mut chat = History::new(0, false).chats.remove(0);
    chat.slug = "aa-1".to_owned();
    chat.topics.insert(5, 1);
    let place = Place::new([(&*chat.slug, chat.text())]);
    place.build("2026-03-01");
    chat.topics.insert(5, 2);
    place.schedule(&chat.slug, &chat.text());
    place.build("2026-03-02");
    let uid = format!("{}.aa@chats.example.org", DATES[5]);
    assert_eq!(known(&place.tree())[&uid].0, 1);
    for (born, day) in [("aa-1", "2026-03-03"), ("aa", "2026-03-04")] {
        born.clone_into(&mut chat.born);
        place.schedule(&chat.slug, &chat.text());
        place.build(day);
        assert!(known(&place.tree()).get(&uid).is_some_and(|stamp| stamp.0 >= 1), "{day}");
    }
}
