//! A picture of the chats' history: one row per chat, a bar a stretch of meetings.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, PreEscaped, html};

use super::clean::{Clean, Label};
use super::rhythm;
use crate::expand::{Meeting, Origin};
use crate::schedule::{Schedule, Series};
use crate::text::count;

/// Height of a row's drawing; its width is in days.
const HEIGHT: u32 = 20;

/// Class, drawing and words of each kind of mark.
const LEGEND: [(&str, &str, &str); 6] = [
    ("runs", "M1 2h22v16h-22z", "weekly or more often"),
    ("runs", "M1 4.5h22v11h-22z", "fortnightly"),
    ("runs", "M1 6.5h22v7h-22z", "monthly"),
    ("runs", "M1 8.5h22v3h-22z", "less often"),
    ("runs faded", "M1 4.5h22v11h-22z", "no longer confirmed"),
    ("singles", "M4 4v12M12 4v12M20 4v12", "single meetings"),
];

/// What the picture shows of every chat.
#[derive(Debug)]
pub struct Timeline {
    /// 31 December of the year that the page is made for.
    end: NaiveDate,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    slug: String,
    title: String,
    /// The first meeting; the last that is known to have been held, where one is.
    first: NaiveDate,
    last: NaiveDate,
    stretches: Vec<Stretch>,
    singles: Vec<NaiveDate>,
    /// The row in words.
    words: String,
}

/// Meetings of one series between two breaks.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: NaiveDate,
    through: NaiveDate,
    height: u32,
    confirmed: bool,
}

impl Stretch {
    /// Its bar, as part of an SVG path.
    fn bar(&self) -> String {
        let (height, width) = (self.height, day(self.through) + 1 - day(self.from));
        format!("M{} {}h{width}v{height}h-{width}z", day(self.from), f64::from(HEIGHT - height) / 2.0)
    }
}

/// The height of a series' bars: the taller, the more often it meets, by the days between the first dates of its rule.
fn height(series: &Series) -> u32 {
    let [weekly, fortnightly, monthly, rarer] = [16, 11, 7, 3];
    let dates: Vec<NaiveDate> = series.run.rule.dates(series.run.start).take(25).collect();
    let [first, .., last] = dates[..] else { return rarer };
    // In half days, so that nine and a half days do not count as ten.
    match 2 * (last - first).num_days() / (dates.len() as i64 - 1) {
        0..=19 => weekly,
        20..=43 => fortnightly,
        44..=90 => monthly,
        _ => rarer,
    }
}

impl Timeline {
    /// An empty picture that ends with this year.
    pub fn new(year: i32) -> Self {
        Self { end: NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX), rows: Vec::new() }
    }

    /// Adds a chat; `meetings` are those of its own feed. One that has not met by the end of the picture has no row.
    pub fn add(&mut self, schedule: &Schedule, meetings: &[Meeting<'_>]) {
        let seen = meetings.iter().filter(|meeting| meeting.date <= self.end && meeting.own().cancelled.is_none());
        let mut stretches: Vec<(usize, Stretch)> = Vec::new();
        let mut singles = Vec::new();
        for meeting in seen {
            match meeting.origin {
                Origin::OneOff(_) => singles.push(meeting.date),
                Origin::Regular(index, _) => add_to_stretches(&mut stretches, schedule, index, meeting),
            }
        }
        let firsts = stretches.iter().map(|(_, stretch)| stretch.from).chain(singles.iter().copied());
        let held = stretches.iter().filter(|(_, stretch)| stretch.confirmed).map(|(_, stretch)| stretch.through);
        let Some(first) = firsts.min() else { return };
        let last = held.chain(singles.iter().copied()).max().unwrap_or(first);
        self.rows.push(Row {
            slug: schedule.slug.to_string(),
            title: schedule.title.clone(),
            first,
            last,
            stretches: stretches.into_iter().map(|(_, stretch)| stretch).collect(),
            words: in_words(schedule, singles.len()),
            singles,
        });
    }

    /// Whether there is nothing to be seen.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the section of the picture, the oldest chat first.
    pub fn write<E>(mut self, write: &mut impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        self.rows.sort_by(|a, b| (a.first, &a.slug).cmp(&(b.first, &b.slug)));
        let last = self.end.year();
        let first = self.rows.first().map_or(last, |row| row.first.year());
        let begin = day(NaiveDate::from_ymd_opt(first, 1, 1).unwrap_or(NaiveDate::MIN));
        let view = format!("{begin} 0 {} {HEIGHT}", day(self.end) + 1 - begin);
        let new_year = |year| day(NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(self.end));
        let line = |year| format!("M{} 0v{HEIGHT}", new_year(year));
        let grid: String = (first + 1..=last).map(line).collect();
        let opening = html! {
            (PreEscaped("<section id=\"timeline\" aria-labelledby=\"timeline-title\">"))
            h2 #timeline-title { "Timeline, " (first) " to " (last) }
            p.legend {
                @for (class, drawing, words) in LEGEND {
                    span {
                        svg viewBox="0 0 24 20" aria-hidden="true" { path class=(class) vector-effect="non-scaling-stroke" d=(drawing) {} }
                        " " (words)
                    }
                    " "
                }
            }
            svg.defs aria-hidden="true" focusable="false" { defs { path id="years" vector-effect="non-scaling-stroke" d=(grid) {} } }
            ol.years aria-hidden="true" { @for year in first..=last { li { (year) } } }
        };
        write(&opening.0)?;
        write("<ol class=\"rows\">")?;
        for row in &self.rows {
            write(&drawing(row, &view).0)?;
        }
        write("</ol></section>")
    }
}

/// Days since the beginning of 1970: the unit of the drawing.
fn day(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

/// Lengthens the series' last stretch, or begins another after a break and where evidence ends.
fn add_to_stretches(stretches: &mut Vec<(usize, Stretch)>, schedule: &Schedule, index: usize, meeting: &Meeting<'_>) {
    let (series, date) = (&schedule.series[index], meeting.date);
    let confirmed = series.last_known.is_none_or(|known| date <= known.day());
    let interrupted =
        |stretch: &Stretch| schedule.breaks.iter().any(|pause| stretch.through < pause.from && pause.through < date);
    let last = stretches.iter_mut().rev().find(|(of, _)| *of == index).map(|(_, stretch)| stretch);
    match last {
        Some(stretch) if stretch.confirmed == confirmed && !interrupted(stretch) => stretch.through = date,
        _ => stretches.push((index, Stretch { from: date, through: date, height: height(series), confirmed })),
    }
}

fn drawing(row: &Row, view: &str) -> Markup {
    let bars = |confirmed| {
        let stretches = row.stretches.iter().filter(move |stretch| stretch.confirmed == confirmed);
        stretches.map(Stretch::bar).collect::<String>()
    };
    let mark = |date: &NaiveDate| format!("M{} 4v12", day(*date));
    let singles = row.singles.iter().map(mark).collect();
    let paths = [("runs", bars(true)), ("runs faded", bars(false)), ("singles", singles)];
    let (first, last) = (row.first.year(), row.last.year());
    html! {
        li data-row=(row.slug) {
            a href={ "#chat-" (row.slug) } { bdi { (Clean(&row.title)) } }
            svg role="img" aria-label=(Label(&row.words)) viewBox=(view) preserveAspectRatio="none" {
                use href="#years" {}
                @for (class, drawing) in &paths {
                    @if !drawing.is_empty() {
                        path class=(class) vector-effect="non-scaling-stroke" d=(drawing) {}
                    }
                }
            }
            span { (first) @if last != first { "–" (last) } }
        }
    }
}

fn in_words(schedule: &Schedule, singles: usize) -> String {
    let mut parts: Vec<String> =
        schedule.series.iter().map(|series| format!("{}, {}", rhythm::rule(series), rhythm::span(series))).collect();
    for (number, thing) in [(schedule.breaks.len(), "break"), (singles, "single meeting")] {
        parts.extend((number > 0).then(|| count(number, thing)));
    }
    format!("{}: {}", schedule.title, parts.join("; "))
}
