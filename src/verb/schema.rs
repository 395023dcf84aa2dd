//! `chatcal schema`: the JSON Schema of a schedule.

use std::io;

use super::context::Context;
use super::failure::Failure;
use crate::cli::Schema;
use crate::schedule::schema;

/// Prints it.
pub fn run(_: &Schema, context: &mut Context) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *context.out, &schema::of_schedule()).map_err(io::Error::from)?;
    writeln!(context.out)?;
    Ok(())
}
