"""The whole run: feeds made, linted, compared in every program; bugs looked after; seeded mistakes; a subscription."""

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

from . import bugs as known
from . import lint, matrix, seeded, subscribe, truth, zones
from .compare import compare
from .programs import CLIENTS, PROGRAMS

ROOT = CLIENTS.parent.parent


class Tally:
    """Counts, and says what failed."""

    def __init__(self):
        self.passed = self.failed = 0

    def add(self, name, complaint=None, details=()):
        if not complaint:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAILED {name}: {complaint}")
        for line in details:
            print(f"    {line}")


def make_feeds(folder):
    """The feeds of the shipped schedules and of the hard ones, below `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    collections = {"shipped": ROOT / "schedules", "hard": CLIENTS / "hard"}
    found = []
    for name, schedules in collections.items():
        found += truth.feeds(name, schedules, folder / name)
    return found


def lint_all(feeds, tally):
    began = tally.failed
    for feed in feeds:
        findings = lint.lint(feed.path.read_bytes())
        tally.add(f"lint {feed.name}", f"{len(findings)} findings" if findings else None, findings[:3])
    print(f"lint: {len(feeds)} files, {tally.failed - began} with findings")


def compare_all(feeds, bugs, programs, tally):
    comparisons, seconds = compare(feeds, programs, bugs)
    for each in comparisons:
        tally.add(f"{each.program} {each.feed.name}", each.complaint, each.details())
    for program in programs:
        mine = [each for each in comparisons if each.program == program]
        different = [each for each in mine if not each.same]
        print(
            f"{program}: {len(mine)} files, {sum(each.feed.truth.total() for each in mine)} meetings compared, "
            f"{sum(len(each.missing) + len(each.extra) for each in different)} different in {len(different)} files "
            f"({sum(each.bug is not None for each in different)} by known bugs), {seconds[program]:.0f} s"
        )
    return comparisons


def main():
    options = argparse.ArgumentParser(prog="tests/clients/run", description=__doc__)
    options.add_argument("--write", action="store_true", help="write the tables into README.md")
    options.add_argument("--only", choices=PROGRAMS, help="nothing but the feeds in this program")
    options.add_argument("--zones", type=Path, metavar="DIR", required=True, help="the VTIMEZONEs of every zone")
    given = options.parse_args()
    began = time.monotonic()
    work = Path(os.environ["CLIENTS_WORK"])
    tally = Tally()

    feeds = make_feeds(work / "feeds")
    bugs = known.load()
    lint_all(feeds, tally)
    programs = (given.only,) if given.only else tuple(PROGRAMS)
    comparisons = compare_all(feeds, bugs, programs, tally)
    if not given.only:
        for name, complaint in known.check(bugs):
            tally.add(f"known bug {name}", complaint)
        print(f"known bugs: {len(bugs)}, of which {sum(bool(bug.feeds) for bug in bugs)} show in a feed")
        seeded.run(feeds, work / "seeded", tally)
        subscribe.run(work / "subscription", tally)
        zones.run(given.zones, tally)
        if given.write:
            matrix.write(comparisons, bugs)

    print(f"in {time.monotonic() - began:.0f} s")
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(tally.failed > 0)


if __name__ == "__main__":
    main()
