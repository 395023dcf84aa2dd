// All checks of the subscribe page, one after the other. `tests/page/run` starts this.
import { check, consoleWords, launch, requests, serve, tally } from "./browser.mjs";
import { accessible } from "./accessible.mjs";
import { hostile } from "./hostile.mjs";
import { links } from "./links.mjs";
import { reader } from "./reader.mjs";
import { times } from "./times.mjs";

const { server, origin } = await serve();
const { browser, close } = await launch();
const only = process.env.PAGE_ONLY;
for (const checks of [times, reader, links, hostile, accessible]) {
  if (only && checks.name !== only) continue;
  try {
    await checks(browser, origin);
  } catch (error) {
    check(`${checks.name}: the checks themselves`, error.stack);
  }
}
await close();
server.close();
check("no request leaves a page", requests);
check("no word on the console, no dialog", consoleWords);
process.exitCode = tally() ? 0 : 1;
