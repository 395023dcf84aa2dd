"""Why an engine answers otherwise than a stanza: each kind with the words that decide, paraphrased.

A kind holds for an engine, a sort of outcome and a property of the rule. The first that holds is the explanation; a
difference that none explains is counted as unexplained, and ./run then fails.
"""

from collections import namedtuple

ACCEPTS = "accepts"  # the stanza is a refusal, the engine gives dates (or searches for ever)
REFUSES = "refuses"  # the stanza has dates, the engine refuses the rule
OTHERWISE = "otherwise"  # both give dates, but not the same

Kind = namedtuple("Kind", "engines outcome holds title words")

ALL = ("python-dateutil", "libical", "npm rrule")
PYTHON_AND_NPM = ("python-dateutil", "npm rrule")
WEEK_ALONE = "BYWEEKNO with no part that names a day"


def has(*names):
    return lambda parts, stanza: all(name in parts for name in names)


def lacks(name):
    return lambda parts, stanza: name not in parts


def frequency(*names):
    return lambda parts, stanza: parts.get("FREQ") in names


def says(*words):
    return lambda parts, stanza: any(word in stanza.refused for word in words)


def both(*conditions):
    return lambda parts, stanza: all(condition(parts, stanza) for condition in conditions)


def numbers(parts, name):
    return [int(one) for one in parts.get(name, "").split(",") if one.lstrip("+-").isdigit()]


def week_alone(parts, stanza):
    return "BYWEEKNO" in parts and not any(name in parts for name in ("BYDAY", "BYMONTHDAY", "BYYEARDAY"))


def edge_week(parts, stanza):
    return any(number in (52, 53, -52, -53) for number in numbers(parts, "BYWEEKNO"))


def plain_and_numbered(parts, stanza):
    days = parts.get("BYDAY", "").split(",")
    return any(len(day) == 2 for day in days) and any(len(day) > 2 for day in days)


def repeats(*names):
    return lambda parts, stanza: any(
        len(values := parts.get(name, "").replace("+", "").split(",")) != len(set(values)) for name in names
    )


def late(parts, stanza):
    return stanza.start.year > 2500 or any(day.year > 2500 for day in stanza.dates)


def yearly_parts(least):
    names = ("BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY")
    return lambda parts, stanza: parts.get("FREQ") == "YEARLY" and sum(name in parts for name in names) >= least


KINDS = [
    Kind(
        ALL,
        ACCEPTS,
        says("a frequency below a day", "the time of day has its own key"),
        "a rule about the time of day",
        "Not an engine's mistake: section 3.3.10 allows HOURLY and smaller frequencies, BYHOUR, BYMINUTE and BYSECOND where "
        "DTSTART has a time. Here a rule is a set of dates and the time has its own key, so such a rule is refused.",
    ),
    Kind(
        ALL,
        ACCEPTS,
        says("goes with YEARLY alone", "does not go with", "cannot be used with"),
        "a combination that must not be",
        "Section 3.3.10: the table's cells marked N/A must not be used; numbered weekdays must not stand under any frequency "
        "but MONTHLY and YEARLY, nor beside BYWEEKNO.",
    ),
    Kind(
        ALL,
        ACCEPTS,
        says("BYSETPOS needs another BY part"),
        "BYSETPOS by itself",
        "Section 3.3.10: BYSETPOS must only be used together with another BY part.",
    ),
    Kind(
        ALL,
        ACCEPTS,
        says("COUNT and UNTIL", "stands twice", "FREQ is required", "not NAME=VALUE"),
        "a rule that is not put together by the grammar",
        "Section 3.3.10: FREQ is required, no part may occur twice, and UNTIL and COUNT must not occur in the same rule; parts "
        "are NAME=VALUE with one semicolon between them.",
    ),
    Kind(
        ("libical",),
        ACCEPTS,
        says("RSCALE"),
        "parts of RFC 7529",
        "Not an engine's mistake: RFC 7529 section 4 adds RSCALE and SKIP. RFC 5545 section 3.3.10 has no such parts, and "
        "neither have the rules here.",
    ),
    Kind(
        PYTHON_AND_NPM,
        ACCEPTS,
        says("there is no part"),
        "a part of its own",
        "Section 3.3.10 has a closed list of parts. BYEASTER is python-dateutil's own addition, which npm rrule took over.",
    ),
    Kind(
        ALL,
        ACCEPTS,
        says("out of range"),
        "a value out of range",
        "Section 3.3.10 gives each part's range: months 1 to 12; days of the month to 31, of the year to 366, weeks and "
        "numbered weekdays to 53, positions to 366, each from either end and never 0. INTERVAL is positive. COUNT=0 is in the "
        "letter of the grammar, but a recurrence has at least the instance it starts with, so nobody can mean it.",
    ),
    Kind(
        ALL,
        ACCEPTS,
        says("UNTIL is", "WKST is", "INTERVAL is", "COUNT is", "BYMONTH"),
        "a value that is not one",
        "Section 3.3.10: WKST is one of seven weekdays, numbers are digits, UNTIL is a date (3.3.4) or a time in UTC (3.3.5) "
        "that exists; if it has a time it must be in UTC.",
    ),
    Kind(
        ALL,
        ACCEPTS,
        says("never gives a date"),
        "a rule that never happens",
        "Section 3.3.10: dates that do not exist are ignored and BYSETPOS picks from the dates of one interval, so nothing is "
        "left. An engine that gives dates here reads a position beyond the set as its end (npm rrule) or ignores BYSETPOS "
        "(libical); one that does not answer looks for ever.",
    ),
    Kind(
        ("npm rrule",),
        REFUSES,
        lambda parts, stanza: stanza.rule != stanza.rule.upper(),
        "lower case",
        "RFC 5234 section 2.3, which section 3.3.10's grammar is written in: quoted words are case-insensitive.",
    ),
    Kind(
        ("libical",),
        REFUSES,
        week_alone,
        WEEK_ALONE + ": refused where the week is far from the start's",
        "Section 3.3.10: what the rule does not say and is needed, here the weekday, comes from DTSTART. libical lets "
        "the start's place in the year shift the dates, and refuses the rule where they would leave the year.",
    ),
    Kind(
        ("libical",),
        REFUSES,
        yearly_parts(2),
        "several BY parts under YEARLY",
        "Section 3.3.10: where several BY parts stand in a rule they are applied one after another; its table has a meaning for "
        "each of them under YEARLY, and note 2 for BYDAY beside any other.",
    ),
    Kind(
        ("libical",),
        REFUSES,
        late,
        "far years",
        "RFC 5545 section 3.3.4: a date has four digits for the year. libical gives up after 2582.",
    ),
    Kind(
        ("libical",),
        OTHERWISE,
        late,
        "far years",
        "RFC 5545 section 3.3.4: a date has four digits for the year. libical gives up after 2582.",
    ),
    Kind(
        PYTHON_AND_NPM,
        OTHERWISE,
        week_alone,
        WEEK_ALONE + ": all seven days of the week instead of the start's weekday",
        "Section 3.3.10: what the rule does not say and is needed comes from DTSTART; BYDAY is named there among the parts for "
        "which this is so. libical agrees as to the one day in a week.",
    ),
    Kind(
        PYTHON_AND_NPM,
        OTHERWISE,
        edge_week,
        "weeks 52, 53, -52 and -53 at the year's edge",
        "Section 3.3.10: a week is seven days, and week 1 is the first with four days or more in its year. These engines look "
        "from one calendar year, and give what its first and last days have of another year's weeks the number 53 where it is 52, "
        "or none when counted from the end.",
    ),
    Kind(
        ("libical",),
        OTHERWISE,
        week_alone,
        WEEK_ALONE + ": a day of another week",
        "Section 3.3.10: what the rule does not say and is needed, here the weekday, comes from DTSTART; the week is said. "
        "libical lets the start's place in the year shift the dates.",
    ),
    Kind(
        ("libical",),
        OTHERWISE,
        has("BYWEEKNO"),
        "weeks at the year's edge",
        "Section 3.3.10: a week is seven days, and week 1 is the first with four days or more in its year. libical names week "
        "53 in years of 52 weeks, gives days of week 1 that lie in December a wrong year or place, and loses days of the last "
        "week that lie in January.",
    ),
    Kind(
        ("libical",),
        OTHERWISE,
        both(frequency("WEEKLY", "DAILY"), has("BYSETPOS")),
        "BYSETPOS under WEEKLY and DAILY is ignored",
        "Section 3.3.10: BYSETPOS works on the dates of one interval, and the table has it under every frequency; for WEEKLY "
        "the text names the week as that interval.",
    ),
    Kind(
        PYTHON_AND_NPM,
        OTHERWISE,
        both(frequency("WEEKLY"), has("BYSETPOS")),
        "BYSETPOS in the week of the start, which is taken to begin with the start",
        "Section 3.3.10: the set begins at the beginning of the interval that FREQ defines, which for WEEKLY is the week. What "
        "lies before DTSTART has its position, though it is not an instance.",
    ),
    Kind(
        ("npm rrule",),
        OTHERWISE,
        repeats("BYSETPOS"),
        "a position given twice gives its date twice",
        "Section 3.8.5.3: duplicate instances are ignored; a recurrence set holds each once.",
    ),
    Kind(
        ("npm rrule",),
        OTHERWISE,
        both(has("BYSETPOS"), lambda parts, stanza: min(numbers(parts, "BYSETPOS")) < -30),
        "a position from the end beyond the set is taken as the first",
        "Section 3.3.10: BYSETPOS is the nth occurrence within the set; where there is no nth, there is none.",
    ),
    Kind(
        ("npm rrule",),
        OTHERWISE,
        both(has("BYSETPOS"), lambda parts, stanza: len(numbers(parts, "BYSETPOS")) > 1),
        "a positive and a negative position that meet give their date twice",
        "Section 3.8.5.3: duplicate instances are ignored; a recurrence set holds each once.",
    ),
    Kind(
        PYTHON_AND_NPM,
        OTHERWISE,
        plain_and_numbered,
        "plain and numbered weekdays in one BYDAY are taken as both being needed",
        "Section 3.3.10: BYDAY is a list, and each of its elements adds days: a plain weekday all of its kind, a numbered one the "
        "nth.",
    ),
    Kind(
        ("libical",),
        OTHERWISE,
        both(frequency("YEARLY"), has("BYMONTHDAY"), lacks("BYMONTH")),
        "BYMONTHDAY under YEARLY without BYMONTH: in the start's month alone",
        "Section 3.3.10: the table says that BYMONTHDAY expands a year; only what is needed is taken from DTSTART, and a "
        "month is not needed. (The text can be read either way: it names BYMONTH among the parts that DTSTART stands in for. "
        "The table, python-dateutil and npm rrule decide.)",
    ),
    Kind(
        ("libical",),
        OTHERWISE,
        both(frequency("DAILY"), lambda parts, stanza: any(number < 0 for number in numbers(parts, "BYMONTHDAY"))),
        "days of the month from the end under DAILY are ignored",
        "Section 3.3.10: BYMONTHDAY counts from either end, and the table lets it limit DAILY.",
    ),
    Kind(
        ("libical",),
        OTHERWISE,
        both(frequency("WEEKLY"), has("BYDAY", "INTERVAL")),
        "weeks of INTERVAL counted from another week than the start's",
        "Section 3.3.10: INTERVAL counts weeks by WKST from the one that holds DTSTART, and what that week has left of BYDAY "
        "after DTSTART belongs to the rule.",
    ),
    Kind(
        ("libical",),
        OTHERWISE,
        repeats("BYDAY"),
        "a weekday given twice gives its date twice",
        "Section 3.8.5.3: duplicate instances are ignored; a recurrence set holds each once.",
    ),
]


def parts_of(rule):
    return dict(part.partition("=")[::2] for part in rule.upper().split(";"))


def outcome(stanza, answer):
    """None where the engine agrees with the stanza, else the sort of difference."""
    refuses = isinstance(answer, str) and answer.startswith("refused")
    if stanza.refused:
        nothing = answer == [] and "never gives a date" in stanza.refused
        return None if refuses or nothing else ACCEPTS
    if refuses:
        return REFUSES
    return None if answer == stanza.dates else OTHERWISE


def explain(engine, stanza, what):
    """The kind that explains the difference, or None."""
    parts = parts_of(stanza.rule)
    for kind in KINDS:
        if engine in kind.engines and kind.outcome == what and kind.holds(parts, stanza):
            return kind
    return None
