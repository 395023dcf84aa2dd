//! A collection between two states, to see what a build that is disturbed leaves of them.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Place, chat};
use crate::files::Tree;

/// When the old state was built.
pub const FIRST: &str = "2026-03-01T10:20:30Z";
/// When the new one is.
pub const THEN: &str = "2026-03-09T08:07:06Z";

/// A collection between two states: out/ is as it was at first, and the next build changes every file.
pub struct Between {
    pub place: Place,
    pub old: Tree,
    pub new: Tree,
    /// How long the build from the one to the other takes.
    pub takes: Duration,
}

impl Between {
    pub fn new(chats: usize) -> Self {
        let place = Place::with_chats(chats);
        place.build(FIRST);
        let old = place.tree();
        for index in 0..chats {
            // The list of meetings has their titles.
            let text = chat(index, "Walk").replace("title = \"#chat", "title = \"#Chat");
            place.schedule(&format!("chat{index:05}"), &text);
        }
        let begin = Instant::now();
        place.build(THEN);
        let between = Self { takes: begin.elapsed(), new: place.tree(), old, place };
        assert!(between.old.keys().eq(between.new.keys()));
        assert!(between.old.iter().all(|(path, old)| between.new[path] != *old));
        between.restore();
        between
    }

    /// Puts out/ back.
    pub fn restore(&self) {
        let there = self.place.tree();
        for (path, content) in &self.old {
            if there.get(path) != Some(content) {
                fs::write(self.place.path("out").join(path), content).unwrap();
            }
        }
        for path in there.keys().filter(|path| !self.old.contains_key(*path)) {
            fs::remove_file(self.place.path("out").join(path)).unwrap();
        }
    }

    pub fn build(&self) -> Command {
        let mut command = self.place.command(&["build", "--at", THEN]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Every file is the old or the new one; gives how many are new.
    pub fn each_is_old_or_new(&self) -> usize {
        let there = self.place.tree();
        let mut new = 0;
        for (path, old) in &self.old {
            let content = there.get(path).unwrap_or_else(|| panic!("{path} is lost"));
            let is_new = *content == self.new[path];
            assert!(is_new || content == old, "{path} is torn");
            new += usize::from(is_new);
        }
        let others = there.keys().filter(|path| !self.old.contains_key(*path));
        others.for_each(|path| assert!(path.contains(".chatcal-"), "{path}"));
        new
    }

    /// The next run completes it, and leaves nothing else behind.
    pub fn completes(&self) {
        self.place.build(THEN);
        assert!(self.place.tree() == self.new);
    }
}
