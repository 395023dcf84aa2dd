"""A strict reader of iCalendar lines: what forgiving programs let pass and a strict one will not.

`lint(octets)` gives its findings as text, each with the number of the line that it is about: RFC 5545 section 3.1
(lines, folds, parameters), 3.3.11 (escapes of TEXT), 3.6 and 3.8 (what stands in which component, and how often), and
what is right by the RFC but known to break programs: an escape parted by a fold, a byte order mark.
"""

import re
from dataclasses import dataclass, field

TEXT = {"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "NAME", "UID", "TZID", "TZNAME", "PRODID"}
TEXT |= {"X-WR-CALNAME", "X-WR-CALDESC", "X-WR-TIMEZONE", "COLOR"}
TEXT_LIST = {"CATEGORIES", "RESOURCES"}
TIMES = {"DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE", "DTSTAMP", "LAST-MODIFIED", "CREATED"}
ONLY_UTC = {"DTSTAMP", "LAST-MODIFIED", "CREATED"}
STATUSES = {"TENTATIVE", "CONFIRMED", "CANCELLED"}

ONCE = {
    "VCALENDAR": {"VERSION", "PRODID"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "STATUS"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
}
AT_MOST_ONCE = {
    "VCALENDAR": {"CALSCALE", "METHOD", "SOURCE", "URL", "REFRESH-INTERVAL", "COLOR"},
    "VEVENT": {"DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "SEQUENCE", "LAST-MODIFIED", "CREATED", "URL", "TRANSP"}
    | {"DESCRIPTION", "LOCATION", "CLASS", "PRIORITY", "ORGANIZER", "GEO"},
    "VTIMEZONE": {"LAST-MODIFIED", "TZURL"},
    "STANDARD": {"RRULE", "TZNAME"},
    "DAYLIGHT": {"RRULE", "TZNAME"},
}
INSIDE = {
    "VCALENDAR": {None},
    "VEVENT": {"VCALENDAR"},
    "VTIMEZONE": {"VCALENDAR"},
    "STANDARD": {"VTIMEZONE"},
    "DAYLIGHT": {"VTIMEZONE"},
}

# RFC 5545 3.1: a value in quotes, or one without any of ; : , and quotes; several are parted by commas.
VALUE = r'(?:"[^"]*"|[^";:,]*)'
PARAMETER = re.compile(rf";([A-Z0-9-]+)=({VALUE}(?:,{VALUE})*)")
NAME = re.compile(r"[A-Z0-9-]+")
DATE_TIME = re.compile(r"\d{8}T\d{6}Z?")
OFFSET = re.compile(r"[+-]\d{4}(\d{2})?")


@dataclass
class Property:
    line: int
    name: str
    parameters: dict
    value: str


@dataclass
class Component:
    line: int
    name: str
    properties: list = field(default_factory=list)
    inner: list = field(default_factory=list)

    def all(self, name):
        return [each for each in self.properties if each.name == name]

    def first(self, name):
        return next(iter(self.all(name)), None)

    def value(self, name):
        found = self.first(name)
        return found.value if found else None


def lint(octets):
    """Every finding in one calendar file."""
    findings = []

    def say(line, text):
        findings.append(f"line {line}: {text}")

    lines = physical_lines(octets, say)
    calendar = components([read for read in (parsed(n, text, say) for n, text in unfolded(lines, say)) if read], say)
    if calendar:
        check_components(calendar, None, say)
        check_events(calendar, say)
        check_zones(calendar, say)
    return findings


def physical_lines(octets, say):
    """The lines as they stand, without their line ends."""
    if octets.startswith(b"\xef\xbb\xbf"):
        say(1, "a byte order mark")
        octets = octets[3:]
    if not octets.endswith(b"\r\n"):
        say(octets.count(b"\n") + 1, "the last line has no line end")
    lines = []
    for number, line in enumerate(octets.removesuffix(b"\r\n").split(b"\n"), 1):
        if line.endswith(b"\r"):
            line = line[:-1]
        elif number <= octets.removesuffix(b"\r\n").count(b"\n"):
            say(number, "ends in a bare line feed")
        if b"\r" in line:
            say(number, "a bare carriage return")
        if len(line) > 75:
            say(number, f"{len(line)} octets long")
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            say(number, "not UTF-8, or a character parted by a fold")
        if not line:
            say(number, "empty")
        lines.append(line)
    return lines


def unfolded(lines, say):
    """Content lines: (number of the first line, text)."""
    number, content = 0, b""
    for this, line in enumerate(lines, 1):
        if line[:1] not in (b" ", b"\t"):
            if content:
                yield number, content.decode("utf-8", "replace")
            number, content = this, line
            continue
        trailing = len(content) - len(content.rstrip(b"\\"))
        if trailing % 2:
            say(this, "a fold parts an escape")
        if line[:1] == b"\t":
            say(this, "folded with a tab")
        content += line[1:]
    if content:
        yield number, content.decode("utf-8", "replace")


def parsed(number, text, say):
    """One content line as a property."""
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text):
        say(number, "a control character")
    name = NAME.match(text)
    if not name:
        say(number, f"no property: {text[:40]}")
        return None
    rest, parameters = text[name.end() :], {}
    while found := PARAMETER.match(rest):
        if found[1] in parameters:
            say(number, f"the parameter {found[1]} twice")
        parameters[found[1]] = found[2].strip('"')
        rest = rest[found.end() :]
    if not rest.startswith(":"):
        say(number, f"no value, or a malformed parameter: {text[:40]}")
        return None
    read = Property(number, name[0], parameters, rest[1:])
    check_value(read, say)
    return read


def check_value(read, say):
    if read.name in TEXT or read.name in TEXT_LIST:
        plain = re.sub(r"\\[\\;,nN]", "", read.value)
        if "\\" in plain:
            say(read.line, f"{read.name}: a backslash that escapes nothing")
        if ";" in plain:
            say(read.line, f"{read.name}: an unescaped semicolon")
        if "," in plain and read.name not in TEXT_LIST:
            say(read.line, f"{read.name}: an unescaped comma")
    if read.name in TIMES:
        check_times(read, say)
    if read.name == "STATUS" and read.value not in STATUSES:
        say(read.line, f"STATUS {read.value}")
    if read.name == "SEQUENCE" and not re.fullmatch(r"\d+", read.value):
        say(read.line, f"SEQUENCE {read.value}")
    if read.name in ("TZOFFSETFROM", "TZOFFSETTO") and (not OFFSET.fullmatch(read.value) or read.value == "-0000"):
        say(read.line, f"{read.name} {read.value}")
    if read.name == "RRULE" and re.search(r"UNTIL=(?!\d{8}T\d{6}Z(;|$))", read.value):
        say(read.line, "an UNTIL that is not in UTC")


def check_times(read, say):
    for moment in read.value.split(","):
        if not DATE_TIME.fullmatch(moment):
            say(read.line, f"{read.name}: not a date with a time: {moment}")
        elif moment.endswith("Z") and "TZID" in read.parameters:
            say(read.line, f"{read.name}: TZID and UTC at once")
        elif not moment.endswith("Z") and read.name in ONLY_UTC:
            say(read.line, f"{read.name}: not in UTC")
    if read.parameters.get("VALUE") == "DATE":
        say(read.line, f"{read.name}: a date without a time")


def components(properties, say):
    """The tree of components; there must be exactly one calendar."""
    outer, calendars = [], []
    for each in properties:
        if each.name == "BEGIN":
            component = Component(each.line, each.value)
            (outer[-1].inner if outer else calendars).append(component)
            outer.append(component)
        elif each.name == "END":
            if not outer or outer.pop().name != each.value:
                say(each.line, f"END:{each.value} ends nothing")
                return None
        elif not outer:
            say(each.line, f"{each.name} outside the calendar")
        else:
            outer[-1].properties.append(each)
    if outer:
        say(outer[-1].line, f"{outer[-1].name} has no end")
    if len(calendars) != 1:
        say(1, f"{len(calendars)} calendars")
    return calendars[0] if calendars else None


def check_components(component, outer, say):
    """What stands where, and how often."""
    if outer not in INSIDE.get(component.name, ()):
        say(component.line, f"{component.name} in {outer}")
        return
    for name in sorted(ONCE[component.name]):
        if len(component.all(name)) != 1:
            say(component.line, f"{component.name} with {len(component.all(name))} {name}")
    for name in sorted(AT_MOST_ONCE[component.name]):
        if len(component.all(name)) > 1:
            say(component.line, f"{component.name} with {len(component.all(name))} {name}")
    if component.name == "VCALENDAR" and component.value("VERSION") != "2.0":
        say(component.line, "not version 2.0")
    for inner in component.inner:
        check_components(inner, component.name, say)


def check_events(calendar, say):
    """UIDs, overrides, and times that fit to each other."""
    events = [each for each in calendar.inner if each.name == "VEVENT"]
    masters = {each.value("UID"): each for each in events if not each.first("RECURRENCE-ID")}
    seen = set()
    for event in events:
        start, over = event.first("DTSTART"), event.first("RECURRENCE-ID")
        identity = event.value("UID"), over.value if over else None
        if identity in seen:
            say(event.line, f"UID {identity[0]} twice" + (f" with RECURRENCE-ID {identity[1]}" if over else ""))
        seen.add(identity)
        if over and "RRULE" not in [each.name for each in masters.get(identity[0], event).properties]:
            say(event.line, f"an override of nothing: {identity[0]}")
        if bool(event.first("DTEND")) == bool(event.first("DURATION")):
            say(event.line, "needs either DTEND or DURATION")
        if not start:
            continue
        if "TZID" not in start.parameters and not start.value.endswith("Z"):
            say(start.line, "a floating DTSTART")
        end = event.first("DTEND")
        if end and end.parameters == start.parameters and end.value <= start.value:
            say(end.line, "ends before it starts")
        if event.first("RDATE"):
            say(event.line, "an RDATE")


def check_zones(calendar, say):
    """Exactly one VTIMEZONE for each TZID in use."""
    zones = [each for each in calendar.inner if each.name == "VTIMEZONE"]
    names = [zone.value("TZID") for zone in zones]
    used = {}
    for component in calendar.inner:
        for each in component.properties:
            if "TZID" in each.parameters:
                used.setdefault(each.parameters["TZID"], each.line)
    for name, line in used.items():
        if name not in names:
            say(line, f"TZID {name} has no VTIMEZONE")
    for zone in zones:
        if names.count(zone.value("TZID")) > 1:
            say(zone.line, f"two VTIMEZONE of {zone.value('TZID')}")
        if zone.value("TZID") not in used:
            say(zone.line, f"nothing uses the VTIMEZONE of {zone.value('TZID')}")
        if not zone.inner:
            say(zone.line, "a VTIMEZONE without STANDARD or DAYLIGHT")
