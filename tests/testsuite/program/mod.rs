//! The program as others run it, in throw-away folders.

pub mod between;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::files::{self, Tree};

pub const COLLECTION: &str = "title = \"Chats\"\nid = \"chats.example.org\"\nzones = [\"America/New_York\"]\n";

/// A folder with schedules; `out/` comes beside them.
pub struct Place {
    pub folder: tempfile::TempDir,
}

impl Place {
    /// Schedules by their slugs.
    pub fn new<'s>(schedules: impl IntoIterator<Item = (&'s str, String)>) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(place.path("schedules")).unwrap();
        fs::write(place.path("schedules/collection.toml"), COLLECTION).unwrap();
        for (slug, text) in schedules {
            place.schedule(slug, &text);
        }
        place
    }

    /// So many chats with monthly meetings since 2020.
    pub fn with_chats(number: usize) -> Self {
        let place = Self::new([]);
        for index in 0..number {
            place.schedule(&format!("chat{index:05}"), &chat(index, "Talk"));
        }
        place
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub fn schedule(&self, slug: &str, text: &str) {
        fs::write(self.path(&format!("schedules/{slug}.toml")), text).unwrap();
    }

    /// Takes a schedule away; gives its text.
    pub fn take_away(&self, slug: &str) -> String {
        let path = self.path(&format!("schedules/{slug}.toml"));
        let text = fs::read_to_string(&path).unwrap();
        fs::remove_file(path).unwrap();
        text
    }

    /// Changes a schedule.
    pub fn edit(&self, slug: &str, from: &str, to: &str) {
        let path = self.path(&format!("schedules/{slug}.toml"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(&path, text.replace(from, to)).unwrap();
    }

    /// The command `chatcal …`, run in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), arguments)
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Builds, which has to succeed; gives what it says.
    pub fn build(&self, at: &str) -> String {
        let output = self.run(&["build", "--at", at]);
        assert!(output.status.success(), "{}", said(&output));
        said(&output)
    }

    /// A file of `out/`.
    pub fn out(&self, below: &str) -> String {
        files::text(self.path("out").join(below))
    }

    /// All files of `out/`, hidden ones too.
    pub fn tree(&self) -> Tree {
        files::tree(&self.path("out"))
    }
}

/// The command `chatcal …`, run in a folder.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(chatcal());
    command.args(arguments).current_dir(folder).env("TZ", "UTC").env_remove("SOURCE_DATE_EPOCH");
    command
}

/// Runs the command `chatcal …` in a folder.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// What a command said, results and messages.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A chat that meets every month.
pub fn chat(index: usize, summary: &str) -> String {
    let mut text = String::new();
    let (hour, day) = (10 + index % 12, ["Monday", "Tuesday", "Wednesday"][index % 3]);
    let start = ["2020-01-06", "2020-01-07", "2020-01-01"][index % 3];
    write!(
        text,
        "title = \"#chat{index}\"\nsummary = \"{summary}\"\ntags = [\"books\"]\nzone = \"Europe/London\"\n\
         time = \"{hour}:30\"\nduration = \"1h\"\n\n[[series]]\nevery = \"first {day} of the month\"\nstart = {start}\n\
         confidence = \"confirmed\"\nsource = \"words\"\n"
    )
    .unwrap();
    text
}

/// The events of a feed by UID, each with all its bytes; what is around them under "".
pub fn events(feed: &str) -> BTreeMap<String, String> {
    let mut events = BTreeMap::new();
    let mut around = String::new();
    let mut rest = feed;
    while let Some((before, after)) = rest.split_once("BEGIN:VEVENT\r\n") {
        around.push_str(before);
        let (event, after) = after.split_once("END:VEVENT\r\n").expect("an end");
        let uid = event.lines().find_map(|line| line.strip_prefix("UID:")).expect("a UID");
        assert!(events.insert(uid.to_owned(), event.to_owned()).is_none(), "{uid} twice");
        rest = after;
    }
    around.push_str(rest);
    events.insert(String::new(), around);
    events
}

/// The program: the one in CHATCAL, an optimised one for large cases, else the one that cargo built for the tests.
pub fn chatcal() -> PathBuf {
    std::env::var_os("CHATCAL").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_chatcal")), PathBuf::from)
}
