// Times: in six zones against a second engine and against chatcal's other verbs; what is past; how soon; clock changes.
import { NOW, chatcal, check, differs, meetings, open, secondOpinion } from "./browser.mjs";

const ZONES = ["Europe/Copenhagen", "America/Vancouver", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS = { Mon: "Monday", Tue: "Tuesday", Wed: "Wednesday", Thu: "Thursday", Fri: "Friday", Sat: "Saturday", Sun: "Sunday" };
const longDate = (date, weekday) => {
  const [year, month, day] = date.split("-").map(Number);
  return `${DAYS[weekday]} ${day} ${MONTHS[month - 1]} ${year}`;
};
const now = Date.parse(NOW) / 1000;

export async function times(browser, origin) {
  for (const timezoneId of ZONES) {
    const page = await open(browser, `${origin}plain/`, { timezoneId });
    // The page shows the next ones, and more when asked.
    for (const more = page.getByRole("button", { name: /^Show more/ }); await more.isVisible();) await more.click();
    const shown = await meetings(page);
    const local = secondOpinion(shown.map(({ instant }) => [instant, timezoneId]));
    const wrong = shown.flatMap((meeting, at) => {
      const [date, time, weekday] = local[at];
      const where = `${meeting.chat} ${meeting.date}`;
      return [
        meeting.times !== 1 && `${where} has ${meeting.times} times`,
        !meeting.text.includes(time) && `${where} says ${meeting.text}, not ${time}`,
        differs(meeting.day, longDate(date, weekday), `the day of ${where}`),
      ];
    });
    check(`times in ${timezoneId} are those of a second engine (${shown.length} meetings)`, shown.length < 100 ? "hardly any meeting" : wrong);
    check(`what is shown in ${timezoneId} is all that is not over, in order`, [
      ...shown.map((meeting) => meeting.shown !== (meeting.instant + 60 * meeting.minutes > now) && `${meeting.chat} ${meeting.date}`),
      shown.some((meeting, at) => at > 0 && meeting.instant < shown[at - 1].instant) && "out of order",
    ]);
    check(`chatcal next --zone ${timezoneId} gives the same`, againstNext(shown, timezoneId));
    if (timezoneId === ZONES[0]) {
      await hostWords(shown);
      await againstDates(shown);
      await soon(browser, origin);
    }
    await page.context().close();
  }
  await shifts(browser, origin);
}

/** `Tue 20:00–21:00 New York (EST)`, read by the second engine in the zone named beside it, is the very instant. */
async function hostWords(shown) {
  const local = secondOpinion(shown.map(({ instant, zone }) => [instant, zone]));
  const ends = secondOpinion(shown.map(({ instant, minutes, zone }) => [instant + 60 * minutes, zone]));
  check("the host’s own words are the same instant, by a second engine", shown.map((meeting, at) => {
    const place = meeting.zone.split("/").at(-1).replaceAll("_", " ");
    const words = `${local[at][2]} ${local[at][1]}–${ends[at][1]} ${place} (`;
    return !meeting.host.startsWith(words) && `${meeting.chat} ${meeting.date}: ${meeting.host} begins not with ${words}`;
  }));
}

function json(...args) {
  const { code, out } = chatcal(...args);
  return code === 0 ? JSON.parse(out) : null;
}

function againstNext(shown, zone) {
  const next = json("next", "--json", "--schedules", "schedules", "--at", NOW, "--zone", zone);
  if (!next) return "chatcal next failed";
  const firsts = new Map();
  for (const { chat, instant, shown: visible } of shown) if (visible && !firsts.has(chat)) firsts.set(chat, instant);
  return [
    next.length < 2 && "hardly any chat",
    ...next.map(({ chat, start }) => differs(firsts.get(chat), Date.parse(start) / 1000, `the next meeting of ${chat}`)),
    differs([...firsts.keys()].sort(), next.map(({ chat }) => chat).sort(), "the list of chats"),
  ];
}

async function againstDates(shown) {
  const wrong = [];
  for (const chat of new Set(shown.map(({ chat }) => chat))) {
    const dates = json("dates", chat, "--json", "--schedules", "schedules", "--at", NOW, "--from", "2025-01-01", "--until", "2027-12-31");
    const found = shown.filter((meeting) => meeting.chat === chat).map(({ date, instant }) => `${date} ${instant}`).sort();
    wrong.push(differs(found, dates?.map(({ date, start }) => `${date} ${Date.parse(start) / 1000}`).sort(), chat));
  }
  check("chatcal dates gives the same meetings for every chat", wrong);
}

async function soon(browser, origin) {
  for (const [at, words] of [
    ["2026-03-01T12:00:00Z", "in 2 days"], ["2026-03-03T22:00:00Z", "tomorrow"], ["2026-03-03T23:30:00Z", "today"],
    ["2026-03-04T18:00:00Z", "in 2 hours"], ["2026-03-04T20:30:00Z", "now"],
  ]) {
    const page = await open(browser, `${origin}plain/`, { now: at });
    const found = await page.$$eval("section.day:not([hidden])", ([day]) => [...day.querySelectorAll(".soon")].map((soon) => soon.textContent));
    check(`at ${at} the first meeting is “${words}”`, !found.includes(words) && `says ${found.join(", ")}`);
    await page.context().close();
  }
}

/** Clocks in 2026: the European Union changes on 29 March and 25 October, North America on 8 March and 1 November. */
async function shifts(browser, origin) {
  const noted = async (timezoneId) => {
    const page = await open(browser, `${origin}plain/`, { timezoneId });
    const list = (await meetings(page)).filter(({ shown, datetime }) => shown && datetime < "2026-12");
    await page.context().close();
    return list;
  };
  const apart = (instant) => (instant >= Date.parse("2026-03-08T07:00Z") / 1000 && instant < Date.parse("2026-03-29T01:00Z") / 1000)
    || (instant >= Date.parse("2026-10-25T01:00Z") / 1000 && instant < Date.parse("2026-11-01T06:00Z") / 1000);
  for (const [timezoneId, host, by] of [["Europe/Copenhagen", "America/New_York", "earlier"], ["America/New_York", "Europe/London", "later"]]) {
    const list = (await noted(timezoneId)).filter(({ zone }) => zone === host);
    check(`a reader in ${timezoneId} is told when ${host} is an hour off, and only then`, [
      list.every(({ note }) => !note) && "never told",
      ...list.map(({ chat, date, instant, note }) => {
        const until = date < "2026-06" ? "29 March" : "1 November";
        return differs(note, apart(instant) ? `an hour ${by} than usual for you until ${until}` : "", `${chat} ${date}`);
      }),
    ]);
  }
  const kolkata = await noted("Asia/Kolkata");
  check("a reader whose clocks never change is told of no shift", kolkata.map(({ chat, date, note }) => note && `${chat} ${date}: ${note}`));
}
