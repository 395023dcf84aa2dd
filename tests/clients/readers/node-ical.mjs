// node-ical, read and expanded by its own functions (MagicMirror, Node-RED and many home dashboards use it).

import ical from "node-ical";
import { printed, serve } from "./protocol.mjs";

/** A text, which is an object where the property has parameters. */
function text(value) {
  return value?.val ?? value;
}

function* read(path, since, until) {
  const components = ical.sync.parseFile(path);
  for (const component of Object.values(components)) {
    if (component.type !== "VEVENT") continue;
    for (const { start, end, summary, event } of ical.expandRecurringEvent(component, { from: since, to: until })) {
      const [place, link] = [text(event.location), text(event.url)];
      yield { start: printed(start), end: printed(end), summary: text(summary), status: event.status, place, link };
    }
  }
}

serve(read);
