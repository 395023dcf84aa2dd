// What the checks share: a server on loopback, the browser, the tally, the second opinion on times.
import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const here = dirname(fileURLToPath(import.meta.url));
export const built = process.env.PAGE_BUILT;
export const work = process.env.PAGE_WORK;
export const tools = createRequire(join(work, "package.json"));
const { chromium } = tools("playwright-core");

/** The moment at which all pages are read. */
export const NOW = process.env.PAGE_AT;

let passed = 0;
let failed = 0;

/** Counts a check; `wrong` is what is wrong: a list, a text, or a false value for nothing. */
export function check(name, wrong) {
  const faults = (Array.isArray(wrong) ? wrong : [wrong]).filter(Boolean);
  if (faults.length === 0) passed += 1;
  else failed += 1;
  console.log(`${faults.length ? "FAIL" : "ok  "}  ${name}`);
  for (const fault of faults.slice(0, 5)) console.log(`        ${fault}`);
  if (faults.length > 5) console.log(`        and ${faults.length - 5} more`);
}

/** Says that two things should be the same, or how they differ. */
export function differs(found, expected, what = "") {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  return a === b ? "" : `${what} is ${a}, not ${b}`.trim();
}

export function tally() {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

const TYPES = { ".html": "text/html; charset=utf-8", ".ics": "text/calendar; charset=utf-8" };

/** Serves the built pages; gives the address, with a slash at its end. */
export function serve() {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname)).replace(/\/$/, "/index.html");
    const file = join(built, path);
    const type = TYPES[path.slice(path.lastIndexOf("."))];
    if (!file.startsWith(built) || !type || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": type });
    return createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ server, origin: `http://127.0.0.1:${server.address().port}/` }));
  });
}

/** Starts the browser with a profile of its own; gives it and what puts it away. */
export async function launch() {
  const profile = mkdtempSync(join(tmpdir(), "chatcal-page-"));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", `--crash-dumps-dir=${profile}`,
    ],
  });
  return { browser, close: async () => { await browser.close(); rmSync(profile, { recursive: true, force: true }); } };
}

/** Everything that a page asked for beyond itself, and every word on its console, over the whole run. */
export const requests = [];
export const consoleWords = [];

/** Opens a page as a reader with these settings; gives page and context. */
export async function open(browser, address, { now = NOW, clipboard = false, ...settings } = {}) {
  const context = await browser.newContext({ timezoneId: "Europe/Copenhagen", viewport: { width: 1400, height: 900 }, ...settings });
  if (clipboard) await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.on("request", (request) => {
    const url = request.url();
    const own = request.isNavigationRequest() && new URL(url).pathname === new URL(address).pathname;
    if (!own && !url.startsWith("data:")) requests.push(`${new URL(address).pathname} asked for ${url}`);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) consoleWords.push(`${address}: ${message.text()}`);
  });
  page.on("pageerror", (error) => consoleWords.push(`${address}: ${error}`));
  page.on("dialog", (dialog) => {
    consoleWords.push(`${address}: a dialog, ${dialog.message()}`);
    dialog.dismiss();
  });
  if (settings.javaScriptEnabled !== false) await page.clock.setFixedTime(new Date(now));
  await page.goto(address);
  return page;
}

/** All meetings of the list as the reader sees them. */
export function meetings(page) {
  return page.$$eval("[data-chat][data-date]", (items) => items.map((item) => {
    const time = item.querySelector("time");
    const article = document.getElementById(`chat-${item.dataset.chat}`);
    return {
      chat: item.dataset.chat,
      date: item.dataset.date,
      datetime: time.getAttribute("datetime"),
      instant: Date.parse(time.getAttribute("datetime")) / 1000,
      minutes: Number(item.dataset.minutes || 60),
      times: item.querySelectorAll("time").length,
      text: time.textContent,
      host: item.querySelector(":scope > span").textContent,
      zone: item.dataset.zone || article.dataset.zone,
      day: item.closest("section.day").querySelector("h3").firstChild.textContent.trim(),
      note: item.querySelector(".shift")?.textContent ?? "",
      shown: item.checkVisibility(),
    };
  }));
}

/** Asks `times.py`. */
export function secondOpinion(questions) {
  const input = JSON.stringify(questions);
  return JSON.parse(execFileSync("python3", [join(here, "times.py")], { input, maxBuffer: 1 << 28 }));
}

/** Runs chatcal; gives exit code and output. */
export function chatcal(...args) {
  try {
    return { code: 0, out: execFileSync(process.env.CHATCAL, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 }) };
  } catch (error) {
    return { code: error.status ?? -1, out: `${error.stdout ?? ""}${error.stderr ?? error}` };
  }
}
