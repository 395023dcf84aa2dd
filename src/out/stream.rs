//! A file of `out/` that is written piece by piece, and compared with the old one on the way.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};

use sha2::{Digest as _, Sha256};

use super::error::failed;
use super::manifest::is_plain;
use super::{Out, OutError};

/// How much is kept before it is compared and written.
const PIECE: usize = 1 << 16;

/// Content on its way. As long as it is the same as the old file's, nothing is written; the files are open only while a
/// piece is handled, so that there may be any number of streams.
#[derive(Debug)]
pub struct Stream {
    path: String,
    piece: Vec<u8>,
    /// How many bytes came before the piece.
    done: u64,
    /// Whether they are the first ones of the old file.
    same: bool,
    digest: Sha256,
}

impl Stream {
    /// A file that should be there and is written piece by piece.
    pub fn new(out: &Out, path: &str) -> Self {
        let same = is_plain(&out.folder.join(path));
        Self { path: path.to_owned(), piece: Vec::new(), done: 0, same, digest: Sha256::new() }
    }

    /// Adds content.
    pub fn write(&mut self, out: &mut Out, content: &[u8]) -> Result<(), OutError> {
        self.piece.extend_from_slice(content);
        if self.piece.len() >= PIECE { self.flush(out) } else { Ok(()) }
    }

    /// Ends the file.
    pub fn finish(mut self, out: &mut Out) -> Result<(), OutError> {
        self.flush(out)?;
        if self.same {
            let full = out.folder.join(&self.path);
            if fs::metadata(&full).map_err(failed("read", &full))?.len() == self.done {
                out.is_fresh(&self.path, self.digest.finalize().into());
                return Ok(());
            }
            self.diverge(out)?;
        }
        out.differs(&self.path, self.digest.finalize().into(), None)
    }

    fn flush(&mut self, out: &mut Out) -> Result<(), OutError> {
        if self.same && !self.is_in_old(out)? {
            self.diverge(out)?;
        }
        if !self.same {
            out.append(&self.path, |file| file.write_all(&self.piece))?;
        }
        self.digest.update(&self.piece);
        self.done += self.piece.len() as u64;
        self.piece.clear();
        Ok(())
    }

    /// Whether the old file goes on with the piece.
    fn is_in_old(&self, out: &Out) -> Result<bool, OutError> {
        let full = out.folder.join(&self.path);
        let mut old = Vec::with_capacity(self.piece.len());
        let mut read = || {
            let mut file = File::open(&full)?;
            file.seek(SeekFrom::Start(self.done))?;
            file.take(self.piece.len() as u64).read_to_end(&mut old)
        };
        read().map_err(failed("read", &full))?;
        Ok(old == self.piece)
    }

    /// From here on the content differs: what was the same is copied.
    fn diverge(&mut self, out: &mut Out) -> Result<(), OutError> {
        self.same = false;
        let old = out.folder.join(&self.path);
        out.append(&self.path, |new| io::copy(&mut File::open(old)?.take(self.done), new).map(drop))
    }
}
