"""Python's icalendar and recurring-ical-events, used together as Open Web Calendar uses them."""

from datetime import timedelta

import icalendar
import recurring_ical_events
from protocol import serve


def read(path, since, until):
    with open(path, "rb") as feed:
        calendar = icalendar.Calendar.from_ical(feed.read())
    for component in calendar.walk():
        if component.errors:
            raise ValueError(f"{component.name}: {component.errors}")
    # A day more on both sides: the library's span is about overlap, ours about the start.
    wider = timedelta(days=1)
    for event in recurring_ical_events.of(calendar).between(since - wider, until + wider):
        yield event.start, event.end, *(event.get(name, "") for name in ("SUMMARY", "STATUS", "LOCATION", "URL"))


serve(read)
