"""How a reader is asked, and how it answers; the same for every program.

    reader FILE FROM UNTIL      one file: prints its meetings, errors to stderr
    reader                      many: each line of standard input is FILE, FROM and UNTIL, parted by tabs

FROM and UNTIL are instants in UTC (2014-04-01T00:00:00Z); a meeting counts that starts at or after FROM and before
UNTIL. A meeting is one line, its six fields parted by tabs: start, end, summary, status, place (LOCATION) and link (URL);
`-` stands for what it does not have. Lines are sorted.
With many files each answer is a block: `begin` and the file, the meetings, `error` and a message for each thing that
the program did not like, `end`.
"""

import sys
import traceback
from datetime import datetime, timezone


def instant(text):
    """An instant as readers print it: 2014-04-01T17:30:00Z."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def printed(moment):
    """A program's idea of a time. What is no instant (a date, a floating time) stays visible as such."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    if moment.tzinfo is None:
        return moment.strftime("%Y-%m-%dT%H:%M:%S")
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def escaped(text):
    """One field: no tab and no line break may get out of it."""
    return str(text).replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")


def answer(read, path, since, until):
    """The lines and the errors of one file. `read(path, since, until)` yields (start, end, summary, status, place, link)."""
    lines, errors = [], []
    try:
        for start, end, summary, *others in read(path, instant(since), instant(until)):
            first = printed(start)
            if since <= first < until:
                lines.append("\t".join([first, printed(end), escaped(summary), *(escaped(each or "-") for each in others)]))
    except Exception as error:  # a program that falls over a feed is a finding, not the end of the run
        place = traceback.extract_tb(error.__traceback__)[-1]
        errors.append(f"{type(error).__name__}: {error} ({place.name})")
    return sorted(lines), errors


def serve(read):
    """Answers the command line, or standard input where there is none."""
    if len(sys.argv) == 4:
        lines, errors = answer(read, *sys.argv[1:])
        print("\n".join(lines))
        sys.exit("\n".join(errors) or 0)
    for request in sys.stdin:
        path, since, until = request.rstrip("\n").split("\t")
        lines, errors = answer(read, path, since, until)
        print(f"begin\t{path}")
        for line in lines:
            print(line)
        for error in errors:
            print(f"error\t{escaped(error)}")
        print("end", flush=True)
