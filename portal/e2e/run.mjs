// Stories in a real browser against a real node.
//   YINXIN_URL    address of the node (default http://127.0.0.1:8600)
//   CHROMIUM      path of the browser (default /usr/bin/chromium)
//   YINXIN_SHOTS  folder for screenshots (none by default)
//   YINXIN_CLOCK  file of the offset that libfaketime gives the network, to travel in time (see e2e/clock.mjs)
//   YINXIN_STORY  run only the stories whose name contains this text

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { launch, shoot } from "./browser.mjs";

const stories = [];
globalThis.story = (name, run) => stories.push({ name, run });

const folder = join(import.meta.dirname, "stories");
for (const name of readdirSync(folder).sort()) await import(join(folder, name));

const wanted = stories.filter(({ name }) => name.includes(process.env.YINXIN_STORY ?? ""));
const browser = await launch();
let failed = 0;
for (const { name, run } of wanted) {
  const began = Date.now();
  try {
    await run(browser);
    console.log(`ok      ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack ?? error}`);
    for (const [at, context] of browser.contexts().entries()) {
      for (const page of context.pages()) await shoot(page, `failed-${failed}-${at}`);
      await context.close();
    }
  }
}
await browser.close();
console.log(`${wanted.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 && wanted.length > 0 ? 0 : 1;
