//! `chatcal diff`: which meetings change, against the feeds as they were published.

use super::context::Context;
use super::failure::Failure;
use crate::cli::Diff;
use crate::diff::{to_json, to_markdown, to_text};
use crate::load::Folder;
use crate::out::Mode;
use crate::publish::publish;

/// Prints the differences; that there are some does not make it fail.
pub fn run(arguments: &Diff, context: &mut Context) -> Result<(), Failure> {
    let at = context.at(arguments.clock.at);
    let mut folder = Folder::open(&arguments.schedules.folder);
    let mut chats = Vec::new();
    let published = publish(&mut folder, &arguments.against, Mode::Compare, at, |chat| chats.push(chat));
    context.show_mistakes(&mut folder)?;
    let published = published?.ok_or(Failure::Reported)?;
    for warning in published.warnings(&arguments.against) {
        context.warn(&warning)?;
    }
    match (arguments.json, arguments.markdown) {
        (true, _) => to_json(&chats, &published.changes, context.out)?,
        (_, true) => context.out.write_all(to_markdown(&chats).as_bytes())?,
        _ => context.out.write_all(to_text(&chats).as_bytes())?,
    }
    Ok(())
}
