//! How much an import may ask for. Of what a file says, some is looked for by trial: rules that give the same dates, the
//! zone that its times follow, series in single meetings. Files that are made for it could keep that up for hours, so
//! the trials of all files together have a limit; real ones never come near. The report says when it was reached.

use super::report::FileReport;

/// The most steps, of some nanoseconds each, for all trials of a run.
const STEPS: u64 = 100_000_000;
/// The most bytes of text that are repeated in the meetings of a file.
const REPEATED: usize = 16 << 20;

/// What is left.
#[derive(Debug)]
pub struct Work {
    steps: u64,
    repeated: usize,
}

impl Default for Work {
    fn default() -> Self {
        Self { steps: STEPS, repeated: REPEATED }
    }
}

impl Work {
    /// Begins with another file, which has as much text to repeat as the one before.
    pub fn begin_file(&mut self) {
        self.repeated = REPEATED;
    }

    /// Takes steps off.
    pub fn take(&mut self, steps: u64) {
        self.steps = self.steps.saturating_sub(steps);
    }

    /// How many steps are left.
    pub fn left(&self) -> u64 {
        self.steps
    }

    /// Whether nothing is left to look for anything with.
    pub fn is_used_up(&self) -> bool {
        self.steps == 0
    }

    /// Takes bytes off for a text that another meeting repeats; says whether there were so many.
    pub fn repeat(&mut self, bytes: usize) -> Result<(), String> {
        match self.repeated.checked_sub(bytes) {
            Some(left) => {
                self.repeated = left;
                Ok(())
            }
            None => Err(format!("the texts that its meetings repeat have more than {} MiB", REPEATED >> 20)),
        }
    }

    /// Says in the report that the limit was reached.
    pub fn report(&self, report: &mut FileReport) {
        if self.is_used_up() {
            let millions = STEPS / 1_000_000;
            let what = format!(
                "to find rules and zones took {millions} million steps, the most for all files together: \
                 what came after that is kept as the file has it"
            );
            report.change(None, "the file", what);
        }
    }
}
