//! The top of a schedule, and its parts put together.

use toml::Spanned;

use super::draft::{Defaults, SeriesTable};
use super::fields::Fields;
use super::gap::{self, TimesAt};
use super::{end, occurrences, series, single, strings, venue};
use crate::diagnostic::{did_you_mean, quoted};
use crate::schedule::{Link, Schedule, Slug, Successor, Tag};
use crate::zone::Zone;

/// Everything that a file says of a chat. It is a schedule only if there is no error among the mistakes.
pub fn read(slug: &Slug, fields: &Fields) -> Schedule {
    let defaults = Defaults { zone: fields.zone(), time: fields.time(), duration: fields.duration() };
    let mut drafts: Vec<_> = fields.tables("series").iter().map(|table| series::read(table, &defaults)).collect();
    let mut changes: Vec<_> = fields.tables("change").iter().filter_map(single::change).collect();
    let mut breaks: Vec<_> = fields.tables("break").iter().filter_map(single::pause).collect();
    let one_offs = fields.tables("one-off");
    let mut one_offs: Vec<_> = one_offs.iter().filter_map(|table| single::one_off(table, &defaults)).collect();
    series::settle(&mut drafts);
    occurrences::check(&drafts, &mut changes, &mut breaks, &mut one_offs, fields.mistakes);
    let times_at = TimesAt {
        series: drafts.iter().map(|draft| draft.time_at.clone()).collect(),
        changes: changes.iter().map(|change| change.time_at.clone()).collect(),
        one_offs: one_offs.iter().map(|one_off| one_off.time_at.clone()).collect(),
    };
    let schedule = Schedule {
        slug: slug.clone(),
        formerly: formerly(slug, fields),
        title: fields.owned("title").unwrap_or_default(),
        summary: fields.owned("summary"),
        description: fields.owned("description"),
        venue: venue::read(fields),
        language: language(fields),
        tags: fields.set("tags", |text| Tag::new(text.get_ref())),
        successor: successor(slug, fields),
        zone: defaults.zone.unwrap_or(Zone::UTC),
        series: drafts.into_iter().filter_map(SeriesTable::finish).collect(),
        changes: changes.into_iter().map(|change| change.item).collect(),
        breaks: breaks.into_iter().map(|pause| pause.item).collect(),
        one_offs: one_offs.into_iter().map(|one_off| one_off.item).collect(),
        silenced: fields.silenced(),
    };
    if !fields.mistakes.any_error() {
        gap::check(&schedule, &times_at, fields.mistakes);
        end::check(&schedule, &times_at, fields.mistakes);
    }
    schedule
}

/// Among several there may be the present one: it has gone back to it.
fn formerly(slug: &Slug, fields: &Fields) -> Vec<Slug> {
    let names = fields.names("formerly");
    let several = names.len() > 1;
    fields.set_of("formerly", names, |name| {
        let message = match Slug::new(name.get_ref()) {
            Ok(older) if several || older != *slug => return Some(older),
            Ok(_) => "this is its present slug".to_owned(),
            Err(invalid) => invalid.message,
        };
        let error = fields.mistakes.error("formerly", name.span(), message);
        error.help("give the slug that it had before, or leave out the key");
        None
    })
}

fn successor(slug: &Slug, fields: &Fields) -> Option<Successor> {
    let text = fields.text("successor")?;
    if let Ok(chat) = Slug::new(text.get_ref()) {
        if chat == *slug {
            let error = fields.mistakes.error("successor", text.span(), "a chat cannot be its own successor");
            error.help("leave out the key");
            return None;
        }
        return Some(Successor::Chat(chat));
    }
    if Link::is_meant_by(text.get_ref()) || text.get_ref().contains('/') {
        return strings::link(&text, fields.mistakes).map(Successor::Link);
    }
    let meant = Tag::meant(text.get_ref()).map(|meant| did_you_mean(meant.as_str()));
    let message = format!("{} is neither a slug nor a link", quoted(text.get_ref()));
    fields.mistakes.error("successor", text.span(), message).help_if(meant);
    None
}

fn language(fields: &Fields) -> Option<String> {
    let text = fields.text("language")?;
    if is_language_tag(&text) {
        return Some(text.into_inner().to_owned());
    }
    let message = format!("{} is not a valid language tag", quoted(text.get_ref()));
    let error = fields.mistakes.error("language", text.span(), message);
    error.help("two or three letters and perhaps a region: en, cy, pt-BR");
    None
}

/// RFC 5646 2.1: a language of 2 or 3 letters, then subtags of 1 to 8 letters and digits.
fn is_language_tag(text: &Spanned<&str>) -> bool {
    let subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut parts = text.get_ref().split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic()) && parts.all(subtag)
}
