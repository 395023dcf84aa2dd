//! The meetings of all chats, day by day.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::clean::Clean;
use crate::expand::Meeting;
use crate::schedule::{Schedule, Status};
use crate::zone::{Instant, UtcCursor, Zone};

/// How long a meeting takes where its element does not say: the page's script knows it too.
const USUAL_MINUTES: u16 = 60;

/// Everything that the list needs of the meetings, in 32 bytes each.
#[derive(Debug, Default)]
pub struct MeetingList {
    chats: Vec<Chat>,
    zones: Vec<Zone>,
    meetings: Vec<Entry>,
    /// What is known of single meetings: few have anything.
    remarks: Vec<Remark>,
}

#[derive(Debug)]
struct Chat {
    slug: String,
    title: String,
    zone: u16,
}

#[derive(Debug)]
struct Entry {
    /// Day on the host's clocks; the list's order.
    day: NaiveDate,
    start: Instant,
    chat: u32,
    /// Occurrence date.
    date: NaiveDate,
    /// Index into `remarks`; `u32::MAX` for none.
    remark: u32,
    minutes: u16,
    zone: u16,
    status: Status,
}

#[derive(Debug)]
struct Remark {
    topic: Option<String>,
    cancelled: Option<String>,
}

impl MeetingList {
    /// Remembers the meetings of one chat.
    pub fn add<'m>(&mut self, schedule: &Schedule, meetings: impl Iterator<Item = &'m Meeting<'m>>) {
        let chat = self.chats.len() as u32;
        let zone = self.zone(schedule.zone);
        self.chats.push(Chat { slug: schedule.slug.to_string(), title: schedule.title.clone(), zone });
        for meeting in meetings {
            let entry = Entry {
                day: meeting.local_start().date(),
                start: meeting.start,
                chat,
                date: meeting.date,
                remark: self.remark(meeting),
                minutes: u16::try_from((meeting.end.unix_seconds() - meeting.start.unix_seconds()) / 60)
                    .unwrap_or(USUAL_MINUTES),
                zone: self.zone(meeting.zone()),
                status: meeting.status,
            };
            self.meetings.push(entry);
        }
    }

    /// The place of a zone in `zones`, to which it is added where it is new.
    fn zone(&mut self, zone: Zone) -> u16 {
        let known = self.zones.iter().position(|known| *known == zone);
        let at = known.unwrap_or_else(|| {
            self.zones.push(zone);
            self.zones.len() - 1
        });
        // The database has fewer names than a u16 has values.
        at as u16
    }

    fn remark(&mut self, meeting: &Meeting<'_>) -> u32 {
        let own = meeting.own();
        let [topic, cancelled] = [own.topic, own.cancelled].map(|text| text.map(str::to_owned));
        if topic.is_none() && cancelled.is_none() {
            return u32::MAX;
        }
        self.remarks.push(Remark { topic, cancelled });
        self.remarks.len() as u32 - 1
    }

    /// Whether there is no meeting at all.
    pub fn is_empty(&self) -> bool {
        self.meetings.is_empty()
    }

    /// Writes one section per day, in order.
    pub fn write<E>(mut self, write: &mut impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        self.meetings.sort_unstable_by_key(|meeting| (meeting.day, meeting.start, meeting.chat, meeting.date));
        let places: Vec<String> = self.zones.iter().map(|zone| zone.place()).collect();
        let mut cursors: Vec<UtcCursor> = self.zones.iter().map(|zone| zone.utc_cursor()).collect();
        for day in self.meetings.chunk_by(|a, b| a.day == b.day) {
            let heading = day[0].day.format("%A %-d %B %Y");
            let section = html! {
                section.day {
                    h3 { (heading) }
                    ol {
                        @for meeting in day {
                            (self.entry(meeting, &mut cursors, &places))
                        }
                    }
                }
            };
            write(&section.0)?;
        }
        Ok(())
    }

    fn entry(&self, meeting: &Entry, cursors: &mut [UtcCursor], places: &[String]) -> Markup {
        let chat = &self.chats[meeting.chat as usize];
        let remark = self.remarks.get(meeting.remark as usize);
        let topic = remark.and_then(|remark| remark.topic.as_deref());
        let cancelled = remark.and_then(|remark| remark.cancelled.as_deref());
        let zone = usize::from(meeting.zone);
        let cursor = &mut cursors[zone];
        let observance = cursor.observance(meeting.start);
        let start = meeting.start.at_offset(observance.offset);
        let end_instant = meeting.start.plus_seconds(60 * i64::from(meeting.minutes));
        let end = end_instant.at_offset(cursor.observance(end_instant).offset);
        let (place, label) = (&places[zone], observance.label());
        let host = format!("{} {}–{} {place} ({label})", start.weekday(), start.format("%H:%M"), end.format("%H:%M"));
        html! {
            li data-chat=(chat.slug) data-date=(meeting.date)
                data-minutes=[(meeting.minutes != USUAL_MINUTES).then_some(meeting.minutes)]
                data-zone=[(meeting.zone != chat.zone).then(|| self.zones[zone].name())]
                class=[(meeting.status != Status::Confirmed).then(|| meeting.status.word())] {
                time datetime=(meeting.start.rfc3339()) { (start.format("%H:%M")) }
                p {
                    a href={ "#chat-" (chat.slug) } { bdi { (Clean(&chat.title)) } }
                    @if let Some(topic) = topic { " " bdi.topic { (Clean(topic)) } }
                    @match meeting.status {
                        Status::Confirmed => {}
                        Status::Tentative => { " " em { "unconfirmed" } }
                        Status::Cancelled => { " " em { "cancelled" @if let Some(reason) = cancelled { ": " bdi { (Clean(reason)) } } } }
                    }
                }
                span { (host) }
            }
        }
    }
}
