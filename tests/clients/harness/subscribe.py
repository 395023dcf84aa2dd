"""A subscription over HTTP: vdirsyncer fetches the feed into a vdir, khal shows it; then the schedule changes.

The first sight and the sight after the change are compared with `chatcal dates`; what the change itself must do is
written out below by hand.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import icalendar

from . import truth
from .programs import CLIENTS

BIN = Path(sys.executable).parent

VDIRSYNCER = """
[general]
status_path = "{work}/status/"

[pair chats]
a = "served"
b = "mine"
collections = null
conflict_resolution = "a wins"

[storage served]
type = "http"
url = "http://127.0.0.1:{port}/all.ics"

[storage mine]
type = "filesystem"
path = "{work}/vdir"
fileext = ".ics"
"""

KHAL = """
[calendars]
[[chats]]
path = {work}/vdir
readonly = True

[locale]
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M:%SZ
longdatetimeformat = %Y-%m-%dT%H:%M:%SZ
local_timezone = UTC
default_timezone = America/Los_Angeles

[sqlite]
path = {work}/khal.db
"""

# Lively's meetings that the change touches: at which start which title is seen before, and after it.
BEFORE = {
    "2026-12-08T19:00:00Z": "Lively",
    "2026-12-15T19:00:00Z": "Lively",
    "2027-04-06T18:00:00Z": "Lively",
}
AFTER = {
    "2026-12-08T19:00:00Z": None,
    "2026-12-10T20:30:00Z": "Lively",
    "2026-12-15T19:00:00Z": "Cancelled: Lively",
    "2027-04-06T18:00:00Z": "Lively: A topic; with, commas",
}


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves out/ as any static host does."""

    def log_message(self, *_):
        pass


class Subscriber:
    """A person with vdirsyncer and khal."""

    def __init__(self, work, port):
        self.vdir = work / "vdir"
        self.config = work / "vdirsyncer.conf"
        self.config.write_text(VDIRSYNCER.format(work=work, port=port), encoding="utf-8")
        self.khal_config = work / "khal.conf"
        self.khal_config.write_text(KHAL.format(work=work), encoding="utf-8")
        self.vdir.mkdir()
        self.vdirsyncer("discover")

    def vdirsyncer(self, verb):
        command = [BIN / "vdirsyncer", "--config", self.config, verb]
        run = subprocess.run(command, input="y\n", capture_output=True, text=True, encoding="utf-8", check=False)
        if run.returncode != 0:
            raise RuntimeError(f"vdirsyncer {verb}: {run.stdout}{run.stderr}")

    def items(self):
        return {path.name: path.read_bytes() for path in self.vdir.glob("*.ics")}

    def meetings(self):
        """What khal lists: (start, end, title, status), sorted, duplicates kept."""
        fields = ["start", "end", "title", "status"]
        command = [BIN / "khal", "-c", self.khal_config, "list", "--once", "--day-format", ""]
        command += [argument for name in fields for argument in ("--json", name)] + ["2026-10-01", "2027-12-31"]
        run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
        listed = [event for line in run.stdout.splitlines() for event in json.loads(line)]
        return sorted(tuple(str(event[name]).strip() for name in fields) for event in listed)


def expected(schedules):
    """The same from `chatcal dates`."""
    meetings = [each for slug in ("lively", "steady") for each in truth.dates(schedules, slug)]
    return sorted(truth.row(each) for each in meetings)


def uids(feed):
    calendar = icalendar.Calendar.from_ical(feed.read_bytes())
    return sorted(str(event["UID"]) for event in calendar.walk("VEVENT"))


def touched(listed, wanted):
    """Whether each start of `wanted` shows its title, once."""
    for start, title in wanted.items():
        seen = [each[2] for each in listed if each[0] == start and each[2] != "Steady"]
        if seen != ([title] if title else []):
            return f"at {start} khal shows {seen}, not {title}"
    return None


def different(seen, right):
    return None if seen == right else f"khal shows {len(seen)} meetings, chatcal dates {len(right)}"


def run(work, tally):
    shutil.rmtree(work, ignore_errors=True)
    schedules, out = work / "schedules", work / "out"
    shutil.copytree(CLIENTS / "subscription", schedules, ignore=shutil.ignore_patterns("*.more"))
    truth.chatcal("build", "--schedules", schedules, "--out", out, "--at", truth.AT)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=out))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        subscriber = Subscriber(work, server.server_port)
        subscriber.vdirsyncer("sync")
        first, items = subscriber.meetings(), subscriber.items()
        known_uids = uids(out / "all.ics")
        tally.add("subscription: first sight", different(first, expected(schedules)), first)
        tally.add("subscription: before the change", touched(first, BEFORE))
        print(f"subscription: {len(first)} meetings in {len(items)} items")

        with open(schedules / "lively.toml", "a", encoding="utf-8") as schedule:
            schedule.write((CLIENTS / "subscription" / "lively.more").read_text(encoding="utf-8"))
        truth.chatcal("build", "--schedules", schedules, "--out", out, "--at", "2026-11-24")
        subscriber.vdirsyncer("sync")
        second, changed = subscriber.meetings(), subscriber.items()
        tally.add("subscription: after the change", different(second, expected(schedules)), second)
        tally.add("subscription: moved, cancelled, renamed", touched(second, AFTER))
        more = f"{len(first)} meetings became {len(second)}"
        tally.add("subscription: no duplicate", None if len(second) == len(first) else more)
        # vdirsyncer goes by content, not by UID; who goes by UID must find the same ones.
        renewed = len(set(changed) - set(items))
        as_many = len(changed) == len(items) and renewed == 3
        tally.add("subscription: three items renewed", None if as_many else f"{renewed} renewed of {len(changed)}")
        tally.add("subscription: the same UIDs", None if uids(out / "all.ics") == known_uids else "other UIDs")
        print(f"subscription: after the change {len(second)} meetings, {renewed} items renewed")

        truth.chatcal("build", "--schedules", schedules, "--out", out, "--at", "2026-12-24")
        subscriber.vdirsyncer("sync")
        quiet = subscriber.items() == changed
        tally.add("subscription: a rebuild without a change", None if quiet else "changed items")
    except (RuntimeError, subprocess.CalledProcessError) as error:
        tally.add("subscription", str(error))
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    from .check import Tally

    counted = Tally()
    run(Path(os.environ["CLIENTS_WORK"]) / "subscription", counted)
    print(f"{counted.passed} passed, {counted.failed} failed")
    sys.exit(counted.failed > 0)
