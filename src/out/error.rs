//! What can go wrong with the files of `out/`.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::manifest::Look;
use crate::text::{count, day, reason};
use crate::zone::Instant;

/// What went wrong with the files of `out/`, in words for people.
#[derive(Debug)]
pub enum OutError {
    /// The system, or what lies there, did not let something be done with a file or folder.
    Failed {
        /// Which one.
        path: PathBuf,
        /// What was to be done.
        doing: &'static str,
        /// Why it could not be.
        cause: io::Error,
    },
    /// Files that chatcal did not write stand where it has to write.
    InTheWay {
        /// The files, and what each is.
        files: Vec<(PathBuf, Look)>,
        /// What is wrong with the manifest, which could have named them.
        manifest: Option<String>,
    },
    /// Another run is at work in the folder, and was so for as long as this one may wait.
    Held {
        /// The folder.
        folder: PathBuf,
        /// The other run, where it is known: `process 4711 (chatcal)`.
        holder: Option<String>,
        /// How long this one waited, in seconds.
        seconds: u64,
    },
    /// A build of a later year has published meetings that this one would take away.
    Clock {
        /// A feed with such meetings.
        path: PathBuf,
        /// The day of the last of them.
        last: NaiveDate,
        /// The instant of this run.
        at: Instant,
    },
    /// The build counts, but is not at its end.
    Unfinished {
        /// How far it came.
        stage: Stage,
        /// What went wrong.
        error: Box<OutError>,
    },
    /// Somebody asked the program to stop.
    Interrupted,
}

impl fmt::Display for OutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { path, doing, cause } => write!(f, "cannot {doing} {}: {}", path.display(), reason(cause)),
            Self::InTheWay { files, .. } => write!(f, "{} in the way of chatcal's own", count(files.len(), "file")),
            Self::Held { folder, holder, seconds } => {
                let run = another_run(holder.as_deref());
                write!(f, "{run} is still at work in {} after {}", folder.display(), count(*seconds as usize, "second"))
            }
            Self::Clock { path, last, at } => {
                let (path, last, at) = (path.display(), day(*last), at.rfc3339());
                write!(
                    f,
                    "{path} has meetings through {last}, and a build at {at} would take them away: a clock is wrong"
                )
            }
            Self::Unfinished { error, .. } => error.fmt(f),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl std::error::Error for OutError {}

/// How far a build came that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing has taken its place yet.
    Begun,
    /// Some files are new, others old.
    Between,
    /// All files are in their places.
    Done,
}

impl Stage {
    /// Says of an error how far a build had come.
    pub(super) fn left_by(self) -> impl Fn(OutError) -> OutError {
        move |error| match error {
            OutError::Unfinished { .. } => error,
            error => OutError::Unfinished { stage: self, error: Box::new(error) },
        }
    }
}

impl OutError {
    /// Whether somebody who may write there could do it.
    pub(super) fn is_forbidden(&self) -> bool {
        let kinds = [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem];
        match self {
            Self::Failed { cause, .. } => kinds.contains(&cause.kind()),
            Self::Unfinished { error, .. } => error.is_forbidden(),
            _ => false,
        }
    }
}

/// `another run`, with who it is where that is known.
pub(super) fn another_run(holder: Option<&str>) -> String {
    holder.map_or_else(|| "another run".to_owned(), |holder| format!("another run, {holder},"))
}

/// Says of an error what was to be done with which file.
pub(super) fn failed<'p>(doing: &'static str, path: &'p Path) -> impl Fn(io::Error) -> OutError + 'p {
    move |cause| OutError::Failed { path: path.to_owned(), doing, cause }
}

/// What chatcal itself does not do, and why.
pub(super) fn refused(path: &Path, doing: &'static str, why: &str) -> OutError {
    OutError::Failed { path: path.to_owned(), doing, cause: io::Error::other(why.to_owned()) }
}
