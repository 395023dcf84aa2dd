"""vobject, the library under Radicale: its rule sets, and overrides in the place of what they override."""

from datetime import datetime, timedelta, timezone

import vobject
from protocol import serve


def forget_zones():
    """vobject keeps every TZID that it ever met; each file shall be read with its own VTIMEZONE."""
    known = vars(vobject.icalendar)["__tzidMap"]
    for name in [name for name in known if name != "UTC"]:
        del known[name]


def text(event, name):
    line = getattr(event, name, None)
    return line.value if line is not None else ""


def length(event):
    if hasattr(event, "duration"):
        return event.duration.value
    return as_utc(event.dtend.value) - as_utc(event.dtstart.value)


def as_utc(moment):
    return moment.astimezone(timezone.utc) if isinstance(moment, datetime) and moment.tzinfo else moment


def read(path, since, until):
    forget_zones()
    with open(path, encoding="utf-8", newline="") as feed:
        calendar = vobject.readOne(feed)
    calendar.validate(raiseException=True)
    events = calendar.contents.get("vevent", [])
    overridden = {
        (event.uid.value, as_utc(event.recurrence_id.value)) for event in events if hasattr(event, "recurrence_id")
    }
    for event in events:
        rules = None if hasattr(event, "recurrence_id") else event.getrruleset(addRDate=True)
        starts = [event.dtstart.value]
        if rules is not None:
            wider = timedelta(days=1)
            starts = [
                start
                for start in rules.between(since - wider, until + wider, inc=True)
                if (event.uid.value, as_utc(start)) not in overridden
            ]
        for start in starts:
            texts = (text(event, name) for name in ("summary", "status", "location", "url"))
            yield as_utc(start), as_utc(start) + length(event), *texts


serve(read)
