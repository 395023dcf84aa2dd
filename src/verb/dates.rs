//! `chatcal dates`: the meetings of one chat, or the dates of any rule.

use std::io::{self, Write};

use chrono::{NaiveDate, NaiveDateTime};

use super::context::{Context, find};
use super::failure::{Complaint, Failure};
use crate::cli::Dates;
use crate::diagnostic::quoted;
use crate::expand::{Meeting, Window, expand, first_of_each};
use crate::json::{DateObject, MeetingObject, write_array};
use crate::lint::limits::MOST_MEETINGS;
use crate::load::Folder;
use crate::recurrence::{Rrule, RuleError, Run};
use crate::schedule::{Schedule, Status, phrase};
use crate::terminal::{FAINT, STRONG, safe};
use crate::text::{day, thousands};
use crate::zone::{Instant, Zone};

/// Prints a line, or an object for programs, for each of them.
pub fn run(arguments: &Dates, context: &mut Context) -> Result<(), Failure> {
    match (&arguments.chat, &arguments.rule, arguments.start, arguments.zone) {
        (Some(chat), ..) => of_chat(chat, arguments, context),
        (None, Some(rule), Some(start), Some(zone)) => of_rule(rule, start, zone, arguments, context),
        _ => Err(Failure::usage("name a chat, or give --rule, --start and --zone")),
    }
}

fn of_chat(chat: &str, arguments: &Dates, context: &mut Context) -> Result<(), Failure> {
    let at = context.at(arguments.clock.at);
    let mut folder = Folder::open(&arguments.schedules.folder);
    let schedule = find(&folder, chat, context.messages)?.and_then(|file| folder.one(file));
    context.show_mistakes(&mut folder)?;
    let schedule = schedule.ok_or(Failure::Reported)?;

    let endless = schedule.series.iter().any(|series| series.run.last.is_none());
    let days = schedule.series.iter().map(|series| series.run.start).chain(schedule.one_offs.iter().map(|it| it.date));
    let window = window(arguments, at, endless, days.min(), context)?;
    check_number(schedule.series.iter().map(|series| &series.run), window, arguments.count)?;
    let meetings = meetings(&schedule, arguments, window);
    if arguments.json {
        write_array(context.out, meetings.iter().map(MeetingObject::from))?;
    } else {
        meetings.iter().try_for_each(|meeting| line(meeting, context.out))?;
    }
    Ok(())
}

/// The days that were asked for. What is endless and was given no end stops where a feed does, with a warning where
/// somebody chose the beginning and might expect more.
fn window(
    arguments: &Dates,
    at: Instant,
    endless: bool,
    first: Option<NaiveDate>,
    context: &mut Context,
) -> io::Result<Window> {
    let feed = Window::of_feed(at, None);
    let from = arguments.from.unwrap_or(Window::ALL.from);
    let whole_feed = arguments.chat.is_some() && arguments.from.is_none();
    let stops = arguments.until.is_none() && arguments.count.is_none() && (endless || whole_feed);
    let through = if stops { feed.through } else { arguments.until.unwrap_or(Window::ALL.through) };
    let begins_later = first.is_some_and(|first| first > through);
    if stops && (arguments.from.is_some() || begins_later) {
        context.warn(&format!("nothing after {} is shown; `--until` or `--count` looks further", day(through)))?;
    }
    Ok(Window { from, through })
}

/// An error where more would be shown than anybody reads: a rule may give millions of dates.
fn check_number<'r>(
    runs: impl IntoIterator<Item = &'r Run>,
    window: Window,
    count: Option<u32>,
) -> Result<(), Failure> {
    let most = count.map_or(usize::MAX, |count| count as usize);
    let runs = runs.into_iter().map(|run| run.count(window.from, window.through).min(most));
    let number = runs.fold(0, usize::saturating_add);
    if number <= MOST_MEETINGS {
        return Ok(());
    }
    let (number, most) = (thousands(number), thousands(MOST_MEETINGS));
    let message = format!("that would be {number} meetings; at most {most} are shown at once");
    Err(Failure::wrong(message).help("show fewer with `--from` and `--until`, or with `--count`"))
}

/// The meetings that were asked for, by occurrence date.
fn meetings<'s>(schedule: &'s Schedule, arguments: &Dates, window: Window) -> Vec<Meeting<'s>> {
    let Some(count) = arguments.count.map(|count| count as usize) else {
        return expand(schedule, window);
    };
    let mut meetings = first_of_each(schedule, window, count, |_| true);
    meetings.sort_by_key(|meeting| (meeting.date, meeting.name()));
    meetings.truncate(count);
    meetings
}

/// One meeting on the host's clocks.
fn line(meeting: &Meeting, results: &mut dyn Write) -> io::Result<()> {
    let (own, start, end) = (meeting.own(), meeting.local_start(), meeting.local_end());
    let zone = meeting.zone().observance(meeting.start).label();
    write!(
        results,
        "{STRONG}{}{STRONG:#}  {}–{} {zone}",
        start.format("%a %e %b %Y"),
        start.format("%H:%M"),
        end.format("%H:%M")
    )?;
    let mut words: Vec<String> = Vec::new();
    words.extend(own.cancelled.map(|reason| format!("cancelled: {}", safe(reason))));
    words.extend((meeting.status == Status::Tentative).then(|| "unconfirmed".to_owned()));
    if start.date() != meeting.date && meeting.change().is_some() {
        words.push(format!("moved from {}", day(meeting.date)));
    }
    words.extend(meeting.name().map(|name| safe(name).into_owned()));
    if let Some(topic) = own.topic {
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
    context: &mut Context,
) -> Result<(), Failure> {
    let run = run_of(text, start, zone).map_err(|error| refused(&error, text))?;
    let window = window(arguments, context.at(arguments.clock.at), run.last.is_none(), Some(run.start), context)?;
    if arguments.count.is_none() {
        check_number([&run], window, None)?;
    }
    let (mut wall_cursor, mut utc_cursor) = (zone.wall_cursor(), zone.utc_cursor());
    let dates = window
        .dates_of(&run)
        .map(|date| {
            let instant = wall_cursor.instant(date, start.time());
            (date, instant, utc_cursor.observance(instant))
        })
        .filter(|(_, instant, observance)| window.holds(instant.at_offset(observance.offset).date()))
        .take(arguments.count.map_or(usize::MAX, |count| count as usize));
    if arguments.json {
        let object = |(date, instant, observance)| DateObject::new(date, instant, zone, observance);
        write_array(context.out, dates.map(object))?;
    } else {
        for (_, instant, observance) in dates {
            let local = instant.at_offset(observance.offset);
            let (date, time) = (local.format("%a %e %b %Y"), local.format("%H:%M"));
            writeln!(context.out, "{STRONG}{date}{STRONG:#}  {time} {}", observance.label())?;
        }
    }
    Ok(())
}

/// The dates of a rule.
fn run_of(text: &str, start: NaiveDateTime, zone: Zone) -> Result<Run, RuleError> {
    let rrule: Rrule = text.parse()?;
    let run = rrule.run(start.date(), |until| zone.last_date_by(Instant::from(until.and_utc()), start.time()));
    // The place is one in the rule as it was written, not as it is printed.
    run.check().map_err(|error| RuleError { span: 0..text.len(), ..error })?;
    Ok(run)
}

/// Why a rule is not valid, with the place in it.
fn refused(error: &RuleError, text: &str) -> Failure {
    if let Ok(rule) = phrase::parse(text) {
        let help = format!("as a rule it is {rule}");
        return Failure::usage(format!("{} is what `every` of a schedule takes", quoted(text))).help(help);
    }
    let marked = Some((text.to_owned(), error.span.clone()));
    let help = error.way_out("is that of --start");
    Failure::Usage(vec![Complaint { message: error.to_string(), marked, help }])
}
