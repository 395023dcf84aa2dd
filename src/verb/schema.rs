//! `chatcal schema`: the JSON Schema of a schedule.

use std::io::{self, Write};

use super::Outcome;
use crate::schedule::schema;

/// Prints it.
pub fn run(results: &mut dyn Write) -> io::Result<Outcome> {
    serde_json::to_writer_pretty(&mut *results, &schema::of_schedule())?;
    writeln!(results)?;
    Ok(Outcome::Fine)
}
