// node-ical, read and expanded by its own functions (MagicMirror, Node-RED and many home dashboards use it).

import ical from "node-ical";
import { printed, serve } from "./protocol.mjs";

function* read(path, since, until) {
  const components = ical.sync.parseFile(path);
  for (const component of Object.values(components)) {
    if (component.type !== "VEVENT") continue;
    for (const { start, end, summary, event } of ical.expandRecurringEvent(component, { from: since, to: until })) {
      yield { start: printed(start), end: printed(end), summary: summary?.val ?? summary, status: event.status };
    }
  }
}

serve(read);
