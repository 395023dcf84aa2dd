//! Arguments in, one verb called, exit code out: the only place that knows the clock, the environment and the terminal.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use anstream::AutoStream;
use chatcal::cli::Arguments;
use chatcal::verb::{self, Outcome, Surroundings};
use chatcal::zone::{Instant, Zone};
use chrono::Utc;
use clap::Parser;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let surroundings = Surroundings {
        now: Instant::from(Utc::now()),
        source_date_epoch: env::var("SOURCE_DATE_EPOCH").ok(),
        zone: own_zone(),
        width: io::stdout().is_terminal().then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0.into()),
    };
    let mut results = BufWriter::new(AutoStream::auto(io::stdout()));
    let mut messages = AutoStream::auto(io::stderr());
    let done = verb::run(&arguments.verb, &surroundings, &mut results, &mut messages);
    match done.and_then(|outcome| results.flush().map(|()| outcome)) {
        Ok(outcome) => outcome.into(),
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Outcome::Fine.into(),
        Err(error) => {
            let _ = writeln!(messages, "error: {error}");
            Outcome::Wrong.into()
        }
    }
}

/// The zone of whoever sits before this machine: TZ, else the machine's own.
fn own_zone() -> Option<Zone> {
    let named = |name: &str| Zone::named(name).ok();
    let variable = env::var("TZ").ok().and_then(|name| named(name.trim_start_matches(':')));
    variable.or_else(|| iana_time_zone::get_timezone().ok().and_then(|name| named(&name)))
}
