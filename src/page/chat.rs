//! The section of one chat.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::clean::{Clean, Label, bdi};
use super::rhythm;
use super::subscribe::{Offer, links};
use crate::expand::{Meeting, Origin, Own};
use crate::schedule::{Confidence, Evidence, Link, Schedule, Series, Status, Successor, Tag, Venues};
use crate::standing::{Standing, current};
use crate::text::{LAST_DAY, count, day, weekday_and_day};

/// Everything that the collection knows of a chat; `meetings` are those of its own feed.
pub fn section(schedule: &Schedule, meetings: &[Meeting<'_>], year: i32, site: Option<&str>) -> Markup {
    let tags: Vec<&str> = schedule.tags.iter().map(Tag::as_str).collect();
    // What a chat calls itself is in its own language; the rest of the page is English.
    let language = schedule.language.as_deref().filter(|language| !language.eq_ignore_ascii_case("en")).map(Label);
    let current = current(schedule, NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(LAST_DAY));
    let offer = Offer { key: schedule.slug.as_str(), words: "Subscribe", name: &schedule.title, once: true };
    html! {
        article id={ "chat-" (schedule.slug) } data-zone=(schedule.zone.name()) data-tags=(tags.join(" ")) {
            @for older in schedule.older_slugs() { span id={ "chat-" (older) } {} }
            header {
                h4 lang=[language] { (bdi(&schedule.title)) }
                p.state { (Standing::in_year(schedule, year)) }
            }
            @if let Some(summary) = &schedule.summary { p.summary lang=[language] { (bdi(summary)) } }
            @for series in &current {
                p.rule { (rhythm::rule(series)) (doubt(series.confidence)) }
            }
            @if schedule.series.is_empty() { p.rule { "single meetings, no regular time" } }
            @if let Some(description) = &schedule.description { p.description lang=[language] { (bdi(description)) } }
            (facts(schedule, &current))
            (links(offer, site))
            (series_list(schedule))
            (dated(meetings))
        }
    }
}

/// Where the chat is found in these series, and what else there is of it in a few words.
fn facts(schedule: &Schedule, current: &[&Series]) -> Markup {
    let of_series = current.iter().map(|series| Venues::new(None, Some(&series.venue), &schedule.venue));
    let of_chat = Venues::new(None, None, &schedule.venue);
    let venues: Vec<Venues<'_>> = if current.is_empty() { vec![of_chat] } else { of_series.collect() };
    let (mut places, mut hosts, mut homes) = (Vec::new(), Vec::new(), Vec::new());
    for venue in venues {
        places.extend(Some((venue.words(), venue.join())).filter(|place| !places.contains(place)));
        homes.extend(venue.home().filter(|home| !homes.contains(home)));
        for host in venue.hosts() {
            hosts.extend(Some(host).filter(|host| !hosts.contains(host)));
        }
    }
    let place = |(words, join): &(Option<String>, Option<Link>)| {
        let words = words.iter().map(|words| bdi(words));
        words.chain(join.iter().map(link)).collect::<Vec<_>>()
    };
    let successor = schedule.successor.iter().map(|successor| match successor {
        Successor::Chat(slug) => html! { a href={ "#chat-" (slug) } { (slug) } },
        Successor::Link(page) => link(page),
    });
    let tags = schedule.tags.iter().map(|tag| html! { a href={ "#tag-" (tag) } { (tag) } });
    let facts: [(&str, Vec<Markup>); 5] = [
        ("Where", places.iter().flat_map(place).collect()),
        (if hosts.len() == 1 { "Host" } else { "Hosts" }, hosts.into_iter().map(|host| bdi(host)).collect()),
        ("Home", homes.into_iter().map(link).collect()),
        ("Continued as", successor.collect()),
        ("Tags", tags.collect()),
    ];
    html! {
        dl {
            @for (name, values) in facts.iter().filter(|(_, values)| !values.is_empty()) {
                div {
                    dt { (name) }
                    dd { (joined(values, ", ")) }
                }
            }
        }
    }
}

/// The regular times and the breaks, each with its sources.
fn series_list(schedule: &Schedule) -> Markup {
    html! {
        @if !schedule.series.is_empty() {
            details {
                summary { (count(schedule.series.len(), "regular time")) ", with sources" }
                ul {
                    @for series in &schedule.series {
                        li {
                            (rhythm::span(series)) ": " (rhythm::rule(series))
                            @if let Some(name) = &series.name { " (" (bdi(name)) ")" }
                            (doubt(series.confidence))
                            (evidence(&series.sources))
                            (note(series.note.as_deref()))
                        }
                    }
                    @for pause in &schedule.breaks {
                        li {
                            "Break from " (day(pause.from)) " to " (day(pause.through))
                            @if let Some(reason) = &pause.reason { ": " (bdi(reason)) }
                            (evidence(&pause.sources))
                            (note(pause.note.as_deref()))
                        }
                    }
                }
            }
        }
    }
}

/// The meetings of which more is known than their rule, the newest first.
fn dated(meetings: &[Meeting<'_>]) -> Markup {
    let known = meetings.iter().filter(|meeting| !matches!(meeting.origin, Origin::Regular(_, None)));
    let known: Vec<&Meeting<'_>> = known.rev().collect();
    html! {
        @if !known.is_empty() {
            details {
                summary { (count(known.len(), "dated meeting")) }
                ul { @for meeting in known { (dated_meeting(meeting)) } }
            }
        }
    }
}

fn dated_meeting(meeting: &Meeting<'_>) -> Markup {
    let (start, place) = (meeting.local_start(), meeting.zone().place());
    let Own { topic, cancelled, sources, note: own_note } = meeting.own();
    let doubtful = meeting.status == Status::Tentative && meeting.confidence() != Confidence::Confirmed;
    html! {
        li {
            time datetime=(start.date()) { (weekday_and_day(start.date())) }
            ", " (start.format("%H:%M")) " " (place)
            @if let Some(topic) = topic { ": " bdi.topic { (Clean(topic)) } }
            @if start.date() != meeting.date && meeting.change().is_some() { " " em { "moved from " (day(meeting.date)) } }
            @if let Some(reason) = cancelled { " " em { "cancelled: " (bdi(reason)) } }
            @else if doubtful { (doubt(meeting.confidence())) }
            @else if let Some(known) = meeting.unconfirmed_since() { " " em { (known.doubt()) } }
            (evidence(sources))
            (note(own_note))
        }
    }
}

/// A word for what is less than confirmed.
fn doubt(confidence: Confidence) -> Markup {
    html! { @if confidence != Confidence::Confirmed { " " em { (confidence.word()) } } }
}

fn evidence(sources: &[Evidence]) -> Markup {
    let shown = sources.iter().map(|source| match source {
        Evidence::Link(page) => link(page),
        Evidence::Words(words) => bdi(words),
    });
    html! { @if !sources.is_empty() { span.source { " Source: " (joined(&shown.collect::<Vec<_>>(), "; ")) } } }
}

fn joined(values: &[Markup], separator: &str) -> Markup {
    html! { @for (index, value) in values.iter().enumerate() { @if index > 0 { (separator) } (value) } }
}

fn note(note: Option<&str>) -> Markup {
    html! { @if let Some(note) = note { span.note { " " (bdi(note.trim_end())) } } }
}

/// A link that shows where it leads: the host's name, or the mail address.
fn link(link: &Link) -> Markup {
    let address = link.as_str();
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let shown = rest.strip_prefix("mailto:").unwrap_or(rest);
    let shown = if rest.len() == address.len() { shown } else { shown.split(['/', '?', '#']).next().unwrap_or(shown) };
    html! { a href=(address) rel="noreferrer" { (shown.strip_prefix("www.").unwrap_or(shown)) } }
}
