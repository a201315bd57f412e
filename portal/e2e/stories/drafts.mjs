// Unfinished forms survive a closed browser, and its disk tells nothing of them.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, ownBrowser, visitIn, words } from "../browser.mjs";
import { inventedNumber, withNewKey } from "../keys.mjs";
import { signIn, signOut } from "../person.mjs";
import { foundBelow } from "../profile.mjs";
import { demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

/** Does something with a browser of somebody's own, which can be closed and opened again; nothing of it stays. */
async function withProfile(act) {
  const folder = mkdtempSync(join(tmpdir(), "yinxin-profile-"));
  const opened = [];
  try {
    await act(folder, async how => {
      opened.push(await ownBrowser(folder));
      return visitIn(opened.at(-1), how);
    });
  } finally {
    for (const context of opened) await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Somebody asks for a certificate, unless a request is open already. */
async function ask(browser, t, demo) {
  const li = await enter(browser, t, "zh-CN", personaOf(demo, "li"), "/me/ask");
  await li.page.getByLabel(t("person.ask.holder")).selectOption({ label: "甲市住房公积金管理中心" });
  await toSheet(li.page, t);
  await sign(li.page, t, new RegExp(`${t("act.done")}|${t("act.refusedRecorded")}`));
  await li.close();
}

/** The key that the node answers a page for its drafts. */
async function draftKey(page) {
  const answer = await page.evaluate(async () => (await fetch("/api/v1/session/draft-key")).json());
  check(/^[0-9a-f]{64}$/.test(answer.key), "the node answers no key");
  return answer.key;
}

story(
  "what a clerk typed about somebody is there after the browser was closed, and unreadable on its disk",
  async browser => {
    const demo = await demonstration();
    if (demo === null) {
      console.log("        skipped: the node serves no demonstration");
      return;
    }
    const t = words("zh-CN");
    const mark = Date.now();
    const typed = {
      certinum: inventedNumber(),
      accname: `欧阳未寄${mark}`,
      linkphone: `199${mark}`,
      unitaccname: `未结建设有限公司${mark}`,
    };
    const field = (page, name) => page.getByLabel(t(`certificate.field.${name}`), { exact: true });
    await ask(browser, t, demo);
    await withProfile(async (folder, open) => {
      const clerk = await enter(browser, t, "zh-CN", personaOf(demo, "clerk-jia"), "/window", open);
      await clerk.page
        .getByRole("link", { name: t("act.op.issue.name") })
        .first()
        .click();
      await field(clerk.page, "certinum").waitFor();
      const form = clerk.page.url();
      for (const [name, value] of Object.entries(typed)) await field(clerk.page, name).fill(value);
      const key = await draftKey(clerk.page);
      const planted = `planted-${mark}`;
      await clerk.page.evaluate(text => localStorage.setItem("planted", text), planted);
      // Closed with the form open, and without signing out.
      await clerk.close();
      const secrets = { ...typed, key, "the bytes of the key": Buffer.from(key, "hex") };
      const found = foundBelow(folder, secrets);
      check(found.length === 0, `the disk of the browser tells ${found.join(", ")}`);
      check(foundBelow(folder, { planted }).length > 0, "what was planted is not found");
      check(foundBelow(folder, { sealed: "yinxin sealed " }).length > 0, "no draft is on the disk");

      const second = await open({ node: new URL(form).origin, path: "/keys" });
      await signIn(second, t);
      check((await draftKey(second.page)) === key, "the node answers another key after another sign-in");
      await second.page.goto(form);
      await field(second.page, "certinum").waitFor();
      for (const [name, value] of Object.entries(typed)) {
        check((await field(second.page, name).inputValue()) === value, `${name} did not survive`);
      }
      await signOut(second, t);
      // Somebody else sits down at the same browser, and another key does not open it.
      const stranger = await withNewKey(second, t, `别人的钥匙 ${mark}`);
      check((await draftKey(stranger.page)) !== key, "two accounts have one key");
      const stored = await stranger.page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
      check(stored.includes("yinxin sealed "), "the draft did not stay for its officer");
      for (const value of Object.values(typed)) check(!stored.includes(value), `${value} is readable`);
      await stranger.close();
      const left = foundBelow(folder, secrets);
      check(left.length === 0, `the disk of the browser tells ${left.join(", ")}`);
    });
  },
);

story("the form of a deposit is kept for whoever signs in, and not shown to the next one", async () => {
  const t = words("zh-CN");
  await withProfile(async (folder, open) => {
    const first = await open({ path: "/keys" });
    const own = await withNewKey(first, t, "先来的钥匙");
    const { page } = own;
    const tool = () => page.getByLabel(t("deposit.capture.tool"), { exact: true });
    const toForm = async where => {
      await where.goto(new URL("/deposit", where.url()).href);
    };
    await toForm(page);
    await openCapture(page, t);
    await tool().fill("未完成的取证工具");
    await page.reload();
    await tool().waitFor();
    check((await tool().inputValue()) === "未完成的取证工具", "the form did not survive a reload");
    await signOut(own, t);
    await toForm(page);
    await openCapture(page, t);
    check((await tool().inputValue()) === "", "the form is shown to whoever comes next");
    await own.close();
    const found = foundBelow(folder, { tool: "未完成的取证工具" });
    check(found.length === 0, `the disk of the browser tells ${found.join(", ")}`);
    const again = await open({ path: "/keys" });
    await signIn(again, t);
    await toForm(again.page);
    const back = again.page.getByLabel(t("deposit.capture.tool"), { exact: true });
    await back.waitFor();
    check((await back.inputValue()) === "未完成的取证工具", "the form did not come back");
    await again.close();
  });
});

async function openCapture(page, t) {
  await page.getByLabel(t("deposit.capture.with")).check();
}
