//! `chatcal init`: a collection of one's own, with an example, a workflow and words for curators.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::context::{Context, refuse_link};
use super::failure::Failure;
use crate::cli::Init;
use crate::out::whole;
use crate::schedule::phrase::parse;
use crate::terminal::safe;
use crate::text::{count, reason};

/// A folder may have one already, whatever else it is for.
const IGNORED: &str = ".gitignore";

/// What is written where.
const FILES: &[(&str, &str)] = &[
    ("schedules/collection.toml", include_str!("init/collection.toml")),
    ("schedules/bookchat.toml", include_str!("init/bookchat.toml")),
    ("README.md", include_str!("init/README.md")),
    (IGNORED, include_str!("init/gitignore")),
    (".gitattributes", include_str!("../../.gitattributes")),
    (".github/workflows/feeds.yml", include_str!("../../.github/workflows/feeds.yml")),
    (".github/scripts/program", include_str!("init/program")),
    (".github/scripts/check", include_str!("../../.github/scripts/check")),
    (".github/scripts/summary", include_str!("../../.github/scripts/summary")),
    (".github/scripts/publish", include_str!("../../.github/scripts/publish")),
    (".github/scripts/listed", include_str!("../../.github/scripts/listed")),
    (".github/scripts/pages", include_str!("../../.github/scripts/pages")),
];

/// Writes the files, unless one of them is there already; what git ignores may be said already.
pub fn run(arguments: &Init, context: &mut Context) -> Result<(), Failure> {
    let folder = &arguments.folder;
    let there = FILES.iter().map(|(path, _)| *path).filter(|path| folder.join(path).symlink_metadata().is_ok());
    let (ignored, there): (Vec<&str>, Vec<&str>) = there.partition(|path| *path == IGNORED);
    if !there.is_empty() {
        let message = format!("{} already has {}", folder.display(), there.join(", "));
        return Err(Failure::wrong(message).help("nothing was written; name another folder, or move them away"));
    }
    for below in ["schedules", ".github", ".github/workflows", ".github/scripts"] {
        refuse_link(&folder.join(below), "nothing was written; name another folder, or remove the link")?;
    }
    let today = context.now.utc().date();
    let mut files = whole::Batch::new(&context.interrupt);
    let new = || FILES.iter().filter(|(path, _)| !ignored.contains(path));
    for (path, template) in new() {
        files.create(&folder.join(path), &filled(template, today)).map_err(|error| {
            Failure::wrong(format!("cannot write {}/{path}: {}", folder.display(), reason(&error)))
                .help("nothing was kept of what had been written before; try again when that is mended")
        })?;
    }
    files.keep();
    let (shown, files) = (folder.display().to_string(), count(new().count(), "file"));
    writeln!(context.messages, "{}: {files} written; README.md says what comes next", safe(&shown))?;
    for path in ignored {
        let lines = include_str!("init/gitignore").lines().filter(|line| !line.starts_with('#'));
        let lines: Vec<&str> = lines.collect();
        let (path, lines) = (folder.join(path).display().to_string(), lines.join(", "));
        writeln!(context.messages, "{} stays as it was; what it should have is {lines}", safe(&path))?;
    }
    Ok(())
}

/// A template with what is this collection's own.
fn filled(template: &str, today: NaiveDate) -> String {
    let first = || parse("first Thursday of the month").ok()?.dates(today).next();
    let start = first().unwrap_or(today);
    let later = |days| start.checked_add_days(Days::new(days)).unwrap_or(start).to_string();
    template
        .replace("{id}", &Uuid::new_v4().to_string())
        .replace("{version}", env!("CARGO_PKG_VERSION"))
        .replace("{start}", &start.to_string())
        .replace("{moved}", &later(7))
        .replace("{break}", &later(90))
        .replace("{birthday}", &later(17))
        .replace("{until}", &later(182))
}
