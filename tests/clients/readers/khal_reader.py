"""khal: the feed split into the items of a vdir as its import does it, then asked through khal's own collection."""

import logging
import os
import tempfile
from datetime import timedelta
from pathlib import Path

import pytz
from khal.icalendar import split_ics
from khal.khalendar import CalendarCollection
from protocol import serve

ZONE = pytz.timezone("America/Los_Angeles")
LOCALE = {
    "default_timezone": ZONE,
    "local_timezone": ZONE,
    "dateformat": "%Y-%m-%d",
    "longdateformat": "%Y-%m-%d",
    "timeformat": "%H:%M",
    "datetimeformat": "%Y-%m-%d %H:%M",
    "longdatetimeformat": "%Y-%m-%d %H:%M",
    "unicode_symbols": True,
    "firstweekday": 0,
    "weeknumbers": False,
}


class Complaints(logging.Handler):
    """What khal would have told its user."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


# khal calls fsync for each item that it looks at: a folder in memory spares the disk.
IN_MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None

COMPLAINTS = Complaints()
logging.getLogger("khal").addHandler(COMPLAINTS)
logging.getLogger("khal").propagate = False


def read(path, since, until):
    COMPLAINTS.said.clear()
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        vdir = Path(folder, "chats")
        vdir.mkdir()
        feed = Path(path).read_bytes().decode("utf-8")
        for number, item in enumerate(split_ics(feed, default_timezone=ZONE)):
            (vdir / f"{number}.ics").write_bytes(item.encode("utf-8"))
        chats = {"path": str(vdir), "readonly": True, "color": "", "addresses": [], "ctype": "calendar"}
        collection = CalendarCollection({"chats": chats}, locale=LOCALE, dbpath=":memory:")
        wider = timedelta(days=1)
        texts = {}
        rows = collection._backend.get_localized(since - wider, until + wider)
        for item, href, start, end, ref, etag, calendar in rows:
            # khal parses the item again for each row; the texts of one item are the same each time.
            if (href, ref) not in texts:
                event = collection._construct_event(item, href, start, end, ref, etag, calendar)
                texts[href, ref] = (event.summary, event.status, event.location, event.url)
            yield start, end, *texts[href, ref]
    if COMPLAINTS.said:
        raise ValueError("; ".join(COMPLAINTS.said))


serve(read)
