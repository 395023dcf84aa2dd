//! `chatcal build`: schedules in, feeds and page out; with `--check` only a comparison.

use std::io::{self, Write};

use super::load::Folder;
use super::{Outcome, Surroundings, tell, usage, warn};
use crate::cli::Build;
use crate::feed::ledger::Damage;
use crate::out::{Changes, Mode, OutError};
use crate::publish::{Publication, Published};
use crate::schedule::Collection;
use crate::terminal::{ERROR, safe};
use crate::zone::Instant;

/// Builds `out/`, or says how it differs.
pub fn run(build: &Build, surroundings: &Surroundings, messages: &mut dyn Write) -> io::Result<Outcome> {
    let at = match (build.at.at, surroundings.source_date_epoch.as_deref()) {
        (Some(at), _) => at,
        (None, None) => surroundings.now,
        (None, Some(epoch)) => match epoch.parse().ok().filter(|seconds| (0..253_402_300_800).contains(seconds)) {
            Some(seconds) => Instant::from_unix_seconds(seconds),
            None => return usage(messages, "SOURCE_DATE_EPOCH is not a number of seconds since 1970", None),
        },
    };
    let mode = if build.check { Mode::Compare } else { Mode::Write };
    let mut folder = Folder::open(&build.folder.schedules);
    let collection = folder.collection();
    let published = match &collection {
        Some(collection) => publish(&mut folder, build, collection, mode, at),
        None => {
            folder.each(|_, _| {});
            Ok(None)
        }
    };
    tell(&mut folder, surroundings, messages)?;
    match published {
        Ok(None) => Ok(Outcome::Wrong),
        Ok(Some(published)) => report(build, &published, folder.files().len(), messages),
        Err(error) => {
            writeln!(messages, "{ERROR}error{ERROR:#}: {}", safe(&error.to_string()))?;
            Ok(Outcome::Wrong)
        }
    }
}

/// Nothing where a schedule is wrong: then the folder stays as it is.
fn publish(
    folder: &mut Folder,
    build: &Build,
    collection: &Collection,
    mode: Mode,
    at: Instant,
) -> Result<Option<Published>, OutError> {
    let mut publication = Publication::new(&build.out, mode, collection, at)?;
    let mut failed = None;
    folder.each(|_, schedule| {
        if failed.is_none() {
            failed = publication.add(&schedule).err();
        }
    });
    match failed {
        _ if folder.any_error() => Ok(None),
        Some(error) => Err(error),
        None => publication.finish().map(Some),
    }
}

fn report(build: &Build, published: &Published, chats: usize, messages: &mut dyn Write) -> io::Result<Outcome> {
    for (path, damage) in &published.damaged {
        let what = match damage {
            Damage::Foreign => "was not made by chatcal",
            Damage::Torn => "is damaged",
        };
        warn(messages, &format!("{}/{path} {what}: it counts as absent", safe(&build.out.display().to_string())))?;
    }
    let changes = &published.changes;
    let out = safe(&build.out.display().to_string()).into_owned();
    if build.check {
        return stale(changes, &out, messages);
    }
    let written = changes.missing.len() + changes.stale.len();
    let removed = match changes.leftover.len() {
        0 => String::new(),
        removed => format!(", {removed} removed"),
    };
    writeln!(messages, "{out}: {chats} chats; {written} files written, {} unchanged{removed}", changes.fresh)?;
    Ok(Outcome::Fine)
}

fn stale(changes: &Changes, out: &str, messages: &mut dyn Write) -> io::Result<Outcome> {
    let lists = [(&changes.stale, "is stale"), (&changes.missing, "is missing"), (&changes.leftover, "is left over")];
    for (paths, what) in lists {
        for path in paths {
            writeln!(messages, "{out}/{} {what}", safe(path))?;
        }
    }
    if changes.is_empty() {
        writeln!(messages, "{out}: {} files, all fresh", changes.fresh)?;
        return Ok(Outcome::Fine);
    }
    writeln!(messages, "  help: run `chatcal build`")?;
    Ok(Outcome::Wrong)
}
