"""The programs' own bugs: each named in known-bugs.toml, with the smallest file that shows it in bugs/."""

import tomllib
from collections import Counter
from dataclasses import dataclass, field

from .programs import CLIENTS, PROGRAMS, ask_all
from .truth import EVER_SINCE, FOR_EVER


@dataclass
class Bug:
    """A bug that one or several programs have. `feeds` says in which of our feeds it shows all the same, and how:
    {feed: {program: [meetings missing, meetings too many, complaints]}}."""

    name: str
    programs: list
    what: str
    avoided: str = ""
    feeds: dict = field(default_factory=dict)

    @property
    def path(self):
        return CLIENTS / "bugs" / f"{self.name}.ics"

    def right(self):
        """What the file means, beside it, written by hand: the lines that a reader should print."""
        lines = self.path.with_suffix(".right").read_text(encoding="utf-8").splitlines()
        return Counter(tuple(line.split("\t")) for line in lines)


def load():
    with open(CLIENTS / "known-bugs.toml", "rb") as file:
        bugs = [Bug(**entry) for entry in tomllib.load(file).get("bug", [])]
    listed = {bug.path for bug in bugs}
    unlisted = [path.name for path in (CLIENTS / "bugs").glob("*.ics") if path not in listed]
    if unlisted:
        raise SystemExit(f"known-bugs.toml does not name {', '.join(unlisted)}")
    return bugs


def by_feed(bugs):
    """{(program, feed): (bug, how it shows)}; a program has one bug a feed, the main one."""
    found = {}
    for bug in bugs:
        for feed, programs in bug.feeds.items():
            for program, shows in programs.items():
                if (program, feed) in found or program not in bug.programs:
                    raise SystemExit(f"known-bugs.toml: {program} in {feed} of {bug.name}: twice, or not its bug")
                found[program, feed] = (bug, tuple(shows))
    return found


def check(bugs):
    """Each smallest file must still show its bug in each of its programs, and be read right by another program.
    Gives (bug and program, complaint or None)."""
    answers, _ = ask_all([(bug.path, EVER_SINCE, FOR_EVER) for bug in bugs], tuple(PROGRAMS))
    for index, bug in enumerate(bugs):
        right = bug.right()
        good = [
            program for program in PROGRAMS
            if not answers[program][index].errors and answers[program][index].meetings == right
        ]
        for program in bug.programs:
            gone = program in good
            yield f"{bug.name} in {program}", "the bug is gone: take the program off the list" if gone else None
        others = [program for program in PROGRAMS if program not in good and program not in bug.programs]
        for program in others:
            yield f"{bug.name} in {program}", "has the bug as well: put the program on the list"
        if not good:
            yield bug.name, f"no program reads it as {bug.name}.right has it: is that right?"
