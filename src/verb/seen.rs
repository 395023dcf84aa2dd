//! `chatcal seen`: a chat has met, and that is written into its schedule.

use chrono::{Days, NaiveDate};

use super::context::{Context, find};
use super::failure::{Complaint, Failure};
use crate::cli::Seen;
use crate::diagnostic::{FileId, Severity};
use crate::expand::{Meeting, Origin, Window, expand};
use crate::load::{Folder, schedule_bytes};
use crate::out::whole;
use crate::schedule::edit::{Confirmation, confirm};
use crate::schedule::{LastKnown, Schedule, Series, Status, read_schedule, read_text};
use crate::terminal::safe;
use crate::text::{list, reason, weekday_and_day};
use crate::zone::Instant;

/// Without a date, the last meeting within so many days.
const LATELY: Days = Days::new(400);
/// So far around a day without a meeting those that are near are looked for.
const NEAR: Days = Days::new(100);

/// Writes that a chat was seen to meet, where its schedule does not know that already.
pub fn run(arguments: &Seen, context: &mut Context) -> Result<(), Failure> {
    let at = context.at(arguments.clock.at);
    let mut folder = Folder::open(&arguments.schedules.folder);
    let file = find(&folder, &arguments.chat, context.messages)?;
    let schedule = file.and_then(|file| folder.one(file));
    context.show_mistakes(&mut folder)?;
    let (Some(schedule), Some(file)) = (schedule, file) else { return Err(Failure::Reported) };
    let Some(file) = folder.files().iter().find(|known| known.id == file) else { return Err(Failure::Reported) };

    let date = match arguments.date {
        Some(date) => date,
        None => last_meeting(&schedule, at)?,
    };
    let confirmed = confirmed(&schedule, date, at)?;
    let sources = &arguments.source;
    let confirmations = confirmed.iter().map(|(series, seen)| Confirmation { series, seen: *seen, sources });
    let confirmations: Vec<_> = confirmations.collect();
    let shown = file.path.display().to_string();
    let not_read = |error| Failure::wrong(format!("{shown} cannot be read: {}", reason(&error)));
    let bytes = schedule_bytes(&file.path).map_err(not_read)?;
    let text = read_text(FileId(0), &bytes).map_err(|wrong| Failure::wrong(wrong.message))?;
    let edited = confirm(text, &confirmations).map_err(|why| by_hand(&shown, &why, date))?;
    let mut found = Vec::new();
    if read_schedule(FileId(0), &schedule.slug, &edited, &mut found).is_none() {
        // The rest of it was right before.
        let wrong = found.into_iter().filter(|found| found.severity == Severity::Error);
        let wrong = wrong.map(|wrong| Complaint { help: wrong.help, ..Complaint::new(wrong.message) });
        return Err(Failure::Usage(wrong.collect()));
    }
    let day = weekday_and_day(date);
    if edited == text {
        writeln!(context.messages, "{}: that it met on {day} is known already", safe(&shown))?;
        return Ok(());
    }
    let not_written = |error| Failure::wrong(format!("{shown} cannot be written: {}", reason(&error)));
    whole::replace(&file.path, &edited, &context.interrupt).map_err(not_written)?;
    for (series, seen) in &confirmed {
        let words = match (seen, series.last_known) {
            (Some(_), None) => format!("seen on {day}; its later meetings are unconfirmed until it is seen again"),
            (Some(_), Some(known)) => format!("seen on {day}, {} before", known.of_series()),
            (None, Some(known)) => format!("another source for {day}; it stays {}", known.of_series()),
            (None, None) => continue,
        };
        writeln!(context.out, "{}: {words}", safe(&shown))?;
    }
    Ok(())
}

/// The day of the last meeting that is over, for all that the schedule knows; one of a series whose end is known needs no
/// word of it.
fn last_meeting(schedule: &Schedule, at: Instant) -> Result<NaiveDate, Failure> {
    let today = schedule.zone.local(at).date();
    let from = today.checked_sub_days(LATELY).unwrap_or(NaiveDate::MIN);
    let lately = expand(schedule, Window { from, through: today });
    let is_open = |meeting: &Meeting<'_>| meeting.series().is_some_and(|series| !has_known_end(series));
    let over = lately.iter().filter(|meeting| is_regular(meeting) && is_open(meeting) && meeting.end <= at);
    over.max_by_key(|meeting| meeting.start).map(|meeting| meeting.local_start().date()).ok_or_else(|| {
        let slug = &schedule.slug;
        Failure::wrong(format!("no meeting of {slug} is expected to have taken place lately"))
            .help(format!("say on which day it met: chatcal seen {slug} DATE --source LINK"))
    })
}

/// The series that met on a day, each with that day, unless it is known already.
fn confirmed(schedule: &Schedule, date: NaiveDate, at: Instant) -> Result<Vec<(&Series, Option<NaiveDate>)>, Failure> {
    // It may have gone on longer than anybody expected.
    let mut open = schedule.clone();
    for (open, series) in open.series.iter_mut().zip(&schedule.series) {
        let fading = schedule.fading(series).filter(|fading| !fading.replaced);
        if fading.is_some_and(|fading| series.run.last == Some(fading.last)) {
            open.run.last = None;
        }
    }
    let mut met = expand(&open, Window { from: date, through: date });
    met.retain(is_regular);
    if met.is_empty() {
        return Err(no_meeting(&open, date));
    }
    met.retain(|meeting| meeting.start <= at);
    if met.is_empty() {
        let day = weekday_and_day(date);
        return Err(Failure::wrong(format!("the meeting of {day} is still to come"))
            .help(format!("what the hosts have published in advance is `announced = {date}` in its series")));
    }
    let (mut confirmed, mut refused) = (Vec::new(), None);
    for meeting in met {
        let Origin::Regular(index, _) = meeting.origin else { continue };
        // The date that its rule gives counts, which a move does not change; but not one that is to come.
        let (series, day) = (&schedule.series[index], meeting.date.min(date));
        match series.last_known {
            None if has_known_end(series) => {
                let last = series.run.final_date().map(weekday_and_day).unwrap_or_default();
                let error = Failure::wrong(format!("the end of that series is known: {last}"));
                refused = Some(error.help("if it goes on, take away its `until`"));
            }
            Some(LastKnown::Seen(seen)) if seen > day => {
                let error = Failure::wrong(format!("it was seen later already, on {}", weekday_and_day(seen)));
                refused = Some(error.help("a source for an earlier meeting goes into a [[change]] of its date"));
            }
            Some(LastKnown::Seen(seen)) if seen == day => confirmed.push((series, None)),
            Some(LastKnown::Announced(announced)) if announced > day => confirmed.push((series, None)),
            _ => confirmed.push((series, Some(day))),
        }
    }
    match refused {
        Some(refused) if confirmed.is_empty() => Err(refused),
        _ => Ok(confirmed),
    }
}

/// Whether nobody has to say that it still meets.
fn has_known_end(series: &Series) -> bool {
    series.last_known.is_none() && series.run.last.is_some()
}

fn is_regular(meeting: &Meeting<'_>) -> bool {
    meeting.series().is_some() && meeting.status != Status::Cancelled
}

/// The error that no series meets on a day, with the days near it.
fn no_meeting(open: &Schedule, date: NaiveDate) -> Failure {
    let from = date.checked_sub_days(NEAR).unwrap_or(NaiveDate::MIN);
    let through = date.checked_add_days(NEAR).unwrap_or(NaiveDate::MAX);
    let near = expand(open, Window { from, through });
    let days: Vec<NaiveDate> =
        near.iter().filter(|meeting| is_regular(meeting)).map(|meeting| meeting.local_start().date()).collect();
    let before = days.iter().filter(|day| **day < date).max();
    let after = days.iter().filter(|day| **day > date).min();
    let nearest: Vec<String> = before.into_iter().chain(after).map(|day| weekday_and_day(*day)).collect();
    let failure = Failure::wrong(format!("no series of {} meets on {}", open.slug, weekday_and_day(date)));
    if nearest.is_empty() {
        return failure.help("a meeting outside its rhythm is a [[one-off]]");
    }
    failure.help(format!("nearest: {}; a meeting outside its rhythm is a [[one-off]]", list(nearest)))
}

fn by_hand(shown: &str, why: &str, date: NaiveDate) -> Failure {
    Failure::wrong(format!("{shown} cannot be edited: {why}"))
        .help(format!("write `seen = {date}` and the source into its series by hand"))
}
