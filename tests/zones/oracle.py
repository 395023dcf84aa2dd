#!/usr/bin/env python3
"""Wall times and the instants that they are, as Python's zoneinfo reads the IANA time zone database.

    tests/zones/run                                                every zone, some 357,000 wall times, in chatcal
    P=target/zones/python/bin/python                               the Python with tzdata that it made
    $P tests/zones/oracle.py                                       every zone
    $P tests/zones/oracle.py --sample > tests/zones/sample.txt
    $P tests/zones/oracle.py --transitions America/Vancouver

The data come from the tzdata package alone, never from the machine. Its version 2026.6 is tzdb 2026f, and must be that of
the database that chatcal bundles; `--tzdata` names another.

Each line is `Zone<TAB>YYYY-MM-DDTHH:MM:SS<TAB>seconds since 1970 in UTC`; lines that begin with # say where it comes from.
For each transition from 1970 through 2050 there are wall times a minute and a second before it, at it, and a second and a
minute after it, and where clocks went forward or back the first and last seconds, the first and last minutes and the middle
of what was skipped or repeated. Every zone is asked about on two days of four years besides.

A wall time that was skipped is read with the offset before the gap, one that came twice is the first (RFC 5545 section
3.3.5). That is found from what zoneinfo says of instants. Its own way from wall time to instant is compared, and reported
where it differs, as it does in Nuuk: there the last listed change, on 29 October 2023, changes no clock, and the rule for
the years after it is wrongly applied to the hour before.
"""

import argparse
import struct
import sys
import zoneinfo
from bisect import bisect_right
from datetime import datetime, timedelta, timezone
from importlib import resources
from zoneinfo import ZoneInfo

TZDATA = "2026.6"
EPOCH = datetime(1970, 1, 1)
BEGIN, END = 0, int((datetime(2051, 1, 1) - EPOCH).total_seconds())
DAY = 86400

# What the sample holds: zones and the years in which something out of the ordinary, or the usual, happened there.
SAMPLE = {
    "Africa/Cairo": (2014,),  # summer time given up and taken up again, with a break for Ramadan
    "Africa/Casablanca": (2018, 2025),  # summer time all year round but in Ramadan
    "Africa/Monrovia": (1972,),  # a jump of 44 minutes and 30 seconds
    "America/Caracas": (2007, 2016),  # by half an hour
    "America/Nuuk": (2023,),  # summer time became standard time, and a change that changes no clock
    "America/New_York": (1974, 2026),  # summer time from January
    "America/Sao_Paulo": (2018,),  # at midnight
    "America/St_Johns": (1988,),  # double summer time; a minute after midnight
    "America/Vancouver": (2026,),  # stays on summer time
    "Antarctica/Troll": (2025,),  # by two hours
    "Asia/Gaza": (2026,),  # by the moon
    "Asia/Jerusalem": (2026,),
    "Asia/Kathmandu": (1986,),  # by a quarter of an hour
    "Asia/Kolkata": (2026,),  # no transition
    "Asia/Pyongyang": (2018,),
    "Asia/Tehran": (2022,),  # the last summer time
    "Australia/Lord_Howe": (2026,),  # by half an hour
    "Australia/Sydney": (2000, 2026),  # earlier in the Olympic year
    "Europe/Dublin": (1971, 2026),  # summer time is the standard, winter time the exception
    "Europe/Istanbul": (2016,),
    "Europe/London": (1972, 2026),
    "Europe/Moscow": (2014,),
    "Pacific/Apia": (2011,),  # lost 30 December
    "Pacific/Auckland": (2026,),
    "Pacific/Kiritimati": (1994,),  # lost New Year's Eve
    "Pacific/Norfolk": (2015,),
}


def names():
    """All names but Factory, which stands for no place."""
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return sorted(name for name in listed if name != "Factory")


def listed_transitions(name):
    """The transition times that the zone's TZif file lists (RFC 9636 section 3.2): the 64-bit block."""
    data = resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).read_bytes()

    def counts(offset):
        return struct.unpack(">6l", data[offset + 20 : offset + 44])

    isut, isstd, leap, times, types, chars = counts(0)
    second = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut
    times = counts(second)[3]
    return list(struct.unpack(f">{times}q", data[second + 44 : second + 44 + 8 * times]))


def offset_at(zone, instant):
    """Seconds east of UTC at an instant."""
    moment = datetime.fromtimestamp(instant, timezone.utc).astimezone(zone)
    return int(moment.utcoffset() / timedelta(seconds=1))


def transitions(name, zone):
    """The instants from 1970 through 2050 at which the zone's clocks change, in order."""
    listed = listed_transitions(name)
    found = {at for at in listed if BEGIN <= at < END}
    # Beyond its list a file gives a rule for ever; that is followed day by day, as zoneinfo understands it.
    day = max([BEGIN, *listed])
    before = offset_at(zone, day)
    while day < END:
        after = offset_at(zone, day + DAY)
        if after != before:
            low, high = day, day + DAY
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_at(zone, middle) == before else (low, middle)
            found.add(high)
        day, before = day + DAY, after
    return sorted(at for at in found if at < END)


def walls(zone, at):
    """The wall times worth asking about around one transition, in seconds since 1970 on the clock's face."""
    before, after = offset_at(zone, at - 1), offset_at(zone, at)
    asked = {at - 60 + before, at - 1 + before, at + after, at + 1 + after, at + 60 + after}
    if before != after:
        first, end = at + min(before, after), at + max(before, after)
        asked |= {first - 1, first, first + 1, first + 60, (first + end) // 2, end - 60, end - 1, end, end + 60}
    return asked


def instant(name, zone, changes, wall):
    """The instant of a wall time, from what zoneinfo says of instants: the first that shows this time on the clock, or
    for a time that was skipped the reading with the offset before the gap."""
    near = bisect_right(changes, wall)
    offsets = [offset_at(zone, at) for change in changes[max(0, near - 3) : near + 3] for at in (change - 1, change)]
    offsets = offsets or [offset_at(zone, wall)]
    readings = [wall - offset for offset in offsets if offset_at(zone, wall - offset) == offset]
    if readings:
        found = min(readings)
    else:
        gap = next(at for at in changes if at + offset_at(zone, at - 1) <= wall < at + offset_at(zone, at))
        found = wall - offset_at(zone, gap - 1)
    # zoneinfo's own way from wall time to instant is what PEP 495 calls fold=0, and should come to the same.
    moment = EPOCH + timedelta(seconds=wall)
    other = int(moment.replace(tzinfo=zone, fold=0).timestamp())
    if other != found:
        print(f"{name} {moment}: {found}, but {other} by zoneinfo's own way back", file=sys.stderr)
    return found


def lines(name, zone, changes, chosen, years):
    """The zone's lines: around the chosen ones of its changes, and on two days of some years."""
    asked = set().union(*(walls(zone, at) for at in chosen)) if chosen else set()
    # Half a year apart, so that a zone without any transition is asked about as well.
    for year in years or (1970, 1999, 2026, 2050):
        asked |= {int((datetime(year, month, 1, 12) - EPOCH).total_seconds()) for month in (1, 7)}
    for wall in sorted(asked):
        at = instant(name, zone, changes, wall)
        yield f"{name}\t{EPOCH + timedelta(seconds=wall):%Y-%m-%dT%H:%M:%S}\t{at}"


def main():
    parser = argparse.ArgumentParser(description="wall times and instants, by Python's zoneinfo")
    parser.add_argument("--tzdata", default=TZDATA, help=f"the version of the tzdata package ({TZDATA})")
    parser.add_argument("--sample", action="store_true", help="some zones and years alone")
    parser.add_argument("--transitions", metavar="ZONE", help="list one zone's transitions")
    options = parser.parse_args()
    zoneinfo.reset_tzpath(to=[])
    try:
        import tzdata
    except ImportError:
        sys.exit(f"needs the tzdata package: pip install tzdata=={options.tzdata}")
    if tzdata.__version__ != options.tzdata:
        sys.exit(f"tzdata is {tzdata.__version__}, not {options.tzdata}: pip install tzdata=={options.tzdata}")
    if options.transitions:
        zone = ZoneInfo(options.transitions)
        for at in transitions(options.transitions, zone):
            print(datetime.fromtimestamp(at, timezone.utc), offset_at(zone, at - 1), offset_at(zone, at))
        return
    wanted = SAMPLE if options.sample else {name: () for name in names()}
    print(f"# tzdb {tzdata.IANA_VERSION}, read by Python's zoneinfo; made by tests/zones/oracle.py")
    printed = changed = 0
    for name, years in wanted.items():
        zone = ZoneInfo(name)
        changes = transitions(name, zone)
        chosen = [at for at in changes if not years or datetime.fromtimestamp(at, timezone.utc).year in years]
        changed += len(chosen)
        for line in lines(name, zone, changes, chosen, years):
            print(line)
            printed += 1
    print(f"{len(wanted)} zones, {changed} transitions, {printed} wall times", file=sys.stderr)


if __name__ == "__main__":
    main()
