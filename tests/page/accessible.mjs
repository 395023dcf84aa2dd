// For everybody: axe-core, valid HTML, no sideways scrolling; and screenshots for eyes.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { built, check, differs, open, tools, work } from "./browser.mjs";

const AXE = readFileSync(tools.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function accessible(browser, origin) {
  for (const path of ["plain/", "hostile/"]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [360, 1400]) {
        const page = await open(browser, origin + path, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
        // Everything at once: what is folded or far down is as much part of the page.
        await page.addStyleTag({ content: "* { content-visibility: visible !important; }" });
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), RULES);
        check(`axe has nothing to say of ${path} in ${colorScheme} at ${width} px (${passes.length} rules)`, [
          passes.length < 20 && "hardly any rule applied",
          ...violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.length}): ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`),
        ]);
        await page.context().close();
      }
    }
  }
  validity();
  await widths(browser, origin);
  if (process.env.PAGE_SHOTS !== "no") await screenshots(browser, origin);
}

/** The Nu checker. Its warnings are left out: it cannot know that the policy's hashes fit. */
function validity() {
  for (const folder of ["plain", "published", "hostile"]) {
    let said = "";
    try {
      execFileSync("java", ["-jar", tools.resolve("vnu-jar/build/dist/vnu.jar"), "--errors-only", join(built, folder, "index.html")], { stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
      said = `${error.stderr}` || `${error}`;
    }
    check(`${folder}/ is valid HTML`, said.split("\n").map((line) => line.slice(0, 300)));
  }
}

async function widths(browser, origin) {
  for (const width of [320, 360, 800, 1400]) {
    const page = await open(browser, `${origin}plain/`, { viewport: { width, height: 900 } });
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
    const found = await page.evaluate(() => {
      const wide = [...document.querySelectorAll("body *")].filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 1 && right > innerWidth + 1 && !element.closest(".vh, .defs");
      });
      return { scroll: document.documentElement.scrollWidth - innerWidth, wide: wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 120)) };
    });
    check(`nothing is wider than ${width} px`, [differs(found.scroll <= 0, true, "the width"), ...found.wide]);
    await page.context().close();
  }
}

async function screenshots(browser, origin) {
  mkdirSync(join(work, "shots"), { recursive: true });
  for (const width of [360, 800, 1400]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open(browser, `${origin}plain/`, { colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" });
      const shot = (part) => page.screenshot({ path: join(work, "shots", `${width}-${colorScheme}-${part}.png`) });
      await shot("top");
      await page.locator("header.top summary").click();
      await shot("subscribe");
      for (const part of ["timeline", "chats", "tags", "help"]) {
        await page.evaluate((part) => document.getElementById(part).scrollIntoView(), part);
        await page.waitForTimeout(150);
        await shot(part);
      }
      await page.locator("#chat-uklibchat details").evaluateAll((list) => list.forEach((details) => { details.open = true; }));
      await page.locator("#chat-uklibchat").evaluate((chat) => chat.scrollIntoView());
      await page.waitForTimeout(150);
      await shot("chat");
      await page.context().close();
    }
  }
}
