//! The top of a schedule, and its parts put together.

use chrono::{NaiveTime, TimeDelta};

use super::fields::Fields;
use super::mistakes::Mistakes;
use super::series::Draft;
use super::{gap, occurrences, series, single, texts};
use crate::diagnostic::quoted;
use crate::schedule::{Link, Schedule, Slug, Successor, Tag};
use crate::zone::Zone;

/// What the top of a schedule says for all that follows. A value that is there but wrong has been told already.
pub struct Defaults<'f, 't> {
    top: &'f Fields<'t>,
    zone: Option<Zone>,
    time: Option<NaiveTime>,
    duration: Option<TimeDelta>,
}

impl Defaults<'_, '_> {
    /// The zone of a table: its own, else the chat's.
    pub fn zone(&self, fields: &Fields, mistakes: &mut Mistakes) -> Option<Zone> {
        if fields.has("zone") { fields.zone(mistakes) } else { self.zone }
    }

    /// The time of day of a table: its own, else the chat's.
    pub fn time(&self, fields: &Fields, mistakes: &mut Mistakes) -> Option<NaiveTime> {
        self.require("time", fields, mistakes);
        if fields.has("time") { fields.time(mistakes) } else { self.time }
    }

    /// The duration of a table: its own, else the chat's.
    pub fn duration(&self, fields: &Fields, mistakes: &mut Mistakes) -> Option<TimeDelta> {
        self.require("duration", fields, mistakes);
        if fields.has("duration") { fields.duration(mistakes) } else { self.duration }
    }

    fn require(&self, key: &'static str, fields: &Fields, mistakes: &mut Mistakes) {
        if !self.top.has(key) {
            fields.require(&[key], Some("say it here, or for all of them above the first [[…]]"), mistakes);
        }
    }
}

/// Everything that a file says of a chat. It is a schedule only if there is no error among the mistakes.
pub fn read(slug: &Slug, fields: &Fields, mistakes: &mut Mistakes) -> Schedule {
    fields.require(&["title"], None, mistakes);
    fields.require(&["zone"], None, mistakes);
    let mut schedule = Schedule {
        slug: slug.clone(),
        formerly: formerly(slug, fields, mistakes),
        title: fields.owned("title", mistakes).unwrap_or_default(),
        summary: fields.owned("summary", mistakes),
        description: fields.owned("description", mistakes),
        hashtag: hashtag(fields, mistakes),
        platform: fields.owned("platform", mistakes),
        home: fields.link("home", mistakes),
        hosts: fields.list("hosts", mistakes).into_iter().map(|host| host.into_inner().to_owned()).collect(),
        language: language(fields, mistakes),
        tags: tags(fields, mistakes),
        successor: successor(slug, fields, mistakes),
        zone: Zone::UTC,
        series: Vec::new(),
        changes: Vec::new(),
        breaks: Vec::new(),
        one_offs: Vec::new(),
        silenced: silenced(fields, mistakes),
    };
    let defaults = Defaults {
        top: fields,
        zone: fields.zone(mistakes),
        time: fields.time(mistakes),
        duration: fields.duration(mistakes),
    };
    schedule.zone = defaults.zone.unwrap_or(Zone::UTC);
    if mistakes.whole && !fields.has("series") && !fields.has("one-off") {
        let added = mistakes.error_of_file("no-meetings", "neither [[series]] nor [[one-off]]: the chat never meets");
        added.help("add a [[series]] with `every` and `start`, or a [[one-off]] with `date`");
    }
    let mut drafts: Vec<Draft> = Vec::new();
    for table in fields.tables("series", mistakes) {
        drafts.push(series::read(&table, &defaults, mistakes));
    }
    let mut changes = single::changes(fields, mistakes);
    let mut breaks = single::breaks(fields, mistakes);
    let mut one_offs = single::one_offs(fields, &defaults, mistakes);
    series::settle(&mut drafts);
    occurrences::check(&drafts, &mut changes, &mut breaks, &mut one_offs, mistakes);
    if !mistakes.any_error() {
        gap::check(&drafts, &changes, &breaks, &one_offs, mistakes);
    }
    schedule.series = drafts.into_iter().filter_map(Draft::finish).collect();
    schedule.changes = changes.into_iter().map(|change| change.item).collect();
    schedule.breaks = breaks.into_iter().map(|pause| pause.item).collect();
    schedule.one_offs = one_offs.into_iter().map(|one_off| one_off.item).collect();
    schedule
}

fn formerly(slug: &Slug, fields: &Fields, mistakes: &mut Mistakes) -> Option<Slug> {
    let name = fields.name("formerly", mistakes)?;
    let older = Slug::new(name.get_ref().as_str());
    if older.is_none() || older.as_ref() == Some(slug) {
        let message = if older.is_none() { "no chat was ever called \"all\"" } else { "this is the slug that it has" };
        mistakes.error("formerly", name.span(), message).help("name the slug that it had before, or leave out the key");
        return None;
    }
    older
}

fn successor(slug: &Slug, fields: &Fields, mistakes: &mut Mistakes) -> Option<Successor> {
    let text = fields.text("successor", mistakes)?;
    if let Some(chat) = Slug::new(text.get_ref()) {
        if chat == *slug {
            mistakes.error("successor", text.span(), "a chat does not succeed itself").help("leave out the key");
            return None;
        }
        return Some(Successor::Chat(chat));
    }
    if Link::is_meant_by(text.get_ref()) || text.get_ref().contains('/') {
        return texts::link(&text, mistakes).map(Successor::Link);
    }
    let meant = Tag::meant(text.get_ref()).map(|meant| format!("did you mean \"{meant}\"?"));
    let message = format!("{} is neither a slug nor a link", quoted(text.get_ref()));
    mistakes.error("successor", text.span(), message).help_if(meant);
    None
}

fn hashtag(fields: &Fields, mistakes: &mut Mistakes) -> Option<String> {
    let text = fields.text("hashtag", mistakes)?;
    let lawful = |character: char| character.is_alphanumeric() || character == '_';
    if text.get_ref().chars().all(lawful) {
        return Some(text.into_inner().to_owned());
    }
    let meant: String = text.get_ref().chars().filter(|character| lawful(*character)).collect();
    let message = format!("{} is no hashtag: letters, digits and _, without #", quoted(text.get_ref()));
    let help = (!meant.is_empty()).then(|| format!("write hashtag = \"{meant}\""));
    mistakes.error("hashtag", text.span(), message).help_if(help);
    None
}

fn language(fields: &Fields, mistakes: &mut Mistakes) -> Option<String> {
    let text = fields.text("language", mistakes)?;
    // RFC 5646: a language of 2 to 8 letters, then subtags of 1 to 8 letters and digits.
    let subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut parts = text.get_ref().split('-');
    let language = parts.next().unwrap_or_default();
    let lawful = language.len() >= 2 && subtag(language) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    if lawful && language.len() <= 3 && parts.all(subtag) {
        return Some(text.into_inner().to_owned());
    }
    let message = format!("{} is no language tag", quoted(text.get_ref()));
    mistakes.error("language", text.span(), message).help("two or three letters and perhaps a place: en, cy, pt-BR");
    None
}

fn tags(fields: &Fields, mistakes: &mut Mistakes) -> Vec<Tag> {
    let mut tags = Vec::new();
    for text in fields.list("tags", mistakes) {
        let Some(tag) = texts::name("tags", &text, mistakes) else { continue };
        if tags.contains(&tag) {
            mistakes
                .error("twice", text.span(), format!("the tag \"{tag}\" is already there"))
                .help("keep one of them");
        } else {
            tags.push(tag);
        }
    }
    tags
}

fn silenced(fields: &Fields, mistakes: &mut Mistakes) -> Vec<(String, String)> {
    let mut silenced = Vec::new();
    for table in fields.tables("allow", mistakes) {
        table.require(&["warning"], None, mistakes);
        table.require(&["reason"], None, mistakes);
        let code = table.owned("warning", mistakes);
        let reason = table.owned("reason", mistakes);
        silenced.extend(code.zip(reason));
    }
    silenced
}
