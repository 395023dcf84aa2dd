"""Each feed in each program, against the truth."""

from dataclasses import dataclass

from . import bugs as known
from .programs import ask_all


@dataclass
class Comparison:
    """One feed in one program."""

    program: str
    feed: object
    missing: list
    extra: list
    errors: list
    bug: object = None
    complaint: str = ""

    @property
    def shows(self):
        """How it differs: meetings missing, meetings too many, complaints."""
        return len(self.missing), len(self.extra), len(self.errors)

    @property
    def same(self):
        return self.shows == (0, 0, 0)

    def details(self, most=3):
        """The first differences, one a line."""
        lines = [f"error: {error}" for error in self.errors[:most]]
        lines += ["missing: " + " | ".join(meeting) for meeting in self.missing[:most]]
        lines += ["extra:   " + " | ".join(meeting) for meeting in self.extra[:most]]
        return lines


def compared(program, feed, answer):
    missing = sorted((feed.truth - answer.meetings).elements())
    extra = sorted((answer.meetings - feed.truth).elements())
    return Comparison(program, feed, missing, extra, answer.errors)


def judge(comparison, listed):
    """A difference must be listed, with its size; what is listed must show."""
    bug, expected = listed.get((comparison.program, comparison.feed.name), (None, (0, 0, 0)))
    comparison.bug = bug
    if comparison.shows == expected:
        return
    if bug is None:
        comparison.complaint = f"differs by {list(comparison.shows)}"
    elif comparison.same:
        comparison.complaint = f"{bug.name} no longer shows"
    else:
        comparison.complaint = f"{bug.name} is listed with {list(expected)}, but shows {list(comparison.shows)}"


def compare(feeds, programs, bugs):
    """Every comparison, judged by the known bugs, and each program's seconds."""
    listed = known.by_feed(bugs)
    answers, seconds = ask_all([feed.request for feed in feeds], programs)
    comparisons = []
    for program in programs:
        for feed, answer in zip(feeds, answers[program]):
            comparison = compared(program, feed, answer)
            judge(comparison, listed)
            comparisons.append(comparison)
    unknown = {feed for _, feed in listed} - {feed.name for feed in feeds}
    if unknown:
        raise SystemExit(f"known-bugs.toml: no such feeds: {', '.join(sorted(unknown))}")
    return comparisons, seconds
