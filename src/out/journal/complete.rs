//! What becomes of a build that was interrupted. Where all of it fits what is there it is completed. Somebody may have changed
//! files since, or a power cut have taken new ones: then nothing goes, as what was to come may be all that knows the stamps
//! of it, and the new files that fit take their places, if any has taken its own already.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::{HEAD, JOURNAL, Journal, Steps, all, sync_file, sync_folder};
use crate::feed::ledger::entries_of;
use crate::out::error::{OutError, Stage, failed, refused};
use crate::out::manifest::{Digest, Look, Manifest, digest, digest_of_file, is_plain, listed, look};
use crate::out::place::{JOINED, MANIFEST, REMOVED};

/// How an interrupted run was brought to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completed {
    /// All of it is done.
    Done,
    /// What fits what is there by now is done.
    Partly(Unfit),
    /// None of it is.
    GivenUp(Unfit),
}

/// Why it is not done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unfit {
    /// Files have been changed, or are gone.
    #[default]
    Changed,
    /// New files go where somebody else's are, which a journal alone must not replace.
    Others,
}

/// What is left of the steps of an interrupted run.
#[derive(Debug, Default)]
struct Left {
    /// What can still be done.
    steps: Steps,
    /// New files that cannot take their places, for whatever reason.
    dropped: BTreeSet<String>,
    /// Whether everything fits what is there.
    fits: bool,
    /// Whether anything has been done.
    is_begun: bool,
    /// Why not all of it can be done, where it cannot.
    why: Unfit,
    /// Whether the manifest is that of the run, or of the one before: files from elsewhere are not replaced by older ones.
    is_ours: bool,
}

impl Journal {
    /// Completes what an interrupted run began, if one was, as far as it fits what is there.
    pub fn complete(&self) -> Result<Option<Completed>, OutError> {
        if !self.is_pending() {
            return Ok(None);
        }
        let journal = self.out.join(JOURNAL);
        if !is_plain(&journal) {
            return Err(refused(&journal, "follow", "it is not a file, so chatcal did not write it; move it away"));
        }
        let text = fs::read(&journal).map_err(failed("read", &journal))?;
        // After a power cut it may be torn, or blank.
        let begins = text.len().min(HEAD.len());
        if text[..begins] != HEAD.as_bytes()[..begins] && text.iter().any(|byte| *byte != 0) {
            return Err(refused(&journal, "follow", "chatcal did not write it; move it away"));
        }
        self.new_folders()?;
        let Some(steps) = std::str::from_utf8(&text).ok().and_then(Steps::parse) else {
            // It may have been whole before, and the list in its place.
            self.settle(&Steps::default(), &Left::default())?;
            return self.end().map(|()| Some(Completed::GivenUp(Unfit::Changed)));
        };
        let left = self.left(&steps);
        let why = left.why;
        if left.fits {
            self.sync_all(steps.put)?;
            return self.follow(&left.steps).map(|()| Some(Completed::Done));
        }
        if !left.is_begun {
            self.settle(&Steps::default(), &Left::default())?;
            return self.end().map(|()| Some(Completed::GivenUp(why)));
        }
        self.sync_all(steps.put.clone())?;
        self.settle(&steps, &left)?;
        if self.sync {
            self.sync_folders()?;
        }
        self.end().map(|()| Some(if left.is_ours { Completed::Partly(why) } else { Completed::GivenUp(why) }))
    }

    /// Puts everything on the disk that an interrupted run may not have: it may have been one that does not wait for that.
    fn sync_all(&self, put: BTreeMap<String, Digest>) -> Result<(), OutError> {
        if !self.sync {
            return Ok(());
        }
        let (mut waiting, done): (BTreeMap<_, _>, BTreeMap<_, _>) =
            put.into_iter().partition(|(path, _)| self.is_waiting(path));
        // Anything may stand there by now, such as a pipe.
        waiting.retain(|path, _| is_plain(&self.new_file(path)));
        self.sync_new(&waiting)?;
        self.new_folders()?.iter().try_for_each(|folder| sync_folder(folder))?;
        for full in done.keys().map(|path| self.out.join(path)).filter(|full| is_plain(full)) {
            sync_file(&full).map_err(failed("write", &full))?;
        }
        self.sync_folders()
    }

    /// What is still to be done, and whether it fits what is there.
    fn left(&self, steps: &Steps) -> Left {
        let is = |full: &Path, digest: &Digest| is_plain(full) && digest_of_file(full).is_ok_and(|is| is == *digest);
        let is_there = |path: &str| fs::symlink_metadata(self.out.join(path)).is_ok();
        let is_done = |path: &str, digest: &Digest| is(&self.out.join(path), digest);
        let Steps { before, put, over, remove } = steps;
        let is_new = put.get(MANIFEST).is_some_and(|digest| is_done(MANIFEST, digest));
        if is_new && !put.keys().any(|path| self.is_waiting(path)) && !remove.keys().any(|path| is_there(path)) {
            // It comes last. What somebody has changed since then, this run will come upon.
            return Left { fits: true, is_ours: true, ..Left::default() };
        }
        let is_of_before = match before {
            Some(before) => is_done(MANIFEST, before),
            None => !is_there(MANIFEST),
        };
        let is_its_own = is_of_before || is_new;
        let mut left = Left { fits: is_its_own, is_ours: is_its_own, ..Left::default() };
        // A journal alone does not make a file chatcal's: a stranger may have put it there.
        let listed = listed(&self.out).unwrap_or_default();
        let is_listed = |path: &str| listed.as_ref().is_some_and(|listed| listed.contains(path));
        let is_ours = |path: &str| matches!(look(&self.out.join(path)), Look::Ours | Look::Blank);
        // A folder of an older version has no list yet: nothing goes, what looks like chatcal's is replaced.
        let may_replace = |path: &str| is_ours(path) && (listed.is_none() || is_listed(path));
        left.steps.over.clone_from(over);
        for (path, digest) in put {
            let may_take =
                || !is_there(path) || over.get(path).is_some_and(|over| is_done(path, over) && may_replace(path));
            left.is_begun |= is_its_own && self.is_emptied(path);
            if is_done(path, digest) {
                left.is_begun = true;
            } else if is(&self.new_file(path), digest) && (path == MANIFEST || may_take()) && is_its_own {
                left.steps.put.insert(path.clone(), *digest);
            } else {
                let is_as_before = || over.get(path).is_some_and(|over| is_done(path, over));
                if path != MANIFEST && is_as_before() && !may_replace(path) {
                    left.why = Unfit::Others;
                }
                left.dropped.insert(path.clone());
            }
        }
        for (path, digest) in remove {
            if is_there(path) {
                left.fits &= is_done(path, digest) && is_ours(path) && is_listed(path) && !put.contains_key(path);
                left.steps.remove.insert(path.clone(), *digest);
            } else {
                left.is_begun = true;
            }
        }
        left.fits &= left.dropped.is_empty();
        left
    }

    /// Whether a new file may have taken its place, and a power cut what was in it.
    fn is_emptied(&self, path: &str) -> bool {
        let full = self.out.join(path);
        !self.is_waiting(path) && is_plain(&full) && look(&full) == Look::Blank
    }

    /// Brings what is left to an end that is neither all of the old state nor all of the new one. First the list of removed
    /// meetings gets what new files know that are dropped, and old ones whose places are taken; then the new files take
    /// theirs; and the manifest says what is there, and that a build was interrupted.
    fn settle(&self, steps: &Steps, left: &Left) -> Result<(), OutError> {
        let manifest = self.out.join(MANIFEST);
        let read =
            if is_plain(&manifest) { fs::read(&manifest).map_err(failed("read", &manifest))? } else { Vec::new() };
        let found = Manifest::parse(&read);
        let mut known = found.clone();
        let list = self.out.join(REMOVED);
        let of_list = |digest: &Digest| is_plain(&list) && digest_of_file(&list).is_ok_and(|is| is == *digest);
        // An earlier try may have come no further than the list.
        let announced = self.announced()?;
        let known_lists = known.digests(REMOVED).iter().chain(announced.digests(REMOVED)).chain(steps.put.get(REMOVED));
        let is_known = known_lists.into_iter().any(of_list) || fs::symlink_metadata(&list).is_err();

        let mut stamps = String::new();
        let dropped = left.dropped.iter().map(|path| self.new_file(path));
        let over = left.steps.feeds().map(|path| self.out.join(path));
        let is_feed = |full: &Path| full.extension().is_some_and(|extension| extension == "ics") && is_plain(full);
        for file in dropped.chain(over).filter(|full| is_feed(full)) {
            stamps += &entries_of(&fs::read(&file).map_err(failed("read", &file))?);
        }
        if let Some(list) = self.joined(&stamps)? {
            if known.exists && is_known {
                let mut with_list = known.clone();
                with_list.set(REMOVED, Some(digest(list.as_bytes())));
                self.prepare(MANIFEST, MANIFEST, &with_list.interrupted_text())?;
            }
            self.prepare(REMOVED, JOINED, &list)?;
            self.take_place(REMOVED, JOINED)?;
        }
        all(left.steps.feeds(), |path| self.put(path)).map_err(Stage::Between.left_by())?;
        // Where there was no manifest everything counts that looks like chatcal's.
        if !known.exists {
            return Ok(());
        }
        for (path, digest) in steps.put.iter().filter(|(path, _)| *path != MANIFEST) {
            let full = self.out.join(path);
            let is_it = || is_plain(&full) && digest_of_file(&full).is_ok_and(|is| is == *digest);
            if is_it() || self.is_emptied(path) {
                known.set(path, Some(*digest));
            }
        }
        for path in steps.remove.keys().filter(|path| fs::symlink_metadata(self.out.join(path)).is_err()) {
            known.set(path, None);
        }
        if is_known && is_plain(&list) {
            known.set(REMOVED, Some(digest_of_file(&list).map_err(failed("read", &list))?));
        }
        if known == found {
            return Ok(());
        }
        self.prepare(MANIFEST, MANIFEST, &known.interrupted_text())?;
        self.take_place(MANIFEST, MANIFEST)
    }

    /// The manifest that an earlier try has prepared, if one has: that of the run itself does not say that it was interrupted.
    fn announced(&self) -> Result<Manifest, OutError> {
        let waiting = self.new_file(MANIFEST);
        if !is_plain(&waiting) {
            return Ok(Manifest::default());
        }
        let manifest = Manifest::parse(&fs::read(&waiting).map_err(failed("read", &waiting))?);
        Ok(if manifest.is_interrupted() { manifest } else { Manifest::default() })
    }

    /// Writes a file anew among the new ones, under a name there; it is to take the place of this path. What has that name
    /// goes first: a link would be followed.
    fn prepare(&self, path: &str, name: &str, content: &str) -> Result<(), OutError> {
        debug_assert!(name == MANIFEST || name == JOINED);
        let file = self.new_file(name);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed("remove", &file)(error)),
            _ => {}
        }
        self.begin(name)?;
        let write = |file: &mut File| {
            file.write_all(content.as_bytes())?;
            if self.sync { file.sync_all() } else { Ok(()) }
        };
        self.append(name, write).map_err(failed("write", &file))?;
        // Not before: it may be one that must not be written.
        self.keep_mode(path, &file)
    }

    /// What was prepared under a name takes its place.
    fn take_place(&self, path: &str, name: &str) -> Result<(), OutError> {
        let full = self.out.join(path);
        fs::rename(self.new_file(name), &full).map_err(failed("replace", &full))
    }
}
