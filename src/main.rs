//! Arguments in, one verb called, exit code out: the only place that knows the clock, the environment and the terminal.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use anstream::AutoStream;
use chatcal::cli::Arguments;
use chatcal::verb::{self, Context, Failure};
use chatcal::zone::{Instant, Zone};
use chrono::Utc;
use clap::Parser;

fn main() -> ExitCode {
    let mut results = BufWriter::new(AutoStream::auto(io::stdout()));
    let mut messages = AutoStream::auto(io::stderr());
    let done = match Arguments::try_parse() {
        Ok(arguments) => run(&arguments, &mut results, &mut messages),
        // Help and the version come this way too.
        Err(said) => match said.print().and_then(|()| io::stdout().flush()) {
            Ok(()) => return ExitCode::from(u8::try_from(said.exit_code()).unwrap_or(2)),
            Err(error) => Err(Failure::Output(error)),
        },
    };
    match done.and_then(|()| Ok(results.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = results.flush();
            ExitCode::from(failure.report(&mut messages))
        }
    }
}

fn run(arguments: &Arguments, out: &mut dyn Write, messages: &mut dyn Write) -> Result<(), Failure> {
    let mut context = Context {
        now: Instant::from(Utc::now()),
        source_date_epoch: env::var("SOURCE_DATE_EPOCH").ok(),
        zone: own_zone(),
        width: io::stdout().is_terminal().then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0.into()),
        out,
        messages,
    };
    verb::run(&arguments.verb, &mut context)
}

/// The user's time zone: what TZ names, else the machine's own.
fn own_zone() -> Result<Zone, String> {
    let machine = || iana_time_zone::get_timezone().ok().and_then(|name| Zone::named(&name).ok());
    let unknown = || "the zone of this computer is not known".to_owned();
    let Ok(variable) = env::var("TZ") else { return machine().ok_or_else(unknown) };
    // As POSIX and the GNU C library have it: a colon before the name of a file, which may be a path, and nothing for UTC.
    let name = variable.trim_start_matches(':');
    match name.rsplit_once("zoneinfo/").map_or(name, |(_, name)| name) {
        "" => Ok(Zone::UTC),
        "/etc/localtime" => machine().ok_or_else(unknown),
        name => Zone::named(name).map_err(|_| format!("TZ is \"{variable}\", which is not a time zone")),
    }
}
