"""The tables of README.md: program x construct, and program x shipped feed."""

import json
import subprocess
from importlib.metadata import version

from .programs import CLIENTS, PROGRAMS

BEGIN, END = "<!-- matrix: written by `run --write` -->", "<!-- end of matrix -->"
FORMS = {"expanded": "", "combined": "", "repeating": "repeating: "}


def versions():
    """The version of each program as installed or pinned."""
    pinned = json.loads((CLIENTS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    python = {name: version(name) for name in ("ical", "recurring-ical-events", "vobject", "khal")}
    libical = subprocess.run(["pkg-config", "--modversion", "libical"], capture_output=True, text=True, check=True)
    return {"libical": libical.stdout.strip(), **pinned, **python}


def construct(feed):
    """What a hard schedule is about: its first line, a comment."""
    if feed.slug == "all" or feed.path.parent.name == "tag":
        return "all of them in one feed" if feed.slug == "all" else f"those tagged {feed.slug} in one feed"
    chat = feed.chat or feed.slug
    what = (CLIENTS / "hard" / f"{chat}.toml").read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")
    return what if chat == feed.slug else f"{what}: at an older address"


def cell(comparisons):
    """One program's word on the feeds of one row: a tick, or what differs and why."""
    different = [each for each in comparisons if not each.same]
    if not different:
        return "✓"
    return "; ".join(FORMS[each.feed.form] + (each.bug.name if each.bug else "differs") for each in different)


def table(comparisons, first, label):
    """A row for each slug: `label(feed)` and how many meetings its feeds hold, then the programs."""
    rows = {}
    for each in comparisons:
        group = "tag " + each.feed.slug if each.feed.path.parent.name == "tag" else each.feed.slug
        rows.setdefault(group, {}).setdefault(each.program, []).append(each)
    lines = [f"| {first} | meetings | " + " | ".join(PROGRAMS) + " |", "|---" * (len(PROGRAMS) + 2) + "|"]
    for row in rows.values():
        some = next(iter(row.values()))
        counts = " / ".join(str(each.feed.truth.total()) for each in some)
        cells = " | ".join(cell(row[program]) for program in PROGRAMS)
        lines.append(f"| {label(some[0].feed)} | {counts} | {cells} |")
    return lines


def bug_table(bugs):
    lines = ["| bug | programs | what they do | how the feeds avoid it |", "|---" * 4 + "|"]
    for bug in bugs:
        avoided = bug.avoided or "not: shows in " + ", ".join(bug.feeds)
        lines.append(f"| [{bug.name}](bugs/{bug.name}.ics) | {', '.join(bug.programs)} | {bug.what} | {avoided} |")
    return lines


def text(comparisons, bugs):
    installed = versions()
    lines = ["| program | version | also the eyes of | files | meetings | different |", "|---" * 6 + "|"]
    for program, others in PROGRAMS.items():
        mine = [each for each in comparisons if each.program == program]
        meetings = sum(each.feed.truth.total() for each in mine)
        different = sum(len(each.missing) + len(each.extra) for each in mine)
        lines.append(f"| {program} | {installed[program]} | {others} | {len(mine)} | {meetings} | {different} |")
    lines += ["", "### Bugs of the programs", ""]
    lines += bug_table(bugs)
    hard = [each for each in comparisons if each.feed.collection == "hard"]
    shipped = [each for each in comparisons if each.feed.collection == "shipped"]
    lines += ["", "### Constructs", "", "Meetings: in the expanded form / in the repeating form.", ""]
    lines += table(hard, "construct", construct)
    lines += ["", "### Shipped feeds", ""]
    lines += table(shipped, "feed", lambda feed: f"tag {feed.slug}" if feed.path.parent.name == "tag" else feed.slug)
    return "\n".join(lines)


def write(comparisons, bugs):
    """Puts the tables between the markers of README.md."""
    readme = CLIENTS / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    readme.write_text(f"{before}{BEGIN}\n\n{text(comparisons, bugs)}\n\n{END}{after}", encoding="utf-8")
