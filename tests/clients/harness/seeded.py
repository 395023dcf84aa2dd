"""Mistakes put into feeds on purpose: the linter or a program must find each, or the checks are worth nothing."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

from . import lint
from .compare import compare
from .programs import PROGRAMS


def swap(old, new):
    """Replaces the first occurrence."""
    return lambda feed: feed.replace(old, new, 1)


def swap_re(pattern, new):
    return lambda feed: re.sub(pattern, new, feed, count=1, flags=re.DOTALL)


def wrong_offset(feed):
    """Summer another hour ahead."""

    def later(found):
        return b"%c%02d" % (found[1], int(found[2]) + 1)

    def another_summer(block):
        return re.sub(rb"(?<=TZOFFSETTO:)([+-])(\d\d)", later, block[0])

    return re.sub(rb"BEGIN:DAYLIGHT.*?END:DAYLIGHT", another_summer, feed, flags=re.DOTALL)


def exdate_in_utc_of_the_wrong_hour(feed):
    """The wall time of the host, called UTC."""
    return re.sub(rb"EXDATE;TZID=[^:]*:(\d{8}T\d{6})(?:,\d{8}T\d{6})*", rb"EXDATE:\1Z", feed, count=1)


def missing_override(feed):
    events = re.findall(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", feed, re.DOTALL)
    return next((feed.replace(event, b"", 1) for event in events if b"RECURRENCE-ID" in event), feed)


def duplicate_uid(feed):
    """The second meeting takes the first one's UID."""
    uids = re.findall(rb"UID:(?:[^\r]|\r\n )*\r\n", feed)
    return feed.replace(uids[1], uids[0], 1)


def line_of_76_octets(feed):
    """The first folded line takes one octet more from the next."""
    return re.sub(rb"([^\r\n]{75})\r\n ([ -~])", rb"\1\2\r\n ", feed, count=1)


def parted_escape(feed):
    """A backslash and what it escapes on two lines."""
    return re.sub(rb"\\([\\;,n])", rb"\\\r\n \1", feed, count=1)


# What is wrong, the hard feed that it is put into, and how.
MISTAKES = [
    ("a wrong offset in a VTIMEZONE", "hard/repeating/zone-dublin.ics", wrong_offset),
    ("an EXDATE in UTC of the wrong hour", "hard/repeating/cancelled.ics", exdate_in_utc_of_the_wrong_hour),
    ("a missing override", "hard/repeating/change-at-the-ends.ics", missing_override),
    ("a duplicate UID", "hard/zone-utc.ics", duplicate_uid),
    ("a line of 76 octets", "hard/text-escapes.ics", line_of_76_octets),
    ("an unescaped comma", "hard/text-escapes.ics", swap_re(rb"(\nSUMMARY:[^\n]*?)\\,", rb"\1,")),
    ("a byte order mark", "hard/zone-utc.ics", lambda feed: b"\xef\xbb\xbf" + feed),
    ("an escape parted by a fold", "hard/text-escapes.ics", parted_escape),
    ("a bare line feed", "hard/zone-utc.ics", swap(b"\r\n", b"\n")),
    ("a TZID without VTIMEZONE", "hard/repeating/zone-dublin.ics", swap_re(rb"BEGIN:VTIMEZ.*END:VTIMEZONE\r\n", b"")),
    ("a meeting an hour off", "hard/zone-dublin.ics", swap_re(rb"T203000Z", b"T213000Z")),
    ("a place cut off at its comma", "hard/places.ics", swap_re(rb"(\nLOCATION:[^\n]*?)\\,[^\r]*", rb"\1")),
    ("a place forgotten", "hard/places.ics", swap_re(rb"LOCATION:[^\r]*\r\n", b"")),
    ("the place of another year", "hard/repeating/places.ics", swap(b"LOCATION:https://x.com", b"LOCATION:https://bsky.app")),
    ("another chat's page", "hard/places.ics", swap_re(rb"(LOCATION:[^\r]*\r\nURL:https://place)s", rb"\1")),
    ("a status forgotten", "hard/tentative.ics", swap(b"STATUS:TENTATIVE\r\n", b"")),
]


def run(feeds, folder, tally):
    """Makes each mistake in a copy of its feed, and counts it as passed when something finds it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    by_name = {feed.name: feed for feed in feeds}
    seeded = []
    for number, (name, feed_name, mistake) in enumerate(MISTAKES):
        feed = by_name[feed_name]
        good = feed.path.read_bytes()
        bad = mistake(good)
        if bad == good:
            tally.add(f"seeded: {name}", f"could not be put into {feed_name}")
            continue
        path = Path(folder, f"{number}.ics")
        path.write_bytes(bad)
        seeded.append((name, feed, replace(feed, path=path)))

    # What a program gets wrong in the right feed already does not count as finding the mistake.
    comparisons, _ = compare([bad for _, _, bad in seeded], tuple(PROGRAMS), [])
    truths, _ = compare([feed for _, feed, _ in seeded], tuple(PROGRAMS), [])
    for name, feed, bad in seeded:
        found = lint.lint(bad.path.read_bytes())[:1] if not lint.lint(feed.path.read_bytes()) else []
        for wrong, right in zip(comparisons, truths):
            same_difference = (wrong.missing, wrong.extra, wrong.errors) == (right.missing, right.extra, right.errors)
            if wrong.feed is bad and not same_difference:
                found.append(wrong.program)
        print(f"seeded: {name}: found by {', '.join(found) or 'nothing'}")
        tally.add(f"seeded: {name}", None if found else "nothing finds it")


if __name__ == "__main__":
    import os
    import sys

    from .check import Tally, make_feeds

    counted = Tally()
    work = Path(os.environ["CLIENTS_WORK"])
    run(make_feeds(work / "feeds"), work / "seeded", counted)
    print(f"{counted.passed} passed, {counted.failed} failed")
    sys.exit(counted.failed > 0)
