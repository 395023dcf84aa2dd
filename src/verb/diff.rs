//! `chatcal diff`: which meetings change, against the feeds as they were published.

use std::time::Duration;

use super::context::Context;
use super::failure::Failure;
use crate::cli::Diff;
use crate::diff::{to_json, to_markdown, to_text};
use crate::out::{Access, Mode};

/// Prints the differences; that there are some does not make it fail.
pub fn run(arguments: &Diff, context: &mut Context) -> Result<(), Failure> {
    let at = context.at(arguments.clock.at);
    let access = Access { wait: Duration::from_secs(arguments.turn.wait), ..Access::new(Mode::Compare) };
    let mut chats = Vec::new();
    let differs = |chat| chats.push(chat);
    let (_, published) = context.publish(&arguments.schedules.folder, &arguments.against, access, at, differs)?;
    match (arguments.json, arguments.markdown) {
        (true, _) => to_json(&chats, &published.changes, context.out)?,
        (_, true) => context.out.write_all(to_markdown(&chats, at).as_bytes())?,
        _ => context.out.write_all(to_text(&chats, at).as_bytes())?,
    }
    Ok(())
}
