"""What ./run runs, once it has made the engines ready. See ./run for the usage.

A .ics is expanded by recurring-ical-events, a .yaml turned into .ics by yaml2ical and expanded the same way, a .toml
read plainly here and expanded by python-dateutil. What is compared is the start and the end of each meeting that takes
place, in UTC; all-day events and meetings that were called off are on neither side.
"""

import collections
import datetime
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib
import zoneinfo

import dateutil.rrule
import icalendar
import recurring_ical_events
import yaml
import yaml2ical.ical
import yaml2ical.meeting

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHATCAL = os.environ["CHATCAL"]
AT = "2026-06-01"
UTC = datetime.timezone.utc
FROM = datetime.datetime(2014, 1, 1, tzinfo=UTC)
TO = datetime.datetime(2029, 1, 1, tzinfo=UTC)
ASSUMED = datetime.timedelta(hours=1)

# Differences that have a reason: file name, and the reason. Each has to be there.
EXPLAINED = json.loads((ROOT / "tests/import/explained.json").read_text())


def main():
    if sys.argv[1:2] == ["--random"]:
        import calendars
        with tempfile.TemporaryDirectory() as folder:
            count, seed = int(sys.argv[2]), int((sys.argv[3:] or ["1"])[0])
            return compare(calendars.write(pathlib.Path(folder), count, seed))
    return compare([pathlib.Path(name) for name in sys.argv[1:]] or known_files())


def compare(files):
    """Compares files, prints what differs, and gives the exit code."""
    read = refused = meetings = different = explained = 0
    for file in files:
        try:
            expected = ENGINES[file.suffix](file)
        except Exception as error:  # an engine gives up on what is refused, too
            expected = error
        imported, report = chatcal(file)
        if isinstance(expected, Exception):
            expected = collections.Counter()
            verdict = "the engine cannot read it"
        else:
            verdict = ""
        # Chatcal's own bounds: what is refused as a whole has a reason in the report.
        if not imported and "taken:" not in report:
            refused += 1
            reasons = sum("left out:" in line for line in report.splitlines())
            verdict = f"refused, {reasons} reasons; the engine has {sum(expected.values())}"
            if file.name not in EXPLAINED and (reasons == 0 or sum(expected.values())):
                different += 1
                verdict += ", DIFFERENT"
            print(f"{name_of(file)}: {verdict}")
            continue
        read += 1
        missing, extra = expected - imported, imported - expected
        apart = sum(missing.values()) + sum(extra.values())
        meetings += sum(imported.values())
        if apart and file.name in EXPLAINED:
            explained += apart
            verdict += f" {apart} explained: {EXPLAINED[file.name]}"
        elif apart or file.name in EXPLAINED:
            different += apart or 1
            verdict += f" DIFFERENT: {apart}"
            for word, some in (("only in the file", missing), ("only in the schedule", extra)):
                for start, end in sorted(some)[:5]:
                    verdict += f"\n    {word}: {start:%Y-%m-%d %H:%M}–{end:%H:%M}Z"
        print(f"{name_of(file)}: {sum(imported.values())} meetings{',' if verdict else ''}{verdict}")
    print(f"{len(files)} files: {read} imported, {refused} refused; {meetings} meetings compared, "
          f"{different} different, {explained} explained")
    return 1 if different or not read else 0


def known_files():
    folders = [ROOT / "tests/import/cases", ROOT.parent / "shared/import"]
    return sorted(file for folder in folders for file in folder.rglob("*")
                  if file.suffix in ENGINES and "expected" not in file.parts and file.name != "README.md")


def name_of(file):
    try:
        return str(file.resolve().relative_to(ROOT))
    except ValueError:
        return file.name


def chatcal(file):
    """The meetings of all schedules that a file gives, and the report."""
    arguments = file.parent / "arguments"
    extra = arguments.read_text().split() if arguments.exists() else []
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([CHATCAL, "import", str(file), "--into", folder, "--at", AT, *extra],
                              capture_output=True, text=True, check=False)
        found = collections.Counter()
        for schedule in sorted(pathlib.Path(folder).glob("*.toml")):
            dates = subprocess.run([CHATCAL, "dates", schedule.stem, "--schedules", folder, "--json",
                                    "--from", "2013-12-30", "--until", "2029-01-02"],
                                   capture_output=True, text=True, check=True)
            for meeting in json.loads(dates.stdout):
                start, end = (datetime.datetime.fromisoformat(meeting[key]) for key in ("start", "end"))
                if meeting["status"] != "cancelled":
                    add(found, start, end)
        return found, done.stderr


def add(found, start, end):
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    start = start.replace(second=0)
    if FROM <= start < TO:
        found[start, end if end > start else start + ASSUMED] += 1


def of_ics(file):
    return of_calendar(file.read_bytes(), file)


def of_calendar(text, file):
    arguments = file.parent / "arguments"
    words = arguments.read_text().split() if arguments.exists() else []
    floating = zoneinfo.ZoneInfo(words[words.index("--zone") + 1]) if "--zone" in words else None
    found = collections.Counter()
    for calendar in icalendar.Calendar.from_ical(text, multiple=True):
        named = calendar.get("X-WR-TIMEZONE")
        zone = floating or (zoneinfo.ZoneInfo(str(named)) if named else None)
        events = recurring_ical_events.of(calendar, skip_bad_series=False).between(FROM, TO)
        for event in events:
            start = event.start
            if not isinstance(start, datetime.datetime) or str(event.get("STATUS")) == "CANCELLED":
                continue
            end = event.end if isinstance(event.end, datetime.datetime) else start
            if end - start > datetime.timedelta(hours=24):
                continue
            if start.tzinfo is None:
                start, end = start.replace(tzinfo=zone), end.replace(tzinfo=zone)
            add(found, start, end)
    return found


def of_yaml(file):
    text = file.read_text()
    # What names no start begins in 2014 for us, and on the day of the run for yaml2ical.
    document = yaml.safe_load(text)
    for entry in document["schedule"]:
        if "start_date" not in entry:
            monthly = not re.match("weekly|biweekly|quadweekly|adhoc", entry["frequency"])
            entry["start_date"] = 20131201 if monthly else 20140101
    meeting = yaml2ical.meeting.Meeting.fromstring(yaml.safe_dump(document))
    found = collections.Counter()
    # One calendar a schedule: yaml2ical gives two of them one UID where they begin on one day. The events that it makes
    # of meetings that are skipped say so in their title.
    for schedule in meeting.schedules:
        calendar = yaml2ical.ical.Yaml2IcalCalendar()
        calendar.add_schedule(meeting, schedule)
        calendar.subcomponents = [event for event in calendar.subcomponents
                                  if not str(event["SUMMARY"]).startswith("CANCELLED: ")]
        found += of_calendar(calendar.to_ical(), file)
    return found


WEEKDAYS = {name: getattr(dateutil.rrule, name[:2].upper())
            for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}


def of_toml(file):
    document = tomllib.loads(one_line_tables(file.read_text()))
    found = collections.Counter()
    for event in document.get("events", []):
        start = moment(event["start"])
        if start is None:
            continue
        end = moment(event["end"]) if event.get("end") else start
        taken = set()
        if event.get("exceptions"):
            taken = {moment({"date": date, "timezone": event["exceptions"]["timezone"]}).astimezone(UTC)
                     for date in event["exceptions"]["dates"]}
        starts = [start]
        if event.get("recurrence_rules"):
            starts = [at for rule in event["recurrence_rules"] for at in occurrences(rule, start)]
        # A set: a date that a rule gives as well is one meeting.
        for at in {*starts, *map(moment, event.get("recurrences", []))}:
            if at.astimezone(UTC) not in taken:
                length = end.astimezone(UTC) - start.astimezone(UTC)
                add(found, at, (at.astimezone(UTC) + length))
    return found


def one_line_tables(text):
    """Inline tables over several lines are TOML 1.1; tomllib reads 1.0."""
    def flat(match):
        inner = re.sub(r"(?m)^\s*#.*$", "", match.group(0))
        return re.sub(r",(\s*[\]}])", r"\1", inner).replace("\n", " ")
    return re.sub(r"(?m)^(exceptions|recurrence_rules) = [{\[]\s*\n(?:.*\n)*?^[}\]]", flat, text)


def moment(value):
    zone = None
    if isinstance(value, dict):
        zone, value = zoneinfo.ZoneInfo(value["timezone"]), value["date"]
    value = str(value)
    if "T" not in value:
        return None
    date, time = value.split("T")
    if time.endswith("Z"):
        zone, time = UTC, time[:-1]
    hour, minute, second = (int(float(part)) for part in time.split(":"))
    day = datetime.date.fromisoformat(date)
    return datetime.datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)


def occurrences(rule, start):
    options = {"dtstart": start.replace(tzinfo=None), "interval": rule.get("interval", 1)}
    if "count" in rule:
        options["count"] = rule["count"]
    if "until" in rule:
        options["until"] = moment(rule["until"]).astimezone(start.tzinfo).replace(tzinfo=None)
    else:
        options["until"] = TO.replace(tzinfo=None)
    if "count" in options:
        del options["until"]
    for ours, theirs in (("by_hour", "byhour"), ("by_minute", "byminute"), ("by_month", "bymonth"),
                         ("by_month_day", "bymonthday"), ("by_set_pos", "bysetpos"), ("by_week_no", "byweekno"),
                         ("by_year_day", "byyearday")):
        if ours in rule:
            options[theirs] = rule[ours]
    if "by_day" in rule:
        options["byweekday"] = [WEEKDAYS[day["day"]](day["num"]) if "num" in day else WEEKDAYS[day["day"]]
                                for day in rule["by_day"]]
    frequency = getattr(dateutil.rrule, rule["frequency"].upper())
    return [at.replace(tzinfo=start.tzinfo) for at in dateutil.rrule.rrule(frequency, **options)]


ENGINES = {".ics": of_ics, ".yaml": of_yaml, ".toml": of_toml}

if __name__ == "__main__":
    sys.exit(main())
