"""The engines that are asked: each a process that answers one question a line."""

import contextlib
import os
import select
import signal
import subprocess
import time
from datetime import date
from pathlib import Path

import brute

HERE = Path(__file__).parent
PATIENCE = 5  # seconds for one answer, unless the question says otherwise


class Process:
    """An engine behind a pipe. One that does not answer in time is ended, and begun anew for the next question."""

    def __init__(self, name, command):
        self.name, self.command, self.process = name, command, None

    def ask(self, rule, start, end, patience=PATIENCE):
        """The dates as a list, or the refusal as text."""
        if self.process is None:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            self.process.stdin.write(f"{day_level(rule)}\t{start:%Y%m%d}\t{end:%Y%m%d}\n".encode())
            self.process.stdin.flush()
            answer = self.read_line(patience)
        except BrokenPipeError:
            answer = ""
        if not answer:
            self.close()
            return "no answer"
        if answer.startswith("refused"):
            return answer
        return [] if answer == "none" else [as_date(one) for one in answer.split()]

    def read_line(self, patience):
        """What the process says up to the end of a line; empty if it ends or takes too long."""
        said, deadline = b"", time.monotonic() + patience
        while not said.endswith(b"\n"):
            pipe = self.process.stdout
            if not select.select([pipe], [], [], max(0, deadline - time.monotonic()))[0]:
                return ""
            more = os.read(pipe.fileno(), 1 << 16)
            if not more:
                return ""
            said += more
        return said.decode().strip()

    def close(self):
        if self.process:
            # With all that it has started: node from PyPI is a script that begins the real one.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


class BruteForce:
    name = "brute force"

    def ask(self, rule, start, end, patience=PATIENCE):
        try:
            return brute.dates(rule, start, end)
        except brute.Refused as refused:
            return f"refused {refused}"

    def close(self):
        pass


def as_date(text):
    try:
        return date(int(text[:-4]), int(text[-4:-2]), int(text[-2:]))
    except ValueError:
        return text


def day_level(rule):
    """The rule with an UNTIL in UTC as the date that it means at 09:00 in New York: the engines are asked about dates."""
    parts = rule.split(";")
    for i, part in enumerate(parts):
        name, _, value = part.partition("=")
        if name.upper() == "UNTIL" and "T" in value.upper():
            try:
                parts[i] = f"UNTIL={brute.parse('FREQ=DAILY;' + part)['UNTIL']:%Y%m%d}"
            except brute.Refused:
                pass
    return ";".join(parts)


def all_engines(cache):
    """`cache` is the folder that ./run fills."""
    return [
        Process("python-dateutil", [f"{cache}/venv/bin/python", f"{HERE}/dateutil_engine.py"]),
        Process("libical", [f"{cache}/libical_engine"]),
        Process("npm rrule", ["node", f"{HERE}/rrule_engine.mjs", str(cache)]),
        BruteForce(),
    ]
