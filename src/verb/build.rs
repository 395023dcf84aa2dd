//! `chatcal build`: schedules in, feeds and page out; with `--check` only a comparison.

use std::time::Duration;

use super::context::Context;
use super::failure::Failure;
use crate::cli::Build;
use crate::diff;
use crate::out::{Access, Changes, Mode};
use crate::terminal::safe;
use crate::text::count;
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
    let access = Access {
        mode: if arguments.check { Mode::Compare } else { Mode::Write },
        sync: !arguments.no_sync,
        replace: arguments.replace,
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

fn stale(changes: &Changes, out: &str, words: &[String], context: &mut Context) -> Result<(), Failure> {
    if changes.is_empty() {
        writeln!(context.messages, "{out}: {}, all up to date", count(changes.fresh, "file"))?;
        return Ok(());
    }
    let lists = [(&changes.stale, "is stale"), (&changes.missing, "is missing"), (&changes.leftover, "is left over")];
    for (path, what) in lists.iter().flat_map(|(paths, what)| paths.iter().map(move |path| (path, what))) {
        writeln!(context.messages, "{out}/{} {what}", safe(path))?;
    }
    for line in words {
        writeln!(context.messages, "{}", safe(line))?;
    }
    writeln!(context.messages, "  help: run `chatcal build`; `chatcal diff` shows every meeting that changes")?;
    Err(Failure::Reported)
}
