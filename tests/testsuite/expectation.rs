//! What came out beside what was expected, over all cases of a test: one run shows everything that differs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::files;

/// Everything that differed from what was expected.
#[derive(Default)]
pub struct Expectations {
    differences: Vec<String>,
}

impl Expectations {
    /// Compares with a file. It is shown where the two part, and then all that came out.
    pub fn file(&mut self, expected: &Path, found: &str) {
        let path = expected.display();
        match std::fs::read_to_string(expected) {
            Err(error) => self.differences.push(format!("{path}: {error}; what came out:\n{found}")),
            Ok(text) if text == found => {}
            Ok(text) => {
                self.differences.push(format!("{path} {}; what came out:\n{found}", first_difference(&text, found)));
            }
        }
    }

    /// Compares the files in a folder and below. One too many or too few differs too.
    pub fn folder(&mut self, expected: &Path, found: &BTreeMap<String, String>) {
        let there = files::tree(expected);
        let names: BTreeSet<&String> = there.keys().chain(found.keys()).collect();
        for name in names {
            if let Some(text) = found.get(name) {
                self.file(&expected.join(name), text);
            } else {
                self.wrong(format!("{}: no such file came out", expected.join(name).display()));
            }
        }
    }

    /// Something that is wrong with a case in itself.
    pub fn wrong(&mut self, message: String) {
        self.differences.push(message);
    }

    /// Fails if anything differed.
    pub fn finish(self) {
        assert!(self.differences.is_empty(), "{} differ:\n{}", self.differences.len(), self.differences.join("\n"));
    }
}

/// The first line in which two texts differ.
fn first_difference(expected: &str, found: &str) -> String {
    let lines = expected.split('\n').zip(found.split('\n'));
    let number = lines.take_while(|(expected, found)| expected == found).count();
    let line = |text: &str| text.split('\n').nth(number).map_or("no line".to_owned(), |line| format!("{line:?}"));
    format!("differs in line {}: {} was expected, {} came", number + 1, line(expected), line(found))
}

#[test]
fn a_difference_is_shown_with_its_line() {
    let shown = |expected, found| first_difference(expected, found);
    assert_eq!(shown("a\nb\n", "a\nc\n"), "differs in line 2: \"b\" was expected, \"c\" came");
    assert_eq!(shown("a\n", "a"), "differs in line 2: \"\" was expected, no line came");
}
