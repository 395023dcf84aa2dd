//! Arguments in, one verb called, exit code out: the only place that knows the clock, the environment and the terminal.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Stderr, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anstream::AutoStream;
use chatcal::cli::{Arguments, Verb};
use chatcal::out::Interrupt;
use chatcal::verb::{self, Context, Failure};
use chatcal::zone::{Instant, Zone};
use chrono::Utc;
use clap::Parser;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;

fn main() -> ExitCode {
    let mut results = BufWriter::new(AutoStream::auto(io::stdout()));
    let mut messages = Messages(AutoStream::auto(io::stderr()));
    let signals = Signals::default();
    let done = run(&signals, &mut results, &mut messages);
    // Results that could not be written before cannot be written now.
    let written =
        if matches!(done, Err(Failure::Output(_))) { Ok(()) } else { results.flush().map_err(Failure::Output) };
    let failures = [done, written].into_iter().filter_map(Result::err);
    let code = failures.map(|failure| failure.report(&mut messages)).max().unwrap_or(0);
    signals.end();
    ExitCode::from(code)
}

fn run(signals: &Signals, out: &mut dyn Write, messages: &mut dyn Write) -> Result<(), Failure> {
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
        interrupt: Interrupt::default(),
        width: io::stdout().is_terminal().then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0.into()),
        out,
        messages,
    };
    if matches!(arguments.verb, Verb::Build(_)) {
        signals.are_left_to(&context.interrupt);
    }
    verb::run(&arguments.verb, &mut context)
}

/// The signals by which a user or the system ends a program.
#[derive(Default)]
struct Signals {
    /// The one that came, 0 if none did.
    came: Arc<AtomicUsize>,
}

impl Signals {
    /// From here on the first one only sets the flag, so that the verb can clean up; a second one ends the program at once.
    fn are_left_to(&self, interrupt: &Interrupt) {
        for signal in [SIGINT, SIGTERM] {
            // Where this is not possible, a signal ends the program as ever.
            let _ = flag::register_conditional_default(signal, interrupt.flag())
                .and_then(|_| flag::register_usize(signal, Arc::clone(&self.came), signal as usize))
                .and_then(|_| flag::register(signal, interrupt.flag()));
        }
    }

    /// Ends the program as the signal that came would have done.
    fn end(&self) {
        if let Some(signal) = i32::try_from(self.came.load(Ordering::Relaxed)).ok().filter(|signal| *signal != 0) {
            let _ = emulate_default_handler(signal);
        }
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
