//! `chatcal list`: the chats, how they meet and how they stand.

use anstyle::Style;
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use crate::cli::List;
use crate::json::write_array;
use crate::load::Folder;
use crate::schedule::phrase::{describe, say};
use crate::schedule::{Schedule, Series, Successor};
use crate::standing::{Standing, current};
use crate::terminal::{Cell, FAINT, HEADING, STRONG, Table, safe};
use crate::zone::Instant;

/// Prints a table, or an array for programs.
pub fn run(arguments: &List, context: &mut Context) -> Result<(), Failure> {
    let at = context.at(arguments.clock.at);
    let mut folder = Folder::open(&arguments.schedules.folder);
    let mut chats: Vec<ChatObject> = Vec::new();
    folder.each(|schedule, _| chats.push(ChatObject::of(&schedule, at)));
    context.show_mistakes(&mut folder)?;
    if arguments.json {
        write_array(context.out, chats)?;
    } else {
        chats.sort_by_key(|chat| !chat.standing.goes_on());
        table(&chats).write(context.out, context.width)?;
    }
    Ok(())
}

/// A chat as it stands at an instant.
#[derive(Debug, Serialize)]
struct ChatObject {
    #[serde(rename = "chat")]
    slug: String,
    title: String,
    #[serde(skip)]
    standing: Standing,
    /// The state in one word, the day that it speaks of, and both in words for people.
    state: &'static str,
    date: Option<String>,
    says: String,
    zone: &'static str,
    series: Vec<SeriesObject>,
    url: Option<String>,
    successor: Option<String>,
}

/// A series that says how the chat meets.
#[derive(Debug, Serialize)]
struct SeriesObject {
    name: Option<String>,
    every: String,
    rule: String,
    start: String,
    last: Option<String>,
    time: String,
    minutes: i64,
    zone: &'static str,
    confidence: &'static str,
    /// When and where it meets, in words for people.
    #[serde(skip)]
    says: String,
}

impl ChatObject {
    fn of(schedule: &Schedule, at: Instant) -> Self {
        let standing = Standing::at(schedule, at);
        Self {
            slug: schedule.slug.to_string(),
            title: schedule.title.clone(),
            standing,
            state: standing.word(),
            date: standing.date().map(|date| date.to_string()),
            says: standing.to_string(),
            zone: schedule.zone.name(),
            series: current(schedule, schedule.zone.local(at).date()).into_iter().map(SeriesObject::of).collect(),
            url: schedule.venue.home.as_ref().map(ToString::to_string),
            successor: schedule.successor.as_ref().map(|successor| match successor {
                Successor::Chat(slug) => slug.to_string(),
                Successor::Link(link) => link.to_string(),
            }),
        }
    }
}

impl SeriesObject {
    fn of(series: &Series) -> Self {
        let time = series.time.format("%H:%M").to_string();
        Self {
            name: series.name.clone(),
            every: describe(&series.run.rule),
            rule: series.run.rule.to_string(),
            start: series.run.start.to_string(),
            last: series.run.last.map(|last| last.to_string()),
            minutes: series.duration.num_minutes(),
            zone: series.zone.name(),
            confidence: series.confidence.word(),
            says: format!("{}, {time} {}", say(&series.run.rule), series.zone.place()),
            time,
        }
    }
}

/// One row per series: chat, when and where it meets, how it stands.
fn table(chats: &[ChatObject]) -> Table {
    let mut table = Table::new(1);
    table.row(["Chat", "Meets", "State"].map(|text| Cell::new(text, HEADING)).into());
    for chat in chats {
        let (slug, rest) = if chat.standing.goes_on() { (STRONG, Style::new()) } else { (FAINT, FAINT) };
        let row = |chat: &str, meets: &str, state: &str| {
            vec![Cell::new(chat, slug), Cell::new(safe(meets), rest), Cell::new(state, rest)]
        };
        let mut slots = chat.series.iter().map(|series| series.says.as_str());
        table.row(row(&chat.slug, slots.next().unwrap_or("no regular meetings"), &chat.standing.short()));
        for slot in slots {
            table.row(row("", slot, ""));
        }
    }
    table
}
