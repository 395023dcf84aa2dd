//! chatcal manages recurring meetings of online communities and publishes them as calendar feeds.
//!
//! A run is a straight line, in which each step is a module:
//!
//! ```text
//! schedules/*.toml --read--> text --check--> Schedule --expand--> Meeting --compose--> Feed, Page --write--> out/
//! ```

pub mod cli;
pub mod diagnostic;
pub mod diff;
pub mod expand;
pub mod feed;
pub mod import;
pub mod json;
pub mod lint;
pub mod listing;
pub mod load;
pub mod out;
pub mod page;
pub mod publish;
pub mod recurrence;
pub mod reread;
pub mod revisions;
pub mod schedule;
pub mod standing;
pub mod terminal;
pub mod text;
pub mod verb;
pub mod zone;
