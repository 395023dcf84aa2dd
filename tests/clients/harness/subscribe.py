"""A year of a collection as its subscribers see it: vdirsyncer fetches the feeds over HTTP, khal shows them.

After each step what khal shows is compared with `chatcal dates`; what the step itself must do, and must leave alone, is
written out below by hand.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import icalendar

from . import truth
from .programs import CLIENTS
from .subscriber import Subscriber, served

FEEDS = {"all": "all.ics", "lively": "lively.ics", "noon": "tag/noon.ics"}

# Lively's meetings that its changes touch: at which start which title is seen before, and after them.
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

# Where Lively meets, from when on.
PLACES = {
    "2026-11-03T19:00:00Z": "https://x.com/hashtag/livelychat",
    "2027-01-26T19:00:00Z": "https://x.com/hashtag/livelychat",
    "2027-02-02T19:00:00Z": "https://bsky.app/hashtag/livelychat",
    "2027-04-27T18:00:00Z": "https://bsky.app/hashtag/livelychat",
}
# Of its 26 meetings those from 2 February 2027 on.
MOVED_TO_BLUESKY = 13


def expected(schedules, *slugs):
    """What a subscriber must see of these chats, from `chatcal dates`."""
    meetings = [each for slug in slugs for each in truth.dates(schedules, slug)]
    return sorted(truth.row(each) for each in meetings)


def uids(feed):
    calendar = icalendar.Calendar.from_ical(feed.read_bytes())
    return sorted(str(event["UID"]) for event in calendar.walk("VEVENT"))


def titles(listed, wanted):
    """Whether each start of `wanted` shows its title, once."""
    for start, title in wanted.items():
        seen = [each[2] for each in listed if each[0] == start and each[2] != "Steady"]
        if seen != ([title] if title else []):
            return f"at {start} khal shows {seen}, not {title}"
    return None


def places(listed, wanted):
    for start, place in wanted.items():
        seen = [each[4] for each in listed if each[0] == start]
        if seen != [place]:
            return f"at {start} khal shows {seen}, not {place}"
    return None


def different(seen, right):
    return None if seen == right else f"khal shows {len(seen)} meetings, chatcal dates {len(right)}"


class Year:
    """The collection, its feeds, and what was found."""

    def __init__(self, work, tally):
        self.schedules, self.out, self.tally = work / "schedules", work / "out", tally
        self.told = []
        ignored = shutil.ignore_patterns("*.changes", "*.moves")
        shutil.copytree(CLIENTS / "subscription", self.schedules, ignore=ignored)

    def build(self, at):
        truth.chatcal("build", "--schedules", self.schedules, "--out", self.out, "--at", at)

    def words(self, verb, at):
        """The exit code of a verb on what is published, and all that it says."""
        published = "--against" if verb == "diff" else "--out"
        command = [os.environ["CHATCAL"], verb, "--schedules", self.schedules, published, self.out, "--at", at]
        run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        return run.returncode, run.stdout + run.stderr

    def append(self, name, more):
        with open(self.schedules / name, "a", encoding="utf-8") as schedule:
            schedule.write((CLIENTS / "subscription" / more).read_text(encoding="utf-8"))

    def edit(self, name, old, new):
        path = self.schedules / name
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise RuntimeError(f"{name}: {old!r} is there {text.count(old)} times")
        path.write_text(text.replace(old, new), encoding="utf-8")

    def says(self, what, found, details=()):
        """One thing that was looked at, and what is wrong with it."""
        self.tally.add(f"subscription: {what}", found, details)

    def tells(self, what, *news):
        """Whether the feed of changes has this news on top, and below it what it had before."""
        feed = ElementTree.parse(self.out / "changes.atom")
        titles = [title.text for title in feed.iterfind("{*}entry/{*}title")]
        self.told = [*news, *self.told]
        self.says(f"{what}: changes.atom", None if titles == self.told else "tells something else", titles)

    def shows(self, what, subscriber, feed, *slugs):
        listed, right = subscriber.meetings(feed), expected(self.schedules, *slugs)
        self.says(f"{what}: {FEEDS[feed]}", different(listed, right), listed)
        return listed


def first_sight(year, subscriber):
    year.shows("first sight", subscriber, "lively", "lively")
    year.shows("first sight", subscriber, "noon", "steady")
    listed = year.shows("first sight", subscriber, "all", "lively", "steady")
    year.says("before the changes", titles(listed, BEFORE))
    lively = "New: Lively, 26 meetings between 3 November 2026 and 27 April 2027"
    year.tells("first sight", lively, "New: Steady, 6 meetings between 5 October 2026 and 1 March 2027")


def changes(year, subscriber):
    """A meeting moved, one cancelled, one with a topic."""
    items, known = subscriber.items("all"), uids(year.out / "all.ics")
    year.append("lively.toml", "lively.changes")
    year.build("2026-11-24")
    subscriber.sync()
    listed = year.shows("changes", subscriber, "all", "lively", "steady")
    year.says("moved, cancelled, renamed", titles(listed, AFTER))
    moved, cancelled = "Moved: Lively, Thu 10 December 2026", "Cancelled: Lively, Tue 15 December 2026"
    year.tells("changes", moved, cancelled, "Renamed: Lively: A topic; with, commas, Tue 6 April 2027")
    changed = subscriber.items("all")
    # vdirsyncer goes by content, not by UID; who goes by UID must find the same ones.
    renewed = len(set(changed) - set(items))
    as_many = len(changed) == len(items) and renewed == 3
    year.says("changes: three items renewed", None if as_many else f"{renewed} renewed of {len(changed)}")
    year.says("changes: the same UIDs", None if uids(year.out / "all.ics") == known else "other UIDs")
    print(f"subscription: {len(listed)} meetings, {renewed} items renewed by changes")


def nothing(year, subscriber):
    """A build a month later, with nothing edited."""
    items = subscriber.all_items()
    year.build("2026-12-24")
    subscriber.sync()
    quiet = subscriber.all_items() == items
    year.says("a rebuild without a change", None if quiet else "changed items")
    year.tells("a rebuild without a change")


def another_platform(year, subscriber):
    """Lively leaves Twitter for Bluesky; what was on Twitter stays as it was."""
    items = subscriber.items("lively")
    year.says("on Twitter", places(subscriber.meetings("lively"), dict(list(PLACES.items())[:2])))
    year.edit("lively.toml", "until = 2027-04-27\n", "until = 2027-01-26\n")
    year.append("lively.toml", "lively.moves")
    year.build("2027-01-20")
    subscriber.sync()
    listed = year.shows("another platform", subscriber, "lively", "lively")
    year.says("on Twitter, then on Bluesky", places(listed, PLACES))
    year.tells("another platform", "Another place: Lively, 13 meetings between 2 February 2027 and 27 April 2027")
    changed = subscriber.items("lively")
    kept = len(set(changed.items()) & set(items.items()))
    right = len(changed) == len(items) and kept == len(items) - MOVED_TO_BLUESKY
    year.says("another platform: the past is as it was", None if right else f"{kept} of {len(items)} items kept")
    print(f"subscription: {kept} items as they were, {len(changed) - kept} renewed by another platform")


def another_name(year, subscriber):
    """Lively is called Evenings; who subscribed to lively.ics keeps it, and nothing seems to have changed."""
    items = subscriber.all_items()
    (year.schedules / "lively.toml").rename(year.schedules / "evenings.toml")
    code, said = year.words("diff", "2027-01-21")
    told = code == 0 and 'formerly = "lively"' in said.replace("[", "").replace("]", "")
    year.says("a rename: diff says how to keep the feed", None if told else f"exit {code}", said.splitlines())
    year.edit("evenings.toml", 'title = "Lively"\n', 'title = "Lively"\nformerly = "lively"\n')
    year.build("2027-01-21")
    subscriber.sync()
    year.shows("a rename", subscriber, "lively", "evenings")
    year.shows("a rename", subscriber, "all", "evenings", "steady")
    quiet = subscriber.all_items() == items
    year.says("a rename changes no item", None if quiet else "changed items")
    year.tells("a rename")
    same = uids(year.out / "evenings.ics") == uids(year.out / "lively.ics")
    year.says("a rename: the same at both addresses", None if same else "other UIDs at the new address")


def another_id(year, subscriber):
    """Somebody edits the collection's id: nothing is published, and the reason is said."""
    items = subscriber.all_items()
    year.edit("collection.toml", "6b0c2b6e-0d55-4f0e-8a53-1a0e8a7f5d11", "a-better-name.example")
    for verb in ("check", "diff", "build"):
        code, said = year.words(verb, "2027-01-22")
        told = code == 1 and "collection.toml:3:" in said and "subscri" in said
        year.says(f"another id: {verb} stops", None if told else f"exit {code}", said.splitlines())
    subscriber.sync()
    quiet = subscriber.all_items() == items
    year.says("another id reaches nobody", None if quiet else "changed items")
    year.edit("collection.toml", "a-better-name.example", "6b0c2b6e-0d55-4f0e-8a53-1a0e8a7f5d11")


def years_later(year, subscriber):
    """All chats have ended: combined feeds hold the last meeting, an own feed all of them."""
    year.build("2029-01-10")
    subscriber.sync()
    for feed, slugs, last in [("noon", ["steady"], "2027-03-01T12:00:00Z"), ("all", ["evenings"], "2027-04-27T18:00:00Z")]:
        listed = subscriber.meetings(feed)
        right = [each for each in expected(year.schedules, *slugs) if each[0] == last]
        year.says(f"years later: {FEEDS[feed]} holds the last meeting", different(listed, right), listed)
    year.shows("years later", subscriber, "lively", "evenings")
    year.tells("years later")


STEPS = [changes, nothing, another_platform, another_name, another_id, years_later]


def run(work, tally):
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    year = Year(work, tally)
    year.build(truth.AT)
    with served(year.out) as port:
        try:
            subscriber = Subscriber(work / "subscriber", port, FEEDS)
            subscriber.sync()
            first_sight(year, subscriber)
            for step in STEPS:
                step(year, subscriber)
        except (RuntimeError, subprocess.CalledProcessError) as error:
            tally.add("subscription", str(error))


if __name__ == "__main__":
    from .check import Tally

    counted = Tally()
    run(Path(os.environ["CLIENTS_WORK"]) / "subscription", counted)
    print(f"{counted.passed} passed, {counted.failed} failed")
    sys.exit(counted.failed > 0)
