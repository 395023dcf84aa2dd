//! chatcal keeps the recurring meetings of online communities.
//!
//! The straight line, each step a module:
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
pub mod load;
pub mod out;
pub mod page;
pub mod publish;
pub mod recurrence;
pub mod reread;
pub mod schedule;
pub mod standing;
pub mod terminal;
pub mod text;
pub mod verb;
pub mod zone;
