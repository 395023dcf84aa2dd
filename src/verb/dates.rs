//! `chatcal dates`: the meetings of one chat, or the dates of any rule.

use std::io::{self, Write};

use chrono::{Days, NaiveDate, NaiveDateTime};

use super::json::{Array, DateObject, MeetingObject};
use super::load::Folder;
use super::{Outcome, Surroundings, day, find, tell, usage, warn};
use crate::cli::Dates;
use crate::expand::{Meeting, Status, Window, expand};
use crate::recurrence::{Rrule, RuleError, Run};
use crate::schedule::Schedule;
use crate::terminal::{FAINT, STRONG, safe};
use crate::zone::{Instant, Zone};

/// Runs the verb.
pub fn run(
    arguments: &Dates,
    surroundings: &Surroundings,
    results: &mut dyn Write,
    messages: &mut dyn Write,
) -> io::Result<Outcome> {
    match (&arguments.chat, &arguments.rule, arguments.start, arguments.zone) {
        (Some(chat), ..) => of_chat(chat, arguments, surroundings, results, messages),
        (None, Some(rule), Some(start), Some(zone)) => {
            let at = arguments.at.at.unwrap_or(surroundings.now);
            of_rule(rule, start, zone, arguments, at, results, messages)
        }
        _ => usage(messages, "name a chat, or give --rule, --start and --zone", None),
    }
}

fn of_chat(
    chat: &str,
    arguments: &Dates,
    surroundings: &Surroundings,
    results: &mut dyn Write,
    messages: &mut dyn Write,
) -> io::Result<Outcome> {
    let at = arguments.at.at.unwrap_or(surroundings.now);
    let mut folder = Folder::open(&arguments.folder.schedules);
    let file = match find(&folder, chat) {
        Ok(file) => Some(file.id),
        Err(_) if folder.any_error() && folder.files().is_empty() => None,
        Err((message, help)) => return usage(messages, &message, help.as_deref()),
    };
    let schedule = file.and_then(|file| folder.one(file));
    tell(&mut folder, surroundings, messages)?;
    let Some(schedule) = schedule else { return Ok(Outcome::Wrong) };

    let meetings = meetings(&schedule, arguments, at);
    if arguments.json {
        let mut array = Array::open(results)?;
        meetings.iter().try_for_each(|meeting| array.push(&MeetingObject::from(meeting)))?;
        array.close()?;
    } else {
        meetings.iter().try_for_each(|meeting| line(meeting, results))?;
    }
    Ok(Outcome::Fine)
}

/// The meetings that were asked for, by occurrence date.
fn meetings<'s>(schedule: &'s Schedule, arguments: &Dates, at: Instant) -> Vec<Meeting<'s>> {
    let feed = Window::of_feed(at);
    let from = arguments.from.unwrap_or(feed.from);
    let bounded = arguments.from.is_none() && arguments.until.is_none();
    let through = if bounded { feed.through } else { arguments.until.unwrap_or(Window::ALL.through) };
    let Some(count) = arguments.count.map(|count| count as usize) else {
        return expand(schedule, Window { from, through });
    };
    // With a count there is no need to look to the end of time: a little first, then more. What is known of single
    // meetings is always looked at, as a meeting that moved far comes early in the order of occurrence dates.
    let changes = schedule.changes.iter().map(|change| change.moved_to.unwrap_or(change.date));
    let single = changes.chain(schedule.one_offs.iter().map(|one_off| one_off.date)).max();
    let begin = from.max(schedule.series.iter().map(|series| series.run.start).min().unwrap_or(from));
    let mut meetings = Vec::new();
    for years in [2, 20, 200, 10_000] {
        let near = begin.checked_add_days(Days::new(366 * years)).unwrap_or(through).max(single.unwrap_or(begin));
        let near = near.checked_add_days(Days::new(2)).unwrap_or(through).min(through);
        meetings = expand(schedule, Window { from, through: near });
        if meetings.len() >= count || near == through {
            break;
        }
    }
    meetings.truncate(count);
    meetings
}

/// One meeting on the host's clocks.
fn line(meeting: &Meeting, results: &mut dyn Write) -> io::Result<()> {
    let (start, end) = (meeting.local_start(), meeting.local_end());
    let zone = meeting.zone().observance(meeting.start).abbreviation;
    write!(
        results,
        "{STRONG}{}{STRONG:#}  {}–{} {zone}",
        start.format("%a %e %b %Y"),
        start.format("%H:%M"),
        end.format("%H:%M")
    )?;
    let mut words: Vec<String> = Vec::new();
    words.extend(meeting.cancelled().map(|reason| format!("cancelled: {}", safe(reason))));
    words.extend((meeting.status == Status::Tentative).then(|| "unconfirmed".to_owned()));
    if start.date() != meeting.date && meeting.change().is_some() {
        words.push(format!("moved from {}", day(meeting.date)));
    }
    words.extend(meeting.name().map(|name| safe(name).into_owned()));
    if let Some(topic) = meeting.topic() {
        write!(results, "  {}", safe(topic))?;
    }
    if !words.is_empty() {
        write!(results, "  {FAINT}({}){FAINT:#}", words.join("; "))?;
    }
    writeln!(results)
}

fn of_rule(
    text: &str,
    start: NaiveDateTime,
    zone: Zone,
    arguments: &Dates,
    at: Instant,
    results: &mut dyn Write,
    messages: &mut dyn Write,
) -> io::Result<Outcome> {
    let run = match run_of(text, start, zone) {
        Ok(run) => run,
        Err(error) => return refuse(&error, text, messages),
    };
    let unbounded = arguments.count.is_none() && arguments.until.is_none() && run.last.is_none();
    let feed = Window::of_feed(at);
    let through = if unbounded { feed.through } else { arguments.until.unwrap_or(Window::ALL.through) };
    if unbounded && arguments.from.is_some_and(|from| from > through) {
        warn(messages, &format!("without --until or --count nothing comes after {}", day(through)))?;
    }
    let window = Window { from: arguments.from.unwrap_or(NaiveDate::MIN), through };
    let (mut wall_cursor, mut utc_cursor) = (zone.wall_cursor(), zone.utc_cursor());
    // A start that the clocks skip just before midnight comes on the next day.
    let from = window.from.pred_opt().unwrap_or(NaiveDate::MIN);
    let dates = run
        .dates_from(from)
        .through(window.through)
        .map(|date| {
            let instant = wall_cursor.instant(date, start.time());
            (date, instant, utc_cursor.observance(instant))
        })
        .filter(|(_, instant, observance)| window.holds(instant.at_offset(observance.offset).date()))
        .take(arguments.count.map_or(usize::MAX, |count| count as usize));
    if arguments.json {
        let mut array = Array::open(results)?;
        for (date, instant, observance) in dates {
            array.push(&DateObject::new(date, instant, zone, observance))?;
        }
        array.close()?;
    } else {
        for (_, instant, observance) in dates {
            let local = instant.at_offset(observance.offset);
            let (date, time) = (local.format("%a %e %b %Y"), local.format("%H:%M"));
            writeln!(results, "{STRONG}{date}{STRONG:#}  {time} {}", observance.abbreviation)?;
        }
    }
    Ok(Outcome::Fine)
}

/// The dates of a rule.
fn run_of(text: &str, start: NaiveDateTime, zone: Zone) -> Result<Run, RuleError> {
    let rrule: Rrule = text.parse()?;
    let run = rrule.run(start.date(), |until| zone.last_date_by(Instant::from(until.and_utc()), start.time()));
    run.rule.check_happens(run.start)?;
    Ok(run)
}

/// Why a rule is none, with the place under it where it fits in a line.
fn refuse(error: &RuleError, text: &str, messages: &mut dyn Write) -> io::Result<Outcome> {
    let outcome = usage(messages, &safe(&error.to_string()), None)?;
    let marked = text.get(error.span.clone()).filter(|_| text.len() <= 200 && text.is_ascii());
    if let Some(marked) = marked {
        let (before, marks) = (" ".repeat(error.span.start), "^".repeat(marked.len().max(1)));
        writeln!(messages, "  {}\n  {before}{marks}", safe(text))?;
    }
    if let Some(help) = &error.help {
        writeln!(messages, "  help: {}", safe(help))?;
    }
    Ok(outcome)
}
