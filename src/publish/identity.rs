//! Whether published meetings belong to the collection: with another `id` every UID is another one, and every calendar
//! takes all meetings for new ones.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::Path;

use super::memory::{is_own_feed, is_repeating};
use super::reach::ALL;
use crate::diagnostic::{Diagnostic, quoted};
use crate::feed::ledger::first_id;
use crate::load::Folder;
use crate::out::{Look, listed, look};
use crate::schedule::{Collection, Place};

/// Adds an error of `collection.toml` where feeds in `out/` have UIDs of another collection.
///
/// # Errors
///
/// The folder, or a feed in it, cannot be read.
pub fn check_id(folder: &mut Folder, collection: &Collection, out: &Path) -> io::Result<()> {
    let Some((path, other)) = other_id(out, &collection.id)? else { return Ok(()) };
    let (path, other) = (out.join(path).display().to_string(), quoted(&other));
    let message = format!("the meetings in {path} are of the collection {other}");
    let help = format!(
        "put `id = {other}` back: with another `id` every calendar takes all meetings for new ones; if it has to change, \
         or these are the feeds of another collection, keep them in another folder (`--out`)"
    );
    let error = Diagnostic::error(Folder::ITS_COLLECTION, "id", message).help(help);
    folder.report_of_collection([(Place::Top("id"), error)]);
    Ok(())
}

/// The name of a feed of chatcal's whose UIDs have another id than this one, and that.
fn other_id(out: &Path, id: &str) -> io::Result<Option<(String, String)>> {
    let listed = listed(out)?;
    for below in ["", "repeating/"] {
        if let Some(other) = other_id_in(out, below, listed.as_ref(), id)? {
            return Ok(Some(other));
        }
    }
    Ok(None)
}

/// The same of the feeds in one of its folders.
fn other_id_in(
    out: &Path,
    below: &str,
    listed: Option<&BTreeSet<String>>,
    id: &str,
) -> io::Result<Option<(String, String)>> {
    let entries = match fs::read_dir(out.join(below)) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        entries => entries?,
    };
    // What somebody else has put there says nothing.
    let is_ours = |path: &String| {
        (is_own_feed(path) || is_repeating(path) || path == ALL) && listed.is_none_or(|listed| listed.contains(path))
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string().ok().map(|name| format!("{below}{name}")).filter(is_ours));
    }
    names.sort_unstable_by_key(|name| (name == ALL, name.clone()));
    for name in names {
        let full = out.join(&name);
        if look(&full) != Look::Ours {
            continue;
        }
        if let Some(other) = first_id(BufReader::new(File::open(&full)?))?.filter(|other| other != id) {
            return Ok(Some((name, other)));
        }
    }
    Ok(None)
}
