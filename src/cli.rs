//! What may stand on the command line.

use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::zone::{self, Instant, Zone};

static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (zone database {})", env!("CARGO_PKG_VERSION"), zone::DATABASE_VERSION));

/// Keeps the recurring meetings of online communities and publishes them as calendar feeds.
#[derive(Clone, Debug, Parser)]
#[command(name = "chatcal", version = VERSION.as_str(), max_term_width = 100)]
#[command(after_help = "Examples:
  chatcal next                 when is the next chat?
  chatcal dates uklibchat      every meeting of one chat
  chatcal check                is every schedule right?
  chatcal build                write the feeds
  chatcal import team.ics      make schedules of a calendar")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Write the feeds and the page
    Build(Build),
    /// Say what is wrong with the schedules
    Check(Check),
    /// Say which meetings change
    Diff(Diff),
    /// Say when the chats meet next
    Next(Next),
    /// List the meetings of one chat, or of any rule
    Dates(Dates),
    /// List the chats
    List(List),
    /// Make schedules of calendars in other formats
    Import(Import),
    /// Begin a schedule
    New(New),
    /// Lay schedules out in one order and form
    Fmt(Fmt),
    /// Print the JSON Schema of a schedule, for editors
    Schema(Schema),
    /// Begin a collection of your own
    Init(Init),
}

/// Where the schedules are.
#[derive(Clone, Debug, Args)]
pub struct Schedules {
    /// The folder with one TOML file a chat
    #[arg(long, value_name = "DIR", default_value = "schedules")]
    pub schedules: PathBuf,
}

/// When it is.
#[derive(Clone, Copy, Debug, Args)]
pub struct At {
    /// Take this as now: an instant such as 2016-08-22T12:00:00Z, or a date (midnight UTC)
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub at: Option<Instant>,
}

/// `chatcal build`
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal build
  chatcal build --check        exit with 1 if out/ is not what the schedules say")]
pub struct Build {
    /// Where the schedules are.
    #[command(flatten)]
    pub folder: Schedules,
    /// The folder that gets the feeds
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
    /// When it is.
    #[command(flatten)]
    pub at: At,
    /// Write nothing; exit with 1 if something would have to be written
    #[arg(long)]
    pub check: bool,
}

/// `chatcal check`
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal check
  chatcal check --format github      annotations in a workflow's log")]
pub struct Check {
    /// Where the schedules are.
    #[command(flatten)]
    pub folder: Schedules,
    /// How to say it
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
}

/// How mistakes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// With the lines that are wrong
    Human,
    /// One line a mistake
    Short,
    /// Workflow commands, which mark the lines in a pull request
    Github,
    /// An array of objects
    Json,
}

/// `chatcal diff`
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal diff
  chatcal diff --markdown      for the summary of a pull request")]
pub struct Diff {
    /// Where the schedules are.
    #[command(flatten)]
    pub folder: Schedules,
    /// The folder with the feeds to compare with
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub against: PathBuf,
    /// When it is.
    #[command(flatten)]
    pub at: At,
    /// Print an object
    #[arg(long, conflicts_with = "markdown")]
    pub json: bool,
    /// Print Markdown
    #[arg(long)]
    pub markdown: bool,
}

/// `chatcal next`
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal next
  chatcal next uklibchat critlib -n 3
  chatcal next --zone Europe/London --zone Asia/Tokyo
  chatcal next --at 2016-08-22 --json")]
pub struct Next {
    /// Only these chats, by the names of their files
    #[arg(value_name = "CHAT")]
    pub chats: Vec<String>,
    /// At most so many meetings of each chat
    #[arg(short = 'n', value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub number: u32,
    /// Show times in this zone instead of your own; may be given several times
    #[arg(long = "zone", value_name = "ZONE", value_parser = named_zone)]
    pub zones: Vec<Zone>,
    /// Where the schedules are.
    #[command(flatten)]
    pub folder: Schedules,
    /// When it is.
    #[command(flatten)]
    pub at: At,
    /// Print an array of objects
    #[arg(long)]
    pub json: bool,
}

/// `chatcal dates`
#[derive(Clone, Debug, Args)]
#[command(override_usage = "chatcal dates [OPTIONS] <CHAT>
       chatcal dates [OPTIONS] --rule <RULE> --start <START> --zone <ZONE>")]
#[command(after_help = "Without --from and --until, the meetings of the chat's own feed: through the end of next year.

Examples:
  chatcal dates uklibchat --from 2016-08-22 --count 3
  chatcal dates --rule 'FREQ=MONTHLY;BYDAY=1TU' --start 2020-01-07T18:30 --zone Europe/London")]
pub struct Dates {
    /// The chat, by the name of its file
    #[arg(value_name = "CHAT", required_unless_present = "rule", conflicts_with_all = ["rule", "start", "zone"])]
    pub chat: Option<String>,
    /// A recurrence rule (RFC 5545) instead of a chat
    #[arg(long, value_name = "RULE", requires_all = ["start", "zone"])]
    pub rule: Option<String>,
    /// The first date that the rule may give, with the time of day
    #[arg(long, value_name = "START", requires = "rule", value_parser = wall_time)]
    pub start: Option<NaiveDateTime>,
    /// The zone of that time
    #[arg(long, value_name = "ZONE", requires = "rule", value_parser = named_zone)]
    pub zone: Option<Zone>,
    /// Nothing before this day on the host's calendar
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub from: Option<NaiveDate>,
    /// Nothing after this day on the host's calendar
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<NaiveDate>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub count: Option<u32>,
    /// Where the schedules are.
    #[command(flatten)]
    pub folder: Schedules,
    /// When it is.
    #[command(flatten)]
    pub at: At,
    /// Print an array of objects
    #[arg(long)]
    pub json: bool,
}

/// `chatcal list`
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal list
  chatcal list --at 2016-08-22 --json")]
pub struct List {
    /// Where the schedules are.
    #[command(flatten)]
    pub folder: Schedules,
    /// When it is.
    #[command(flatten)]
    pub at: At,
    /// Print an array of objects
    #[arg(long)]
    pub json: bool,
}

/// `chatcal import`
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Takes iCalendar files (.ics), the TOML of rust-lang/calendar and the YAML of OpenStack's irc-meetings.
A schedule that is there is never overwritten.

Examples:
  chatcal import team.ics
  chatcal import meetings/*.yaml --into schedules --partial
  chatcal import export.ics --zone Europe/London --dry-run"
)]
pub struct Import {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The folder that gets the schedules
    #[arg(long, value_name = "DIR", default_value = "schedules")]
    pub into: PathBuf,
    /// The zone of times that name none
    #[arg(long, value_name = "ZONE", value_parser = zone_of_place)]
    pub zone: Option<Zone>,
    /// Print the schedules, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Exit with 0 even if something was left out
    #[arg(long)]
    pub partial: bool,
    /// When it is.
    #[command(flatten)]
    pub at: At,
}

/// `chatcal new`
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:
  chatcal new uklibchat --title '#uklibchat' --every 'first Tuesday of the month' --time 18:30 --zone Europe/London")]
pub struct New {
    /// The name of its file without .toml: a-z, 0-9 and -
    #[arg(value_name = "SLUG")]
    pub slug: String,
    /// What the chat is called [default: the slug as a hashtag]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// When it meets, such as 'other Thursday'
    #[arg(long, value_name = "PHRASE")]
    pub every: String,
    /// At what time of day
    #[arg(long, value_name = "HH:MM")]
    pub time: String,
    /// On whose clocks, such as Europe/London
    #[arg(long, value_name = "ZONE", value_parser = zone_of_place)]
    pub zone: Zone,
    /// Its first meeting [default: the first from today on]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub start: Option<NaiveDate>,
    /// How long a meeting takes
    #[arg(long, value_name = "LENGTH", default_value = "1h")]
    pub duration: String,
    /// Where that is known from: a link or words
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Where the schedules are.
    #[command(flatten)]
    pub folder: Schedules,
    /// When it is.
    #[command(flatten)]
    pub at: At,
}

/// `chatcal fmt`
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal fmt
  chatcal fmt --check          exit with 1 if a file would change")]
pub struct Fmt {
    /// Only these files
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where the schedules are.
    #[command(flatten)]
    pub folder: Schedules,
    /// Write nothing; exit with 1 and name the files that would change
    #[arg(long)]
    pub check: bool,
}

/// `chatcal schema`
#[derive(Clone, Copy, Debug, Args)]
pub struct Schema {}

/// `chatcal init`
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  chatcal init our-chats")]
pub struct Init {
    /// The folder that gets schedules, a workflow and a README; what is there is never overwritten
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
    let figures = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = figures.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    date.ok_or_else(|| "write a date such as 2016-08-22".to_owned())
}

fn wall_time(text: &str) -> Result<NaiveDateTime, String> {
    let read = |(day, time)| {
        let time = NaiveTime::parse_from_str(time, "%H:%M").or_else(|_| NaiveTime::parse_from_str(time, "%H:%M:%S"));
        Some(date(day).ok()?.and_time(time.ok()?))
    };
    text.split_once('T').and_then(read).ok_or_else(|| "write a date and a time such as 2020-01-07T18:30".to_owned())
}

fn named_zone(text: &str) -> Result<Zone, String> {
    Zone::named(text).map_err(|unknown| unknown.hint.unwrap_or_else(|| "write a name such as Europe/London".to_owned()))
}

/// A zone that a schedule may have.
fn zone_of_place(text: &str) -> Result<Zone, String> {
    Zone::of_place(text)
        .map_err(|unknown| unknown.hint.unwrap_or_else(|| "write a name such as Europe/London".to_owned()))
}
