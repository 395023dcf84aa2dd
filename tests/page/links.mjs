// Each subscribe link's exact address, with a public address and without, with script and without.
import { check, differs, open } from "./browser.mjs";

const percent = (text) => [...Buffer.from(text)]
  .map((byte) => (/[A-Za-z0-9._~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`))
  .join("");

/** What the links of a feed should be; `place` is host and path of the folder, `own` the address to copy. */
function forms(key, name, place, own) {
  const feed = `${place}${key}.ics`;
  return {
    webcal: `webcal://${feed}`,
    google: `https://calendar.google.com/calendar/u/0/r?cid=${percent(`webcal://${feed}`)}`,
    outlook: `https://outlook.live.com/calendar/0/addfromweb?url=${percent(`https://${feed}`)}&name=${percent(name)}`,
    microsoft365: `https://outlook.office.com/calendar/0/addfromweb?url=${percent(`https://${feed}`)}&name=${percent(name)}`,
    copy: `${own}${key}.ics`,
  };
}

/** Feeds of a page by key, with their names: read from headings and links that subscribing does not use. */
function feeds(page) {
  return page.evaluate(() => {
    const title = document.querySelector("h1").textContent;
    const chats = [...document.querySelectorAll("article")].map((chat) => [chat.id.slice(5), chat.querySelector("h4").textContent]);
    const tags = [...document.querySelectorAll(".tags > li")].map((tag) => [`tag/${tag.id.slice(4)}`, `${title}: ${tag.id.slice(4)}`]);
    return [["all", title], ...chats, ...tags];
  });
}

function found(page) {
  return page.$$eval("[data-subscribe]", (links) => links.map((link) => [link.dataset.chat, link.dataset.subscribe, link.getAttribute("href")]));
}

const listed = (rows) => rows.map((row) => row.join(" ")).sort();

async function compare(name, page, expected) {
  const [links, all] = [listed(await found(page)), await feeds(page)];
  const wanted = listed(all.flatMap(([key, title]) => expected(key, title)));
  check(`${name} (${links.length} links)`, [
    all.length < 40 && "hardly any feed",
    ...links.filter((link) => !wanted.includes(link)).map((link) => `has ${link}`),
    ...wanted.filter((link) => !links.includes(link)).map((link) => `misses ${link}`),
    differs(links.length, wanted.length, "the number of links"),
  ]);
  await page.context().close();
}

const once = (key) => (key === "all" || key.startsWith("tag/") ? [] : [[key, "once", `repeating/${key}.ics`]]);

export async function links(browser, origin) {
  const published = (key, title) => [
    ...Object.entries(forms(key, title, "example.org/chats/", "https://example.org/chats/")).map(([target, href]) => [key, target, href]),
    ...once(key),
  ];
  await compare("links of the published page", await open(browser, `${origin}published/`), published);
  await compare("links of the published page, no script", await open(browser, `${origin}published/`, { javaScriptEnabled: false }), published);
  for (const path of ["plain/", "plain/index.html?tag=uk#chats"]) {
    const place = `${new URL(origin).host}/plain/`;
    await compare(`links of a page that does not know its address, at ${path}`, await open(browser, origin + path), (key, title) => [
      ...Object.entries(forms(key, title, place, `${origin}plain/`)).map(([target, href]) => [key, target, href]),
      ...once(key),
    ]);
  }
  await compare("links of a page that does not know its address, no script", await open(browser, `${origin}plain/`, { javaScriptEnabled: false }),
    (key) => [[key, "copy", `${key}.ics`], ...once(key)]);
  await copying(browser, origin);
}

async function copying(browser, origin) {
  const page = await open(browser, `${origin}plain/`, { clipboard: true });
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  for (const [key, how] of [["all", "click"], ["uklibchat", "click"], ["lthechat", "Enter"], ["tag/uk", "Space"]]) {
    const button = page.locator(`[data-subscribe=copy][data-chat="${key}"]`);
    await button.evaluate((link) => { link.closest("details").open = true; });
    if (how === "click") await button.click();
    else await button.press(how);
    await page.waitForFunction((key) => document.querySelector(`[data-subscribe=copy][data-chat="${key}"]`).textContent === "copied", key);
    check(`${how} on “copy this address” of ${key} copies it and says so`, [
      differs(await clipboard(), `${origin}plain/${key}.ics`, "the clipboard"),
      !(await page.locator("body > [role=status]").textContent()).includes(`${key}.ics`) && "nothing is said",
    ]);
  }
  await page.context().close();
}
