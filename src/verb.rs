//! One module per verb: what it reads, what it calls, what it prints.
//!
//! A verb is a function from its arguments and a [`Context`] to success or a [`Failure`]. The context holds all that it
//! knows of the world, so a test can run a verb as well as `main` does; no verb calls another.

pub mod build;
pub mod check;
pub mod dates;
pub mod diff;
pub mod fmt;
pub mod import;
pub mod init;
pub mod list;
pub mod new;
pub mod next;
pub mod schema;
pub mod seen;

mod context;
mod failure;

use crate::cli::Verb;
pub use context::Context;
pub use failure::Failure;

/// Runs a verb.
pub fn run(verb: &Verb, context: &mut Context) -> Result<(), Failure> {
    match verb {
        Verb::Build(arguments) => build::run(arguments, context),
        Verb::Check(arguments) => check::run(arguments, context),
        Verb::Diff(arguments) => diff::run(arguments, context),
        Verb::Next(arguments) => next::run(arguments, context),
        Verb::Dates(arguments) => dates::run(arguments, context),
        Verb::List(arguments) => list::run(arguments, context),
        Verb::Seen(arguments) => seen::run(arguments, context),
        Verb::Import(arguments) => import::run(arguments, context),
        Verb::New(arguments) => new::run(arguments, context),
        Verb::Fmt(arguments) => fmt::run(arguments, context),
        Verb::Schema(arguments) => schema::run(arguments, context),
        Verb::Init(arguments) => init::run(arguments, context),
    }
}
