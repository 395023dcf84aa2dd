//! `chatcal schema`: the JSON Schema of a schedule, or the same for people.

use std::io;

use super::context::Context;
use super::failure::Failure;
use crate::cli::Schema;
use crate::schedule::{reference, schema};

/// Prints it.
pub fn run(arguments: &Schema, context: &mut Context) -> Result<(), Failure> {
    if arguments.markdown {
        return Ok(context.out.write_all(reference::in_markdown().as_bytes())?);
    }
    serde_json::to_writer_pretty(&mut *context.out, &schema::of_schedule()).map_err(io::Error::from)?;
    writeln!(context.out)?;
    Ok(())
}
