//! What a run found to differ, and what it did about it.

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::Look;
use crate::feed::ledger::Damage;

/// What differs between the folder and the files that should be there, by path below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that were not there.
    pub missing: BTreeSet<String>,
    /// Files whose content differs.
    pub stale: BTreeSet<String>,
    /// Files that chatcal wrote and that should no longer be there.
    pub leftover: BTreeSet<String>,
    /// How many files are right.
    pub fresh: usize,
    /// Stale and leftover files that somebody or something has changed since chatcal wrote them, and how, where that can
    /// be told. They are replaced, or go.
    pub altered: BTreeMap<String, Option<Damage>>,
    /// What chatcal did not write and stands in the place of something stale.
    pub in_the_way: BTreeMap<String, Look>,
    /// What stands in the place of files that chatcal wrote and that should no longer be there; it stays.
    pub disowned: BTreeMap<String, Look>,
    /// Files that look like chatcal's, but are not in its manifest; they stay, and nothing keeps them up to date.
    pub strays: BTreeSet<String>,
    /// What is wrong with the manifest, in words that follow its path.
    pub manifest_fault: Option<String>,
}

impl Changes {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.stale.is_empty() && self.leftover.is_empty()
    }
}
