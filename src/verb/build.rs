//! `chatcal build`: schedules in, feeds and page out; with `--check` only a comparison.

use std::time::Duration;

use super::context::Context;
use super::failure::Failure;
use crate::cli::Build;
use crate::diff;
use crate::load::is_same;
use crate::out::{Access, Changes, Mode};
use crate::terminal::safe;
use crate::text::{count, thousands};
use crate::zone::Instant;

/// Builds `out/`, or says how it differs.
pub fn run(arguments: &Build, context: &mut Context) -> Result<(), Failure> {
    let _held = context.interrupt.hold();
    let at = match (arguments.clock.at, context.source_date_epoch.as_deref()) {
        (Some(at), _) => at,
        (None, None) => context.now,
        (None, Some(epoch)) => epoch
            .parse()
            .ok()
            .filter(|seconds| *seconds >= 0)
            .map(Instant::from_unix_seconds)
            .filter(|at| at.can_be_written())
            .ok_or_else(|| Failure::usage("SOURCE_DATE_EPOCH is not a number of seconds since 1970"))?,
    };
    if is_same(&arguments.out, &arguments.schedules.folder) {
        return Err(
            Failure::usage("the feeds would be written among the schedules").help("give `--out` another folder")
        );
    }
    let access = Access {
        mode: if arguments.check { Mode::Compare } else { Mode::Write },
        sync: !arguments.no_sync,
        replace: arguments.replace,
        turn_back: arguments.turn_back,
        wait: Duration::from_secs(arguments.turn.wait),
        interrupt: context.interrupt.clone(),
    };
    let mut words = Vec::new();
    let differs = |chat| words.extend(diff::in_words(&chat));
    let (folder, published) = context.publish(&arguments.schedules.folder, &arguments.out, access, at, differs)?;
    let out = safe(&arguments.out.display().to_string()).into_owned();
    let changes = &published.changes;
    if arguments.check {
        return stale(changes, &out, &words, context);
    }
    let chats = count(folder.files().len(), "chat");
    let written = count(changes.missing.len() + changes.stale.len(), "file");
    let removed = match changes.leftover.len() {
        0 => String::new(),
        removed => format!(", {removed} removed"),
    };
    writeln!(context.messages, "{out}: {chats}; {written} written, {} unchanged{removed}", changes.fresh)?;
    Ok(())
}

/// So many lines of a kind are shown.
const MOST_SHOWN: usize = 50;

/// Prints lines, and how many there are beyond [`MOST_SHOWN`].
fn show(mut lines: impl ExactSizeIterator<Item = String>, context: &mut Context) -> Result<(), Failure> {
    for line in lines.by_ref().take(MOST_SHOWN) {
        writeln!(context.messages, "{line}")?;
    }
    if lines.len() > 0 {
        writeln!(context.messages, "  and {} more", thousands(lines.len()))?;
    }
    Ok(())
}

fn stale(changes: &Changes, out: &str, words: &[String], context: &mut Context) -> Result<(), Failure> {
    if changes.is_empty() {
        writeln!(context.messages, "{out}: {}, all up to date", count(changes.fresh, "file"))?;
        return Ok(());
    }
    let lists = [(&changes.stale, "is stale"), (&changes.missing, "is missing"), (&changes.leftover, "is left over")];
    for (paths, what) in lists {
        show(paths.iter().map(|path| format!("{out}/{} {what}", safe(path))), context)?;
    }
    show(words.iter().map(|line| safe(line).into_owned()), context)?;
    let way_out = if changes.in_the_way.is_empty() {
        "run `chatcal build`"
    } else {
        "see first to what is in the way, then run `chatcal build`"
    };
    writeln!(context.messages, "  help: {way_out}; `chatcal diff` shows every meeting that changes")?;
    Err(Failure::Reported)
}
