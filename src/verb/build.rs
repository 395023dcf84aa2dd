//! `chatcal build`: schedules in, feeds and page out; with `--check` only a comparison.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::check::beyond_measure;
use super::load::Folder;
use super::{Outcome, Surroundings, tell, usage, warn};
use crate::cli::Build;
use crate::diff::{self, ChatDifference, Was};
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
    let mut words = Vec::new();
    let collection = folder.collection();
    let published = if let Some(collection) = &collection {
        publish(&mut folder, (&build.out, mode), collection, at, |chat| words.extend(diff::in_words(&chat)))
    } else {
        folder.each(|_, _| {});
        Ok(None)
    };
    tell(&mut folder, surroundings, messages)?;
    match published {
        Ok(None) => Ok(Outcome::Wrong),
        Ok(Some(published)) => report(build, &published, (folder.files().len(), &words), messages),
        Err(error) => {
            writeln!(messages, "{ERROR}error{ERROR:#}: {}", safe(&error.to_string()))?;
            Ok(Outcome::Wrong)
        }
    }
}

/// Brings a folder up to date or looks at it; `differs` gets what differs, chat by chat, where it is only looked at.
/// Nothing where a schedule is wrong: then the folder stays as it is.
pub(super) fn publish(
    folder: &mut Folder,
    (out, mode): (&Path, Mode),
    collection: &Collection,
    at: Instant,
    mut differs: impl FnMut(ChatDifference),
) -> Result<Option<Published>, OutError> {
    let mut publication = Publication::new(out, mode, collection, at)?;
    let mut failed = None;
    let mut renamed = BTreeSet::new();
    let mut beyond = Vec::new();
    folder.each(|file, schedule| {
        beyond.extend(beyond_measure(file, &schedule, at));
        if failed.is_some() || !beyond.is_empty() {
            return;
        }
        match publication.add(&schedule) {
            Err(error) => failed = Some(error),
            Ok(None) => {}
            Ok(Some(difference)) => {
                if let Was::Renamed(formerly) = &difference.was {
                    renamed.insert(format!("{formerly}.ics"));
                }
                differs(difference);
            }
        }
    });
    folder.add_findings(beyond);
    match failed {
        _ if folder.any_error() => return Ok(None),
        Some(error) => return Err(error),
        None => {}
    }
    let published = publication.finish()?;
    if mode == Mode::Compare {
        for path in published.changes.leftover.difference(&renamed) {
            let slug = path.strip_suffix(".ics").filter(|slug| !slug.contains('/') && *slug != "all");
            let gone = slug.and_then(|slug| diff::of_gone(slug, &fs::read(out.join(path)).ok()?));
            gone.into_iter().for_each(&mut differs);
        }
    }
    Ok(Some(published))
}

fn report(
    build: &Build,
    published: &Published,
    (chats, words): (usize, &[String]),
    messages: &mut dyn Write,
) -> io::Result<Outcome> {
    tell_unknown(&build.out, published, messages)?;
    let changes = &published.changes;
    let out = safe(&build.out.display().to_string()).into_owned();
    if build.check {
        return stale(changes, &out, words, messages);
    }
    let written = changes.missing.len() + changes.stale.len();
    let removed = match changes.leftover.len() {
        0 => String::new(),
        removed => format!(", {removed} removed"),
    };
    writeln!(messages, "{out}: {chats} chats; {written} files written, {} unchanged{removed}", changes.fresh)?;
    Ok(Outcome::Fine)
}

/// Says which files of the folder are damaged, or not chatcal's though they have the name of one of its own.
pub(super) fn tell_unknown(out: &Path, published: &Published, messages: &mut dyn Write) -> io::Result<()> {
    let out = out.display().to_string();
    let mut told = BTreeSet::new();
    for (path, damage) in &published.damaged {
        let what = match damage {
            Damage::Foreign => "was not made by chatcal",
            Damage::Torn => "is damaged",
        };
        warn(messages, &format!("{}/{path} {what}: it counts as absent", safe(&out)))?;
        told.insert(path);
    }
    for path in published.changes.unknown.iter().filter(|path| !told.contains(path)) {
        let what = "is damaged or was not made by chatcal";
        warn(messages, &format!("{}/{path} {what}: it counts as absent", safe(&out)))?;
    }
    Ok(())
}

fn stale(changes: &Changes, out: &str, words: &[String], messages: &mut dyn Write) -> io::Result<Outcome> {
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
    for line in words {
        writeln!(messages, "{}", safe(line))?;
    }
    writeln!(messages, "  help: run `chatcal build`; `chatcal diff` shows every meeting that changes")?;
    Ok(Outcome::Wrong)
}
