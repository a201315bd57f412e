// Notices: what a department says is among the messages, is opened by a signature, and from then on the time to correct counts.

import { does, goto, officer, openCase, RESTAURANT, submit } from "../approval.mjs";
import { check, words } from "../browser.mjs";
import { section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign } from "../sharing.mjs";

/** An application for a small restaurant that is complete for the portal, and not for the clerk. */
const APPLICATION = {
  code: RESTAURANT.code,
  fields: {
    applicant: "王小示",
    contact: "0990-1234567",
    address: "甲市东区示例路9号",
    area: "40",
    truthful: true,
  },
  files: ["plan"],
};

/** The clerk asks for another drawing, within so many working days. */
async function correct(clerk, t, language, number, days) {
  const { page } = clerk;
  await openCase(clerk, t, number);
  await page.getByRole("button", { name: t("cases.correct"), exact: true }).click();
  await page.getByLabel(RESTAURANT.plan[language], { exact: true }).check();
  await page.getByRole("textbox", { name: RESTAURANT.plan[language] }).fill("布局图缺少尺寸");
  await page.getByLabel(t("cases.correctDays")).fill(days);
  await does(page, t, t("act.toCheck"));
}

async function tell(browser, language, demo) {
  const t = words(language);
  const citizen = await enter(browser, t, language, personaOf(demo, "wang"), "/services");
  const { page } = citizen;
  const select = page.locator("#field-kind select");
  const apply = async () => {
    await goto(page, `/services/${RESTAURANT.code}/apply`);
    await select.selectOption("snack");
    return submit(page, t, APPLICATION);
  };
  const number = await apply();
  const clerk = await officer(browser, t, language, demo, "window-data");
  await correct(clerk, t, language, number, "10");
  // Both sides see that it waits; nothing counts yet.
  const theirs = section(clerk.page, t("notices.title"));
  await theirs.getByText(t("notices.isWaiting"), { exact: true }).waitFor();
  check((await clerk.page.getByText(t("cases.clock.correction")).count()) === 0, "a clock without service");
  await clerk.look("notices-officer");

  await goto(page, "/messages");
  const row = page.locator(".row-list > li").filter({ hasText: number });
  await row.getByText(t("notices.kind.correction")).waitFor();
  await page.locator(".rooms .unread").waitFor();
  await citizen.look("messages");
  await row.getByRole("button", { name: t("notices.open"), exact: true }).click();
  await sign(page, t);
  await closeSheet(page, t);
  await row.getByRole("button", { name: t("notices.open") }).waitFor({ state: "detached" });
  await row.getByRole("link").click();
  const mine = section(page, t("notices.title"));
  await mine.getByText(t("notices.isServed"), { exact: true }).first().waitFor();
  await page.getByText(t("cases.clock.correction")).first().waitFor();
  await citizen.look("notices-served");

  // Who designates the portal is served with the block.
  const second = await apply();
  await goto(page, `/cases/${second}`);
  await section(page, t("notices.title")).locator("summary").click();
  await page.getByLabel(t("notices.by.label")).selectOption("email");
  await page.getByLabel(t("notices.email")).fill("wang@mail.example");
  await citizen.look("notices-agree");
  await page.getByLabel(t("notices.by.label")).selectOption("portal");
  await section(page, t("notices.title"))
    .getByRole("button", { name: t("act.toCheck"), exact: true })
    .click();
  await sign(page, t);
  await closeSheet(page, t);
  await correct(clerk, t, language, second, "5");
  await section(clerk.page, t("notices.title")).getByText(t("notices.how.portal")).waitFor();
  await clerk.page.getByText(t("cases.clock.correction")).first().waitFor();
  for (const one of [citizen, clerk]) await one.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] a notice is opened among the messages, or served by the portal, and the time to correct counts`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}
