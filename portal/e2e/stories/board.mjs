// Supervision: the auditor sees every department by its lamps, finds the item that is held up and the step at which it waits; a window clerk is
// not offered the board, and a case that moves is counted at once.

import { goto, officer, openCase, takeStep } from "../approval.mjs";
import { check, download, words } from "../browser.mjs";
import { demonstration, enter, personaOf } from "../sharing.mjs";

/** A sign permit, of which the demonstration has one case that waits for its review. */
const SIGN = {
  code: "1199010000000209X42990117001002",
  name: { "zh-CN": "设置大型户外招牌许可", en: "Permit for a large shop sign" },
};
const BUREAU = "甲市政务服务和数据管理局";

function row(page, text) {
  return page.locator("tbody tr").filter({ hasText: text });
}

async function tell(browser, language, demo) {
  const t = words(language);
  const auditor = await enter(browser, t, language, personaOf(demo, "auditor"), "/");
  const { page } = auditor;
  await page
    .getByRole("link", { name: t("board.name"), exact: true })
    .first()
    .click();
  await page.getByRole("heading", { name: t("board.title") }).waitFor();
  await row(page, BUREAU).waitFor();
  check((await page.locator("tbody tr").count()) >= 2, "not every department is there");
  // Every lamp has its word beside the colour.
  for (const lamp of ["red", "yellow", "green"])
    await row(page, BUREAU)
      .getByText(t(`board.lamp.${lamp}`))
      .waitFor();
  await auditor.look("board");

  await page.getByRole("button", { name: BUREAU }).click();
  await row(page, SIGN.name[language]).waitFor();
  // The order by keys alone: the header is a button.
  const header = page.getByRole("columnheader", { name: t("board.column.submitted") });
  await header.getByRole("button").focus();
  await page.keyboard.press("Enter");
  check((await header.getAttribute("aria-sort")) === "descending", "the table is not in the order");
  await auditor.look("board-items");
  const saved = await download(page, page.getByRole("button", { name: t("board.saveItems") }));
  const lines = saved.buffer.toString("utf8").split("\r\n");
  check(
    lines.some(line => line.startsWith(SIGN.code)),
    `the file lacks the item:\n${lines.join("\n")}`,
  );
  await page.getByLabel(t("board.findItem")).fill("nothing has this name");
  await page.getByText(t("board.noItems")).waitFor();
  await page.getByLabel(t("board.findItem")).fill("");
  // An earlier year has nothing, and says so by zeros and dashes.
  const periods = await page.getByLabel(t("board.period")).locator("option").count();
  await page.getByLabel(t("board.period")).selectOption({ index: periods - 1 });
  await row(page, SIGN.name[language]).getByText("–").first().waitFor();
  await page.getByLabel(t("board.period")).selectOption({ index: 0 });

  await row(page, SIGN.name[language]).getByRole("link").click();
  const review = page.locator('[data-element-id="review"].mark-hot');
  await review.waitFor();
  await page.locator(".drawing-note").first().waitFor();
  await auditor.look("board-steps");
  const waiting = async () => {
    const cell = row(page, /审查|Review/)
      .first()
      .locator("td.figure")
      .first();
    return Number(await cell.innerText());
  };
  const before = await waiting();
  check(before >= 1, "nothing waits at the review");

  // Two officers take the step; the board counts it without being loaded again.
  if (language === "en") {
    const reviewer = await officer(browser, t, language, demo, "reviewer-data");
    const second = await officer(browser, t, language, demo, "reviewer-two-data");
    const links = reviewer.page.locator(".row-list > li").filter({ hasText: SIGN.code });
    const number = await links.first().locator(".code").innerText();
    await openCase(reviewer, t, number);
    const account = personaOf(demo, "reviewer-two-data").account;
    await takeStep(reviewer, t, "no objection", { ...second, account });
    await page.waitForFunction(
      least => Number(document.querySelector("tbody tr td.figure")?.textContent) < least,
      before,
    );
    await reviewer.close();
    await second.close();
  }
  await auditor.close();

  // A window clerk has no such room, and its address tells him nothing.
  const clerk = await enter(browser, t, language, personaOf(demo, "clerk-jia"), "/");
  await clerk.page
    .getByRole("link", { name: t("tasks.name"), exact: true })
    .first()
    .waitFor();
  check(
    (await clerk.page.getByRole("link", { name: t("board.name"), exact: true }).count()) === 0,
    "a clerk is offered the board",
  );
  await goto(clerk.page, "/board");
  await clerk.page.getByText(t("gate.noPost")).waitFor();
  await clerk.close();
}

const demo = await demonstration();
for (const language of ["zh-CN", "en"]) {
  if (demo !== null)
    story(`a supervisor finds the department, the item and the step that is held up (${language})`, browser =>
      tell(browser, language, demo),
    );
}
