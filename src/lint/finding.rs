//! A warning before it is a diagnostic.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, FileId};
use crate::schedule::{Change, OneOff, Place, Schedule, Series, place_in, silence};

/// No more warnings of one kind about one chat than this.
pub const MOST: usize = 10;

/// A warning, and what it is about.
pub struct Finding {
    pub code: &'static str,
    pub message: String,
    pub label: Option<String>,
    pub help: Cow<'static, str>,
    pub place: Place,
}

impl Finding {
    /// The warning at its place in the file's text, with the way to silence it.
    pub fn diagnostic(self, file: FileId, text: &str) -> Diagnostic {
        let span = place_in(text, &self.place);
        // After a question another sentence begins.
        let help = match self.help.strip_suffix('?') {
            Some(_) => format!("{} Or {}", self.help, silence(self.code)),
            None => format!("{}; or {}", self.help, silence(self.code)),
        };
        let warning = Diagnostic::warning(file, self.code, self.message).help(help);
        Diagnostic { span, label: self.label, ..warning }
    }
}

/// Whether a kind of warning is among those that the curator has silenced.
pub fn is_silenced(silenced: &[(String, String)], code: &str) -> bool {
    silenced.iter().any(|(silenced, _)| silenced == code)
}

/// The place of a key of a series.
pub fn of_series(series: &Series, key: &'static str) -> Place {
    Place::Row { table: "series", date: series.run.start, name: series.name.clone(), key }
}

/// The place of a key of a change.
pub fn of_change(schedule: &Schedule, change: &Change, key: &'static str) -> Place {
    let name = schedule.series.get(change.series).and_then(|series| series.name.clone());
    Place::Row { table: "change", date: change.date, name, key }
}

/// The place of a key of a one-off.
pub fn of_one_off(one_off: &OneOff, key: &'static str) -> Place {
    Place::Row { table: "one-off", date: one_off.date, name: one_off.name.clone(), key }
}
