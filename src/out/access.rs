//! How a run may deal with the folder.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
    /// Whether meetings may go that a build of a later year published.
    pub turn_back: bool,
    /// How long another run that is at work in the folder is waited for.
    pub wait: Duration,
    /// Ends the run early.
    pub interrupt: Interrupt,
}

impl Access {
    /// Carefully: synced, without replacing what others wrote, and waiting for a minute.
    pub fn new(mode: Mode) -> Self {
        let wait = Duration::from_secs(60);
        Self { mode, sync: true, replace: false, turn_back: false, wait, interrupt: Interrupt::default() }
    }
}

/// Whether a signal has asked the program to stop. What writes files holds signals off, looks at this between two files,
/// and ends as after an error. Whatever only reads, waits or prints does not: there, a signal that is only noted would
/// leave a program that hangs.
#[derive(Clone, Debug)]
pub struct Interrupt {
    signal: Arc<AtomicUsize>,
    at_once: Arc<AtomicBool>,
}

impl Default for Interrupt {
    /// Nobody asks, and nothing is held off.
    fn default() -> Self {
        Self { signal: Arc::default(), at_once: Arc::new(AtomicBool::new(true)) }
    }
}

impl Interrupt {
    /// The number of the signal that came, which the handler of signals sets; 0 before.
    pub fn signal(&self) -> &Arc<AtomicUsize> {
        &self.signal
    }

    /// Whether a signal is to end the program at once. The first one sets this, so that a second one does.
    pub fn at_once(&self) -> &Arc<AtomicBool> {
        &self.at_once
    }

    /// Whether a signal came.
    pub fn is_asked(&self) -> bool {
        self.signal.load(Ordering::SeqCst) != 0
    }

    /// From here on a signal is only noted, until what this gives is dropped.
    pub fn hold(&self) -> Held {
        self.at_once.store(self.is_asked(), Ordering::SeqCst);
        Held(Arc::clone(&self.at_once))
    }

    pub(super) fn check(&self) -> Result<(), OutError> {
        if self.is_asked() { Err(OutError::Interrupted) } else { Ok(()) }
    }
}

/// While this is there, the first signal does not end the program.
#[derive(Debug)]
pub struct Held(Arc<AtomicBool>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
