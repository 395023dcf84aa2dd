//! `chatcal new`: the beginning of a schedule, with the keys that it has no answer for as comments; or one that somebody has
//! proposed by a form.

mod form;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use chrono::NaiveDate;
use toml_edit::Value;

use super::context::{Context, not_created, refuse_link, schema_line};
use super::failure::{Complaint, Failure};
use crate::cli::New;
use crate::diagnostic::{Diagnostic, FileId, Severity, did_you_mean};
use crate::lint::limits::Limits;
use crate::load::Folder;
use crate::out::whole;
use crate::schedule::{Schedule, Slug, phrase, read_schedule};
use crate::terminal::safe;
use crate::text::{reason, size};
use crate::zone::{Instant, Zone};
use form::Form;

/// The text of an issue has 65,536 characters at most, of four octets each.
const MOST_OCTETS: usize = 4 * 65_536;

/// Writes the schedule, if it is right and not there yet.
pub fn run(arguments: &New, context: &mut Context) -> Result<(), Failure> {
    let (slug, text, alike) = match &arguments.from_form {
        Some(file) => from_form(file, arguments, context.at(arguments.clock.at))?,
        None => from_options(arguments, context)?,
    };
    let folder = &arguments.schedules.folder;
    refuse_link(folder, "say `--schedules` with the folder that it leads to")?;
    let path = folder.join(format!("{slug}.toml"));
    let shown = path.display().to_string();
    whole::create(&path, &format!("{}{text}", schema_line(folder)), &context.interrupt)
        .map_err(|error| Failure::wrong(not_created(&shown, &error)))?;
    writeln!(context.out, "{}", safe(&shown))?;
    if arguments.from_form.is_some() {
        let words =
            "look at it before anybody subscribes: `confidence` is \"confirmed\" once somebody has seen its source";
        writeln!(context.messages, "{words}")?;
        for other in alike {
            context.warn(&format!("{other}.toml has the same title or hashtag: is it the same chat?"))?;
        }
    }
    Ok(())
}

/// A schedule to be written: its slug, its text, and the chats that it may be about as well.
type Draft = (Slug, String, Vec<Slug>);

/// Whether two schedules may be about one chat.
fn is_alike(one: &Schedule, other: &Schedule) -> bool {
    let title = |schedule: &Schedule| schedule.title.trim_start_matches('#').to_lowercase();
    let hashtag = |schedule: &Schedule| schedule.venue.hashtag.as_ref().map(|hashtag| hashtag.to_lowercase());
    title(one) == title(other) || hashtag(one).is_some() && hashtag(one) == hashtag(other)
}

/// The slug that was asked for.
fn slug_of(name: &str) -> Result<Slug, Failure> {
    Slug::new(name).map_err(|invalid| {
        let help = invalid.meant.map(|meant| did_you_mean(meant.as_str()));
        Failure::Usage(vec![Complaint { message: invalid.message, marked: None, help }])
    })
}

/// What a text says, or the mistakes in it.
fn read(slug: &Slug, text: &str) -> Result<Schedule, Vec<Diagnostic>> {
    let mut found = Vec::new();
    read_schedule(FileId(0), slug, text, &mut found)
        .ok_or_else(|| found.into_iter().filter(|found| found.severity == Severity::Error).collect())
}

/// The schedule that options describe.
fn from_options(arguments: &New, context: &Context) -> Result<Draft, Failure> {
    let New { slug: Some(slug), every: Some(every), time: Some(time), zone: Some(zone), .. } = arguments else {
        return Err(Failure::usage("`--every`, `--time`, `--zone` and the name of the file are needed"));
    };
    let slug = slug_of(slug)?;
    let today = zone.local(context.at(arguments.clock.at)).date();
    let text = compose(arguments, &slug, [every, time], *zone, today);
    match read(&slug, &text) {
        Ok(_) => Ok((slug, text, Vec::new())),
        Err(errors) => Err(Failure::Usage(errors.into_iter().map(|error| about_option(error, &text)).collect())),
    }
}

/// The schedule that somebody proposes.
fn from_form(file: &Path, arguments: &New, at: Instant) -> Result<Draft, Failure> {
    let shown = file.display().to_string();
    let not_read = |error| Failure::wrong(format!("{shown} cannot be read: {}", reason(&error)));
    let mut bytes = Vec::new();
    let limit = MOST_OCTETS as u64 + 1;
    if file.as_os_str() == "-" {
        io::stdin().take(limit).read_to_end(&mut bytes).map_err(not_read)?;
    } else {
        File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(not_read)?;
    }
    if bytes.len() > MOST_OCTETS {
        return Err(Failure::wrong(format!("{shown} has more than {}, which no issue has", size(MOST_OCTETS))));
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::wrong(format!("{shown} is not UTF-8")))?;
    let form = Form::read(&text).ok_or_else(|| {
        Failure::wrong(format!("{shown} has no answer of the form"))
            .help(format!("its answers stand below headings such as `### {}`", form::FIELDS[1].0))
    })?;
    let slug = match arguments.slug.as_deref().or(form.name()) {
        Some(name) => slug_of(name)?,
        None => form.slug().ok_or_else(|| {
            Failure::wrong("no name for the file follows from the answers")
                .help("give one: chatcal new NAME --from-form FILE")
        })?,
    };
    let text = form.schedule(at.utc().date());
    let wrong =
        |errors: Vec<Diagnostic>| Failure::Wrong(errors.into_iter().map(|error| about_answer(error, &text)).collect());
    let schedule = read(&slug, &text).map_err(wrong)?;
    let mut folder = Folder::open(&arguments.schedules.folder);
    let others = folder.all();
    if let Some(other) = others.iter().find(|other| other.formerly.contains(&slug)) {
        return Err(Failure::wrong(format!("{}.toml was called \"{slug}\" before", other.slug))
            .help("give another name: chatcal new NAME --from-form FILE"));
    }
    // What `check` would refuse among the others.
    let mut refused = Vec::new();
    if let Some(collection) = folder.collection() {
        let mut limits = Limits::new(&collection, at, folder.octets() + text.len() as u64);
        limits.admit(&schedule, FileId(0), &text, |wrong| refused.push(wrong));
    }
    if !refused.is_empty() {
        return Err(wrong(refused));
    }
    let alike = others.iter().filter(|other| other.slug != slug && is_alike(other, &schedule));
    let alike = alike.map(|other| other.slug.clone()).collect();
    Ok((slug, text, alike))
}

/// The key of the line of a text that a mistake is in.
fn key_of<'t>(error: &Diagnostic, text: &'t str) -> Option<&'t str> {
    let before = text.get(..error.span.as_ref()?.start)?;
    before.lines().next_back()?.split_once(" = ").map(|(key, _)| key)
}

/// What is wrong with an answer, under its heading.
fn about_answer(error: Diagnostic, text: &str) -> Complaint {
    let key = key_of(&error, text);
    let by_line = || form::FIELDS.iter().find(|(_, known)| key.is_some_and(|key| key == *known));
    // What is missing is named by its key.
    let by_word =
        || form::FIELDS.iter().find(|(_, key)| !key.is_empty() && error.message.contains(&format!("`{key}`")));
    let label = by_line().or_else(by_word).map_or_else(String::new, |(label, _)| format!("\"{label}\": "));
    let near = error.label.map_or_else(String::new, |label| format!(" ({label})"));
    Complaint { message: format!("{label}{}{near}", error.message), marked: None, help: error.help }
}

/// What is wrong with the text that would have been written, under the option that it comes from: there is no file to
/// point into.
fn about_option(error: Diagnostic, text: &str) -> Complaint {
    let key = key_of(&error, text);
    let option = key.filter(|key| !error.message.contains(&format!("`{key}`")));
    let option = option.map_or_else(String::new, |key| format!("--{key}: "));
    let near = error.label.map_or_else(String::new, |label| format!(" ({label})"));
    // What a schedule has keys for is given by options here.
    let options = ["title", "zone", "duration", "every", "start", "time", "source"];
    let named = |text: String, key: &&str| {
        let text = text.replace(&format!("`{key}`"), &format!("`--{key}`"));
        text.replace(&format!("{key} = "), &format!("--{key} "))
    };
    let by_option = |text: String| options.iter().fold(text, named).replace("`rule`", "`rule` in the file");
    Complaint {
        message: format!("{option}{}{near}", by_option(error.message)),
        marked: None,
        help: error.help.map(by_option),
    }
}

/// The text of the new file.
fn compose(new: &New, slug: &Slug, [every, time]: [&str; 2], zone: Zone, today: NaiveDate) -> String {
    let first = || phrase::parse(every).ok()?.dates(today).next();
    let start = new.start.or_else(first).unwrap_or(today);
    let title = new.title.clone().unwrap_or_else(|| format!("#{slug}"));
    let [title, zone, duration, every, time] =
        [&title[..], zone.name(), &new.duration, every, time].map(|text| Value::from(text).to_string());
    let (confidence, source) = match &new.source {
        Some(source) => ("confirmed", Value::from(source).to_string()),
        None => ("assumed", "\"Not written down yet\" # a link; then confidence = \"confirmed\"".to_owned()),
    };
    format!(
        r#"title = {title}
# summary = "What it is, in one line"
# hashtag = "without the #"
# platform = "Where it happens"
# join = "https://… where people take part"
# home = "https://…"
# hosts = ["@…"]
# language = "en"
# tags = ["…"]
zone = {zone}
duration = {duration}

[[series]]
every = {every}
start = {start}
# until = 2030-12-31 # known to have stopped after this day; or:
# seen = 2030-12-31 # the last day for which there is evidence that it ran; or:
# announced = 2030-12-31 # the last day for which its hosts have announced a meeting
time = {time}
confidence = "{confidence}"
source = {source}

# [[change]] # what is known of one meeting
# date = 2030-01-01
# topic = "…"
# cancelled = "why" # or moved-to = 2030-01-02, time = "19:00"

# [[break]] # takes meetings away
# from = 2030-08-01
# through = 2030-08-31
# reason = "summer break"

# [[one-off]] # a meeting outside the series
# date = 2030-03-03
# time = "18:30"
# source = "https://…"
"#
    )
}
