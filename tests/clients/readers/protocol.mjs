// How a reader is asked and how it answers: see protocol.py, which says it for all of them.

import { createInterface } from "node:readline";

/** 2014-04-01T17:30:00Z, without the milliseconds that JavaScript adds. */
export function printed(date) {
  return date.toISOString().replace(/\.\d{3}Z$/, "Z");
}

const ESCAPES = { "\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n" };

function escaped(text) {
  return String(text).replace(/[\\\t\r\n]/g, (found) => ESCAPES[found]);
}

/** `read(path, since, until)` gives meetings: start and end as text, summary, status, place, link. */
function answer(read, path, since, until) {
  const lines = [];
  const errors = [];
  try {
    for (const { start, end, summary, ...others } of read(path, new Date(since), new Date(until))) {
      if (since <= start && start < until) {
        const { status, place, link } = others;
        lines.push([start, end, escaped(summary), ...[status, place, link].map((each) => escaped(each || "-"))].join("\t"));
      }
    }
  } catch (error) {
    errors.push(`${error.name}: ${error.message}`);
  }
  // By code point as the other readers sort, not by UTF-16 unit.
  lines.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return { lines, errors };
}

/** Answers the command line, or standard input where there is none. */
export async function serve(read) {
  const given = process.argv.slice(2);
  if (given.length === 3) {
    const { lines, errors } = answer(read, ...given);
    if (lines.length > 0) console.log(lines.join("\n"));
    for (const error of errors) console.error(error);
    process.exitCode = errors.length > 0 ? 1 : 0;
    return;
  }
  for await (const request of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const [path, since, until] = request.split("\t");
    const { lines, errors } = answer(read, path, since, until);
    const block = [`begin\t${path}`, ...lines, ...errors.map((error) => `error\t${escaped(error)}`), "end"];
    console.log(block.join("\n"));
  }
}
