"""What must be in each feed, told by `chatcal dates --json`: the right sides of every comparison."""

import json
import os
import subprocess
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

# The day for which the feeds are built, and with it the window of the feeds.
AT = "2026-11-23"
WINDOW_FROM, WINDOW_UNTIL = "2025-01-01", "2027-12-31"

# Long before and after every meeting of a feed.
EVER_SINCE, FOR_EVER = "1900-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
# A repeating feed may go on for ever: it is compared up to an instant before which, whatever the host's zone, every
# meeting's local date lies in the window.
REPEATING_UNTIL = "2027-12-31T00:00:00Z"


def chatcal(*arguments):
    """Runs chatcal and gives what it prints."""
    program = os.environ["CHATCAL"]
    run = subprocess.run([program, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    if run.returncode != 0:
        command = " ".join(map(str, arguments))
        raise SystemExit(f"chatcal {command} failed ({run.returncode}):\n{run.stdout}{run.stderr}")
    return run.stdout


@dataclass
class Feed:
    """One file that chatcal made, and the meetings that every program must find in it."""

    collection: str
    path: Path
    form: str  # expanded, repeating or combined
    slug: str
    since: str
    until: str
    truth: Counter
    chat: str = ""  # by its present slug, where it has older ones

    @property
    def name(self):
        """hard/repeating/gap.ics"""
        folder = "repeating/" if self.form == "repeating" else f"{self.path.parent.name}/" if self.path.parent.name in ("tag", "feed") else ""
        return f"{self.collection}/{folder}{self.path.name}"

    @property
    def request(self):
        return self.path, self.since, self.until


def in_utc(rfc3339):
    return datetime.fromisoformat(rfc3339).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def summary(meeting):
    """The summary that a feed shall show for a meeting."""
    text = f"{meeting['title']}: {meeting['topic']}" if meeting["topic"] else meeting["title"]
    if meeting["status"] == "cancelled":
        return f"Cancelled: {text}"
    return f"{text} (unconfirmed)" if meeting["status"] == "tentative" else text


def row(meeting):
    """A meeting as the readers print it, with a backslash doubled (see readers/protocol.py)."""
    texts = summary(meeting), meeting["status"].upper(), meeting["place"] or "-", meeting["url"] or "-"
    return in_utc(meeting["start"]), in_utc(meeting["end"]), *(text.replace("\\", "\\\\") for text in texts)


def dates(schedules, slug, *arguments):
    return json.loads(chatcal("dates", slug, "--schedules", schedules, "--at", AT, "--json", *arguments))


def in_combined_window(meeting):
    """Combined feeds hold the meetings whose local start date lies in the window."""
    return WINDOW_FROM <= meeting["start"][:10] <= WINDOW_UNTIL


def feeds(collection, schedules, out):
    """Builds a collection and gives its feeds with their truths."""
    chatcal("build", "--schedules", schedules, "--out", out, "--at", AT)
    found, combined, tagged, earlier = [], Counter(), {}, {}
    for file in sorted(Path(schedules).glob("*.toml")):
        slug = file.stem
        if slug == "collection":
            continue
        schedule = tomllib.loads(file.read_text(encoding="utf-8"))
        older = schedule.get("formerly", [])
        # Who subscribed under an older name gets the same.
        names = [slug, *([older] if isinstance(older, str) else older)]
        # One that has not begun by the end of its feed holds its first meeting.
        own = dates(schedules, slug) or dates(schedules, slug, "--from", "1900-01-01", "--count", "1")
        for name in names:
            path = out / f"{name}.ics"
            found.append(Feed(collection, path, "expanded", name, EVER_SINCE, FOR_EVER, Counter(map(row, own)), slug))

        # As seen from beyond the window, so that nothing is lost at its edge.
        beyond = dates(schedules, slug, "--from", "1900-01-01", "--until", "2028-03-31")
        kept = Counter(row(each) for each in beyond if each["status"] != "cancelled")
        truth = Counter({each: n for each, n in kept.items() if EVER_SINCE <= each[0] < REPEATING_UNTIL})
        for name in names:
            path = out / "repeating" / f"{name}.ics"
            found.append(Feed(collection, path, "repeating", name, EVER_SINCE, REPEATING_UNTIL, truth, slug))

        its_window = Counter(row(each) for each in own if in_combined_window(each))
        combined += its_window
        for tag in schedule.get("tags", []):
            tagged[tag] = tagged.get(tag, Counter()) + its_window
            earlier.setdefault(tag, []).extend(own)

    # One whose window is empty holds the last meeting before it.
    for tag in [tag for tag, meetings in tagged.items() if not meetings]:
        tagged[tag] = Counter([row(max(earlier[tag], key=lambda each: in_utc(each["start"])))])
    found.append(Feed(collection, out / "all.ics", "combined", "all", EVER_SINCE, FOR_EVER, combined))
    for path in sorted((out / "tag").glob("*.ics")):
        found.append(Feed(collection, path, "combined", path.stem, EVER_SINCE, FOR_EVER, tagged[path.stem]))
    expected = {feed.path for feed in found}
    for path in out.rglob("*.ics"):
        if path not in expected:
            raise SystemExit(f"{path} is a feed that nobody expects")
    return found
