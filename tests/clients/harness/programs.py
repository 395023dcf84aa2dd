"""The calendar programs, each asked through tests/clients/read."""

import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

CLIENTS = Path(__file__).resolve().parent.parent

# Its name in `read`, and who else sees with its eyes.
PROGRAMS = {
    "libical": "GNOME Calendar, Evolution and others",
    "ical.js": "Thunderbird",
    "node-ical": "MagicMirror, Node-RED",
    "ical": "Home Assistant's Remote Calendar",
    "recurring-ical-events": "Open Web Calendar, with Python's icalendar",
    "vobject": "Radicale",
    "khal": "itself",
}

# The machine has at least these cores; a program that takes long is asked in as many parts.
AT_ONCE = 2


@dataclass
class Answer:
    """What a program read in one file: meetings as (start, end, summary, status, place, link), and its complaints."""

    meetings: Counter = field(default_factory=Counter)
    errors: list = field(default_factory=list)


def ask(program, requests):
    """`requests` are (path, from, until); gives the answers in the same order. A program that dies is an error of
    the file that it died on, and is not asked about the rest."""
    asked = "".join(f"{path}\t{since}\t{until}\n" for path, since, until in requests)
    run = subprocess.run([CLIENTS / "read", program], input=asked.encode(), capture_output=True, check=False)
    answers, answer = [], None
    for line in run.stdout.decode("utf-8", "replace").split("\n"):
        kind, _, rest = line.partition("\t")
        if kind == "begin":
            answer = Answer()
        elif kind == "end":
            answers.append(answer)
        elif kind == "error":
            answer.errors.append(rest)
        elif line:
            answer.meetings[tuple(line.split("\t"))] += 1
    if len(answers) < len(requests):
        last_words = run.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        died = Answer(errors=[f"died with exit code {run.returncode}: {last_words}"])
        answers += [died] * (len(requests) - len(answers))
    return answers


def ask_all(requests, programs=tuple(PROGRAMS)):
    """Asks every program about every file. Gives {program: answers} and {program: seconds of work}."""
    answers = {program: [None] * len(requests) for program in programs}
    seconds = dict.fromkeys(programs, 0.0)
    lock = threading.Lock()

    def part(program, indices):
        began = time.monotonic()
        for index, answer in zip(indices, ask(program, [requests[index] for index in indices])):
            answers[program][index] = answer
        with lock:
            seconds[program] += time.monotonic() - began

    with ThreadPoolExecutor(AT_ONCE) as pool:
        # The slow ones first, each cut in parts, so that no core waits for the last.
        for work in [
            pool.submit(part, program, range(start, len(requests), AT_ONCE))
            for program in reversed(programs)
            for start in range(AT_ONCE)
        ]:
            work.result()
    return answers, seconds
