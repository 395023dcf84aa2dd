// ical.js, the engine of Thunderbird's calendar: VTIMEZONEs of the file itself, ICAL.Event with its exceptions.

import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import { printed, serve } from "./protocol.mjs";

/** An instant; what is floating or a date stays visible as such. */
function text(time) {
  const floating = time.isDate || time.zone === ICAL.Timezone.localTimezone;
  return floating ? time.toString() : printed(time.toJSDate());
}

function meeting(details) {
  return {
    start: text(details.startDate),
    end: text(details.endDate),
    summary: details.item.summary ?? "",
    status: details.item.component.getFirstPropertyValue("status"),
    place: details.item.location,
    link: details.item.component.getFirstPropertyValue("url"),
  };
}

function* meetings(event, until) {
  if (!event.isRecurring()) {
    yield meeting({ startDate: event.startDate, endDate: event.endDate, item: event });
    return;
  }
  const occurrences = event.iterator();
  for (let next = occurrences.next(); next; next = occurrences.next()) {
    if (next.toJSDate() >= until) break;
    yield meeting(event.getOccurrenceDetails(next));
  }
}

function* read(path, since, until) {
  // A moved meeting may come back into the span from a later date.
  const wider = new Date(until.getTime() + 400 * 86_400_000);
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(path, "utf8")));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

  const events = calendar.getAllSubcomponents("vevent").map(
    (component) => new ICAL.Event(component, { strictExceptions: true, exceptions: [] }),
  );
  const masters = new Map();
  for (const event of events) {
    if (!event.isRecurrenceException()) masters.set(event.uid, event);
  }
  for (const event of events) {
    if (!event.isRecurrenceException()) continue;
    if (!masters.has(event.uid)) throw new Error(`an override without its series: ${event.uid}`);
    masters.get(event.uid).relateException(event);
  }
  for (const event of events) {
    if (!event.isRecurrenceException()) yield* meetings(event, wider);
  }
}

serve(read);
