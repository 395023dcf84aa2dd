"""RFC 5545 section 3.3.10 at day precision, written for plainness: every day is held against every part.

A rule is a set of dates. `start` is the first date that it may give, and lends the parts that the rule leaves out;
it is itself in the result only if the rule gives it. Nothing here is fast, and nothing here is shared with chatcal.

    python3 brute.py "FREQ=MONTHLY;BYDAY=1FR;COUNT=3" 1997-09-05 [1998-12-31]
"""

import re
import sys
from datetime import date, datetime, time, timedelta, timezone
from math import gcd
from zoneinfo import ZoneInfo

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
DAY = timedelta(days=1)
SECTION = "RFC 5545 3.3.10"

# The grammar of each part that is a list of numbers: sign allowed, digits, largest value.
NUMBERS = {
    "BYMONTH": (False, 2, 12),
    "BYWEEKNO": (True, 2, 53),
    "BYYEARDAY": (True, 3, 366),
    "BYMONTHDAY": (True, 2, 31),
    "BYSETPOS": (True, 3, 366),
}
BY_PARTS = ["BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY"]
TIME_PARTS = ["BYHOUR", "BYMINUTE", "BYSECOND"]
KNOWN = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYSETPOS"] + BY_PARTS + TIME_PARTS


class Refused(ValueError):
    """The rule is not one that RFC 5545 allows at day precision, or it never gives a date."""


def refuse(why):
    raise Refused(f"{SECTION}: {why}")


def parse(text, at=time(9), zone="America/New_York"):
    """The rule's parts. An UNTIL in UTC becomes the last local date on which `at` in `zone` is not after it."""
    parts = {}
    for part in text.upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            refuse(f"{part!r} is not NAME=VALUE")
        if name not in KNOWN:
            refuse(f"there is no part {name}")
        if name in parts:
            refuse(f"{name} stands twice")
        parts[name] = value
    if "FREQ" not in parts:
        refuse("FREQ is required")
    if parts["FREQ"] in ("SECONDLY", "MINUTELY", "HOURLY"):
        refuse("a frequency below a day")
    if parts["FREQ"] not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        refuse("unknown frequency")
    for name in TIME_PARTS:
        if name in parts:
            refuse(f"{name} is about the time of day")
    rule = {"FREQ": parts["FREQ"], "INTERVAL": 1, "COUNT": None, "UNTIL": None, "WKST": 0}
    for name in ("INTERVAL", "COUNT"):
        if name in parts:
            if not re.fullmatch(r"\d+", parts[name]) or int(parts[name]) == 0:
                refuse(f"{name} is a positive number")
            rule[name] = int(parts[name])
    if "WKST" in parts:
        if parts["WKST"] not in WEEKDAYS:
            refuse("WKST is a weekday")
        rule["WKST"] = WEEKDAYS.index(parts["WKST"])
    if "UNTIL" in parts:
        rule["UNTIL"] = until_date(parts["UNTIL"], at, zone)
        if rule["COUNT"] is not None:
            refuse("COUNT and UNTIL exclude each other")
    for name, (signed, digits, largest) in NUMBERS.items():
        rule[name] = None
        if name in parts:
            rule[name] = set()
            for item in parts[name].split(","):
                sign = "[+-]?" if signed else ""
                if not re.fullmatch(rf"{sign}\d{{1,{digits}}}", item) or not 1 <= abs(int(item)) <= largest:
                    refuse(f"{name} cannot be {item!r}")
                rule[name].add(int(item))
    rule["BYDAY"] = None
    if "BYDAY" in parts:
        rule["BYDAY"] = set()
        for item in parts["BYDAY"].split(","):
            found = re.fullmatch(r"([+-]?\d{1,2})?([A-Z]{2})", item)
            if not found or found[2] not in WEEKDAYS:
                refuse(f"BYDAY cannot be {item!r}")
            ordinal = int(found[1]) if found[1] else None
            if ordinal is not None and not 1 <= abs(ordinal) <= 53:
                refuse(f"BYDAY cannot be {item!r}")
            rule["BYDAY"].add((ordinal, WEEKDAYS.index(found[2])))
    check_combination(rule)
    return rule


def until_date(text, at, zone):
    try:
        if re.fullmatch(r"\d{8}", text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if re.fullmatch(r"\d{8}T\d{6}Z", text):
            last = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
            day = last.date() + 2 * DAY
            while datetime.combine(day, at, ZoneInfo(zone)) > last:
                day -= DAY
            return day
    except ValueError:
        pass
    return refuse("UNTIL is a date or a time in UTC")


def check_combination(rule):
    frequency = rule["FREQ"]
    if rule["BYWEEKNO"] and frequency != "YEARLY":
        refuse("BYWEEKNO goes with YEARLY alone")
    if rule["BYYEARDAY"] and frequency in ("DAILY", "WEEKLY", "MONTHLY"):
        refuse(f"BYYEARDAY does not go with {frequency}")
    if rule["BYMONTHDAY"] and frequency == "WEEKLY":
        refuse("BYMONTHDAY does not go with WEEKLY")
    if rule["BYDAY"] and any(ordinal for ordinal, _ in rule["BYDAY"]):
        if frequency not in ("MONTHLY", "YEARLY"):
            refuse(f"a numbered weekday does not go with {frequency}")
        if frequency == "YEARLY" and rule["BYWEEKNO"]:
            refuse("a numbered weekday does not go with BYWEEKNO")
    if rule["BYSETPOS"] and not any(rule[name] for name in BY_PARTS):
        refuse("BYSETPOS needs another BY part")


def complete(rule, start):
    """What the rule leaves out and needs is taken from `start`."""
    rule = dict(rule)
    names_a_day = any(rule[name] for name in ("BYYEARDAY", "BYMONTHDAY", "BYDAY"))
    if rule["FREQ"] == "WEEKLY" and not rule["BYDAY"]:
        rule["BYDAY"] = {(None, start.weekday())}
    if rule["FREQ"] == "MONTHLY" and not names_a_day:
        rule["BYMONTHDAY"] = {start.day}
    if rule["FREQ"] == "YEARLY" and not names_a_day:
        if rule["BYWEEKNO"]:
            rule["BYDAY"] = {(None, start.weekday())}
        else:
            rule["BYMONTHDAY"] = {start.day}
            if not rule["BYMONTH"]:
                rule["BYMONTH"] = {start.month}
    return rule


def period(rule, day):
    """The number of the day, week, month or year that holds `day`; INTERVAL counts these, BYSETPOS picks within one."""
    if rule["FREQ"] == "DAILY":
        return day.toordinal()
    if rule["FREQ"] == "WEEKLY":
        return (day.toordinal() - 1 - rule["WKST"]) // 7
    if rule["FREQ"] == "MONTHLY":
        return day.year * 12 + day.month - 1
    return day.year


def first_of_period(rule, number):
    if rule["FREQ"] == "DAILY":
        return date.fromordinal(number)
    if rule["FREQ"] == "WEEKLY":
        return date.fromordinal(max(1, number * 7 + 1 + rule["WKST"]))
    if rule["FREQ"] == "MONTHLY":
        return date(number // 12, number % 12 + 1, 1)
    return date(number, 1, 1)


def days_in_month(day):
    return 31 if day.month == 12 else (date(day.year, day.month + 1, 1) - day.replace(day=1)).days


def days_in_year(year):
    return date(year, 12, 31).timetuple().tm_yday


def week_numbers(day, wkst):
    """The number of the day's week in its year, from the front and from the back.

    A week belongs to the year that holds four or more of its days.
    """

    def week(some_day):
        fourth = some_day.toordinal() - (some_day.weekday() - wkst) % 7 + 3
        year = date.fromordinal(fourth).year
        return year, (fourth - date(year, 1, 1).toordinal()) // 7 + 1

    year, number = week(day)
    # 28 December is in the last week of its year, whatever the week begins with.
    return number, number - week(date(year, 12, 28))[1] - 1


def fits(rule, day):
    """Whether the day passes every BY part but BYSETPOS."""
    if rule["BYMONTH"] and day.month not in rule["BYMONTH"]:
        return False
    if rule["BYWEEKNO"] and not rule["BYWEEKNO"] & set(week_numbers(day, rule["WKST"])):
        return False
    if rule["BYYEARDAY"]:
        number = day.timetuple().tm_yday
        if not rule["BYYEARDAY"] & {number, number - days_in_year(day.year) - 1}:
            return False
    if rule["BYMONTHDAY"]:
        if not rule["BYMONTHDAY"] & {day.day, day.day - days_in_month(day) - 1}:
            return False
    if rule["BYDAY"]:
        # A numbered weekday counts in the month under MONTHLY and beside BYMONTH, else in the year.
        if rule["FREQ"] == "MONTHLY" or rule["BYMONTH"]:
            before, after = day.day - 1, days_in_month(day) - day.day
        else:
            before = day.timetuple().tm_yday - 1
            after = days_in_year(day.year) - 1 - before
        if not rule["BYDAY"] & {
            (None, day.weekday()),
            (before // 7 + 1, day.weekday()),
            (-(after // 7) - 1, day.weekday()),
        }:
            return False
    return True


def days_of_period(rule, number):
    """The days of one period that the rule gives, in order, whether or not they come before `start`."""
    found = []
    day = first_of_period(rule, number)
    while period(rule, day) == number:
        if fits(rule, day):
            found.append(day)
        if day == date.max:
            break
        day += DAY
    if rule["BYSETPOS"]:
        size = len(found)
        found = [d for i, d in enumerate(found) if rule["BYSETPOS"] & {i + 1, i - size}]
    return found


def happens(rule, start):
    """Whether the completed rule, its COUNT and UNTIL aside, gives any date from `start` on.

    The calendar repeats itself after 400 years, which are whole weeks; so a few rounds of that decide.
    """
    cycle = {"DAILY": 146097, "WEEKLY": 20871, "MONTHLY": 4800, "YEARLY": 400}[rule["FREQ"]]
    rounds = cycle // gcd(cycle, rule["INTERVAL"]) + 1
    number, last = period(rule, start), period(rule, date.max)
    for _ in range(rounds):
        if number > last:
            return False
        if any(day >= start for day in days_of_period(rule, number)):
            return True
        number += rule["INTERVAL"]
    return False


def dates(text, start, end=date.max, **wall):
    """All dates of the rule from `start` through `end`, in order. Raises Refused."""
    rule = complete(parse(text, **wall), start)
    if not happens(rule, start):
        refuse("the rule never gives a date")
    if rule["UNTIL"]:
        end = min(end, rule["UNTIL"])
    found = []
    number = period(rule, start)
    last = period(rule, end)
    while number <= last:
        for day in days_of_period(rule, number):
            if start <= day <= end and (rule["COUNT"] is None or len(found) < rule["COUNT"]):
                found.append(day)
        if rule["COUNT"] is not None and len(found) == rule["COUNT"]:
            break
        number += rule["INTERVAL"]
    return found


if __name__ == "__main__":
    try:
        end = date.fromisoformat(sys.argv[3]) if len(sys.argv) > 3 else date.max
        print(*dates(sys.argv[1], date.fromisoformat(sys.argv[2]), end))
    except Refused as refused:
        print("refused:", refused)
