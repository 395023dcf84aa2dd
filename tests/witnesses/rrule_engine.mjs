// npm rrule, one question a line: rule, start, end (tab-separated, YYYYMMDD); answers dates or `refused why`.
// The folder that holds node_modules is the only argument.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { RRule } = createRequire(process.argv[2] + "/")("rrule");
const day = (text) => new Date(Date.UTC(+text.slice(0, 4), +text.slice(4, 6) - 1, +text.slice(6, 8)));

for await (const line of createInterface({ input: process.stdin })) {
  const [rule, start, end] = line.split("\t");
  const last = day(end);
  let answer;
  try {
    const found = new RRule({ ...RRule.parseString(rule), dtstart: day(start) }).all((moment) => moment <= last);
    answer = found.filter((moment) => moment <= last).map((moment) => moment.toISOString().slice(0, 10).replaceAll("-", "")).join(" ");
  } catch (error) {
    answer = "refused " + String(error).split(/\s+/).join(" ");
  }
  console.log(answer || "none");
}
