"""ical, used as the Remote Calendar of Home Assistant uses it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from ical.calendar_stream import IcsCalendarStream
from ical.compat import make_compat
from protocol import serve

# Somewhere else than the feeds' zones, so that a time taken as floating shows.
HOME = ZoneInfo("America/Phoenix")


def read(path, since, until):
    with open(path, encoding="utf-8", newline="") as feed:
        text = feed.read()
    with make_compat.enable_compat_mode(text) as text:
        calendar = IcsCalendarStream.calendar_from_ics(text)
    # A day more on both sides: the library's span is about overlap, ours about the start.
    wider = timedelta(days=1)
    for event in calendar.timeline_tz(HOME).overlapping(since - wider, until + wider):
        status = event.status.value if event.status else ""
        yield event.start, event.end, event.summary or "", status, event.location, event.url


serve(read)
