//! `chatcal new`: the beginning of a schedule, with the keys that it has no answer for as comments.

use std::io::{self, Write};

use chrono::NaiveDate;

use super::{Outcome, Surroundings, human, schema_line, usage, write_new, wrong};
use crate::cli::New;
use crate::diagnostic::{self, FileId, Source};
use crate::schedule::write::Toml;
use crate::schedule::{Slug, phrase, read_schedule};
use crate::terminal::safe;

/// Writes the schedule, if it is right and not there yet.
pub fn run(
    new: &New,
    surroundings: &Surroundings,
    results: &mut dyn Write,
    messages: &mut dyn Write,
) -> io::Result<Outcome> {
    let Some(slug) = Slug::new(&new.slug).filter(|slug| slug.as_str() != "collection") else {
        let message = format!("\"{}\" is no slug", safe(&new.slug));
        return usage(messages, &message, Some("a-z, 0-9 and -, such as uklibchat; not `all`, not `collection`"));
    };
    let today = new.at.at.unwrap_or(surroundings.now);
    let text = compose(new, &slug, new.zone.local(today).date());
    let path = new.folder.schedules.join(format!("{slug}.toml"));
    let shown = path.display().to_string();
    let mut found = Vec::new();
    if read_schedule(FileId(0), &slug, &text, &mut found).is_none() {
        let source = |_| Source { path: shown.as_str().into(), text: text.as_str().into() };
        messages.write_all(diagnostic::render(&found, human(surroundings), source).as_bytes())?;
        return Ok(Outcome::Usage);
    }
    match write_new(&path, &format!("{}{text}", schema_line(&new.folder.schedules))) {
        Ok(()) => {
            writeln!(results, "{}", safe(&shown))?;
            Ok(Outcome::Fine)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            wrong(messages, &format!("{} is there already and was left as it is", safe(&shown)))
        }
        Err(error) => wrong(messages, &format!("{} cannot be written: {error}", safe(&shown))),
    }
}

fn compose(new: &New, slug: &Slug, today: NaiveDate) -> String {
    let start = new.start.unwrap_or_else(|| {
        let first = phrase::parse(&new.every).ok().and_then(|rule| rule.dates(today).next());
        first.unwrap_or(today)
    });
    let mut toml = Toml::default();
    toml.text("title", &new.title.clone().unwrap_or_else(|| format!("#{slug}")));
    toml.comment("summary = \"What it is, in one line\"");
    toml.comment("hashtag = \"without the #\"");
    toml.comment("platform = \"Where it happens\"");
    toml.comment("home = \"https://…\"");
    toml.comment("hosts = [\"@…\"]");
    toml.comment("language = \"en\"");
    toml.comment("tags = [\"…\"]");
    toml.text("zone", new.zone.name());
    toml.text("duration", &new.duration);
    toml.table("series");
    toml.text("every", &new.every);
    toml.raw("start", start);
    toml.comment("until = 2030-12-31 # known to have stopped after this day; or:");
    toml.comment("seen = 2030-12-31 # the last day for which there is evidence that it ran");
    toml.text("time", &new.time);
    if let Some(source) = &new.source {
        toml.text("confidence", "confirmed");
        toml.text("source", source);
    } else {
        toml.text("confidence", "assumed");
        toml.raw("source", "\"Not written down yet\" # a link; then confidence = \"confirmed\"");
    }
    let sketches: [&[&str]; 3] = [
        &[
            "[[change]] # what is known of one meeting",
            "date = 2030-01-01",
            "topic = \"…\"",
            "cancelled = \"why\" # or moved-to = 2030-01-02, time = \"19:00\"",
        ],
        &["[[break]] # takes meetings away", "from = 2030-08-01", "through = 2030-08-31", "reason = \"summer break\""],
        &[
            "[[one-off]] # a meeting outside the series",
            "date = 2030-03-03",
            "time = \"18:30\"",
            "source = \"https://…\"",
        ],
    ];
    for sketch in sketches {
        toml.blank();
        for line in sketch {
            toml.comment(line);
        }
    }
    toml.finish()
}
