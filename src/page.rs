//! The subscribe page: when the chats meet, what is known of them, and how to have them in one's calendar.
//!
//! It is one file with everything in it, which works from any place, asks the network for nothing and reads well without
//! its script. It depends on the schedules and on the year alone: its script works out what is over and what comes
//! soon when it is read.
//!
//! What other scripts can rely on: each meeting of the combined feed is an element with `data-chat` (slug) and
//! `data-date` (occurrence date) that holds one `<time datetime="…Z">` with the reader's local `HH:MM`; each subscribe
//! link has `data-chat` (slug, `all`, `tag/` and a tag, or `feed/` and the name of a selection) and `data-subscribe` (`webcal`, `google`, `outlook`,
//! `microsoft365`, `copy`, `once`).

mod chat;
mod clean;
mod days;
pub mod policy;
mod rhythm;
mod subscribe;
mod timeline;
mod zones;

use std::collections::BTreeMap;

use chrono::Datelike;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::expand::{Meeting, Window};
use crate::feed::name_of_tag;
use crate::out::GENERATOR;
use crate::schedule::{Collection, Schedule, Selection, Status};
use crate::standing::Standing;
use crate::text::count;
use crate::zone::Instant;
use clean::{Clean, Label, bdi};
use days::MeetingList;
use subscribe::{Offer, links};
use timeline::Timeline;

/// Its path in `out/`.
pub const PATH: &str = "index.html";

const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// A small calendar leaf; without it browsers ask the host for one.
const ICON: &str = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2016%2016'%3E\
                    %3Crect%20x='1'%20y='2'%20width='14'%20height='13'%20rx='3'%20fill='%230b5c6b'/%3E%3Cpath%20\
                    d='M4%207h8M4%2011h5'%20stroke='%23fff'%20stroke-width='1.6'%20stroke-linecap='round'/%3E%3C/svg%3E";

/// The page, built chat by chat.
///
/// Of each chat it keeps the finished HTML of its section, the words and bars of its timeline row, and 32 bytes for
/// each meeting of the combined window; everything else is made while it is written.
#[derive(Debug)]
pub struct Page<'c> {
    collection: &'c Collection,
    year: i32,
    /// The days of the chats' own feeds, and those of the feeds of several.
    feed: Window,
    window: Window,
    /// Sections of the chats that meet in the year of the page or later, and those of the others.
    current: Sections,
    earlier: Sections,
    days: MeetingList,
    timeline: Timeline,
    tags: BTreeMap<String, OfTag>,
    /// Slug and title of every chat, for the links by which programs discover feeds.
    feeds: Vec<(String, String)>,
}

/// The chats of a tag.
#[derive(Clone, Copy, Debug, Default)]
struct OfTag {
    chats: usize,
    /// How many of them meet in the year of the page or later.
    current: usize,
}

#[derive(Debug, Default)]
struct Sections {
    html: String,
    chats: usize,
}

impl<'c> Page<'c> {
    /// An empty page for the year, in UTC, of this instant.
    pub fn new(collection: &'c Collection, at: Instant) -> Self {
        let year = at.utc().year();
        Self {
            collection,
            year,
            feed: Window::of_feed(at, collection.history),
            window: Window::of_combined(at),
            current: Sections::default(),
            earlier: Sections::default(),
            days: MeetingList::default(),
            timeline: Timeline::new(year),
            tags: BTreeMap::new(),
            feeds: Vec::new(),
        }
    }

    /// Adds a chat; `meetings` are all those of its [own feed](crate::expand::of_feed).
    pub fn add(&mut self, schedule: &Schedule, meetings: &[Meeting<'_>]) {
        self.days.add(schedule, meetings.iter().filter(|meeting| self.window.holds(meeting.local_start().date())));
        // One that its feed holds for want of others is none of its years.
        let has_any = meetings.iter().any(|meeting| self.feed.holds(meeting.local_start().date()));
        self.timeline.add(schedule, if has_any { meetings } else { &[] });
        self.feeds.push((schedule.slug.to_string(), schedule.title.clone()));
        let meets =
            |meeting: &Meeting<'_>| meeting.status != Status::Cancelled && meeting.local_start().year() >= self.year;
        let current = meetings.iter().any(meets) || Standing::at_end_of(schedule, self.year).goes_on();
        for tag in &schedule.tags {
            let of_tag = self.tags.entry(tag.to_string()).or_default();
            of_tag.chats += 1;
            of_tag.current += usize::from(current);
        }
        let section = chat::section(schedule, meetings, self.year, self.site());
        let sections = if current { &mut self.current } else { &mut self.earlier };
        sections.html.push_str(&section.0);
        sections.chats += 1;
    }

    /// Writes the page, piece by piece; fails only where `write` does.
    pub fn finish<E>(self, write: &mut impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let (year, site) = (self.year, self.site());
        let chats = self.current.chats + self.earlier.chats;
        write(&self.opening().0)?;
        write(&self.coming_head().0)?;
        self.days.write(write)?;
        write("</div></section>")?;
        if !self.timeline.is_empty() {
            self.timeline.write(write)?;
        }
        write("<section id=\"chats\" aria-labelledby=\"chats-title\"><h2 id=\"chats-title\">The chats</h2>")?;
        for (sections, heading) in [
            (&self.current, format!("Meeting in {year} or later")),
            (&self.earlier, format!("No meeting known after {}", year - 1)),
        ] {
            if sections.chats > 0 {
                write(&html! { h3.group { (heading) " " span { (count(sections.chats, "chat")) } } }.0)?;
                write("<div class=\"chats\">")?;
                write(&sections.html)?;
                write("</div>")?;
            }
        }
        write("</section>")?;
        write(&selections(self.collection, site).0)?;
        write(&tags(self.collection, &self.tags, site).0)?;
        write(&closing(chats, self.window).0)
    }

    fn site(&self) -> Option<&'c str> {
        subscribe::host_and_path(self.collection)
    }

    /// Everything down to the list of meetings.
    fn opening(&self) -> Markup {
        let Collection { title, description, .. } = self.collection;
        let (script, style) = (policy::as_read(SCRIPT), policy::as_read(STYLE));
        let described = description.as_deref().unwrap_or(title);
        html! {
            (DOCTYPE)
            (PreEscaped("<html lang=\"en\">"))
            head {
                meta charset="utf-8";
                (PreEscaped(GENERATOR))
                meta http-equiv="Content-Security-Policy" content=(policy::policy(&script, &style));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="description" content=(Label(described));
                title { (Clean(title)) }
                link rel="icon" href=(ICON);
                (alternate("all", title))
                link rel="alternate" type="application/atom+xml" title={ (Label(title)) ": changes" } href="changes.atom";
                @for (slug, title) in &self.feeds { (alternate(slug, title)) }
                @for Selection { name, title, .. } in &self.collection.selections { (alternate(&format!("feed/{name}"), title)) }
                @for (tag, _) in self.tags.iter().filter(|(_, of_tag)| of_tag.current > 0) {
                    (alternate(&format!("tag/{tag}"), &name_of_tag(self.collection, tag)))
                }
                style { (PreEscaped(style)) }
            }
            (PreEscaped("<body>"))
            a.skip href="#main" { "Skip to the meetings" }
            header.top {
                h1 { (bdi(title)) }
                @if let Some(description) = description { p.lead { (bdi(description)) } }
                nav aria-label="On this page" {
                    a href="#coming" { "Meetings" }
                    @if !self.timeline.is_empty() { a href="#timeline" { "Timeline" } }
                    a href="#chats" { "The chats" }
                    @if !self.collection.selections.is_empty() { a href="#feeds" { "Selections" } }
                    @if !self.tags.is_empty() { a href="#tags" { "By tag" } }
                    a href="#help" { "How to subscribe" }
                }
                (links(Offer { key: "all", words: "Subscribe to all", name: title, once: false }, self.site()))
            }
            (PreEscaped("<main id=\"main\" tabindex=\"-1\">"))
            form #filter role="search" hidden {
                p { label for="zone" { "Times in" } select #zone {} }
                p { label for="search" { "Search" } input #search type="search" autocomplete="off" spellcheck="false"; }
                @if !self.tags.is_empty() {
                    p {
                        label for="tag" { "Tag" }
                        select #tag {
                            option value="" { "all" }
                            @for (tag, of_tag) in &self.tags { option value=(tag) { (tag) " (" (of_tag.chats) ")" } }
                        }
                    }
                }
                p #found role="status" {}
            }
        }
    }

    /// The head of the list of meetings; its element stays open.
    fn coming_head(&self) -> Markup {
        let year = self.year;
        html! {
            (PreEscaped("<section id=\"coming\" aria-labelledby=\"coming-title\">"))
            h2 #coming-title { "Meetings of " (year - 1) " to " (year + 1) }
            p #coming-note { "All times are in the host’s own time zone." }
            @if self.days.is_empty() { p { "No meeting is known in these years." } }
            (PreEscaped("<div id=\"days\">"))
        }
    }
}

/// The link by which calendar programs and readers discover a feed.
fn alternate(key: &str, title: &str) -> Markup {
    html! { link rel="alternate" type="text/calendar" title=(Label(title)) href={ (key) ".ics" }; }
}

/// The feeds of selections.
fn selections(collection: &Collection, site: Option<&str>) -> Markup {
    html! {
        @if !collection.selections.is_empty() {
            section #feeds aria-labelledby="feeds-title" {
                h2 #feeds-title { "Selections" }
                ul.tags {
                    @for Selection { name, title, .. } in &collection.selections {
                        li id={ "feed-" (name) } {
                            p { strong { (bdi(title)) } }
                            (links(Offer { key: &format!("feed/{name}"), words: "Subscribe", name: title, once: false }, site))
                        }
                    }
                }
            }
        }
    }
}

/// One feed per tag, but only where one of its chats meets.
fn tags(collection: &Collection, tags: &BTreeMap<String, OfTag>, site: Option<&str>) -> Markup {
    let (living, ended): (Vec<_>, Vec<_>) = tags.iter().partition(|(_, of_tag)| of_tag.current > 0);
    html! {
        @if !tags.is_empty() {
            section #tags aria-labelledby="tags-title" {
                h2 #tags-title { "One feed per tag" }
                @if living.is_empty() { p { "No chat meets at present." } }
                ul.tags {
                    @for (tag, OfTag { chats, current }) in living {
                        @let name = name_of_tag(collection, tag);
                        li id={ "tag-" (tag) } {
                            p {
                                strong { (tag) } " "
                                span { (count(*chats, "chat")) @if current < chats { ", " (current) " meeting" } }
                            }
                            (links(Offer { key: &format!("tag/{tag}"), words: "Subscribe", name: &name, once: false }, site))
                        }
                    }
                }
                @if !ended.is_empty() {
                    p.ended {
                        "Of these tags no chat meets any more: "
                        @for (number, (tag, of_tag)) in ended.iter().enumerate() {
                            @if number > 0 { ", " }
                            span id={ "tag-" (tag) } { (tag) " (" (of_tag.chats) ")" }
                        }
                    }
                }
            }
        }
    }
}

/// What is good to know about subscribing, and the end of the page.
fn closing(chats: usize, window: Window) -> Markup {
    let way = |program: &str, way: &str, delay: &str| {
        html! { div { dt { (program) } dd { (way) } dd { "Changes come after " (delay) "." } } }
    };
    html! {
        section #help aria-labelledby="help-title" {
            h2 #help-title { "How to subscribe" }
            p {
                "A calendar that subscribes asks for changes by itself: a moved meeting moves, and a chat that ends goes \
                 away. How soon depends on the program."
            }
            dl {
                (way("Apple Calendar, on Mac and iPhone", "Choose “Apple Calendar, Thunderbird”.", "5 minutes to a week, depending on its settings"))
                (way("Thunderbird, classic Outlook", "Choose “Apple Calendar, Thunderbird”; where no program is registered for such links, nothing happens.", "about half an hour in Thunderbird"))
                (way("Google Calendar", "Choose “Google Calendar” on a computer; phones then show it too.", "about 8 to 24 hours, sometimes days"))
                (way("Outlook.com, new Outlook for Windows, Outlook for Mac", "Choose “Outlook.com”.", "about 3 to 24 hours"))
                (way("Outlook at work or school", "Choose “Microsoft 365”.", "about 3 to 24 hours"))
                (way("Fastmail, Proton, Nextcloud and any other", "Copy the address, and paste it where the program adds a calendar from the internet.", "about an hour, 4 to 16 hours, a week"))
            }
            p {
                "Google by hand: copy the address, then paste it at "
                a href="https://calendar.google.com/calendar/u/0/r/settings/addbyurl" rel="noreferrer" { "Google’s “From URL”" }
                ". The app on Android cannot subscribe; do it once on a computer."
            }
            p {
                "The one-time copy is for a calendar that cannot subscribe. It never learns of a change: meetings that were \
                 moved or called off stay in it as they were."
            }
            p {
                "For feed readers there is a " a href="changes.atom" { "feed of changes" }
                ", for programs a " a href="meetings.json" { "list of all meetings above" } "."
            }
        }
        (PreEscaped("</main>"))
        footer { p { (count(chats, "chat")) ". Made with chatcal; this page does not track you." } }
        template #zones { (zones::table(window)) }
        script { (PreEscaped(policy::as_read(SCRIPT))) }
        (PreEscaped("</body></html>\n"))
    }
}
