"""A person who has subscribed over HTTP: vdirsyncer fetches the feeds into vdirs, khal shows them."""

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BIN = Path(sys.executable).parent

PAIR = """
[pair {name}]
a = "{name}_served"
b = "{name}_mine"
collections = null
conflict_resolution = "a wins"

[storage {name}_served]
type = "http"
url = "http://127.0.0.1:{port}/{path}"

[storage {name}_mine]
type = "filesystem"
path = "{work}/{name}"
fileext = ".ics"
"""

KHAL = """
[calendars]
[[chats]]
path = {vdir}
readonly = True

[locale]
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M:%SZ
longdatetimeformat = %Y-%m-%dT%H:%M:%SZ
local_timezone = UTC
default_timezone = America/Los_Angeles

[sqlite]
path = {work}/khal.db
"""

# What khal shows of a meeting, in the order of the readers.
FIELDS = ["start", "end", "title", "status", "location", "url"]


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves out/ as any static host does."""

    def log_message(self, *_):
        pass


@contextmanager
def served(folder):
    """The port at which the folder is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class Subscriber:
    """Somebody with vdirsyncer and khal, who subscribes to feeds: {name: its path below out/}."""

    def __init__(self, work, port, feeds):
        work.mkdir()
        self.work, self.feeds = work, tuple(feeds)
        self.config = work / "vdirsyncer.conf"
        pairs = [PAIR.format(name=name, path=path, work=work, port=port) for name, path in feeds.items()]
        self.config.write_text(f'[general]\nstatus_path = "{work}/status/"\n{"".join(pairs)}', encoding="utf-8")
        for name in feeds:
            (work / name).mkdir()
        self.vdirsyncer("discover")

    def vdirsyncer(self, verb):
        command = [BIN / "vdirsyncer", "--config", self.config, verb]
        run = subprocess.run(command, input="y\n", capture_output=True, text=True, encoding="utf-8", check=False)
        if run.returncode != 0:
            raise RuntimeError(f"vdirsyncer {verb}: {run.stdout}{run.stderr}")

    def sync(self):
        self.vdirsyncer("sync")

    def items(self, name):
        """The files of a vdir: {file name: its bytes}."""
        return {path.name: path.read_bytes() for path in (self.work / name).glob("*.ics")}

    def all_items(self):
        """The same of all vdirs, by their names."""
        return {name: self.items(name) for name in self.feeds}

    def meetings(self, name):
        """What khal lists of a feed: the fields, sorted, duplicates kept; `-` for what a meeting does not have."""
        settings = self.work / "khal.conf"
        settings.write_text(KHAL.format(work=self.work, vdir=self.work / name), encoding="utf-8")
        command = [BIN / "khal", "-c", settings, "list", "--once", "--day-format", ""]
        command += [argument for field in FIELDS for argument in ("--json", field)] + ["2026-01-01", "2030-12-31"]
        run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
        listed = [event for line in run.stdout.splitlines() for event in json.loads(line)]
        (self.work / "khal.db").unlink()
        return sorted(tuple(str(event[field]).strip() or "-" for field in FIELDS) for event in listed)
