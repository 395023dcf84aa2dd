//! What a run found and did, and what somebody should know of it.

use std::collections::HashMap;
use std::path::Path;

use crate::feed::ledger::Damage;
use crate::out::{Changes, Look, MANIFEST, Mode, REMOVED};
use crate::text::{count, list};

/// What a run found and did.
#[derive(Debug)]
pub struct Published {
    /// Whether it wrote.
    pub(super) mode: Mode,
    /// What changed, or would change.
    pub changes: Changes,
    /// Feeds of chats for which there is no schedule any more, as they were.
    pub gone: Vec<(String, Vec<u8>)>,
    /// What somebody should know of old feeds: their paths, and words that follow them.
    pub remarks: Vec<(String, String)>,
}

impl Published {
    /// What somebody should know of the files of the folder; `out` is its path.
    pub fn warnings(&self, out: &Path) -> Vec<String> {
        let Self { mode, changes, remarks, .. } = self;
        let mut warnings = Warnings::default();
        changes.manifest_fault.iter().for_each(|fault| warnings.add(MANIFEST, fault.clone()));
        for (path, remark) in remarks {
            warnings.add(path, remark.clone());
        }
        let is_said = |path: &str| remarks.iter().any(|(other, _)| other == path);
        // Of the list of removed meetings all has been said.
        for (path, damage) in changes.altered.iter().filter(|(path, _)| !is_said(path) && *path != REMOVED) {
            let what = damage.map_or(Damage::ALTERED, Damage::words);
            let then = if changes.leftover.contains(path) { "removed all the same" } else { "written again" };
            warnings.add(path, format!("{what}: it is {then}"));
        }
        for (path, look) in &changes.in_the_way {
            let then = match (mode, look) {
                (Mode::Write, _) => "it has been replaced",
                (Mode::Compare, Look::Folder) => "`build` leaves it alone and stops: move it away",
                (Mode::Compare, _) => "`build` leaves it alone and stops, unless you say `--replace`",
            };
            warnings.add(path, format!("{}: {then}", look.words()));
        }
        for (path, look) in &changes.disowned {
            let then = "it stays as it is, and chatcal does not count it as its own any more";
            warnings.add(path, format!("{}: {then}", look.words()));
        }
        for path in &changes.strays {
            let then = "it stays as it is; remove it if nobody needs it";
            warnings.add(path, format!("{}: {then}", Look::Ours.words()));
        }
        warnings.into_lines(out)
    }
}

/// What is said of files, once where it holds for many.
#[derive(Default)]
struct Warnings {
    /// In the order in which they came, each with the files that it is about.
    all: Vec<(String, Vec<String>)>,
    /// Where each of them is.
    places: HashMap<String, usize>,
}

impl Warnings {
    /// What is to be known of a file, in words that follow its path.
    fn add(&mut self, path: &str, what: String) {
        let place = *self.places.entry(what.clone()).or_insert(self.all.len());
        if place == self.all.len() {
            self.all.push((what, Vec::new()));
        }
        self.all[place].1.push(path.to_owned());
    }

    fn into_lines(self, out: &Path) -> Vec<String> {
        let line = |path: &str, what: &str| format!("{}/{path} {what}", out.display());
        let lines = self.all.iter().flat_map(|(what, paths)| match &paths[..] {
            [first, second, third, _, _, _, ..] => {
                let more = count(paths.len() - 3, "more file");
                let others = list([second.clone(), third.clone(), more]);
                vec![line(first, what) + " (likewise " + &others + ")"]
            }
            paths => paths.iter().map(|path| line(path, what)).collect(),
        });
        lines.collect()
    }
}
