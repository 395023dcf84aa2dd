"""Random calendars for `tests/import/run --random`: one event each, with a rule, exceptions, additions and changes."""

import datetime
import random
import zoneinfo

import dateutil.rrule

ZONES = ["Europe/London", "America/New_York", "UTC", "Asia/Kolkata", "Australia/Sydney"]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
FORM = "%Y%m%dT%H%M%S"
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//random//EN\r\n"


def write(folder, count, seed):
    """Writes that many files into a folder and gives their paths."""
    source = random.Random(seed)
    paths = []
    while len(paths) < count:
        lines = event(source)
        if lines:
            path = folder / f"random-{seed}-{len(paths)}.ics"
            path.write_text(HEAD + "\r\n".join(lines) + "\r\nEND:VCALENDAR\r\n")
            paths.append(path)
    return paths


def rule_of(source, start):
    frequency = source.choice(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={frequency}"]
    if source.random() < .4:
        parts.append(f"INTERVAL={source.randint(2, 5)}")
    if frequency == "WEEKLY" and source.random() < .6:
        parts.append("BYDAY=" + ",".join(source.sample(DAYS, source.randint(1, 3))))
    if frequency == "MONTHLY":
        parts.append(source.choice([
            "BYDAY=" + source.choice(["1", "2", "3", "-1", ""]) + source.choice(DAYS),
            "BYDAY=MO,TU,WE,TH,FR;BYSETPOS=" + source.choice(["1", "-1", "2"]),
            "BYMONTHDAY=" + source.choice(["1", "15", "-1", "31", "5,20"]),
        ]))
    if frequency == "YEARLY" and source.random() < .7:
        months = source.choice(["3", "3,9"])
        parts.append(f"BYMONTH={months};BYDAY={source.choice(['1', '2', '-1'])}{source.choice(DAYS)}")
    if source.random() < .2:
        parts.append("WKST=SU")
    plain = ";".join(parts)
    end = source.random()
    if end < .35:
        return plain, f"{plain};COUNT={source.randint(1, 40)}"
    if end < .7:
        last = start + datetime.timedelta(days=source.randint(10, 1500))
        return plain, f"{plain};UNTIL={last:{FORM}}Z"
    return plain, plain


def stamp(name, wall, zone):
    return f"{name}:{wall:{FORM}}Z" if zone == "UTC" else f"{name};TZID={zone}:{wall:{FORM}}"


def first(rule, start, count=30):
    found = []
    for wall in dateutil.rrule.rrulestr(rule.replace("Z", ""), dtstart=start):
        found.append(wall)
        if len(found) == count or wall.year > 2030:
            break
    return found


def component(*lines):
    return ["BEGIN:VEVENT", "UID:random", "DTSTAMP:20240101T000000Z", *lines, "END:VEVENT"]


def event(source):
    zone = source.choice(ZONES)
    start = datetime.datetime(source.randint(2015, 2024), source.randint(1, 12), source.randint(1, 28),
                              source.randint(4, 22), source.choice([0, 30]))
    plain, rule = rule_of(source, start)
    dates = first(plain, start)
    if not dates:
        return None
    if source.random() < .85:
        start = dates[0]
    lines = [stamp("DTSTART", start, zone), f"DURATION:PT{source.choice([30, 60, 90])}M", f"RRULE:{rule}",
             "SUMMARY:Random"]
    dates = first(rule, start)
    gone = source.sample(dates, min(len(dates), source.choice([0, 0, 1, 2, 5])))
    for wall in gone:
        utc = wall.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(datetime.timezone.utc)
        lines.append(stamp("EXDATE", wall, zone) if source.random() < .7 else f"EXDATE:{utc:{FORM}}Z")
    if source.random() < .2:
        lines.append(stamp("RDATE", start + datetime.timedelta(days=source.randint(1, 60), hours=1), zone))
    left = [wall for wall in dates if wall not in gone]
    found = component(*lines)
    hours, days = (lambda n: datetime.timedelta(hours=n)), (lambda n: datetime.timedelta(days=n))
    changed = source.sample(left, min(len(left), source.choice([0, 0, 1, 3])))
    for wall in changed:
        moved = wall + source.choice([hours(1), days(1), days(-1) + hours(2), days(0)])
        found += component(stamp("RECURRENCE-ID", wall, zone), stamp("DTSTART", moved, zone), "DURATION:PT45M",
                           "SUMMARY:Random: topic")
    # All from one on; by days only where a rule can say it.
    if not changed and len(left) > 3 and source.random() < .15:
        wall = left[len(left) // 2]
        sayable = "COUNT" in rule or "UNTIL" in rule or plain.startswith("FREQ=DAILY")
        moved = wall + (source.choice([hours(1), days(1)]) if sayable else hours(1))
        found += component(stamp("RECURRENCE-ID;RANGE=THISANDFUTURE", wall, zone), stamp("DTSTART", moved, zone),
                           "DURATION:PT45M", "SUMMARY:Random")
    return found
