// Members decide: one department proposes, others vote, and the vote that reaches the threshold puts it in force.

import { check, words } from "../browser.mjs";
import { draft, newest } from "../governance.mjs";
import { section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

async function vote(browser, t, language, persona, choice, look) {
  const voter = await enter(browser, t, language, persona, "/governance");
  const { page } = voter;
  const row = newest(page, t);
  await row.getByText(t("governance.content")).click();
  await row.getByText(t("governance.newValue")).waitFor();
  await row.getByRole("button", { name: t(`act.choice.${choice}`), exact: true }).click();
  await page.getByRole("dialog").getByText(t("governance.parameter.proposals_open")).waitFor();
  await look?.(voter);
  await sign(page, t);
  await closeSheet(page, t);
  return voter;
}

async function tell(browser, language, demo) {
  const t = words(language);
  const proposer = await enter(browser, t, language, personaOf(demo, "reviewer-jia"), "/governance");
  const { page } = proposer;
  const value = String(2 + Math.floor(Math.random() * 62));
  const form = await draft(page, t, "parameter");
  await form.getByLabel(t("governance.parameterName")).selectOption("proposals_open");
  await form.getByLabel(t("governance.newValue")).fill(value);
  await page.reload();
  await draft(page, t, "parameter");
  check(
    (await form.getByLabel(t("governance.newValue")).inputValue()) === value,
    "the draft did not survive",
  );
  await proposer.look("propose");
  await toSheet(page, t);
  await page.getByRole("dialog").getByText(t("governance.parameter.proposals_open")).first().waitFor();
  await proposer.look("propose-sheet");
  await sign(page, t);
  await closeSheet(page, t);
  const row = newest(page, t);
  await row.getByText(t("governance.proposalStatus.open")).waitFor();
  await row.getByRole("button", { name: t("act.choice.for"), exact: true }).click();
  await sign(page, t);
  await closeSheet(page, t);
  await row.getByText(t("governance.tally", { approve: 1, against: 0, needed: 3, members: 5 })).waitFor();

  const second = await vote(browser, t, language, personaOf(demo, "chief-yi"), "for", one =>
    one.look("vote-sheet"),
  );
  await second.close();
  const last = await vote(browser, t, language, personaOf(demo, "auditor"), "for");
  const decided = newest(last.page, t);
  await decided.getByText(t("governance.proposalStatus.enacted")).waitFor();
  await decided.getByText(t("governance.tally", { approve: 3, against: 0, needed: 3, members: 5 })).waitFor();
  await decided
    .getByRole("link", { name: t("governance.decidedAt", { height: "" }).split(" ")[0] })
    .waitFor();
  const parameter = section(last.page, t("governance.parameters"))
    .locator("dl > div")
    .filter({ hasText: t("governance.parameter.proposals_open") });
  check((await parameter.locator("dd").innerText()).startsWith(`${value} `), "the parameter is not in force");
  await last.look("decided");
  // A vote that comes too late is told what became of the proposal.
  check(
    (await decided.getByRole("button", { name: t("act.choice.for"), exact: true }).count()) === 0,
    "a decided proposal can still be voted on",
  );
  await last.close();

  // What is proposed by mistake is taken back by whoever proposed it.
  await page.reload();
  await draft(page, t, "suspend");
  await form.getByLabel(t("governance.form.member")).selectOption({ label: "甲市中级人民法院" });
  await form
    .getByText(/64|128|192|256|320|384|448|512|[0-9]{3}/)
    .first()
    .waitFor();
  await toSheet(page, t);
  await proposer.look("suspend-sheet");
  await sign(page, t);
  await closeSheet(page, t);
  await newest(page, t)
    .getByRole("button", { name: t("act.op.withdrawProposal.name") })
    .click();
  await sign(page, t);
  await closeSheet(page, t);
  await newest(page, t).getByText(t("governance.proposalStatus.withdrawn")).waitFor();

  const year = await draft(page, t, "calendar");
  await year.getByLabel(t("governance.form.year")).fill("2031");
  await year
    .getByLabel(t("governance.form.title"))
    .fill("国务院办公厅关于2031年部分节假日安排的通知（示例）");
  await year.getByLabel(t("governance.form.holidays")).fill("2031-01-01 元旦\n2031-02-30 春节");
  await year.getByText(t("governance.form.line", { line: 2 })).waitFor();
  await proposer.look("calendar-form");
  await year.getByLabel(t("governance.form.holidays")).fill("2031-01-01 元旦\n2031-01-23 春节");
  await year.getByLabel(t("governance.form.workdays")).fill("2031-01-19");
  await toSheet(page, t);
  await proposer.look("calendar-sheet");
  await sign(page, t);
  await closeSheet(page, t);
  await newest(page, t)
    .getByRole("button", { name: t("act.op.withdrawProposal.name") })
    .click();
  await sign(page, t);
  await closeSheet(page, t);
  await proposer.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] a department proposes, others vote, and the third vote puts it in force`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}
