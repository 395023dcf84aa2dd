//! Arguments in, one verb called, exit code out: the only place that knows the clock, the environment and the terminal.

use std::env;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Stderr, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anstream::AutoStream;
use chatcal::cli::Arguments;
use chatcal::out::Interrupt;
use chatcal::verb::{self, Context, Failure};
use chatcal::zone::{Instant, Zone};
use chrono::Utc;
use clap::Parser;
#[cfg(unix)]
use signal_hook::consts::SIGHUP;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;

fn main() -> ExitCode {
    let mut results = BufWriter::new(AutoStream::auto(io::stdout()));
    let mut messages = Messages(AutoStream::auto(io::stderr()));
    let interrupt = Interrupt::default();
    listen(&interrupt);
    let done = run(interrupt.clone(), &mut results, &mut messages);
    // Results that could not be written before cannot be written now.
    let written =
        if matches!(done, Err(Failure::Output(_))) { Ok(()) } else { results.flush().map_err(Failure::Output) };
    let failures = [done, written].into_iter().filter_map(Result::err);
    let code = failures.map(|failure| failure.report(&mut messages)).max().unwrap_or(0);
    end_as_signalled(&interrupt);
    ExitCode::from(code)
}

fn run(interrupt: Interrupt, out: &mut dyn Write, messages: &mut dyn Write) -> Result<(), Failure> {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(wrong) if wrong.use_stderr() => return Err(Failure::Arguments(wrong)),
        // Help and the version come this way too.
        Err(help) => return Ok(write!(out, "{}", help.render().ansi())?),
    };
    let mut context = Context {
        now: Instant::from(Utc::now()),
        source_date_epoch: env::var_os("SOURCE_DATE_EPOCH").map(|epoch| epoch.to_string_lossy().into_owned()),
        zone: own_zone(),
        interrupt,
        width: io::stdout().is_terminal().then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0.into()),
        out,
        messages,
    };
    verb::run(&arguments.verb, &mut context)
}

/// The signals by which a user, a terminal that is closed, or the system ends a program.
const ENDING: &[i32] = &[
    #[cfg(unix)]
    SIGHUP,
    SIGINT,
    SIGTERM,
];

/// From here on a signal ends the program at once, unless it is held off: then the first one is only noted, so that the
/// verb can clean up.
fn listen(interrupt: &Interrupt) {
    for signal in ENDING.iter().copied().filter(|signal| !is_ignored(*signal)) {
        // Where this is not possible, a signal ends the program as ever.
        let _ = flag::register_conditional_default(signal, Arc::clone(interrupt.at_once()))
            .and_then(|_| flag::register_usize(signal, Arc::clone(interrupt.signal()), signal as usize))
            .and_then(|_| flag::register(signal, Arc::clone(interrupt.at_once())));
    }
}

/// Whether a signal was ignored when the program began, as far as the system tells: `nohup` and shells do that for what is
/// to live on, and a handler would undo it.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Ends the program as the signal that came would have done.
fn end_as_signalled(interrupt: &Interrupt) {
    if let Some(signal) = i32::try_from(interrupt.signal().load(Ordering::SeqCst)).ok().filter(|signal| *signal != 0) {
        let _ = emulate_default_handler(signal);
    }
}

/// Messages on their way to the user. One that cannot be written is lost: what the verb does and how it exits must not
/// depend on whether somebody reads along.
struct Messages(AutoStream<Stderr>);

impl Write for Messages {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The user's time zone: what TZ names, else the machine's own.
fn own_zone() -> Result<Zone, String> {
    let machine = || iana_time_zone::get_timezone().ok().and_then(|name| Zone::named(&name).ok());
    let unknown = || "the time zone of this computer is unknown".to_owned();
    let Ok(variable) = env::var("TZ") else { return machine().ok_or_else(unknown) };
    // As POSIX and the GNU C library have it: a colon before the name of a file, which may be a path, and nothing for UTC.
    let name = variable.trim_start_matches(':');
    match name.rsplit_once("zoneinfo/").map_or(name, |(_, name)| name) {
        "" => Ok(Zone::UTC),
        "/etc/localtime" => machine().ok_or_else(unknown),
        name => Zone::named(name).map_err(|_| format!("TZ is \"{variable}\", which is not a time zone")),
    }
}
