"""The second opinion on times: Python's zoneinfo with the zone database of PYTHONTZPATH.

Reads JSON from stdin and prints JSON. Each question is [instant, zone] and is answered with [date, HH:MM, weekday], or
[date, HH:MM, zone] as wall time, answered with the instant; instants are Unix seconds.
"""

import json
import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo


def answer(question):
    if len(question) == 2:
        instant, zone = question
        local = datetime.fromtimestamp(instant, timezone.utc).astimezone(ZoneInfo(zone))
        return [local.strftime("%Y-%m-%d"), local.strftime("%H:%M"), local.strftime("%a")]
    date, time, zone = question
    return int(datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=ZoneInfo(zone)).timestamp())


json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)
