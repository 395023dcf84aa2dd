//! A file of `out/` that is written piece by piece, and compared with the old one on the way.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{Mode, Out, OutError, append, failed, is_plain};

/// How much is kept before it is compared and written.
const PIECE: usize = 1 << 18;

/// Content on its way. As long as it is the same as the old file's, nothing is written; the files are open only while a
/// piece is handled, so that there may be any number of streams.
#[derive(Debug)]
pub struct Stream {
    path: String,
    full: PathBuf,
    piece: Vec<u8>,
    /// How many bytes came before the piece.
    done: u64,
    comparison: Comparison,
}

#[derive(Debug)]
enum Comparison {
    /// The same as the old file so far.
    Same,
    /// Differs; goes into this file, if into any.
    Differs(Option<PathBuf>),
}

impl Stream {
    pub(super) fn new(path: &str, full: &Path) -> Self {
        let comparison = if is_plain(full) { Comparison::Same } else { Comparison::Differs(None) };
        Self { path: path.to_owned(), full: full.to_owned(), piece: Vec::new(), done: 0, comparison }
    }

    /// Adds content.
    ///
    /// # Errors
    ///
    /// It cannot be compared or written.
    pub fn write(&mut self, out: &mut Out, content: &[u8]) -> Result<(), OutError> {
        self.piece.extend_from_slice(content);
        if self.piece.len() >= PIECE { self.flush(out) } else { Ok(()) }
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// It cannot be compared or written.
    pub fn finish(mut self, out: &mut Out) -> Result<(), OutError> {
        self.flush(out)?;
        if matches!(self.comparison, Comparison::Same) {
            let old = fs::metadata(&self.full).map_err(failed("read", &self.full))?.len();
            if old == self.done {
                out.expected.insert(self.path);
                out.changes.fresh += 1;
                return Ok(());
            }
            self.diverge(out)?;
        }
        // A file without any content is a file too.
        self.flush(out)?;
        out.differs(&self.path);
        Ok(())
    }

    fn flush(&mut self, out: &mut Out) -> Result<(), OutError> {
        if matches!(self.comparison, Comparison::Same) && !self.is_in_old().map_err(failed("read", &self.full))? {
            self.diverge(out)?;
        }
        if let (Comparison::Differs(new), Mode::Write) = (&mut self.comparison, out.mode) {
            let new = match new {
                Some(new) => new,
                None => new.insert(out.begin(&self.path)?),
            };
            append(new, &self.piece).map_err(failed("write", new))?;
        }
        self.done += self.piece.len() as u64;
        self.piece.clear();
        Ok(())
    }

    /// Whether the old file goes on with the piece.
    fn is_in_old(&self) -> io::Result<bool> {
        let mut file = File::open(&self.full)?;
        file.seek(SeekFrom::Start(self.done))?;
        let mut old = Vec::with_capacity(self.piece.len());
        file.take(self.piece.len() as u64).read_to_end(&mut old)?;
        Ok(old == self.piece)
    }

    /// From here on the content differs: what was the same is copied.
    fn diverge(&mut self, out: &mut Out) -> Result<(), OutError> {
        self.comparison = Comparison::Differs(None);
        if out.mode == Mode::Compare {
            return Ok(());
        }
        let new = out.begin(&self.path)?;
        let copy = || io::copy(&mut File::open(&self.full)?.take(self.done), &mut File::create(&new)?);
        copy().map_err(failed("write", &new))?;
        self.comparison = Comparison::Differs(Some(new));
        Ok(())
    }
}
