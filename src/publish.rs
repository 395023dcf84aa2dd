//! Schedules, one after another, to the files of `out/`: what is composed for one chat is forgotten before the next, so
//! that memory does not grow with the collection.
//!
//! [`publish`] is the way from a folder of schedules to all of `out/`; [`Feeds`] are its expanded feeds.

mod addresses;
mod combined;
mod feeds;
mod identity;
mod memory;
mod own;
mod published;
mod reach;

use std::collections::HashSet;

use crate::diff::{self, ChatDifference};
use crate::expand;
use crate::lint::limits::Limits;
use crate::listing::{self, Listing};
use crate::load::Folder;
use crate::out::{Mode, Out, OutError, Stream};
use crate::page::{self, Page};
use crate::revisions::{self, Revisions};
use crate::schedule::Schedule;
use crate::zone::Instant;
pub use feeds::{Added, Feeds};
pub use identity::check_id;
pub use published::Published;

/// Brings `out/` up to date with a folder of schedules, or looks at it; `differs` gets what differs, chat by chat, where
/// it is only looked at. Nothing where a schedule is wrong, of which the folder then knows: `out/` stays as it is.
///
/// # Errors
///
/// A file of `out/` cannot be read or written.
pub fn publish(
    folder: &mut Folder,
    out: Out,
    at: Instant,
    mut differs: impl FnMut(ChatDifference),
) -> Result<Option<Published>, OutError> {
    let Some(collection) = folder.collection() else {
        folder.each(|_, _| {});
        return Ok(None);
    };
    check_id(folder, &collection, out.folder()).map_err(|cause| out.not_read(cause))?;
    let mode = out.mode();
    let mut feeds = Feeds::new(out, &collection, at)?;
    let mut page = Page::new(&collection, at);
    let mut listing = Listing::new(at);
    let old_revisions = feeds.out.read(revisions::PATH)?;
    let known = old_revisions.as_ref().map_or(&[][..], |old| &old.content);
    let mut revisions = Revisions::new(&collection, at, known);
    let mut add = |schedule: &Schedule| {
        let meetings = expand::of_feed(schedule, collection.history, at);
        let Added { stamps, difference, is_taken_over } = feeds.add(schedule, &meetings)?;
        feeds.add_repeating(schedule, &meetings, &stamps)?;
        page.add(schedule, &meetings);
        listing.add(&meetings);
        if is_taken_over {
            revisions.add(schedule, &meetings, &stamps, &diff::of_new(schedule));
        } else if let Some(difference) = &difference {
            revisions.add(schedule, &meetings, &stamps, difference);
        }
        Ok(difference.filter(|_| mode == Mode::Compare))
    };
    let mut failed = None;
    let mut limits = Limits::new(&collection, at, folder.octets());
    folder.each(|schedule, visit| {
        let fits = limits.admit(&schedule, visit.file, visit.text, |wrong| visit.report([wrong]));
        // Once something is wrong nothing is written, and the others are only read.
        if !fits || visit.after_error || failed.is_some() {
            return;
        }
        match add(&schedule) {
            Err(error) => failed = Some(error),
            Ok(None) => {}
            Ok(Some(difference)) => differs(difference),
        }
    });
    folder.check_selections(&collection);
    folder.report(limits.of_all(Folder::ITS_COLLECTION));
    match failed {
        _ if folder.any_error() => return Ok(None),
        Some(error) => return Err(error),
        None => {}
    }
    let mut stream = Stream::new(&feeds.out, page::PATH);
    page.finish(&mut |html| stream.write(&mut feeds.out, html.as_bytes()))?;
    stream.finish(&mut feeds.out)?;
    let mut stream = Stream::new(&feeds.out, listing::PATH);
    listing.finish(&mut |json| stream.write(&mut feeds.out, json.as_bytes()))?;
    stream.finish(&mut feeds.out)?;
    for (chat, old) in feeds.gone_chats()? {
        if let Some(gone) = diff::of_gone(&chat, &old) {
            revisions.add_gone(&gone);
        }
    }
    let feed = revisions.finish().map_err(|cause| feeds.out.not_read(cause))?;
    feeds.out.put(revisions::PATH, old_revisions.as_ref(), &feed)?;
    let published = feeds.finish()?;
    if mode == Mode::Compare {
        // At its older addresses it is the same.
        let mut known = HashSet::new();
        for (path, old) in published.gone.iter().filter(|(_, old)| known.insert(old)) {
            diff::of_gone(path.trim_end_matches(".ics"), old).into_iter().for_each(&mut differs);
        }
    }
    Ok(Some(published))
}
