// What a reader does: search, filter, choose a zone, come back by a link; without script, from a file, by keyboard.
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { built, check, differs, meetings, open, secondOpinion } from "./browser.mjs";

const visible = (page, selector) => page.$$eval(selector, (list) => list.filter((element) => element.checkVisibility()).map((element) => element.id || element.dataset.row || element.dataset.chat));

export async function reader(browser, origin) {
  await filter(browser, origin);
  await zone(browser, origin);
  await withoutScript(browser, origin);
  await fromFile(browser);
  await keyboard(browser, origin);
  await media(browser, origin);
}

async function filter(browser, origin) {
  const page = await open(browser, `${origin}plain/`);
  const tagged = await page.$$eval("article", (list) => list.filter((chat) => chat.dataset.tags.split(" ").includes("school-library")).map((chat) => chat.id).sort());
  const before = (await visible(page, "article")).length;
  await page.getByLabel("Tag", { exact: true }).selectOption("school-library");
  const slugs = tagged.map((id) => id.slice(5));
  const onlyTagged = async () => [
    differs((await visible(page, "article")).sort(), tagged, "the list of chats"),
    differs((await visible(page, "[data-row]")).sort(), slugs, "the timeline"),
    (await visible(page, "[data-date]")).some((slug) => !slugs.includes(slug)) && "meetings of other chats",
    (await visible(page, "[data-date]")).length === 0 && "no meeting",
  ];
  check("a tag shows its chats, their rows and their meetings alone", [tagged.length < 3 && "hardly any chat", ...await onlyTagged()]);
  check("the tag stands in the URL", differs(new URL(page.url()).search, "?tag=school-library"));
  await page.reload();
  check("the URL brings the tag back", await onlyTagged());
  await page.getByLabel("Tag", { exact: true }).selectOption("");
  check("all is all again, and the URL is bare", [differs((await visible(page, "article")).length, before), differs(new URL(page.url()).search, "")]);

  await page.getByLabel("Search", { exact: true }).fill("LTHECHAT higher");
  check("a search shows what has all its words, whatever their case", [
    differs(await visible(page, "article"), ["chat-lthechat"]),
    differs([...new Set(await visible(page, "[data-date]"))], ["lthechat"]),
    differs(new URL(page.url()).searchParams.get("q"), "LTHECHAT higher", "the URL"),
    differs((await page.locator("#found").textContent()).startsWith("1 chat, "), true, "the count"),
  ]);
  await page.getByLabel("Search", { exact: true }).fill("library zzyzx");
  check("a search that finds nothing says so", [
    differs(await visible(page, "article"), []), differs(await visible(page, "section.day"), []),
    differs(await page.locator("#found").textContent(), "0 chats, 0 coming meetings"),
    differs(await page.getByText("No coming meeting fits.").isVisible(), true),
  ]);
  await page.goto(`${origin}plain/?q=uklibchat&tag=nonsense&zone=Mars/Olympus`);
  check("what nobody can choose is left out of the choice", [
    differs(await page.getByLabel("Search", { exact: true }).inputValue(), "uklibchat"),
    differs(await page.getByLabel("Tag", { exact: true }).inputValue(), ""), differs(await page.getByLabel("Times in", { exact: true }).inputValue(), ""),
    !(await visible(page, "article")).includes("chat-uklibchat") && "the search is lost",
  ]);
  await page.context().close();
}

async function zone(browser, origin) {
  const page = await open(browser, `${origin}plain/`);
  const right = async (name) => {
    const shown = await meetings(page);
    const local = secondOpinion(shown.map(({ instant }) => [instant, name]));
    return shown.map((meeting, at) => !meeting.text.includes(local[at][1]) && `${meeting.chat} ${meeting.date} says ${meeting.text}, not ${local[at][1]}`);
  };
  check("every zone of the database can be chosen", differs(await page.$$eval("#zone optgroup option", (list) => list.length), 597));
  await page.getByLabel("Times in", { exact: true }).selectOption("Pacific/Chatham");
  check("another zone moves every time", await right("Pacific/Chatham"));
  check("the zone stands in the URL", differs(new URL(page.url()).searchParams.get("zone"), "Pacific/Chatham"));
  await page.reload();
  check("the URL brings the zone back", [...await right("Pacific/Chatham"), differs(await page.getByLabel("Times in", { exact: true }).inputValue(), "Pacific/Chatham")]);
  await page.getByLabel("Times in", { exact: true }).selectOption("");
  check("the reader’s own zone comes back", await right("Europe/Copenhagen"));
  await page.context().close();
  const kolkata = await open(browser, `${origin}plain/`, { timezoneId: "Asia/Kolkata" });
  check("a reader’s zone is named as it is spelled today", differs(await kolkata.$eval("#zone option", (option) => option.textContent), "Asia/Kolkata (yours)"));
  await kolkata.context().close();
}

async function withoutScript(browser, origin) {
  const page = await open(browser, `${origin}plain/`, { javaScriptEnabled: false });
  const texts = (selector) => page.locator(selector).allTextContents();
  const items = page.locator("[data-chat][data-date]");
  const times = await texts("[data-date] time");
  const hosts = await texts("[data-date] > span");
  check("without script the list is whole, with the hosts’ times", [
    differs(await texts("#coming-title"), ["Meetings of 2025 to 2027"]),
    times.length < 100 && "hardly any meeting",
    ...times.map((time, at) => !hosts[at].includes(` ${time}–`) && `${time} beside ${hosts[at]}`),
    !(await items.first().isVisible() && await items.last().isVisible()) && "meetings are hidden",
  ]);
  const lonely = page.locator("#chat-uklibchat .subscribe");
  check("without script there is nothing that needs it", [
    await page.locator("#filter").isVisible() && "the form is shown",
    differs((await lonely.locator("li").allTextContents()), ["copy this address"]),
    await lonely.locator("li a").isVisible() && "the links are open already",
  ]);
  await lonely.locator("summary").click();
  check("without script Subscribe opens", !(await lonely.locator("li a").isVisible()) && "the link stays hidden");
  await page.context().close();
}

async function fromFile(browser) {
  const page = await open(browser, pathToFileURL(join(built, "plain/index.html")).href);
  const shown = await meetings(page);
  const local = secondOpinion(shown.map(({ instant }) => [instant, "Europe/Copenhagen"]));
  await page.getByLabel("Tag", { exact: true }).selectOption("uk");
  check("opened as a file it works, and offers no link that could not", [
    ...shown.map((meeting, at) => !meeting.text.includes(local[at][1]) && `${meeting.chat} ${meeting.date}`),
    (await visible(page, "article")).includes("chat-critlib") && "the filter does nothing",
    differs(await page.$$eval("[data-subscribe=webcal]", (list) => list.length), 0),
  ]);
  await page.context().close();
}

async function keyboard(browser, origin) {
  const page = await open(browser, `${origin}plain/`, { reducedMotion: "reduce" });
  const active = () => page.evaluate(() => {
    const { activeElement: element } = document;
    const style = getComputedStyle(element);
    const { width, height, top, bottom } = element.getBoundingClientRect();
    return {
      words: element.textContent.trim().slice(0, 40) || element.id, name: element.localName, outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      seen: width > 0 && height > 0 && bottom > 0 && top < innerHeight,
    };
  });
  await page.keyboard.press("Tab");
  const skip = await active();
  const stops = [];
  for (let stop = 0; stop < 25; stop += 1) {
    await page.keyboard.press("Tab");
    stops.push(await active());
  }
  check("by keyboard every stop is seen and marked", [skip, ...stops].map((stop) => (!stop.outlined || !stop.seen) && JSON.stringify(stop)));
  check("the first stop skips to the meetings", differs(skip.words, "Skip to the meetings"));
  check("all controls are stops", ["summary", "select", "input", "a"].map((name) => !stops.some((stop) => stop.name === name) && `no ${name}`));
  const subscribe = page.locator("header.top summary");
  await subscribe.focus();
  await page.keyboard.press("Enter");
  check("Enter opens Subscribe", !(await page.locator("header.top [data-subscribe=google]").isVisible()) && "it stays closed");
  await page.context().close();
}

async function media(browser, origin) {
  const page = await open(browser, `${origin}plain/`);
  await page.emulateMedia({ media: "print" });
  check("in print the controls are gone and the meetings stay", [
    await page.locator("#filter").isVisible() && "the form is printed",
    await page.locator(".subscribe").first().isVisible() && "buttons are printed",
    !(await page.locator("section.day:not([hidden])").first().isVisible()) && "no meeting is printed",
  ]);
  await page.emulateMedia({ media: "screen", reducedMotion: "reduce" });
  check("who wants no motion gets none", differs(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), "auto"));
  await page.context().close();
}
