//! `chatcal init`: a collection of one's own, with an example, a workflow and words for curators.

use std::io::{self, Write};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use uuid::Uuid;

use super::{Outcome, Surroundings, usage};
use crate::cli::Init;
use crate::out::whole;
use crate::terminal::{ERROR, safe};

/// What is written where.
const FILES: &[(&str, &str)] = &[
    ("schedules/collection.toml", include_str!("init/collection.toml")),
    ("schedules/bookchat.toml", include_str!("init/bookchat.toml")),
    ("README.md", include_str!("init/README.md")),
    (".gitattributes", include_str!("../../.gitattributes")),
    (".github/workflows/feeds.yml", include_str!("../../.github/workflows/feeds.yml")),
    (".github/scripts/program", include_str!("init/program")),
    (".github/scripts/check", include_str!("../../.github/scripts/check")),
    (".github/scripts/summary", include_str!("../../.github/scripts/summary")),
    (".github/scripts/publish", include_str!("../../.github/scripts/publish")),
    (".github/scripts/pages", include_str!("../../.github/scripts/pages")),
];

/// Writes the files, unless one of them is there already.
pub fn run(init: &Init, surroundings: &Surroundings, messages: &mut dyn Write) -> io::Result<Outcome> {
    let there = FILES.iter().map(|(path, _)| *path).filter(|path| init.folder.join(path).symlink_metadata().is_ok());
    let there: Vec<&str> = there.collect();
    let folder = init.folder.display().to_string();
    if !there.is_empty() {
        let message = format!("{} already has {}", safe(&folder), there.join(", "));
        return usage(messages, &message, Some("nothing was written; name another folder, or move them away"));
    }
    let today = surroundings.now.utc().date();
    for (path, template) in FILES {
        if let Err(error) = whole::create(&init.folder.join(path), &filled(template, today)) {
            writeln!(messages, "{ERROR}error{ERROR:#}: cannot write {}/{path}: {error}", safe(&folder))?;
            return Ok(Outcome::Wrong);
        }
    }
    writeln!(messages, "{}: {} files written; README.md says what comes next", safe(&folder), FILES.len())?;
    Ok(Outcome::Fine)
}

/// A template with what is this collection's own.
fn filled(template: &str, today: NaiveDate) -> String {
    let start = first_thursday_from(today);
    let later = |days| start.checked_add_days(Days::new(days)).unwrap_or(start).to_string();
    template
        .replace("{id}", &Uuid::new_v4().to_string())
        .replace("{version}", env!("CARGO_PKG_VERSION"))
        .replace("{start}", &start.to_string())
        .replace("{moved}", &later(7))
        .replace("{break}", &later(90))
        .replace("{birthday}", &later(17))
        .replace("{until}", &later(182))
}

/// The first Thursday of a month that is not over.
fn first_thursday_from(today: NaiveDate) -> NaiveDate {
    let thursdays = today.iter_days().filter(|day| day.weekday() == Weekday::Thu && day.day() <= 7);
    thursdays.into_iter().next().unwrap_or(today)
}
