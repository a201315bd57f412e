// Travelling in time, where the network under test runs with libfaketime and YINXIN_CLOCK names the file that it reads its offset from.
// Without it a story tells what can be told on one day.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { url } from "./browser.mjs";

const file = process.env.YINXIN_CLOCK;

/** Whether the network's clock can be set. */
export const travels = file !== undefined;

/** Sets the network's clock so many days ahead, and waits until its blocks are of that day. */
export async function travel(page, further) {
  const before = (await (await fetch(`${url}/api/v1/status`)).json()).time;
  // Onwards from where an earlier story has left it: no ledger goes back in time.
  const shift = Number(readFileSync(file, "utf8")) + further * 86_400;
  // Renamed into place: a node never reads half a number.
  writeFileSync(`${file}.new`, `+${shift}`);
  renameSync(`${file}.new`, file);
  const wanted = before + (further - 1) * 86_400_000;
  await page.waitForFunction(
    async least => (await (await fetch("/api/v1/status")).json()).time >= least,
    wanted,
    { timeout: 60_000, polling: 500 },
  );
}
