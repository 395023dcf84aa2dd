//! Runs take turns in `out/`: any number may look at it together, but one that writes is alone.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::access::{Access, Mode};
use super::error::{OutError, another_run, failed, refused};

/// A lock that is free has no need of words; one that is held for longer than this has.
const SILENT: Duration = Duration::from_secs(1);
/// How often a lock that is held is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits for the others, as long as the access allows; `tell` hears of it when that takes more than a moment. Nothing
/// where the system has no locks for folders.
pub(super) fn lock(
    folder: &Path,
    mode: Mode,
    access: &Access,
    tell: &mut dyn FnMut(&str),
) -> Result<Option<File>, OutError> {
    if mode == Mode::Compare && cfg!(not(unix)) {
        return Ok(None);
    }
    let file = lock_file(folder).map_err(failed("open", folder))?;
    let begin = Instant::now();
    let mut told = false;
    loop {
        access.interrupt.check()?;
        match if mode == Mode::Write { file.try_lock() } else { file.try_lock_shared() } {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => {}
            // Some network folders do not support locks: there, runs have to take turns by themselves.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(None),
            Err(TryLockError::Error(error)) => {
                // Some network folders have locks that do not work, and say so in words of the system.
                let why = format!("its file system has no locks that work ({error}); keep it on another");
                return Err(refused(folder, "lock", &why));
            }
        }
        let waited = begin.elapsed();
        if waited >= access.wait {
            let seconds = access.wait.as_secs();
            return Err(OutError::Held { folder: folder.to_owned(), holder: holder(&file), seconds });
        }
        if waited >= SILENT && !told {
            let run = another_run(holder(&file).as_deref());
            tell(&format!("{run} is at work in {}: waiting until it is done", folder.display()));
            told = true;
        }
        sleep(PAUSE);
    }
}

/// A folder can be locked itself where the system opens folders; elsewhere a file in it stands for it.
fn lock_file(folder: &Path) -> io::Result<File> {
    if cfg!(unix) {
        File::open(folder)
    } else {
        File::options().create(true).append(true).open(folder.join(".chatcal-lock"))
    }
}

/// Who holds the lock, as Linux knows it: `process 4711 (chatcal)`. Each line of /proc/locks is
/// `1: FLOCK ADVISORY WRITE 4711 fd:01:1234 0 EOF`, with the file's inode last among its three numbers. Nobody where two
/// files have the same one, on two disks: some file systems call theirs otherwise here than in a file's metadata.
#[cfg(target_os = "linux")]
fn holder(file: &File) -> Option<String> {
    use std::collections::BTreeSet;
    use std::os::unix::fs::MetadataExt;
    let inode = format!(":{}", file.metadata().ok()?.ino());
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let holders: BTreeSet<u32> = locks.lines().filter_map(|line| holder_of(line, &inode)).collect();
    let process = holders.first().filter(|_| holders.len() == 1)?;
    let name = std::fs::read_to_string(format!("/proc/{process}/comm"));
    Some(name.map_or_else(|_| format!("process {process}"), |name| format!("process {process} ({})", name.trim_end())))
}

/// The process in a line of /proc/locks, where it holds the file with this inode.
#[cfg(target_os = "linux")]
fn holder_of(line: &str, inode: &str) -> Option<u32> {
    // A line of one that waits has `->` in second place.
    let [_, "FLOCK", _, _, process, place, ..] = line.split_whitespace().collect::<Vec<_>>()[..] else { return None };
    process.parse().ok().filter(|_| place.ends_with(inode))
}

#[cfg(not(target_os = "linux"))]
fn holder(_: &File) -> Option<String> {
    None
}
