//! `chatcal list`: the chats, how they meet and how they stand.

use std::io::{self, Write};

use anstyle::Style;
use chrono::NaiveDate;
use serde::Serialize;

use super::json::{Array, iso_date};
use super::load::Folder;
use super::state::{State, current};
use super::{Outcome, Surroundings, tell};
use crate::cli::List;
use crate::schedule::phrase::describe;
use crate::schedule::{Confidence, Schedule, Series};
use crate::terminal::{Cell, FAINT, HEADING, STRONG, Table, safe};

/// Runs the verb.
pub fn run(
    arguments: &List,
    surroundings: &Surroundings,
    results: &mut dyn Write,
    messages: &mut dyn Write,
) -> io::Result<Outcome> {
    let at = arguments.at.at.unwrap_or(surroundings.now);
    let mut folder = Folder::open(&arguments.folder.schedules);
    let mut chats: Vec<Chat> = Vec::new();
    folder.each(|_, schedule| chats.push(Chat::of(&schedule, schedule.zone.local(at).date())));
    tell(&mut folder, surroundings, messages)?;
    if folder.any_error() {
        return Ok(Outcome::Wrong);
    }
    if arguments.json {
        let mut array = Array::open(results)?;
        chats.iter().try_for_each(|chat| array.push(chat))?;
        array.close()?;
    } else {
        chats.sort_by_key(|chat| !chat.standing.goes_on());
        table(&chats).write(results, surroundings.width)?;
    }
    Ok(Outcome::Fine)
}

/// A chat as it stands on a day.
#[derive(Debug, Serialize)]
struct Chat {
    #[serde(rename = "chat")]
    slug: String,
    title: String,
    #[serde(skip)]
    standing: State,
    /// The state in words for people, in one word, and the day it speaks of.
    state: &'static str,
    date: Option<String>,
    says: String,
    zone: &'static str,
    series: Vec<Slot>,
    url: Option<String>,
    successor: Option<String>,
}

/// A series that tells how the chat meets.
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
    place: String,
}

impl Chat {
    fn of(schedule: &Schedule, today: NaiveDate) -> Self {
        let standing = State::of(schedule, today);
        Self {
            slug: schedule.slug.to_string(),
            title: schedule.title.clone(),
            standing,
            state: standing.word(),
            date: standing.date().map(iso_date),
            says: standing.to_string(),
            zone: schedule.zone.name(),
            series: current(schedule, today).into_iter().map(Slot::of).collect(),
            url: schedule.home.as_ref().map(ToString::to_string),
            successor: schedule.successor.as_ref().map(|successor| match successor {
                crate::schedule::Successor::Chat(slug) => slug.to_string(),
                crate::schedule::Successor::Link(link) => link.to_string(),
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
            start: iso_date(series.run.start),
            last: series.run.last.map(iso_date),
            time: series.time.format("%H:%M").to_string(),
            minutes: series.duration.num_minutes(),
            zone: series.zone.name(),
            confidence: match series.confidence {
                Confidence::Confirmed => "confirmed",
                Confidence::Inferred => "inferred",
                Confidence::Assumed => "assumed",
            },
            place: series.zone.place(),
        }
    }
}

/// A row a slot: chat, when and where it meets, how it stands.
fn table(chats: &[Chat]) -> Table {
    let mut table = Table::new(1, 1);
    table.row(["Chat", "Meets", "State"].map(|text| Cell::new(text, HEADING)).into());
    for chat in chats {
        let (slug, rest) = if chat.standing.goes_on() { (STRONG, Style::new()) } else { (FAINT, FAINT) };
        let mut slots: Vec<String> =
            chat.series.iter().map(|slot| format!("{}, {} {}", slot.every, slot.time, slot.place)).collect();
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
