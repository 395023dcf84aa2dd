//! How a run may deal with the folder.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::error::OutError;

/// Whether the folder is brought up to date or only looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write what differs.
    Write,
    /// Write nothing, but complete what an interrupted build began.
    Compare,
}

/// How a run may deal with the folder.
#[derive(Clone, Debug)]
pub struct Access {
    /// Whether it writes.
    pub mode: Mode,
    /// Whether what is written is put on the disk before the run ends, so that a power cut loses nothing.
    pub sync: bool,
    /// Whether files that are in the way and that chatcal did not write are replaced.
    pub replace: bool,
    /// How long another run that is at work in the folder is waited for.
    pub wait: Duration,
    /// Ends the run early.
    pub interrupt: Interrupt,
}

impl Access {
    /// Carefully: synced, without replacing what others wrote, and waiting for a minute.
    pub fn new(mode: Mode) -> Self {
        let wait = Duration::from_secs(60);
        Self { mode, sync: true, replace: false, wait, interrupt: Interrupt::default() }
    }
}

/// Whether somebody has asked the program to stop: a run that writes looks at this between two files, and ends as after an
/// error. Nobody does so by default.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// What a signal sets.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    pub(super) fn check(&self) -> Result<(), OutError> {
        if self.0.load(Ordering::Relaxed) { Err(OutError::Interrupted) } else { Ok(()) }
    }
}
