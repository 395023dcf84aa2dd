//! Every mistake that a file can hold, with what is said of it in each format; tests/README.md says how to add one.
//!
//! `mistakes/<what is wrong>.toml` is a schedule, a folder of that name holds several files; `<what is wrong>.expected`
//! beside it is the whole output.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use chatcal::diagnostic::{Diagnostic, FileId, Format, Screen, Source, render};
use chatcal::schedule::{CrossCheck, place_in, read_collection, read_schedule, read_text};
use chrono::{Datelike, NaiveDate, Weekday};

use crate::expectation::Expectations;
use crate::files::{self, entries, stem};
use crate::reading::errors;

const FORMATS: [(&str, Format); 4] =
    [("human", Format::Human), ("short", Format::Short), ("github", Format::Github), ("json", Format::Json)];

/// Reads files as one collection.
fn diagnose(files: &[(String, Vec<u8>)]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let stem = |name: &String| name.strip_suffix(".toml").unwrap().to_owned();
    let stems: Vec<String> = files.iter().map(|(name, _)| stem(name)).filter(|stem| stem != "collection").collect();
    let mut cross = CrossCheck::new(stems.iter().map(String::as_str));
    let mut collection = None;
    for (index, (name, bytes)) in files.iter().enumerate() {
        let file = FileId(index);
        let stem = &stem(name);
        let slug = if stem == "collection" {
            None
        } else {
            CrossCheck::slug(file, stem, |slug| stems.iter().any(|stem| stem == slug.as_str()), &mut diagnostics)
        };
        match (read_text(file, bytes), slug) {
            (Err(error), _) => diagnostics.push(error),
            (Ok(text), Some(slug)) => {
                let before = diagnostics.len();
                let schedule = read_schedule(file, &slug, text, &mut diagnostics);
                let wrong = !errors(&diagnostics[before..]).is_empty();
                assert_eq!(schedule.is_none(), wrong, "{name}: nothing without an error, and no error with something");
                if let Some(schedule) = schedule {
                    cross.check(file, text, &schedule, &mut diagnostics);
                }
            }
            (Ok(text), None) if stem == "collection" => {
                collection = read_collection(file, text, &mut diagnostics).map(|collection| (file, text, collection));
            }
            (Ok(_), None) => {}
        }
    }
    if let Some((file, text, collection)) = collection {
        let found = cross.selections(file, &collection, errors(&diagnostics).is_empty());
        diagnostics.extend(found.map(|(place, found)| Diagnostic { span: place_in(text, &place), ..found }));
    }
    diagnostics
}

/// What is said of files, in every format.
fn report(files: &[(String, Vec<u8>)]) -> String {
    let diagnostics = diagnose(files);
    let source = |file: FileId| {
        let (name, bytes) = &files[file.0];
        Source { path: format!("schedules/{name}").into(), text: String::from_utf8_lossy(bytes) }
    };
    let screen = Screen { color: false, width: 100 };
    let sections =
        FORMATS.map(|(name, format)| format!("--- {name}\n{}", render(&diagnostics, format, screen, source)));
    sections.concat()
}

#[test]
fn every_mistake_is_reported_as_expected() {
    let mut cases = BTreeMap::new();
    let mut expected = BTreeSet::new();
    let mut expectations = Expectations::default();
    let folder = Path::new("tests/mistakes");
    for path in entries(folder) {
        let name = stem(&path).to_owned();
        if path.is_dir() {
            let files =
                entries(&path).iter().map(|file| (files::name(file).to_owned(), fs::read(file).unwrap())).collect();
            cases.insert(name, files);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            // A slug has no underscores.
            let file = format!("{}.toml", name.replace('_', "-"));
            cases.insert(name, vec![(file, fs::read(&path).unwrap())]);
        } else {
            assert!(path.extension().is_some_and(|extension| extension == "expected"), "{}", path.display());
            expected.insert(name);
        }
    }
    for (name, files) in &cases {
        let said = report(files);
        assert!(said.contains("-->"), "{name}: there is no mistake in it");
        expectations.file(&folder.join(format!("{name}.expected")), &said);
        expected.remove(name);
    }
    for name in expected {
        expectations.wrong(format!("{name}.expected belongs to no case"));
    }
    expectations.finish();
}

/// Warnings filled the room for a hundred mistakes, silenced ones too, and the others were an error.
#[test]
fn more_than_a_hundred_warnings_were_an_error() {
    // Clocks in London skip from 1 to 2 o'clock on the last Sunday of March.
    let sundays = (2000..2140).map(|year| (25..=31).filter_map(move |day| NaiveDate::from_ymd_opt(year, 3, day)));
    let sundays = sundays.flatten().filter(|day| day.weekday() == Weekday::Sun);
    let one_offs = sundays.fold(String::new(), |text, day| {
        text + &format!("[[one-off]]\ndate = {day}\ntime = \"01:30\"\nsource = \"words\"\n")
    });
    let of = |more: &str| {
        let text = format!("title = \"x\"\nzone = \"Europe/London\"\nduration = \"1h\"\n{one_offs}{more}");
        diagnose(&[("chat.toml".to_owned(), text.into_bytes())])
    };
    let warnings = of("");
    assert!(errors(&warnings).is_empty(), "{:?}", warnings.last());
    assert_eq!(warnings.len(), 101);
    assert_eq!(warnings[100].message, "40 more warnings in this file");
    assert!(of("[[allow]]\nwarning = \"gap\"\nreason = \"known\"\n").is_empty());
    // And they take no room from what is wrong.
    let both = of("[[one-off]]\ndate = 2000-02-30\n");
    assert_eq!(errors(&both).len(), 2, "{:?}", errors(&both));
}
