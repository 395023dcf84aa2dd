//! Mistakes between the files of a collection: in slugs, successors and older slugs.

use std::collections::{BTreeSet, HashMap};

use super::{Place, Schedule, Slug, Successor, place_in};
use crate::diagnostic::{Diagnostic, FileId, did_you_mean, nearest};

/// Checks the files of a collection against each other, while the schedules themselves are read one by one and dropped.
#[derive(Debug)]
pub struct CrossCheck {
    slugs: BTreeSet<Slug>,
    /// Older slugs, and the slug of the chat that had each.
    older: HashMap<Slug, Slug>,
}

impl CrossCheck {
    /// Begins with the stems of all files of the collection.
    pub fn new<'s>(stems: impl IntoIterator<Item = &'s str>) -> Self {
        Self { slugs: stems.into_iter().filter_map(|stem| Slug::new(stem).ok()).collect(), older: HashMap::new() }
    }

    /// The slug that the stem of a file's name is, or nothing and an error; whether another file has a slug is asked.
    pub fn slug(
        file: FileId,
        stem: &str,
        is_taken: impl Fn(&Slug) -> bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Slug> {
        let invalid = match Slug::new(stem) {
            Ok(slug) => return Some(slug),
            Err(invalid) => invalid,
        };
        let help = match invalid.meant {
            Some(meant) if is_taken(&meant) => format!("{meant}.toml is there too: keep one of the two"),
            Some(meant) => format!("rename the file to {meant}.toml"),
            None => "give the file another name".to_owned(),
        };
        diagnostics.push(Diagnostic::error(file, "slug", invalid.message).help(help));
        None
    }

    /// Checks what a schedule says of other chats. They come in order; of two that claim the same older slug the second
    /// is wrong.
    pub fn check(&mut self, file: FileId, text: &str, schedule: &Schedule, diagnostics: &mut Vec<Diagnostic>) {
        let before = diagnostics.len();
        let mut report = |key, message: String, help: String| {
            let error = Diagnostic::error(file, key, message).help(help);
            diagnostics.push(Diagnostic { span: place_in(text, &Place::Top(key)), ..error });
        };
        if let Some(Successor::Chat(slug)) = &schedule.successor
            && !self.slugs.contains(slug)
        {
            let help = match nearest(slug.as_str(), self.slugs.iter().map(Slug::as_str)) {
                Some(near) => did_you_mean(near),
                None => "give the slug of another chat of the collection, or a link".to_owned(),
            };
            report("successor", format!("there is no chat \"{slug}\""), help);
        }
        for older in schedule.older_slugs() {
            let Some(message) = self.claim(older, &schedule.slug) else { continue };
            let help = if older == schedule.identity() {
                "two chats cannot have the same UIDs: give the other chat another slug, or leave out `formerly` \
                 (every calendar then takes the meetings of this chat for new ones)"
            } else {
                "two chats cannot have the same address: give the other chat another slug, or leave this one out of \
                 `formerly` (who subscribed to it then gets the meetings of the other chat)"
            };
            report("formerly", message, help.to_owned());
        }
        diagnostics[before..].sort_by_key(|found| found.span.as_ref().map(|span| span.start));
    }

    /// Notes that a chat had an older slug, or says why it cannot have had it.
    fn claim(&mut self, older: &Slug, slug: &Slug) -> Option<String> {
        if self.slugs.contains(older) {
            return Some(format!("\"{older}\" is the slug of another chat"));
        }
        let other = self.older.entry(older.clone()).or_insert_with(|| slug.clone());
        (other != slug).then(|| format!("\"{other}\" was formerly \"{older}\" as well"))
    }
}
