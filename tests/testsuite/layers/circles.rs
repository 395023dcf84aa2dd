//! Circles in a graph: its strongly connected components of more than one node, each of which reaches all the others.

use std::collections::{BTreeMap, BTreeSet};

pub fn circles<'n>(edges: &[(&'n str, &'n str)]) -> Vec<BTreeSet<&'n str>> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in edges {
        next.entry(from).or_default().push(to);
    }
    let reached = |from: &'n str| {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(node) = open.pop() {
            open.extend(next.get(node).into_iter().flatten().filter(|to| reached.insert(**to)));
        }
        reached
    };
    let reach: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|node| (*node, reached(node))).collect();
    let in_circle = |node: &&str| reach[node].contains(node);
    let circle = |node: &'n str| {
        reach[node].iter().copied().filter(|other| reach.get(other).is_some_and(|back| back.contains(node))).collect()
    };
    let circles: BTreeSet<BTreeSet<&str>> = reach.keys().copied().filter(in_circle).map(circle).collect();
    circles.into_iter().collect()
}
