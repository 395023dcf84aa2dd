//! `chatcal new`: the beginning of a schedule, with the keys that it has no answer for as comments.

use chrono::NaiveDate;
use toml_edit::Value;

use super::context::{Context, not_created, refuse_link, schema_line};
use super::failure::{Complaint, Failure};
use crate::cli::New;
use crate::diagnostic::{Diagnostic, FileId, Severity, did_you_mean};
use crate::out::whole;
use crate::schedule::{Slug, phrase, read_schedule};
use crate::terminal::safe;

/// Writes the schedule, if it is right and not there yet.
pub fn run(arguments: &New, context: &mut Context) -> Result<(), Failure> {
    let slug = Slug::new(&arguments.slug).map_err(|invalid| {
        let help = invalid.meant.map(|meant| did_you_mean(meant.as_str()));
        Failure::Usage(vec![Complaint { message: invalid.message, marked: None, help }])
    })?;
    let today = arguments.zone.local(context.at(arguments.clock.at)).date();
    let text = compose(arguments, &slug, today);
    let mut found = Vec::new();
    if read_schedule(FileId(0), &slug, &text, &mut found).is_none() {
        let errors = found.into_iter().filter(|found| found.severity == Severity::Error);
        return Err(Failure::Usage(errors.map(|error| about_option(error, &text)).collect()));
    }
    let folder = &arguments.schedules.folder;
    refuse_link(folder, "say `--schedules` with the folder that it leads to")?;
    let path = folder.join(format!("{slug}.toml"));
    let shown = path.display().to_string();
    whole::create(&path, &format!("{}{text}", schema_line(folder)), &context.interrupt)
        .map_err(|error| Failure::wrong(not_created(&shown, &error)))?;
    writeln!(context.out, "{}", safe(&shown))?;
    Ok(())
}

/// What is wrong with the text that would have been written, under the option that it comes from: there is no file to
/// point into.
fn about_option(error: Diagnostic, text: &str) -> Complaint {
    let before = error.span.and_then(|span| text.get(..span.start)).unwrap_or_default();
    let key = before.lines().next_back().and_then(|line| line.split_once(" = ")).map(|(key, _)| key);
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
fn compose(new: &New, slug: &Slug, today: NaiveDate) -> String {
    let first = || phrase::parse(&new.every).ok()?.dates(today).next();
    let start = new.start.or_else(first).unwrap_or(today);
    let title = new.title.clone().unwrap_or_else(|| format!("#{slug}"));
    let [title, zone, duration, every, time] =
        [&title, new.zone.name(), &new.duration, &new.every, &new.time].map(|text| Value::from(text).to_string());
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
