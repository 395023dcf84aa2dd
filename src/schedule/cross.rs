//! Mistakes between the files of a collection: in slugs, successors, older slugs, and what has a feed of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Collection, Place, Schedule, Slug, Successor, Tag, place_in};
use crate::diagnostic::{Diagnostic, FileId, did_you_mean, nearest};

/// Checks the files of a collection against each other, while the schedules themselves are read one by one and dropped.
#[derive(Debug, Default)]
pub struct CrossCheck {
    slugs: BTreeSet<Slug>,
    /// Older slugs, and the slug of the chat that had each.
    older: HashMap<Slug, Slug>,
    /// The tags of all chats that are right.
    tags: BTreeMap<Slug, Vec<Tag>>,
}

impl CrossCheck {
    /// Begins with the stems of all files of the collection.
    pub fn new<'s>(stems: impl IntoIterator<Item = &'s str>) -> Self {
        Self { slugs: stems.into_iter().filter_map(|stem| Slug::new(stem).ok()).collect(), ..Self::default() }
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
        self.tags.insert(schedule.slug.clone(), schedule.tags.clone());
        let mut report = |key, message: String, help: String| {
            let error = Diagnostic::error(file, key, message).help(help);
            diagnostics.push(Diagnostic { span: place_in(text, &Place::Top(key)), ..error });
        };
        if let Some(Successor::Chat(slug)) = &schedule.successor
            && !self.slugs.contains(slug)
        {
            let help = match nearest(slug.as_str(), self.slugs.iter().map(Slug::as_str)) {
                Some(near) => did_you_mean(near),
                None => "give the slug that another chat of the collection has now, or a link".to_owned(),
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

    /// What selections name that is not there, once all schedules have been checked; `file` is that of the collection. The
    /// tags of a schedule are known only where it is right.
    pub fn selections<'c>(
        &'c self,
        file: FileId,
        collection: &'c Collection,
        all_right: bool,
    ) -> impl Iterator<Item = (Place, Diagnostic)> + 'c {
        collection.selections.iter().flat_map(move |selection| {
            let is_chat = |name: &str| self.slugs.iter().any(|slug| slug.as_str() == name);
            let is_tag = |name: &str| self.all_tags().any(|tag| tag == name);
            let chats = selection.chats.iter().map(|chat| ("chats", chat.as_str(), is_chat(chat.as_str())));
            let tags = selection.tags.iter().map(|tag| ("tags", tag.as_str(), is_tag(tag.as_str())));
            let without = selection.without.iter().map(Tag::as_str);
            let without = without.map(move |name| ("without", name, is_chat(name) || is_tag(name)));
            let of_tags = tags.chain(without).filter(|_| all_right);
            let unknown = chats.chain(of_tags).filter(|(_, _, is_known)| !is_known);
            let name = selection.name.as_str();
            let mut found: Vec<_> = unknown.map(|(key, text, _)| self.unknown(file, name, key, text)).collect();
            if all_right && found.is_empty() && !self.tags.iter().any(|(slug, tags)| selection.holds_chat(slug, tags)) {
                let none = Diagnostic::error(file, "feed", "no chat is left in this [[feed]], which would be empty");
                let place = Place::Entry { table: "feed", name: name.to_owned(), key: "name", text: name.to_owned() };
                found.push((place, none.help("name less in `without`")));
            }
            found
        })
    }

    fn all_tags(&self) -> impl Iterator<Item = &str> {
        self.tags.values().flatten().map(Tag::as_str)
    }

    /// The mistake that a selection names a chat or tag that is not there.
    fn unknown(&self, file: FileId, name: &str, key: &'static str, text: &str) -> (Place, Diagnostic) {
        let (name, text) = (name.to_owned(), text.to_owned());
        let (what, help) = match key {
            "tags" => ("no chat has the tag", "give a tag that a chat has, or leave this one out"),
            "chats" => ("there is no chat", "give the slug of a chat of the collection, or leave this one out"),
            _ => (
                "there is neither a chat nor a tag",
                "give the slug of a chat, a tag that one has, or leave this one out",
            ),
        };
        let now = self.older.iter().find(|(older, _)| key != "tags" && older.as_str() == text).map(|(_, now)| now);
        let slugs = self.slugs.iter().map(Slug::as_str).filter(|_| key != "tags");
        let tags = self.all_tags().filter(|_| key != "chats");
        let help = match (now, nearest(&text, slugs.chain(tags))) {
            (Some(now), _) => format!("it is called \"{now}\" now"),
            (None, Some(near)) => did_you_mean(near),
            (None, None) => help.to_owned(),
        };
        let error = Diagnostic::error(file, "feed", format!("{what} \"{text}\"")).help(help);
        (Place::Entry { table: "feed", name, key, text }, error)
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
