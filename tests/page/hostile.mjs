// Schedules that try to break out of the page.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chatcal, check, differs, here, open } from "./browser.mjs";

export async function hostile(browser, origin) {
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(browser, `${origin}hostile/`, { javaScriptEnabled });
    const count = (selector) => page.locator(selector).count();
    const texts = (selector) => page.locator(selector).allTextContents();
    const suffix = javaScriptEnabled ? "" : ", no script";
    check(`hostile text makes no element${suffix}`, [
      differs(await count("script"), 1, "the number of scripts"), differs(await count("style"), 1, "the number of styles"),
      ...await Promise.all(["img", "iframe", "object", "embed", "base", "svg[onload]", "[onerror]", "[onclick]", "[onmouseover]", "a[href^='javascript:' i]"]
        .map(async (selector) => differs(await count(selector), 0, selector))),
    ]);
    check(`hostile text is shown as it was written${suffix}`, [
      differs(await texts("h1"), ["<script>alert('collection')</script>"]),
      differs(await texts("#chat-breakout h4"), ["<script>window.broken = 'title'</script>"]),
      differs(await texts("#chat-breakout .summary"), ["\"><img src=x onerror=\"window.broken = 'summary'\">"]),
      differs(await texts("[data-date='2026-03-04'] .topic"), ["\"><img src=x onerror=window.broken='topic'>"]),
      differs(await page.locator("#chat-breakout dd a").first().getAttribute("href"), "https://example.org/?a=1&b='onclick='window.broken"),
    ]);
    if (javaScriptEnabled) {
      check("hostile text runs nothing", differs(await page.evaluate(() => [typeof window.broken, document.title]), ["undefined", "<script>alert('collection')</script>"]));
      const turned = await page.$$eval("#chat-direction bdi, [data-chat=direction] bdi", (list) => list.map((bdi) => getComputedStyle(bdi).unicodeBidi));
      check("hostile marks of direction stay where they stand", [turned.length < 4 && "hardly any text", ...turned.map((value) => differs(value, "isolate"))]);
      const labels = await page.$$eval("[aria-label], [title], [data-name]", (list) => list.map((element) => `${element.ariaLabel}${element.title}${element.dataset.name}`));
      check("hostile marks of direction are in no attribute", labels.filter((label) => /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u.test(label)));
    }
    await page.context().close();
  }
  const out = mkdtempSync(join(tmpdir(), "chatcal-refused-"));
  const refused = join(here, "refused");
  const [checked, built] = [chatcal("check", "--schedules", refused), chatcal("build", "--schedules", refused, "--out", out)];
  check("links that browsers would run are refused", [
    differs(checked.code, 1, "the exit code of check"), differs(built.code, 1, "the exit code of build"),
    ...["home", "source"].map((key) => !new RegExp(`${key}.*javascript:`).test(checked.out) && `nothing is said of ${key}`),
    differs(readdirSync(out), [], "what was written"),
  ]);
  rmSync(out, { recursive: true, force: true });
}
