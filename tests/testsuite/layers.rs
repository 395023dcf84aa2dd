//! Which module may import which: circles, imports upward and calls from verb to verb are found in the sources.
//!
//! A circle is reported in files, whatever folder they are in: also a file and the module above it must not need each
//! other. What is seen at all is said in `layers/imports.rs`.

mod circles;
mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use circles::circles;
use imports::{Imports, Sources, imports, module_of};

use crate::files::tree;

/// The modules of the crate from bottom to top. Each may import from those before it. All of them have a place here.
const LAYERS: [&str; 23] = [
    "text",
    "terminal",
    "diagnostic",
    "recurrence",
    "zone",
    "schedule",
    "expand",
    "standing",
    "feed",
    "reread",
    "lint",
    "load",
    "out",
    "json",
    "diff",
    "page",
    "listing",
    "revisions",
    "publish",
    "import",
    "cli",
    "verb",
    "lib",
];

/// Imports that are known to be wrong. One that is mended has to go from here.
const KNOWN: &[(&str, &str)] = &[];

/// What is wrong with the imports between files, one line for each.
fn faults(sources: &Sources, known: &[(&str, &str)]) -> Vec<String> {
    let mut imports = imports(sources);
    let mut faults = Vec::new();
    let at_first = wrong(&imports);
    for (from, to) in known {
        let files = ((*from).to_owned(), (*to).to_owned());
        if !at_first.contains_key(&files) {
            faults.push(format!("{from} -> {to} is right by now: take it out of KNOWN"));
        }
        imports.remove(&files);
    }
    let tops: BTreeSet<String> = sources.keys().map(|file| top(file)).collect();
    let unnamed = tops.iter().filter(|top| rank(top).is_none());
    faults.extend(unnamed.map(|top| format!("{top} has no place in LAYERS")));
    for ((from, to), why) in wrong(&imports) {
        let names: Vec<&str> = imports[&(from.clone(), to.clone())].iter().map(String::as_str).collect();
        faults.push(format!("{from} -> {to} ({}): {why}", names.join(", ")));
    }
    faults
}

/// Imports that should not be, and why.
fn wrong(imports: &Imports) -> BTreeMap<(String, String), &'static str> {
    let edges: Vec<(&str, &str)> = imports.keys().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    let circles = circles(&edges);
    let is_verb = |file: &str| {
        let called = imports.get(&("verb.rs".to_owned(), file.to_owned()));
        called.is_some_and(|names| names.contains("run"))
    };
    let mut wrong = BTreeMap::new();
    for (from, to) in imports.keys() {
        let why = if rank(&top(from)).is_some_and(|rank| Some(rank) < self::rank(&top(to))) {
            "a layer above"
        } else if is_verb(from) && is_verb(to) {
            "a verb that calls another"
        } else if circles.iter().any(|circle| circle.contains(from.as_str()) && circle.contains(to.as_str())) {
            "part of a circle"
        } else {
            continue;
        };
        wrong.insert((from.clone(), to.clone()), why);
    }
    wrong
}

/// The module of the crate that a file belongs to; `lib` for its root.
fn top(file: &str) -> String {
    module_of(file).first().map_or_else(|| "lib".to_owned(), Clone::clone)
}

fn rank(top: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| *layer == top)
}

#[test]
fn no_module_imports_in_a_circle_or_from_a_layer_above() {
    let mut sources = Sources::new();
    for (file, content) in tree(Path::new("src")) {
        // main.rs is a program of its own, above all of the crate.
        let is_source = Path::new(&file).extension().is_some_and(|extension| extension == "rs");
        if is_source && file != "main.rs" {
            sources.insert(file, String::from_utf8(content).unwrap());
        }
    }
    let faults = faults(&sources, KNOWN);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Files by what is in them, with a root that has their modules.
fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources: Sources = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    let tops: BTreeSet<String> = sources.keys().map(|file| top(file)).collect();
    sources.insert("lib.rs".to_owned(), tops.iter().flat_map(|top| ["pub mod ", top, ";"]).collect());
    sources
}

/// The imports between files, each with its names: `feed.rs -> zone.rs: Zone, offset`.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let listed = imports(&sources(files)).into_iter().map(|((from, to), names)| {
        let names: Vec<String> = names.into_iter().collect();
        format!("{from} -> {to}: {}", names.join(", "))
    });
    listed.collect()
}

#[test]
fn imports_are_seen_in_declarations_and_in_code() {
    let feed = "use crate::zone::{Zone, self as clock, table::{Row}};\n\
                fn at(zone: Zone) { clock::offset(zone); let _ = crate::expand::expand(); Row::new(); }\n\
                fn page() { html! { (crate::diagnostic::quoted(\"crate::page::Page\")) } } // crate::page::Page\n\
                #[cfg(test)]\nmod tests { use crate::lint::Lint; }\n\
                mod inner { use super::super::schedule::Slug; }\n\
                use std::fmt::{self, Write}; use serde_json::json;\n";
    let zone = "mod table;\npub struct Zone; pub fn offset() {}";
    let others = ["expand.rs", "diagnostic.rs", "page.rs", "lint.rs", "schedule.rs"].map(|file| (file, ""));
    let files = [&[("feed.rs", feed), ("zone.rs", zone), ("zone/table.rs", "")][..], &others[..]].concat();
    assert_eq!(
        found(&files),
        [
            "feed.rs -> diagnostic.rs: quoted",
            "feed.rs -> expand.rs: expand",
            "feed.rs -> schedule.rs: Slug",
            "feed.rs -> zone.rs: Zone, offset",
            "feed.rs -> zone/table.rs: Row",
        ]
    );
}

#[test]
fn a_name_that_is_passed_on_lands_where_it_is_defined() {
    let files = [
        ("page.rs", "use crate::schedule::{Named as Slug, Series}; fn a(_: Slug, _: Series, _: crate::zone::Date) {}"),
        ("schedule.rs", "mod text;\npub use text::Slug as Named;\npub struct Series;"),
        ("schedule/text.rs", "pub struct Slug;"),
        ("zone.rs", "pub use chrono::NaiveDate as Date;"),
    ];
    assert_eq!(
        found(&files),
        ["page.rs -> schedule.rs: Series", "page.rs -> schedule/text.rs: Slug", "page.rs -> zone.rs: Date"]
    );
}

#[test]
fn a_circle_is_found_through_any_number_of_files() {
    let files = [
        ("zone.rs", "mod a;\nmod b;\nmod c;\npub struct Zone;\nfn all() { a::all(); }"),
        ("zone/a.rs", "use super::b::B; pub struct A; pub fn all() {}"),
        ("zone/b.rs", "fn a() { super::c::C::new(); }\npub struct B;"),
        ("zone/c.rs", "use crate::zone::a::A; pub struct C;"),
        ("feed.rs", "use crate::zone::Zone;"),
    ];
    let told = [
        "zone/a.rs -> zone/b.rs (B): part of a circle",
        "zone/b.rs -> zone/c.rs (C): part of a circle",
        "zone/c.rs -> zone/a.rs (A): part of a circle",
    ];
    assert_eq!(faults(&sources(&files), &[]), told);
    // One known import opens it; a known one that is right has to go.
    assert_eq!(faults(&sources(&files), &[("zone/c.rs", "zone/a.rs")]), [""; 0]);
    let known = [("zone/c.rs", "zone/a.rs"), ("feed.rs", "zone.rs")];
    assert_eq!(faults(&sources(&files), &known), ["feed.rs -> zone.rs is right by now: take it out of KNOWN"]);
}

#[test]
fn a_module_and_one_below_it_that_need_each_other_are_a_circle() {
    let files = [
        ("zone.rs", "mod table;\npub struct Zone;\nfn all() { table::all(); }"),
        ("zone/table.rs", "use super::Zone; pub fn all() {}"),
        // One that only passes names on needs nothing.
        ("feed.rs", "mod line;\npub use line::fold;\npub struct Feed;"),
        ("feed/line.rs", "use super::Feed; pub fn fold() {}"),
    ];
    let told =
        ["zone.rs -> zone/table.rs (all): part of a circle", "zone/table.rs -> zone.rs (Zone): part of a circle"];
    assert_eq!(faults(&sources(&files), &[]), told);
}

#[test]
fn an_import_upward_is_found_even_where_it_is_only_passed_on() {
    let files = [
        ("zone.rs", "mod table; pub use crate::page::Page;"),
        ("zone/table.rs", "fn at() { crate::feed::line::fold(); }"),
        ("feed.rs", "pub mod line; use crate::zone;"),
        ("feed/line.rs", "pub fn fold() {}"),
        ("page.rs", "pub struct Page;"),
    ];
    let told = ["zone.rs -> page.rs (Page): a layer above", "zone/table.rs -> feed/line.rs (fold): a layer above"];
    assert_eq!(faults(&sources(&files), &[]), told);
    let unnamed = [("clock.rs", "use crate::zone::Zone;"), ("zone.rs", "pub struct Zone;")];
    assert_eq!(faults(&sources(&unnamed), &[]), ["clock has no place in LAYERS"]);
}

#[test]
fn a_verb_that_calls_another_is_found() {
    let files = [
        ("verb.rs", "mod build; mod check; mod shown; fn run() { build::run(); check::run(); }"),
        ("verb/build.rs", "pub fn run() { super::check::run(); super::shown::line(); }"),
        ("verb/check.rs", "pub fn run() {}"),
        ("verb/shown.rs", "pub fn line() {}"),
    ];
    assert_eq!(faults(&sources(&files), &[]), ["verb/build.rs -> verb/check.rs (run): a verb that calls another"]);
}
