"""Reads tests/recurrence.txt; its format is described at its head."""

from dataclasses import dataclass, field
from datetime import date

KEYS = ("sentence", "rule", "start", "until", "dates", "refused", "wrong-elsewhere")


@dataclass
class Stanza:
    line: int
    sentence: str
    rule: str
    start: date
    until: date = date.max
    dates: list = field(default_factory=list)
    refused: str = ""


def read(path):
    """All stanzas of the file; raises ValueError naming the line of what is not a stanza."""
    stanzas, fields, key, first = [], {}, None, 0
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n") + [""]
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        if not line.strip():
            if fields:
                stanzas.append(stanza(first, fields))
            fields, key = {}, None
        elif line.startswith("  ") and key == "dates":
            fields["dates"] += " " + line.strip()
        else:
            key, colon, value = line.partition(": ")
            if not colon or key not in KEYS or key in fields:
                raise ValueError(f"{path}:{number}: not a line of a stanza: {line}")
            first = first if fields else number
            fields[key] = value
    sentences = [one.sentence for one in stanzas]
    for sentence in sentences:
        if sentences.count(sentence) > 1:
            raise ValueError(f"{path}: twice: {sentence}")
    return stanzas


def stanza(line, fields):
    if not {"sentence", "rule", "start"} <= fields.keys() or ("dates" in fields) == ("refused" in fields):
        raise ValueError(f"line {line}: a stanza has a sentence, a rule, a start, and either dates or refused")
    listed = fields.get("dates", "none")
    return Stanza(
        line,
        fields["sentence"],
        fields["rule"],
        date.fromisoformat(fields["start"]),
        date.fromisoformat(fields["until"]) if "until" in fields else date.max,
        [] if listed == "none" else [date.fromisoformat(one) for one in listed.split()],
        fields.get("refused", ""),
    )
