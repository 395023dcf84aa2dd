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
use crate::schedule::keys::LIST;
use crate::schedule::{Confidence, LastKnown, Schedule, Series, Status, read_schedule, read_text};
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
    let is_full = |series: &Series| {
        let is_known = |source: &&String| series.sources.iter().any(|known| known.as_str() == source.trim());
        series.sources.len() + sources.iter().filter(|source| !is_known(source)).count() > LIST
    };
    let full = confirmed.iter().find(|(series, _)| is_full(series));
    if let Some((series, _)) = full {
        let (start, known) = (weekday_and_day(series.run.start), series.sources.len());
        return Err(Failure::wrong(format!(
            "the series of {start} has {known} sources, and {LIST} at most are allowed"
        ))
        .help("take out of its `source` what later ones have made needless, and say it again"));
    }
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
        if series.confidence != Confidence::Confirmed {
            let word = series.confidence.word();
            writeln!(context.messages, "its meetings stay unconfirmed all the same: its `confidence` is \"{word}\"")?;
        }
    }
    Ok(())
}

/// The day of the last meeting that is over, for all that the schedule knows, of those series that have to be confirmed:
/// they go on, but only a last day of them is known. Of a chat of which somebody vouches for all of them each counts.
fn last_meeting(schedule: &Schedule, at: Instant) -> Result<NaiveDate, Failure> {
    let today = at.utc().date();
    let goes_on = |series: &Series| series.run.last.is_none_or(|last| last >= today);
    let has_to_be = |series: &Series| series.last_known.is_some() && goes_on(series);
    let any_has_to_be = schedule.series.iter().any(has_to_be);
    let counts = |series: &Series| if any_has_to_be { has_to_be(series) } else { is_vouched_for(series) };
    let (from, through) = (today.checked_sub_days(LATELY), today.succ_opt());
    let lately = expand(schedule, Window { from: from.unwrap_or_default(), through: through.unwrap_or(today) });
    let counts = |meeting: &Meeting<'_>| is_regular(meeting) && meeting.series().is_some_and(counts);
    let over = lately.iter().filter(|meeting| counts(meeting) && meeting.end <= at);
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
    if !met.iter().any(is_regular) {
        return Err(no_meeting(&open, &met, date));
    }
    met.retain(|meeting| is_regular(meeting) && meeting.start <= at);
    if met.is_empty() {
        let day = weekday_and_day(date);
        return Err(Failure::wrong(format!("the meeting of {day} is still to come")).help(format!(
            "what the hosts have published in advance is `announced = {date}` in its series, in place of `seen`"
        )));
    }
    let of_series = met.iter().filter_map(|meeting| match meeting.origin {
        Origin::Regular(index, _) => Some(&schedule.series[index]),
        Origin::OneOff(_) => None,
    });
    let has_to_be = of_series.clone().any(|series| series.last_known.is_some());
    let (mut confirmed, mut refused) = (Vec::new(), None);
    for series in of_series {
        match series.last_known {
            None if !is_vouched_for(series) => {
                let last = series.run.final_date().map(weekday_and_day).unwrap_or_default();
                let error = Failure::wrong(format!("the end of that series is known: {last}"));
                refused = Some(error.help("if it goes on, take away its `until`"));
            }
            // Somebody vouches for it, and another one is meant.
            None if has_to_be => {}
            Some(LastKnown::Seen(seen)) if seen > series.zone.local(at).date() => {
                let error = Failure::wrong(format!("`seen` is on a day to come, {}", weekday_and_day(seen)));
                refused = Some(error.help(format!(
                    "correct it, or write `announced = {seen}` in its place where its hosts have announced that"
                )));
            }
            Some(LastKnown::Seen(seen)) if seen > date => {
                let error = Failure::wrong(format!("it was seen later already, on {}", weekday_and_day(seen)));
                refused = Some(error.help("a source for an earlier meeting goes into a [[change]] of its date"));
            }
            Some(LastKnown::Seen(seen)) if seen == date => confirmed.push((series, None)),
            Some(LastKnown::Announced(announced)) if announced > date => confirmed.push((series, None)),
            _ => confirmed.push((series, Some(date))),
        }
    }
    match refused {
        Some(refused) if confirmed.is_empty() => Err(refused),
        _ => Ok(confirmed),
    }
}

/// Whether it goes on without anybody saying that it was seen.
fn is_vouched_for(series: &Series) -> bool {
    series.last_known.is_none() && series.run.last.is_none()
}

fn is_regular(meeting: &Meeting<'_>) -> bool {
    meeting.series().is_some() && meeting.status != Status::Cancelled
}

/// The error that no series meets on a day, with the days near it; `others` are the meetings of the day that count for
/// none.
fn no_meeting(open: &Schedule, others: &[Meeting<'_>], date: NaiveDate) -> Failure {
    let day = weekday_and_day(date);
    match others.first() {
        Some(other) if other.status == Status::Cancelled => {
            return Failure::wrong(format!("the meeting of {day} was called off, as the schedule says"))
                .help("take its `cancelled` away if it took place");
        }
        Some(_) => {
            return Failure::wrong(format!(
                "the meeting of {day} is a [[one-off]], which is confirmed by its `source`"
            ))
            .help("write the source into it");
        }
        None => {}
    }
    if let Some(pause) = open.breaks.iter().find(|pause| pause.holds(date)) {
        let (from, through) = (weekday_and_day(pause.from), weekday_and_day(pause.through));
        return Failure::wrong(format!("{day} is in the break from {from} through {through}"))
            .help("if it met all the same, bring its meeting back with a [[change]] of that date and the source");
    }
    let from = date.checked_sub_days(NEAR).unwrap_or(NaiveDate::MIN);
    let through = date.checked_add_days(NEAR).unwrap_or(NaiveDate::MAX);
    let near = expand(open, Window { from, through });
    let days: Vec<NaiveDate> =
        near.iter().filter(|meeting| is_regular(meeting)).map(|meeting| meeting.local_start().date()).collect();
    let before = days.iter().filter(|day| **day < date).max();
    let after = days.iter().filter(|day| **day > date).min();
    let nearest: Vec<String> = before.into_iter().chain(after).map(|day| weekday_and_day(*day)).collect();
    let failure = Failure::wrong(format!("no series of {} meets on {day}", open.slug));
    if nearest.is_empty() {
        return failure.help("a meeting outside its rhythm is a [[one-off]]");
    }
    failure.help(format!("nearest: {}; a meeting outside its rhythm is a [[one-off]]", list(nearest)))
}

fn by_hand(shown: &str, why: &str, date: NaiveDate) -> Failure {
    Failure::wrong(format!("{shown} cannot be edited: {why}"))
        .help(format!("write `seen = {date}` and the source into its series by hand"))
}
