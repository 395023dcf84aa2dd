"""What ./run runs, once it has made the engines ready. See ./run for the usage."""

import argparse
import sys
from datetime import date
from pathlib import Path

import corpus
import engines
import kinds
import rules

HERE = Path(__file__).parent
BEGIN, END = "<!-- written by ./run: begin -->", "<!-- written by ./run: end -->"


def ask_all(cache):
    """(engine's name, stanza, outcome, answer) for every engine and stanza."""
    stanzas = corpus.read(HERE.parent / "recurrence.txt")
    for engine in engines.all_engines(cache):
        for stanza in stanzas:
            # A rule that is to be refused need not be followed to the end of time.
            end = date(stanza.start.year + 20, 1, 1) if stanza.refused else stanza.until
            # The search for a date that never comes is to end by itself, so that the figures do not hang on the clock.
            patience = 90 if "never gives a date" in stanza.refused else engines.PATIENCE
            answer = engine.ask(stanza.rule, stanza.start, end, patience)
            yield engine.name, stanza, kinds.outcome(stanza, answer), answer
        engine.close()


def shorten(answer):
    if isinstance(answer, str):
        return answer if len(answer) < 90 else answer[:87] + "..."
    first = " ".join(str(day) for day in answer[:4]) or "none"
    return first + (f" ... ({len(answer)} dates)" if len(answer) > 4 else "")


def compare_corpus(cache, details):
    """Prints and writes the table; 0 if every difference is explained and brute force has none."""
    table, grouped, unexplained = {}, {}, []
    for engine, stanza, what, answer in ask_all(cache):
        row = table.setdefault(engine, {None: 0, kinds.OTHERWISE: 0, kinds.REFUSES: 0, kinds.ACCEPTS: 0})
        row[what] += 1
        if what is None:
            continue
        kind = kinds.explain(engine, stanza, what)
        if kind is None:
            unexplained.append((engine, stanza, answer))
        else:
            grouped.setdefault(kind, {}).setdefault(engine, []).append(stanza)
        if details:
            print(f"{engine}: line {stanza.line}: {stanza.rule} from {stanza.start}")
            print(f"    stanza: {stanza.refused or shorten(stanza.dates)}\n    answer: {shorten(answer)}")
            print(f"    {kind.title if kind else 'NOT EXPLAINED'}")
    lines = list(report(table, grouped))
    print("\n".join(lines[: len(table) + 4]))
    write_readme(lines)
    for engine, stanza, answer in unexplained:
        print(f"not explained: {engine}: line {stanza.line}: {stanza.rule} from {stanza.start}: {shorten(answer)}")
    explained = sum(len(found) for by_engine in grouped.values() for found in by_engine.values())
    print(f"differences: {explained} explained in {len(grouped)} kinds, {len(unexplained)} unexplained")
    return 1 if unexplained else 0


def report(table, grouped):
    total = sum(next(iter(table.values())).values())
    yield f"{total} stanzas:"
    yield ""
    yield "| engine | agrees | other dates | refuses a valid rule | accepts what is refused here |"
    yield "|---|--:|--:|--:|--:|"
    for engine, row in table.items():
        yield f"| {engine} | {row[None]} | {row[kinds.OTHERWISE]} | {row[kinds.REFUSES]} | {row[kinds.ACCEPTS]} |"
    titles = {
        kinds.OTHERWISE: "Other dates",
        kinds.REFUSES: "Refuses a valid rule",
        kinds.ACCEPTS: "Accepts what is refused here",
    }
    for what, title in titles.items():
        yield ""
        yield f"### {title}"
        for kind in kinds.KINDS:
            if kind.outcome != what or kind not in grouped:
                continue
            counts = ", ".join(f"{engine} {len(found)}" for engine, found in grouped[kind].items())
            example = next(iter(grouped[kind].values()))[0]
            yield ""
            yield f"- **{kind.title}** ({counts}). {kind.words}"
            yield f"  For instance `{example.rule}` from {example.start}."


def write_readme(lines):
    path = HERE / "README.md"
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    body = "\n".join(lines)
    path.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}", encoding="utf-8")


def ask(cache, rule, start, end):
    for engine in engines.all_engines(cache):
        answer = engine.ask(rule, start, end)
        print(f"{engine.name:16}", answer if isinstance(answer, str) else " ".join(map(str, answer)) or "none")
        engine.close()


def main():
    parser = argparse.ArgumentParser(prog="tests/witnesses/run")
    parser.add_argument("--cache", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--details", action="store_true", help="print every difference")
    parser.add_argument("--ask", nargs=3, metavar=("RULE", "START", "UNTIL"), help="ask every engine about one rule")
    parser.add_argument("--rules", type=int, metavar="N", help="compare the program over N random valid rules")
    parser.add_argument("--seed", type=int, default=1, help="with --rules: where the random numbers begin (1)")
    parser.add_argument("--program", default=str(HERE.parent.parent / "target/release/chatcal"), help="with --rules")
    options = parser.parse_args()
    if options.ask:
        rule, start, end = options.ask
        return ask(options.cache, rule, date.fromisoformat(start), date.fromisoformat(end))
    if options.rules is not None:
        return rules.compare(options.cache, options.program, options.rules, options.seed)
    return compare_corpus(options.cache, options.details)


if __name__ == "__main__":
    sys.exit(main())
