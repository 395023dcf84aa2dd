//! `chatcal list`: the chats, how they meet and how they stand.

use anstyle::Style;
use serde::Serialize;

use super::{Context, Failure};
use crate::cli::List;
use crate::json::Array;
use crate::load::Folder;
use crate::schedule::phrase::{describe, say};
use crate::schedule::{Schedule, Series, Successor};
use crate::standing::{Standing, current};
use crate::terminal::{Cell, FAINT, HEADING, STRONG, Table, safe};
use crate::zone::Instant;

/// Prints a table, or an array for programs.
pub fn run(arguments: &List, context: &mut Context) -> Result<(), Failure> {
    let at = context.at(arguments.at);
    let mut folder = Folder::open(&arguments.folder.schedules);
    let mut chats: Vec<Chat> = Vec::new();
    folder.each(|schedule, _| chats.push(Chat::of(&schedule, at)));
    context.tell(&mut folder)?;
    if arguments.json {
        let mut array = Array::open(context.out)?;
        chats.iter().try_for_each(|chat| array.push(chat))?;
        array.close()?;
    } else {
        chats.sort_by_key(|chat| !chat.standing.goes_on());
        table(&chats).write(context.out, context.width)?;
    }
    Ok(())
}

/// A chat as it stands at an instant.
#[derive(Debug, Serialize)]
struct Chat {
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
    series: Vec<Slot>,
    url: Option<String>,
    successor: Option<String>,
}

/// A series that says how the chat meets.
#[derive(Debug, Serialize)]
struct Slot {
    name: Option<String>,
    every: String,
    rule: String,
    start: String,
    last: Option<String>,
    time: String,
    minutes: i64,
    zone: &'static str,
    confidence: &'static str,
    #[serde(skip)]
    says: String,
    #[serde(skip)]
    place: String,
}

impl Chat {
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
            series: current(schedule, schedule.zone.local(at).date()).into_iter().map(Slot::of).collect(),
            url: schedule.home.as_ref().map(ToString::to_string),
            successor: schedule.successor.as_ref().map(|successor| match successor {
                Successor::Chat(slug) => slug.to_string(),
                Successor::Link(link) => link.to_string(),
            }),
        }
    }
}

impl Slot {
    fn of(series: &Series) -> Self {
        Self {
            name: series.name.clone(),
            every: describe(&series.run.rule),
            rule: series.run.rule.to_string(),
            start: series.run.start.to_string(),
            last: series.run.last.map(|last| last.to_string()),
            time: series.time.format("%H:%M").to_string(),
            minutes: series.duration.num_minutes(),
            zone: series.zone.name(),
            confidence: series.confidence.word(),
            says: say(&series.run.rule),
            place: series.zone.place(),
        }
    }
}

/// One row per series: chat, when and where it meets, how it stands.
fn table(chats: &[Chat]) -> Table {
    let mut table = Table::new(1, 1);
    table.row(["Chat", "Meets", "State"].map(|text| Cell::new(text, HEADING)).into());
    for chat in chats {
        let (slug, rest) = if chat.standing.goes_on() { (STRONG, Style::new()) } else { (FAINT, FAINT) };
        let mut slots: Vec<String> =
            chat.series.iter().map(|slot| format!("{}, {} {}", slot.says, slot.time, slot.place)).collect();
        if slots.is_empty() {
            slots.push("no regular meetings".to_owned());
        }
        for (index, slot) in slots.into_iter().enumerate() {
            let first = |text: String| if index == 0 { text } else { String::new() };
            table.row(vec![
                Cell::new(first(chat.slug.clone()), slug),
                Cell::new(safe(&slot), rest),
                Cell::new(first(chat.standing.short()), rest),
            ]);
        }
    }
    table
}
