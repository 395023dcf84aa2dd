//! chatcal keeps the recurring meetings of online communities.
//!
//! The straight line, each step a module:
//!
//! ```text
//! schedules/*.toml --read--> text --check--> Schedule --expand--> Meeting --compose--> Feed, Page --write--> out/
//! ```

pub mod diagnostic;
pub mod expand;
pub mod feed;
pub mod out;
pub mod page;
pub mod recurrence;
pub mod schedule;
pub mod zone;
