//! Warnings: what is right by the letter, but probably not what is meant, given the whole schedule, the day or the other
//! chats. The instant is handed in: there is no clock here.

mod clash;
mod finding;
mod fixed_zone;
pub mod limits;
mod place;
mod reckon;
mod same_instant;

use chrono::{Days, NaiveDate};

use crate::diagnostic::{Diagnostic, FileId, quoted};
use crate::expand::{Meeting, Window};
use crate::schedule::{Break, Confidence, LastKnown, Place, Schedule, Series, Status};
use crate::text::{agreeing, count, weekday_and_day};
use crate::zone::Instant;
use clash::Clashes;
pub use finding::is_silenced;
use finding::{Finding, MOST, of_change, of_one_off, of_series};

/// After so many days without anything dated a series that is open is doubted.
const DOUBTED: Days = Days::new(2 * 365);
/// Nobody announces meetings for more days than this.
const FAR: Days = Days::new(2 * 366);
/// So many days before a series fades out its curator is warned.
const NOTICE: Days = Days::new(60);

/// Looks at one schedule after the other.
#[derive(Debug)]
pub struct Lint {
    at: Instant,
    today: NaiveDate,
    clashes: Clashes,
}

impl Lint {
    /// Begins on the day of an instant, in UTC.
    pub fn new(at: Instant) -> Self {
        Self { at, today: at.utc().date(), clashes: Clashes::new(at) }
    }

    /// Looks at a schedule, the text of its file, and its meetings in the window of its feed.
    pub fn look(&mut self, file: FileId, text: &str, schedule: &Schedule, meetings: &[Meeting<'_>]) -> Vec<Diagnostic> {
        let clash =
            if is_silenced(&schedule.silenced, clash::CODE) { None } else { self.clashes.add(schedule, meetings) };
        let findings = in_break(schedule)
            .into_iter()
            .chain(listed_twice(schedule))
            .chain(unsourced(schedule, self.today))
            .chain(fixed_zone::look(schedule))
            .chain(same_instant::look(schedule, meetings))
            .chain(place::look(schedule, meetings, self.at))
            .chain(schedule.series.iter().filter_map(|series| ahead(series, self.at)))
            .chain(schedule.series.iter().filter_map(|series| still_running(schedule, series, self.today)))
            .chain(schedule.series.iter().filter_map(|series| fading(schedule, series, self.today)))
            .chain(self.no_meeting(schedule, meetings))
            .chain(clash);
        let shown = findings.filter(|finding| !is_silenced(&schedule.silenced, finding.code));
        shown.map(|finding| finding.diagnostic(file, text)).collect()
    }

    /// A series that goes on, and a feed in which nothing is to come.
    fn no_meeting(&self, schedule: &Schedule, meetings: &[Meeting<'_>]) -> Option<Finding> {
        let soon = self.today.checked_add_days(NOTICE)?;
        let goes_on = |series: &&Series| {
            let fades_later = series.last_known.is_some() && series.run.last.is_some_and(|last| last > soon);
            series.run.start <= self.today && (series.is_open() || fades_later)
        };
        let series = schedule.series.iter().rfind(goes_on)?;
        // A feed without any in its years holds a later one.
        let years = Window::of_feed(self.at, None);
        let coming = |meeting: &Meeting<'_>| {
            let lies_in_them = years.holds(meeting.local_start().date());
            meeting.start >= self.at && meeting.status != Status::Cancelled && lies_in_them
        };
        if meetings.iter().any(coming) {
            return None;
        }
        let message = "the chat goes on, but has no meetings through the end of next year".to_owned();
        let help = "correct the rule or the breaks, or add `until`".into();
        Some(Finding { code: "no-meeting", message, label: None, help, place: of_series(series, "start") })
    }
}

/// One-offs and moved meetings that fall into a break of the chat.
fn in_break(schedule: &Schedule) -> Vec<Finding> {
    let hit = |day: NaiveDate| schedule.breaks.iter().find(|pause| pause.holds(day));
    let one_offs = schedule.one_offs.iter().filter(|one_off| one_off.cancelled.is_none());
    let one_offs = one_offs.map(|one_off| (one_off.date, of_one_off(one_off, "date")));
    let moved = schedule.changes.iter().filter(|change| change.cancelled.is_none()).filter_map(|change| {
        // A change of a meeting within the break brings it back: that is meant.
        let day = change.moved_to.filter(|_| hit(change.date).is_none())?;
        Some((day, of_change(schedule, change, "moved-to")))
    });
    let all = one_offs.chain(moved).filter_map(|(day, place)| {
        let pause = hit(day)?;
        let message = format!("{} is in a break of the chat", weekday_and_day(day));
        let (from, through) = (weekday_and_day(pause.from), weekday_and_day(pause.through));
        let label = Some(format!("the break is from {from} through {through}"));
        Some(Finding { code: "in-break", message, label, help: "correct the date or the break".into(), place })
    });
    all.take(MOST).collect()
}

/// A source that stands twice in one list.
fn listed_twice(schedule: &Schedule) -> Vec<Finding> {
    let key = "source";
    let of_break = |pause: &Break| Place::Row { table: "break", date: pause.from, name: None, key };
    let series = schedule.series.iter().map(|series| (&series.sources, of_series(series, key)));
    let changes = schedule.changes.iter().map(|change| (&change.sources, of_change(schedule, change, key)));
    let breaks = schedule.breaks.iter().map(|pause| (&pause.sources, of_break(pause)));
    let one_offs = schedule.one_offs.iter().map(|one_off| (&one_off.sources, of_one_off(one_off, key)));
    let all = series.chain(changes).chain(breaks).chain(one_offs).filter_map(|(sources, place)| {
        let twice = sources.iter().enumerate().find(|(index, source)| sources[..*index].contains(source))?.1;
        let message = format!("the source {} is listed twice", quoted(twice.as_str()));
        Some(Finding { code: "same-source", message, label: None, help: "keep one of them".into(), place })
    });
    all.take(MOST).collect()
}

/// Topics of meetings that are over which have no source: reported once per chat.
fn unsourced(schedule: &Schedule, today: NaiveDate) -> Option<Finding> {
    // Marked as inferred it may stand for itself.
    let inferred = [Some(Confidence::Inferred), Some(Confidence::Assumed)];
    let changes = schedule.changes.iter().filter(|change| change.topic.is_some() && change.sources.is_empty());
    let changes = changes.filter(|change| !inferred.contains(&change.confidence));
    let changes = changes.map(|it| (it.moved_to.unwrap_or(it.date), of_change(schedule, it, "topic")));
    let one_offs = schedule.one_offs.iter().filter(|one_off| one_off.topic.is_some() && one_off.sources.is_empty());
    // Assumed is also what is said of one without a source where nothing is said.
    let one_offs = one_offs.filter(|one_off| one_off.confidence != Confidence::Inferred);
    let one_offs = one_offs.map(|one_off| (one_off.date, of_one_off(one_off, "topic")));
    let mut past: Vec<_> = changes.chain(one_offs).filter(|(day, _)| *day < today).collect();
    past.sort_by_key(|(day, _)| *day);
    let number = past.len();
    let (day, place) = past.into_iter().next()?;
    let message = format!("the topic of {} has no source", weekday_and_day(day));
    let has = agreeing(number - 1, "has", "have");
    let label = (number > 1).then(|| format!("{} {has} none either", count(number - 1, "later topic")));
    let help = "say where it is known from: source = \"…\"".into();
    Some(Finding { code: "unsourced", message, label, help, place })
}

/// An open series that began long ago and of which nothing has been said for long.
fn still_running(schedule: &Schedule, series: &Series, today: NaiveDate) -> Option<Finding> {
    let long_ago = today.checked_sub_days(DOUBTED)?;
    if !series.is_open() || series.run.start >= long_ago {
        return None;
    }
    let changes = schedule.changes.iter().map(|change| change.date);
    let one_offs = schedule.one_offs.iter().map(|one_off| one_off.date);
    let breaks = schedule.breaks.iter().map(|pause| pause.through);
    let dated = changes.chain(one_offs).chain(breaks).max();
    if dated.is_some_and(|dated| dated >= long_ago) || series.run.next_from(today).is_none() {
        return None;
    }
    let last = dated.filter(|dated| *dated > series.run.start);
    let label = Some(match last {
        Some(last) => format!("the last dated entry is from {}", weekday_and_day(last)),
        None => "no dated entry since".to_owned(),
    });
    let start = weekday_and_day(series.run.start);
    let message = format!("this series began on {start} and has no end: is it still running?");
    let help = "add `seen`, the last day on which it was seen to run, or `until`, the day on which it ended".into();
    Some(Finding { code: "still-running", message, label, help, place: of_series(series, "start") })
}

/// A series that is said to have met on a day that is to come, or to be announced for years.
fn ahead(series: &Series, at: Instant) -> Option<Finding> {
    let today = series.zone.local(at).date();
    let known = series.last_known.filter(|known| known.day() > today)?;
    let place = of_series(series, known.key());
    let LastKnown::Seen(seen) = known else {
        let far = today.checked_add_days(FAR).is_some_and(|far| known.day() > far);
        let message = format!("are its meetings announced through {} already?", weekday_and_day(known.day()));
        let help = "correct the year, or give the last day that the hosts have published".into();
        return far.then_some(Finding { code: "announced-ahead", message, label: None, help, place });
    };
    let message = format!("nobody can have seen this series on {} yet", weekday_and_day(seen));
    let help = format!("write `announced = {seen}` where its hosts have announced its meetings through that day");
    Some(Finding { code: "seen-ahead", message, label: None, help: help.into(), place })
}

/// A series that fades out soon.
fn fading(schedule: &Schedule, series: &Series, today: NaiveDate) -> Option<Finding> {
    let (known, fading) = (series.last_known?, schedule.fading(series)?);
    let last = series.run.last.filter(|last| *last == fading.last && !fading.replaced)?;
    if last < today || last > today.checked_add_days(NOTICE)? {
        return None;
    }
    series.run.next_from(today)?;
    let message = format!("this series fades out of the feed after {}", weekday_and_day(last));
    let command = format!("`chatcal seen {} --source LINK` if it still meets", schedule.slug);
    let help = match known {
        LastKnown::Seen(_) => command,
        LastKnown::Announced(_) => format!("update `announced`, or say {command}"),
    };
    Some(Finding {
        code: "fading",
        message,
        label: Some(known.doubt()),
        help: help.into(),
        place: of_series(series, known.key()),
    })
}
