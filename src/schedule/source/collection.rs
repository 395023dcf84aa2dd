//! `collection.toml`.

use toml::Spanned;

use super::fields::Fields;
use super::mistakes::Mistakes;
use super::texts;
use crate::diagnostic::quoted;
use crate::schedule::{Collection, Link};
use crate::zone::Zone;

/// What it says; nothing where it is wrong.
pub fn read(fields: &Fields, mistakes: &mut Mistakes) -> Option<Collection> {
    fields.require(&["title"], None, mistakes);
    let help = "a domain name of the community, such as \"chats.example.org\", or a UUID; it must never change";
    fields.require(&["id"], Some(help), mistakes);
    let title = fields.owned("title", mistakes);
    let description = fields.owned("description", mistakes);
    let id = fields.text("id", mistakes);
    if let Some(id) = &id {
        check_id(id, mistakes);
    }
    let site = fields.link("site", mistakes).and_then(|link| site(&link, fields, mistakes));
    let zones = zones(fields, mistakes);
    Some(Collection { title: title?, description, id: id?.into_inner().to_owned(), site, zones })
}

fn check_id(id: &Spanned<&str>, mistakes: &mut Mistakes) {
    let text = *id.get_ref();
    if text.contains(char::is_whitespace) {
        let message = format!("{} holds a space, which no UID may have", quoted(text));
        mistakes.error("id", id.span(), message).help("a domain name of the community, or a UUID");
    } else if !is_domain(text) && !is_uuid(text) {
        let message = format!("{} is neither a domain name nor a UUID", quoted(text));
        let added = mistakes.warning("id", id.span(), message);
        added.help("UIDs are unique in the world only if nobody else uses what stands behind their @");
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

/// RFC 9562 4: hexadecimal digits, 8-4-4-4-12.
fn is_uuid(text: &str) -> bool {
    let sizes = text.split('-').map(str::len);
    sizes.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The public address, with a slash at its end.
fn site(link: &Link, fields: &Fields, mistakes: &mut Mistakes) -> Option<Link> {
    let text = link.as_str();
    if text.starts_with("mailto:") || text.contains(['?', '#']) {
        let message = format!("{} is no folder of a web site", quoted(text));
        let added = mistakes.error("link", fields.span("site"), message);
        added.help("the address under which the feeds are found, such as \"https://chats.example.org/\"");
        return None;
    }
    Link::new(&format!("{}/", text.trim_end_matches('/')))
}

fn zones(fields: &Fields, mistakes: &mut Mistakes) -> Vec<Zone> {
    let mut zones = Vec::new();
    for name in fields.list("zones", mistakes) {
        let Some(zone) = texts::zone(&name, mistakes) else { continue };
        if zones.contains(&zone) {
            mistakes.error("twice", name.span(), format!("{} is already there", zone.name())).help("keep one of them");
        } else {
            zones.push(zone);
        }
    }
    zones
}
