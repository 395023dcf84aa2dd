//! All tests of chatcal in one program: a module per subject, and what several of them use.
//!
//! `cargo test --test testsuite recurrence::` runs one of them. The cases that they read are files in `tests/<subject>/`.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

// What several subjects use.
mod composing;
mod expectation;
mod files;
mod importing;
mod power;
mod program;
mod properties;
mod reader;
mod reading;

// The subjects.
mod addresses;
#[cfg(unix)]
mod bounded;
#[cfg(target_os = "linux")]
mod calls;
mod clock;
mod cmd;
#[cfg(unix)]
mod costs;
mod diff;
mod every;
mod evidence;
mod faults;
mod feeds;
#[cfg(target_os = "linux")]
mod histories;
mod hostile;
mod import;
mod import_checked;
#[cfg(unix)]
mod import_limits;
#[cfg(target_os = "linux")]
mod journals;
mod layers;
mod layout;
mod ledger;
mod lint;
mod load;
mod losses;
mod mistakes;
mod page;
mod places;
mod proposed;
mod recurrence;
mod remains;
mod repeating;
mod revisions;
mod schedules;
mod schema;
#[cfg(unix)]
mod seen;
mod signals;
#[cfg(unix)]
mod site;
mod standing;
mod terminal;
mod timezone;
mod told;
mod whole;
mod windows;
#[cfg(unix)]
mod workflows;
mod writing;
mod zones;
