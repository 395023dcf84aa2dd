//! Names of which a schedule lists a limited number: hosts and tags.

use std::collections::BTreeSet;

use super::report::FileReport;
use crate::text::{agreeing, list, thousands};

/// How many of the names that are left out the report shows.
const SHOWN: usize = 10;

/// Names in the order in which they came, each once: the first `MOST`, and the others apart.
#[derive(Clone, Debug)]
pub struct Listed<T, const MOST: usize> {
    kept: Vec<T>,
    beyond: BTreeSet<T>,
}

impl<T, const MOST: usize> Default for Listed<T, MOST> {
    fn default() -> Self {
        Self { kept: Vec::new(), beyond: BTreeSet::new() }
    }
}

impl<T: Ord + ToString, const MOST: usize> Listed<T, MOST> {
    /// Adds the names that are not there yet.
    pub fn add(&mut self, names: impl IntoIterator<Item = T>) {
        for name in names {
            if self.kept.contains(&name) {
                continue;
            }
            if self.kept.len() < MOST {
                self.kept.push(name);
            } else {
                self.beyond.insert(name);
            }
        }
    }

    /// The first ones; the report says which others are left out. `key` is the key of a schedule that lists them.
    pub fn kept(self, key: &str, of: &str, report: &mut FileReport) -> Vec<T> {
        let left = self.beyond.len();
        if left > 0 {
            let shown = some_of(self.beyond.iter().map(ToString::to_string), left);
            let are = agreeing(left, "is", "are");
            let (all, most) = (thousands(left + MOST), thousands(MOST));
            report.leave_out(
                None,
                of,
                format!("{shown} {are} not among its `{key}`: it has {all}, and {most} may be listed"),
            );
        }
        self.kept
    }
}

/// The first of so many names, and how many more there are: `a, b and 12 more`.
pub fn some_of(names: impl Iterator<Item = String>, all: usize) -> String {
    let more = all.saturating_sub(SHOWN);
    let more = (more > 0).then(|| format!("{} more", thousands(more)));
    list(names.take(SHOWN).chain(more))
}
