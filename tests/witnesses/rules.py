"""Random valid rules at day precision, and the program compared with brute force and python-dateutil over them."""

import json
import random
import subprocess
import sys
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

import brute
import engines

REPORTED = 20  # differences printed in full


def some(random, low, high, most, signed):
    """A list of 1 to `most` values, from the end as well if `signed`."""
    values = [random.randint(low, high) for _ in range(random.randint(1, most))]
    return [-value if signed and random.random() < 0.3 else value for value in values]


def weekdays(random, largest):
    """A BYDAY list; numbered up to `largest` from either end, or plain if that is 0."""
    days = random.sample(brute.WEEKDAYS, random.choice([1, 1, 1, 2, 2, 3, 5, 7]))
    if not largest:
        return days
    mixed = random.random() < 0.15
    return [day if mixed and random.random() < 0.5 else f"{some(random, 1, largest, 1, True)[0]}{day}" for day in days]


def valid(random):
    """One rule's parts without COUNT and UNTIL, in random order."""
    frequency = random.choice(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "MONTHLY", "YEARLY", "YEARLY", "YEARLY"])
    chance = random.random
    parts = {}
    if chance() < 0.45:
        widest = {"DAILY": 40, "WEEKLY": 12, "MONTHLY": 14, "YEARLY": 5}[frequency]
        parts["INTERVAL"] = [random.choice([1, 2, 2, 3, random.randint(1, widest)])]
    if chance() < 0.35:
        parts["BYMONTH"] = some(random, 1, 12, 6, False)
    if frequency == "YEARLY" and chance() < 0.3:
        parts["BYWEEKNO"] = some(random, 1, 53, 8, True)
    if frequency == "YEARLY" and chance() < 0.25:
        parts["BYYEARDAY"] = some(random, 1, 366, 30, True)
    if frequency != "WEEKLY" and chance() < 0.3:
        parts["BYMONTHDAY"] = some(random, 1, 31, 12, True)
    if chance() < 0.6:
        largest = 0
        if frequency in ("MONTHLY", "YEARLY") and "BYWEEKNO" not in parts and chance() < 0.6:
            largest = 5 if frequency == "MONTHLY" or "BYMONTH" in parts else 53
        parts["BYDAY"] = weekdays(random, largest)
    if any(name.startswith("BY") for name in parts) and chance() < 0.3:
        most = {"DAILY": 1, "WEEKLY": 4, "MONTHLY": 10, "YEARLY": random.choice([5, 60, 366])}[frequency]
        parts["BYSETPOS"] = some(random, 1, most, 3, True)
    if chance() < 0.4:
        parts["WKST"] = [random.choice(brute.WEEKDAYS)]
    written = [f"FREQ={frequency}"] + [f"{name}={','.join(map(str, values))}" for name, values in parts.items()]
    if chance() < 0.2:
        random.shuffle(written)
    return written


def question(random):
    """A rule, the first date, the time of day, and the window (from, until)."""
    start = date(1990, 1, 1) + timedelta(random.randrange(45 * 366))
    at = time(random.randrange(24), random.choice([0, 15, 30, 45]))
    window = random.choice([400, 1500, 1500, 4000])
    first = start + timedelta(random.choice([0, 0, random.randrange(window)]))
    last = start + timedelta(window)
    parts = valid(random)
    ends = random.random()
    if ends < 0.3:
        parts.append(f"COUNT={random.choice([1, 2, 5, random.randint(1, 200)])}")
    elif ends < 0.5:
        parts.append(f"UNTIL={start + timedelta(random.randrange(window)):%Y%m%d}")
    elif ends < 0.6:
        moment = datetime.combine(start + timedelta(random.randrange(1, window)), at, timezone.utc)
        parts.append(f"UNTIL={moment + timedelta(seconds=random.choice([-1, 0, 1, 40000])):%Y%m%dT%H%M%SZ}")
    return ";".join(parts), start, at, first, last


def ask_program(program, rule, start, at, first, last):
    """The dates, or the refusal as text."""
    command = [program, "dates", "--rule", rule, "--start", f"{start}T{at:%H:%M}", "--zone", "UTC", "--json"]
    command += ["--from", str(first), "--until", str(last)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "no answer"
    if run.returncode:
        return "refused " + (run.stderr.strip().splitlines() or ["without a word"])[0]
    meetings = json.loads(run.stdout)
    for meeting in meetings:
        if datetime.fromisoformat(meeting["start"]) != datetime.combine(
            date.fromisoformat(meeting["date"]), at, timezone.utc
        ):
            return f"{meeting['date']} starts at {meeting['start']}"
    return [date.fromisoformat(meeting["date"]) for meeting in meetings]


def same_meaning(rule, at):
    """Whether python-dateutil reads the rule as RFC 5545 does; README.md says where it does not."""
    parts = brute.parse(rule, at, "UTC")
    if parts["BYWEEKNO"]:
        return bool(parts["BYDAY"] or parts["BYMONTHDAY"] or parts["BYYEARDAY"]) and not parts["BYWEEKNO"] & {52, 53, -52, -53}
    if parts["BYSETPOS"] and parts["FREQ"] == "WEEKLY":
        return False
    return not parts["BYDAY"] or len({ordinal is None for ordinal, _ in parts["BYDAY"]}) == 1


def compare(cache, program, count, seed):
    """Prints `compared N, different M` and each difference; 0 if there is none."""
    if not Path(program).exists():
        print(f"{program} is not there: cargo build --release", file=sys.stderr)
        return 2
    dateutil = engines.all_engines(cache)[0]
    numbers = random.Random(seed)
    different = asked_dateutil = never = dates = 0
    for _ in range(count):
        rule, start, at, first, last = question(numbers)
        try:
            expected = [day for day in brute.dates(rule, start, last, at=at, zone="UTC") if day >= first]
        except brute.Refused as refused:
            expected, never = f"refused {refused}", never + 1
        given = ask_program(program, rule, start, at, first, last)
        refused = isinstance(expected, str)
        wrong = not (isinstance(given, str) and given.startswith("refused")) if refused else given != expected
        witnesses = {"brute force": expected}
        if not refused:
            dates += len(expected)
            if same_meaning(rule, at):
                asked_dateutil += 1
                day_rule = with_date(rule, at)
                answer = dateutil.ask(day_rule, start, last)
                answer = [day for day in answer if day >= first] if isinstance(answer, list) else answer
                witnesses["python-dateutil"] = answer
                wrong = wrong or answer != given
        if wrong:
            different += 1
            if different <= REPORTED:
                print(f"{rule} from {start}T{at:%H:%M}, {first} through {last}")
                for name, answer in {"chatcal": given, **witnesses}.items():
                    print(f"    {name}: {answer if isinstance(answer, str) else ' '.join(map(str, answer)) or 'none'}")
    dateutil.close()
    print(f"{dates} dates; {never} rules never happen; python-dateutil was asked about {asked_dateutil}")
    print(f"compared {count}, different {different}")
    return 1 if different else 0


def with_date(rule, at):
    """The rule with an UNTIL in UTC as its date."""
    until = brute.parse(rule, at, "UTC")["UNTIL"]
    return ";".join(f"UNTIL={until:%Y%m%d}" if part.startswith("UNTIL=") else part for part in rule.split(";"))
