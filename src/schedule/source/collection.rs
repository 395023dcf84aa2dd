//! `collection.toml`.

use toml::Spanned;

use super::fields::Fields;
use super::strings;
use crate::diagnostic::{did_you_mean, quoted};
use crate::schedule::keys::LIST;
use crate::schedule::{Collection, Link, Selection, Slug, Tag};

/// What it says; nothing where it is wrong.
pub fn read(fields: &Fields) -> Option<Collection> {
    let title = fields.owned("title");
    let description = fields.owned("description");
    let id = fields.text("id");
    if let Some(id) = &id {
        check_id(id, fields);
    }
    let site = fields.link("site").and_then(|link| site(&link, fields));
    let zones = fields.set("zones", |name| strings::zone(name, fields.mistakes));
    let (history, selections) = (fields.years("history"), selections(fields));
    let (silenced, id) = (fields.silenced(), id?.into_inner().to_owned());
    Some(Collection { title: title?, description, id, site, zones, history, selections, silenced })
}

/// In order of their names, each of which there is once.
fn selections(fields: &Fields) -> Vec<Selection> {
    let tables = fields.tables("feed");
    if tables.len() > LIST {
        let message = format!("there are {} [[feed]]; at most {LIST} are allowed", tables.len());
        fields.mistakes.error("too-many", tables[LIST].header(), message).help("keep those that people subscribe to");
    }
    let mut selections: Vec<Selection> = Vec::new();
    for table in tables.iter().take(LIST) {
        let Some(selection) = selection(table) else { continue };
        if selections.iter().any(|other| other.name == selection.name) {
            let message = format!("another [[feed]] is called {} too", quoted(selection.name.as_str()));
            fields.mistakes.error("twice", table.span("name"), message).help("give it another name");
        }
        selections.push(selection);
    }
    selections.sort_by(|one, other| one.name.cmp(&other.name));
    selections
}

fn selection(table: &Fields) -> Option<Selection> {
    let name = table.text("name").and_then(|name| slug(&name, table));
    let (title, chats) = (table.owned("title"), table.set("chats", |chat| slug(chat, table)));
    let tag = |name: &Spanned<&str>| Tag::new(name.get_ref());
    let (tags, without) = (table.set("tags", tag), table.set("without", tag));
    let mut lists = ["chats", "tags", "without"].into_iter().filter(|key| table.has(key)).peekable();
    // Where there is none of them that has been said.
    if lists.peek().is_some() && lists.all(|key| table.is_empty_list(key)) {
        let message = "this [[feed]] selects nothing: it would be the feed of all chats once more";
        table.mistakes.error("empty", table.header(), message).help("name chats or tags in one of its lists");
    }
    Some(Selection { name: name?, title: title?, chats, tags, without })
}

fn slug(name: &Spanned<&str>, fields: &Fields) -> Option<Slug> {
    Slug::new(name.get_ref())
        .map_err(|invalid| {
            // The name of the file, perhaps.
            let meant = name.get_ref().strip_suffix(".toml").filter(|stem| Slug::new(stem).is_ok());
            let help = meant.map_or_else(|| "give another name".to_owned(), did_you_mean);
            fields.mistakes.error("name", name.span(), invalid.message).help(help);
        })
        .ok()
}

fn check_id(id: &Spanned<&str>, fields: &Fields) {
    let text = *id.get_ref();
    if text.contains(char::is_whitespace) {
        let message = format!("{} contains a space, which no UID may have", quoted(text));
        fields.mistakes.error("id", id.span(), message).help("use a domain name of the community, or a UUID");
    } else if !is_domain(text) && !is_uuid(text) {
        let message = format!("{} is neither a domain name nor a UUID", quoted(text));
        let warning = fields.mistakes.warning("id", id.span(), message);
        warning.help("UIDs are only unique in the world if nobody else uses what comes after their @");
    }
}

/// RFC 1123 2.1: labels of letters, digits and inner hyphens; at least two of them, the last with a letter.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && text.len() <= 253
        && text.split('.').all(label)
        && top.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// RFC 9562 4, in its usual form with hyphens.
fn is_uuid(text: &str) -> bool {
    text.len() == uuid::fmt::Hyphenated::LENGTH && uuid::Uuid::try_parse(text).is_ok()
}

/// The public address, with a slash at its end.
fn site(link: &Link, fields: &Fields) -> Option<Link> {
    let text = link.as_str();
    if text.starts_with("mailto:") || text.contains(['?', '#']) {
        let message = format!("{} is not the address of a folder", quoted(text));
        let error = fields.mistakes.error("link", fields.span("site"), message);
        error.help("give the address under which the feeds are published, such as \"https://chats.example.org/\"");
        return None;
    }
    Link::new(&format!("{}/", text.trim_end_matches('/')))
}
