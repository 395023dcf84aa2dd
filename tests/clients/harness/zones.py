"""VTIMEZONEs against their zones: each file of a folder read by libical and by ical.js.

The folder holds, for each zone, `<zone with / replaced by _>.ics` with one VTIMEZONE, and beside it the same name with
.txt: lines of an instant (Unix seconds) and the offset from then on (seconds), parted by a tab, in order. The instants
are those of every transition of the span, its first moment, and some between.
"""

import subprocess
import sys
from pathlib import Path

from .programs import CLIENTS

READERS = ("libical", "ical.js")


def offsets(reader, files):
    """For each file its (compared, wrong, the first wrong one in words)."""
    asked = "".join(f"{file}\t{file.with_suffix('.txt')}\n" for file in files)
    command = [CLIENTS / "read-zones", reader]
    run = subprocess.run(command, input=asked, capture_output=True, text=True, encoding="utf-8", check=False)
    answers = [line.split("\t") for line in run.stdout.splitlines()]
    answers = [(int(compared), int(wrong), first) for compared, wrong, first in answers]
    died = f"the reader died with exit code {run.returncode}: {run.stderr.strip()[-200:]}"
    return answers + [(0, 1, died)] * (len(files) - len(answers))


def run(folder, tally):
    files = sorted(Path(folder).glob("*.ics"))
    if not files:
        tally.add(f"zones in {folder}", "there are none")
    for reader in READERS:
        answers = offsets(reader, files)
        for file, (compared, wrong, first) in zip(files, answers):
            complaint = f"{wrong} of {compared} offsets wrong: {first}" if wrong or not compared else None
            tally.add(f"{reader} {file.name}", complaint)
        compared, wrong = (sum(answer[each] for answer in answers) for each in (0, 1))
        print(f"{reader}: {len(files)} zones, {compared} offsets compared, {wrong} wrong")


if __name__ == "__main__":
    from .check import Tally

    counted = Tally()
    run(sys.argv[1], counted)
    print(f"{counted.passed} passed, {counted.failed} failed")
    sys.exit(counted.failed > 0)
