//! `chatcal next`: each chat's next meeting, soonest first.

use std::io::{self, Write};

use chrono::Datelike;

use super::context::{Context, find};
use super::failure::Failure;
use crate::cli::Next;
use crate::expand::{Meeting, coming};
use crate::json::{MeetingObject, write_array};
use crate::load::Folder;
use crate::schedule::{Schedule, Status, Successor};
use crate::standing::Standing;
use crate::terminal::{Cell, FAINT, HEADING, STRONG, Table, safe, width};
use crate::text::{agreeing, count, day};
use crate::zone::{Instant, Zone};

/// Prints a table, or an array for programs; chats that have no row in it are listed as messages.
pub fn run(arguments: &Next, context: &mut Context) -> Result<(), Failure> {
    let at = context.at(arguments.clock.at);
    let mut folder = Folder::open(&arguments.schedules.folder);
    let mut schedules = Vec::new();
    if arguments.chats.is_empty() {
        schedules = folder.all();
    } else {
        let mut wanted = Vec::new();
        for chat in &arguments.chats {
            let file = find(&folder, chat, context.messages)?;
            if !wanted.contains(&file) {
                wanted.push(file);
            }
        }
        schedules.extend(wanted.into_iter().flatten().filter_map(|file| folder.one(file)));
    }
    context.show_mistakes(&mut folder)?;

    let coming: Vec<Coming> = schedules.iter().map(|schedule| Coming::of(schedule, at, arguments.number)).collect();
    let mut meetings: Vec<&Meeting> = coming.iter().flat_map(|coming| &coming.meetings).collect();
    meetings.sort_by_key(|meeting| (meeting.start, &meeting.schedule.slug, meeting.date));
    if arguments.json {
        write_array(context.out, meetings.iter().copied().map(MeetingObject::from))?;
    } else {
        let zones = zones(arguments, context)?;
        table(&meetings, &zones, at).write(context.out, context.width)?;
        if meetings.iter().any(|meeting| meeting.status == Status::Tentative) {
            writeln!(context.out, "{FAINT}? unconfirmed{FAINT:#}")?;
        }
    }
    context.out.flush()?;
    list_cancelled(&coming, context.messages)?;
    list_the_rest(&coming, !arguments.chats.is_empty(), at, context.messages)?;
    Ok(())
}

/// The zones of the columns: those asked for, else the reader's own.
fn zones(arguments: &Next, context: &mut Context) -> io::Result<Vec<Zone>> {
    if !arguments.zones.is_empty() {
        return Ok(arguments.zones.clone());
    }
    let zone = match &context.zone {
        Ok(zone) => *zone,
        Err(why) => {
            context.warn(&format!("{why}: times are in UTC; choose a zone with `--zone`"))?;
            Zone::UTC
        }
    };
    Ok(vec![zone])
}

/// What is to come of one chat.
struct Coming<'s> {
    schedule: &'s Schedule,
    meetings: Vec<Meeting<'s>>,
    /// Cancelled ones before the last of `meetings`.
    cancelled: Vec<Meeting<'s>>,
}

impl<'s> Coming<'s> {
    /// The next meetings from an instant on, with what is going on at it.
    fn of(schedule: &'s Schedule, at: Instant, number: u32) -> Self {
        let number = number as usize;
        let mut meetings = coming(schedule, at, number);
        meetings.sort_by_key(|meeting| meeting.start);
        let (mut cancelled, mut meetings): (Vec<_>, Vec<_>) =
            meetings.into_iter().partition(|meeting| meeting.status == Status::Cancelled);
        meetings.truncate(number);
        if let Some(last) = meetings.get(number - 1) {
            cancelled.retain(|cancelled| cancelled.start < last.start);
        }
        Self { schedule, meetings, cancelled }
    }
}

/// Cancelled meetings, which have no row.
fn list_cancelled(coming: &[Coming], messages: &mut dyn Write) -> io::Result<()> {
    for meeting in coming.iter().flat_map(|coming| &coming.cancelled) {
        let (title, start) = (safe(&meeting.schedule.title), meeting.local_start());
        let reason = safe(meeting.own().cancelled.unwrap_or_default());
        writeln!(messages, "{title}: {} {} is cancelled: {reason}", start.format("%a"), day(start.date()))?;
    }
    Ok(())
}

/// Chats without a meeting to come: why, of those that were asked for by name, else how many.
fn list_the_rest(coming: &[Coming], by_name: bool, at: Instant, messages: &mut dyn Write) -> io::Result<()> {
    let over: Vec<&Schedule> =
        coming.iter().filter(|coming| coming.meetings.is_empty()).map(|coming| coming.schedule).collect();
    if over.is_empty() {
        return Ok(());
    }
    if !by_name {
        let (number, have) = (count(over.len(), "chat"), agreeing(over.len(), "has", "have"));
        let words = format!("{number} {have} no meeting to come; `chatcal list` says how each stands");
        return writeln!(messages, "{FAINT}{words}{FAINT:#}");
    }
    let widest = over.iter().map(|schedule| width(schedule.slug.as_str())).max().unwrap_or(0);
    writeln!(messages, "{FAINT}No upcoming meetings:{FAINT:#}")?;
    for schedule in over {
        let slug = format!("{:widest$}", schedule.slug.as_str());
        let goes_on = schedule.successor.as_ref().map(|successor| match successor {
            Successor::Chat(slug) => format!("; continued as {slug}"),
            Successor::Link(link) => format!("; continued at {}", safe(link.as_str())),
        });
        let standing = Standing::at(schedule, at);
        writeln!(messages, "{FAINT}  {slug}  {standing}{}{FAINT:#}", goes_on.unwrap_or_default())?;
    }
    Ok(())
}

/// Columns: a date and a time for each zone, how long until then, the chat, the host's clock.
fn table(meetings: &[&Meeting], zones: &[Zone], at: Instant) -> Table {
    let mut table = Table::new(zones.len() + 1);
    if meetings.is_empty() {
        return table;
    }
    let mut heading: Vec<Cell> = zones.iter().map(|zone| Cell::new(zone.place(), HEADING)).collect();
    heading.extend(["", "Chat", "There"].map(|text| Cell::new(text, HEADING)));
    table.row(heading);
    let dates = meetings.iter().flat_map(|meeting| zones.iter().map(|zone| date(*zone, meeting, at)));
    let widest = dates.map(|date| width(&date)).max().unwrap_or(0);
    let clock = |zone, meeting: &Meeting| {
        let mark = if meeting.status == Status::Tentative { " ?" } else { "" };
        format!("{:widest$} {}{mark}", date(zone, meeting, at), zone.local(meeting.start).format("%H:%M"))
    };
    for meeting in meetings {
        let mut cells: Vec<Cell> = zones.iter().map(|zone| Cell::new(clock(*zone, meeting), STRONG)).collect();
        cells.push(until(meeting, at, zones[0]).into());
        cells.push(Cell::new(safe(&meeting.schedule.title), STRONG));
        cells.push(Cell::new(there(meeting, zones[0]), FAINT));
        table.row(cells);
        if let Some(topic) = meeting.own().topic {
            table.note(safe(topic));
        }
        if let Some(place) = meeting.venues().location() {
            table.note(safe(place.as_str()));
        }
    }
    table
}

/// The date on the clocks of a zone, with the year where it is another one.
fn date(zone: Zone, meeting: &Meeting, at: Instant) -> String {
    let start = zone.local(meeting.start);
    let format = if start.year() == zone.local(at).year() { "%a %e %b" } else { "%a %e %b %Y" };
    start.format(format).to_string()
}

/// The host's time of day, with its weekday where that is another than the reader's.
fn there(meeting: &Meeting, reader: Zone) -> String {
    let (host, start) = (meeting.zone(), meeting.local_start());
    let same_day = start.date() == reader.local(meeting.start).date();
    let weekday = if same_day { String::new() } else { format!("{} ", start.format("%a")) };
    format!("{weekday}{} {}", start.format("%H:%M"), host.place())
}

/// How long it is until a meeting begins: minutes below a day, then days of the reader's calendar, and
/// round months and years where it is long.
fn until(meeting: &Meeting, at: Instant, reader: Zone) -> String {
    let seconds = meeting.start.unix_seconds() - at.unix_seconds();
    let minutes = (seconds + 59).div_euclid(60);
    match (minutes / 60, minutes % 60) {
        _ if seconds <= 0 => "now".to_owned(),
        (0, minutes) => format!("in {minutes} min"),
        (hours @ 1..24, 0) => format!("in {hours} h"),
        (hours @ 1..24, minutes) => format!("in {hours} h {minutes} min"),
        _ => {
            let days = (reader.local(meeting.start).date() - reader.local(at).date()).num_days();
            match days {
                // From the first of two half past midnights to the evening it is more than a day and still today.
                ..=1 => "in 1 day".to_owned(),
                2..=60 => format!("in {days} days"),
                61..=729 => format!("in {} months", (days * 12 + 182) / 365),
                _ => format!("in {} years", (days + 183) / 365),
            }
        }
    }
}
