// A new department comes: one member proposes it, four vote, and it is a member. And what the quorum guard says before anybody signs.

import { check, words } from "../browser.mjs";
import { draft, freshKey, inventedCode, newest } from "../governance.mjs";
import { section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

async function voteFor(browser, t, language, persona, code, look) {
  const voter = await enter(browser, t, language, persona, "/governance");
  const row = newest(voter.page, t);
  await row.getByText(t("governance.content")).click();
  await row.getByText(code).first().waitFor();
  await row.getByRole("button", { name: t("act.choice.for"), exact: true }).click();
  await voter.page.getByRole("dialog").getByText(code).first().waitFor();
  await look?.(voter);
  await sign(voter.page, t);
  await closeSheet(voter.page, t);
  return voter;
}

/** Signs the proposal whose sheet is open and has four members vote for it; the last one stays, with what was decided before it. */
async function decide(browser, t, language, demo, { page }, code, look) {
  await sign(page, t);
  await closeSheet(page, t);
  await newest(page, t)
    .getByRole("button", { name: t("act.choice.for"), exact: true })
    .click();
  await sign(page, t);
  await closeSheet(page, t);
  for (const id of ["chief-yi", "steward"]) {
    const looks = look && id === "chief-yi" ? one => one.look("admit-vote") : undefined;
    const voter = await voteFor(browser, t, language, personaOf(demo, id), code, looks);
    await voter.close();
  }
  const last = await voteFor(browser, t, language, personaOf(demo, "auditor"), code);
  await newest(last.page, t).getByText(t("governance.proposalStatus.enacted"), { exact: true }).waitFor();
  return last;
}

async function tell(browser, language, demo) {
  const t = words(language);
  const proposer = await enter(browser, t, language, personaOf(demo, "reviewer-jia"), "/governance");
  const { page } = proposer;
  const form = await draft(page, t, "admit");
  const code = inventedCode();
  const name = `甲市示例局${code.slice(8, 17)}`;
  const toCheck = form.getByRole("button", { name: t("act.toCheck"), exact: true });

  // A wrong check character is told at once.
  const wrong = code.slice(0, 17) + (code.endsWith("0") ? "1" : "0");
  await form.getByLabel(t("governance.code")).fill(wrong);
  await form.getByText(t("governance.form.codeWrong")).waitFor();
  await form.getByLabel(t("governance.code")).fill(code);
  check((await form.getByLabel(t("governance.form.level")).inputValue()) === "city", "the level is not read");
  await form.getByLabel(t("governance.memberName")).fill(name);
  await form.getByLabel(t("governance.role.audit"), { exact: true }).check();
  const account = freshKey();
  await form.getByLabel(t("governance.form.account"), { exact: true }).fill(account);
  check(await toCheck.isDisabled(), "a member can be proposed without its validator key");
  // The node of somebody else cannot vote twice.
  const status = await (await fetch(`${personaOf(demo, "auditor").url}/api/v1/status`)).json();
  const validator = form.getByLabel(t("governance.form.validator"), { exact: true });
  await validator.fill(status.node.validator);
  await form.getByText("GOV_KEY_TAKEN").waitFor();
  check(await toCheck.isDisabled(), "what the guard refuses can be proposed");
  await proposer.look("admit-refused");
  await validator.fill(account);
  await form.getByText(t("governance.form.sameKey")).waitFor();
  await validator.fill(freshKey());
  await form.getByLabel(t("governance.form.height"), { exact: true }).fill("65");
  await form.getByText(t("governance.form.heightNear").split(/[:：]/)[0]).waitFor();
  await form.getByLabel(t("governance.form.height"), { exact: true }).fill("");
  await form.getByText(t("governance.guard.sets")).waitFor();
  await proposer.look("admit-guard");

  // The demonstration has no machine for it: it comes as a member that only reads.
  await form.getByLabel(t("governance.form.voting"), { exact: true }).selectOption("reads");
  await form.getByText(t("governance.guard.allowed")).waitFor();
  await toSheet(page, t);
  const sheet = page.getByRole("dialog");
  for (const said of [name, code, t("governance.level.city"), t("governance.form.reads_node")])
    await sheet.getByText(said).first().waitFor();
  await proposer.look("admit-sheet");
  const last = await decide(browser, t, language, demo, proposer, code, true);
  const members = section(last.page, t("governance.members"));
  const row = members.getByRole("row").filter({ hasText: code });
  await row.getByText(name).waitFor();
  await row.getByText(t("governance.memberStatus.active"), { exact: true }).waitFor();
  await last.look("admitted");
  await last.close();

  // Whoever is a member is not admitted again, and a present member changes the key of its node.
  await page.reload();
  await draft(page, t, "admit");
  await form.getByLabel(t("governance.code")).fill(code);
  await form.getByLabel(t("governance.memberName")).fill(name);
  await form.getByLabel(t("governance.form.account"), { exact: true }).fill(account);
  await form.getByLabel(t("governance.form.voting"), { exact: true }).selectOption("reads");
  await form.getByText("GOV_MEMBER_EXISTS").waitFor();
  await draft(page, t, "validator");
  await form
    .getByLabel(t("governance.form.member"), { exact: true })
    .selectOption({ label: "甲市中级人民法院" });
  await form.getByText(t("governance.form.votesNow")).waitFor();
  const key = freshKey();
  await form.getByLabel(t("governance.form.validator"), { exact: true }).fill(key);
  await form.getByText(t("governance.guard.sets")).waitFor();
  await proposer.look("validator-form");
  await toSheet(page, t);
  await page.getByRole("dialog").getByText(key.slice(8, 16)).first().waitFor();
  await proposer.look("validator-sheet");
  await sign(page, t);
  await closeSheet(page, t);
  await newest(page, t)
    .getByRole("button", { name: t("act.op.withdrawProposal.name") })
    .click();
  await sign(page, t);
  await closeSheet(page, t);
  await newest(page, t).getByText(t("governance.proposalStatus.withdrawn"), { exact: true }).waitFor();

  // And it leaves again, by the same way.
  await draft(page, t, "remove");
  await form.getByLabel(t("governance.form.member"), { exact: true }).selectOption({ label: name });
  await form.getByText(t("governance.guard.allowed")).waitFor();
  await toSheet(page, t);
  const left = await decide(browser, t, language, demo, proposer, code, false);
  const gone = section(left.page, t("governance.members")).getByRole("row").filter({ hasText: code });
  await gone.getByText(t("governance.memberStatus.removed"), { exact: true }).waitFor();
  await left.close();
  await proposer.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] a department is admitted as a member through the portal, after the guard was heard`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}
