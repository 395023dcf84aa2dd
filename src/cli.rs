//! The command line, as clap reads it. The comments on verbs and fields are what `--help` prints.

#![allow(missing_docs, reason = "a comment would be printed as help")]

use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use clap::{Args, Parser, Subcommand};

use crate::diagnostic::Format;
use crate::text::toml_date;
use crate::zone::{self, Instant, UnknownZone, Zone};

static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (zone database {})", env!("CARGO_PKG_VERSION"), zone::DATABASE_VERSION));

/// Manages recurring meetings of online communities and publishes them as calendar feeds
#[derive(Clone, Debug, Parser)]
#[command(name = "chatcal", version = VERSION.as_str(), max_term_width = 100)]
#[command(after_help = "Examples:
  chatcal next                 when is the next chat?
  chatcal dates uklibchat      every meeting of one chat
  chatcal check                is every schedule valid?
  chatcal build                write the feeds
  chatcal import team.ics      turn a calendar into schedules")]
pub struct Arguments {
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Write the feeds and the page
    Build(Build),
    /// Report what is wrong with the schedules
    Check(Check),
    /// Show which meetings change
    Diff(Diff),
    /// Show when the chats meet next
    Next(Next),
    /// List the meetings of one chat, or of any rule
    Dates(Dates),
    /// List the chats
    List(List),
    /// Write down that a chat has met
    Seen(Seen),
    /// Turn calendars in other formats into schedules
    Import(Import),
    /// Start a schedule
    New(New),
    /// Format schedules
    Fmt(Fmt),
    /// Print the JSON Schema of a schedule, for editors
    Schema(Schema),
    /// Start a collection of your own
    Init(Init),
}

#[derive(Clone, Debug, Args)]
pub struct Schedules {
    /// The folder with one TOML file per chat
    #[arg(long = "schedules", value_name = "DIR", default_value = "schedules")]
    pub folder: PathBuf,
}

#[derive(Clone, Copy, Debug, Args)]
pub struct Clock {
    /// Use this as the current time: an instant such as 2016-08-22T12:00:00Z, or a date (midnight UTC)
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub at: Option<Instant>,
}

#[derive(Clone, Copy, Debug, Args)]
pub struct Turn {
    /// How long to wait for another run that is at work in the folder
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub wait: u64,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal build
  chatcal build --check        exit with 1 if out/ is not up to date")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Build {
    #[command(flatten)]
    pub schedules: Schedules,
    #[command(flatten)]
    pub clock: Clock,
    /// The folder to write the feeds to
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
    /// Write nothing, but complete a build that was interrupted; exit with 1 if a file would change
    #[arg(long)]
    pub check: bool,
    /// Replace files that are in the way, though chatcal did not write them
    #[arg(long, conflicts_with = "check")]
    pub replace: bool,
    /// Take meetings away that a build of a later year published, as its clock was wrong
    #[arg(long, conflicts_with = "check")]
    pub turn_back: bool,
    /// Do not wait until the disk has the files: faster, but a power cut may lose them
    #[arg(long, conflicts_with = "check")]
    pub no_sync: bool,
    #[command(flatten)]
    pub turn: Turn,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal check
  chatcal check --format github      annotations on the lines of a pull request")]
pub struct Check {
    #[command(flatten)]
    pub schedules: Schedules,
    #[command(flatten)]
    pub clock: Clock,
    /// The folder with the published feeds [default: out, beside the schedules]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How to show mistakes
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal diff
  chatcal diff --markdown      for the summary of a pull request")]
pub struct Diff {
    #[command(flatten)]
    pub schedules: Schedules,
    #[command(flatten)]
    pub clock: Clock,
    /// The folder with the published feeds
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub against: PathBuf,
    /// Print a JSON object
    #[arg(long, conflicts_with = "markdown")]
    pub json: bool,
    /// Print Markdown
    #[arg(long)]
    pub markdown: bool,
    #[command(flatten)]
    pub turn: Turn,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal next
  chatcal next uklibchat critlib -n 3
  chatcal next --zone Europe/London --zone Asia/Tokyo
  chatcal next --at 2016-08-22 --json")]
pub struct Next {
    /// Only these chats, by the names of their files without .toml
    #[arg(value_name = "CHAT")]
    pub chats: Vec<String>,
    /// Show up to this many meetings of each chat
    #[arg(short = 'n', value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub number: u32,
    /// Show times in this zone instead of your own; can be given several times
    #[arg(long = "zone", value_name = "ZONE", value_parser = named_zone)]
    pub zones: Vec<Zone>,
    #[command(flatten)]
    pub schedules: Schedules,
    #[command(flatten)]
    pub clock: Clock,
    /// Print an array of JSON objects
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, Args)]
#[command(override_usage = "chatcal dates [OPTIONS] <CHAT>
       chatcal dates [OPTIONS] --rule <RULE> --start <START> --zone <ZONE>")]
#[command(
    after_help = "Without --from and --until, shows the meetings in the chat's own feed: through the end of next year.

Examples:
  chatcal dates uklibchat --from 2016-08-22 --count 3
  chatcal dates --rule 'FREQ=MONTHLY;BYDAY=1TU' --start 2020-01-07T18:30 --zone Europe/London"
)]
pub struct Dates {
    /// The chat, by the name of its file without .toml
    #[arg(value_name = "CHAT", required_unless_present = "rule", conflicts_with_all = ["rule", "start", "zone"])]
    pub chat: Option<String>,
    /// A recurrence rule (RFC 5545) instead of a chat
    #[arg(long, value_name = "RULE", requires_all = ["start", "zone"])]
    pub rule: Option<String>,
    /// The earliest date of the rule, with the time of day
    #[arg(long, value_name = "START", requires = "rule", value_parser = wall_time)]
    pub start: Option<NaiveDateTime>,
    /// The time zone of --start
    #[arg(long, value_name = "ZONE", requires = "rule", value_parser = named_zone)]
    pub zone: Option<Zone>,
    /// Show nothing before this day on the host's calendar
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub from: Option<NaiveDate>,
    /// Show nothing after this day on the host's calendar
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<NaiveDate>,
    /// Show up to this many
    #[arg(long, value_name = "N")]
    pub count: Option<u32>,
    #[command(flatten)]
    pub schedules: Schedules,
    #[command(flatten)]
    pub clock: Clock,
    /// Print an array of JSON objects
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal list
  chatcal list --at 2016-08-22 --json")]
pub struct List {
    #[command(flatten)]
    pub schedules: Schedules,
    #[command(flatten)]
    pub clock: Clock,
    /// Print an array of JSON objects
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Its series then says `seen` with that day, in place of `announced` once that is past, and its source is added.
Everything else in the file stays as it is.

Examples:
  chatcal seen uklibchat --source https://bsky.app/hashtag/uklibchat
  chatcal seen uklibchat 2026-11-03 --source 'took part'"
)]
pub struct Seen {
    /// The chat, by the name of its file without .toml
    #[arg(value_name = "CHAT")]
    pub chat: String,
    /// The day on which it met, on the host's calendar [default: that of the last meeting that is over]
    #[arg(value_name = "DATE", value_parser = date)]
    pub date: Option<NaiveDate>,
    /// Where this is known from: a link, or a few words
    #[arg(long, value_name = "SOURCE", required = true)]
    pub source: Vec<String>,
    #[command(flatten)]
    pub schedules: Schedules,
    #[command(flatten)]
    pub clock: Clock,
}

#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Reads iCalendar files (.ics), the TOML of rust-lang/calendar and the YAML of OpenStack's irc-meetings.
Never overwrites a schedule.

Examples:
  chatcal import team.ics
  chatcal import meetings/*.yaml --into schedules --partial
  chatcal import export.ics --zone Europe/London --dry-run"
)]
pub struct Import {
    /// The files to import
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The folder to write the schedules to
    #[arg(long, value_name = "DIR", default_value = "schedules")]
    pub into: PathBuf,
    /// The time zone of times that have none
    #[arg(long, value_name = "ZONE", value_parser = zone_of_place)]
    pub zone: Option<Zone>,
    /// Print the schedules and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Exit with 0 even if something had to be left out
    #[arg(long)]
    pub partial: bool,
    #[command(flatten)]
    pub clock: Clock,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal new uklibchat --title '#uklibchat' --every 'first Tuesday of the month' --time 18:30 --zone Europe/London
  chatcal new --from-form issue.md     the text of an issue that proposes a chat")]
pub struct New {
    /// The name of the new file without .toml: a-z, 0-9 and -
    #[arg(value_name = "SLUG", required_unless_present = "from_form")]
    pub slug: Option<String>,
    /// The text of an issue that was made with the form for proposing a chat; `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["title", "every", "time", "zone", "start", "duration", "source"])]
    pub from_form: Option<PathBuf>,
    /// What the chat is called [default: the slug as a hashtag]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// When it meets, such as 'other Thursday'
    #[arg(long, value_name = "PHRASE", required_unless_present = "from_form")]
    pub every: Option<String>,
    /// The time of day when it starts
    #[arg(long, value_name = "HH:MM", required_unless_present = "from_form")]
    pub time: Option<String>,
    /// The time zone, such as Europe/London
    #[arg(long, value_name = "ZONE", value_parser = zone_of_place, required_unless_present = "from_form")]
    pub zone: Option<Zone>,
    /// The date of the first meeting [default: the next one, from today on]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub start: Option<NaiveDate>,
    /// How long a meeting takes, such as 45m or 1h30m
    #[arg(long, value_name = "LENGTH", default_value = "1h")]
    pub duration: String,
    /// Where this is known from: a link, or a few words
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    #[command(flatten)]
    pub schedules: Schedules,
    #[command(flatten)]
    pub clock: Clock,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal fmt
  chatcal fmt --check          exit with 1 if a file would change")]
pub struct Fmt {
    /// Only these files
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub schedules: Schedules,
    /// Write nothing; list the files that would change and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
}

#[derive(Clone, Copy, Debug, Args)]
pub struct Schema {
    /// Print every key and every warning for people instead, in Markdown
    #[arg(long)]
    pub markdown: bool,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal init our-chats")]
pub struct Init {
    /// The folder to fill with schedules, a workflow and a README; never overwrites a file
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

fn instant(text: &str) -> Result<Instant, String> {
    if let Ok(date) = date(text) {
        return Ok(Zone::UTC.instant(date, NaiveTime::MIN));
    }
    DateTime::parse_from_rfc3339(text)
        .map(|instant| Instant::from(instant.to_utc()))
        .map_err(|_| "write an instant such as 2016-08-22T12:00:00Z, or a date such as 2016-08-22".to_owned())
}

fn date(text: &str) -> Result<NaiveDate, String> {
    toml_date(text).ok_or_else(|| "write a date such as 2016-08-22".to_owned())
}

fn wall_time(text: &str) -> Result<NaiveDateTime, String> {
    let read = |(day, time): (&str, &str)| {
        let time = time.strip_suffix(":00").filter(|time| time.contains(':')).unwrap_or(time);
        Some(date(day).ok()?.and_time(NaiveTime::parse_from_str(time, "%H:%M").ok()?))
    };
    let help = "write a date and a time in whole minutes, such as 2020-01-07T18:30";
    text.split_once('T').and_then(read).ok_or_else(|| help.to_owned())
}

fn named_zone(text: &str) -> Result<Zone, String> {
    Zone::named(text).map_err(zone_hint)
}

/// A zone that a schedule can have.
fn zone_of_place(text: &str) -> Result<Zone, String> {
    Zone::of_place(text).map_err(zone_hint)
}

fn zone_hint(unknown: UnknownZone) -> String {
    unknown.hint.unwrap_or_else(|| "write a name such as Europe/London".to_owned())
}
