// ical.js's offsets of a VTIMEZONE: asked and answering as zones-libical.c.
//
// ical.js goes from wall time to offset. Where a wall time occurs twice, either offset is right; whether the other one
// is, the listed offsets themselves tell.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import ICAL from "ical.js";

/** The offset in force at an instant: that of the last one listed at or before it. */
function listedOffset(listed, moment) {
  let low = 0;
  let high = listed.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (listed[middle][0] <= moment) low = middle;
    else high = middle;
  }
  return listed[low][1];
}

function compare(path, expected) {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(path, "utf8")));
  const component = calendar.getFirstSubcomponent("vtimezone");
  if (!component) return [0, 1, "no VTIMEZONE"];
  const zone = new ICAL.Timezone(component);
  const listed = readFileSync(expected, "utf8").trim().split("\n").map((line) => line.split("\t").map(Number));
  let wrong = 0;
  let first = "";
  for (const [moment, offset] of listed) {
    const wall = ICAL.Time.fromData(wallTime(moment + offset), zone);
    const theirs = zone.utcOffset(wall);
    const otherSide = listedOffset(listed, moment + offset - theirs) === theirs;
    if (theirs === offset || otherSide) continue;
    if (wrong++ === 0) first = `at ${moment} it is ${offset}, but reads as ${theirs}`;
  }
  return [listed.length, wrong, first];
}

function wallTime(seconds) {
  const date = new Date(seconds * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

for await (const request of createInterface({ input: process.stdin })) {
  console.log(compare(...request.split("\t")).join("\t"));
}
