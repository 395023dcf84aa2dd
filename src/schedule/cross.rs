//! Mistakes between the files of a collection: in slugs, successors and older slugs.

use std::collections::{BTreeMap, HashMap};

use super::{Place, Schedule, Slug, Successor, place_in};
use crate::diagnostic::{Diagnostic, FileId, nearest, quoted};

/// Gathers what is needed to check the files of a collection against each other, while the schedules themselves are
/// read one by one and dropped.
#[derive(Debug, Default)]
pub struct CrossCheck {
    files: BTreeMap<Slug, FileId>,
    successors: Vec<(FileId, Slug)>,
    /// A file, its slug, and the older one.
    older: Vec<(FileId, Slug, Slug)>,
}

impl CrossCheck {
    /// Takes a file by its stem. Gives the slug that it names, or nothing and an error.
    pub fn file(&mut self, file: FileId, stem: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Slug> {
        let Some(slug) = Slug::new(stem) else {
            let wrong = if stem == "all" {
                Diagnostic::error(file, "slug", "no chat can be called \"all\": that is the feed of all chats")
            } else {
                Diagnostic::error(
                    file,
                    "slug",
                    format!("{} is not a valid slug: it may only contain a-z, 0-9 and -", quoted(stem)),
                )
            };
            let meant = super::Tag::meant(stem).filter(|meant| Slug::new(meant).is_some());
            diagnostics
                .push(Diagnostic { help: meant.map(|meant| format!("rename the file to {meant}.toml")), ..wrong });
            return None;
        };
        self.files.insert(slug.clone(), file);
        Some(slug)
    }

    /// Takes what a schedule says of others.
    pub fn schedule(&mut self, file: FileId, schedule: &Schedule) {
        if let Some(Successor::Chat(slug)) = &schedule.successor {
            self.successors.push((file, slug.clone()));
        }
        self.older.extend(schedule.formerly.iter().map(|older| (file, schedule.slug.clone(), older.clone())));
    }

    /// Reports what is wrong between the files, once all have been taken. `text` gives the text of a file, to find the
    /// place of a mistake in it.
    pub fn finish<T: AsRef<str>>(self, text: impl Fn(FileId) -> Option<T>, diagnostics: &mut Vec<Diagnostic>) {
        let before = diagnostics.len();
        let place = |file, key| text(file).and_then(|text| place_in(text.as_ref(), &Place::Top(key)));
        for (file, slug) in &self.successors {
            if !self.files.contains_key(slug) {
                let near = nearest(slug.as_str(), self.files.keys().map(Slug::as_str));
                let message = format!("there is no chat \"{slug}\"");
                let help = match near {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => "give the slug of another chat of the collection, or a link".to_owned(),
                };
                let error = Diagnostic::error(*file, "successor", message).help(help);
                diagnostics.push(Diagnostic { span: place(*file, "successor"), ..error });
            }
        }
        let mut claimed: HashMap<&Slug, &Slug> = HashMap::new();
        for (file, slug, older) in &self.older {
            let message = if self.files.contains_key(older) {
                format!("\"{older}\" is the slug of another chat")
            } else if let Some(other) = claimed.get(older) {
                format!("\"{other}\" was formerly \"{older}\" as well")
            } else {
                claimed.insert(older, slug);
                continue;
            };
            let error = Diagnostic::error(*file, "formerly", message).help("two chats cannot have the same UIDs");
            diagnostics.push(Diagnostic { span: place(*file, "formerly"), ..error });
        }
        diagnostics[before..].sort_by_key(|found| (found.file, found.span.as_ref().map(|span| span.start)));
    }
}
