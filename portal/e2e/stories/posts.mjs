// A post from its grant to its end: the list of a body's posts, one that is ended with a reason, and what is refused from then on.

import { check, words } from "../browser.mjs";
import { draft } from "../governance.mjs";
import { enrolAtWindow, newcomer, section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

async function tell(browser, language, demo) {
  const t = words(language);
  const steward = await enter(browser, t, language, personaOf(demo, "steward"), "/steward");
  const { page } = steward;
  const officer = await newcomer(browser, t, language, new URL(page.url()).origin, `Post ${Date.now()}`);
  const party = await enrolAtWindow(page, t, officer);

  const give = section(page, t("posts.title"));
  await give.getByLabel(t("posts.holder")).fill(party);
  await give.getByLabel(t("posts.scope.governance")).check();
  await give.getByLabel(t("act.argument.grade")).selectOption("2");
  await give.getByRole("button", { name: t("act.toCheck"), exact: true }).click();
  await sign(page, t);
  await closeSheet(page, t);

  const list = section(page, t("posts.list"));
  const row = list.locator(".row-list > li").filter({ hasText: party.slice(-6) });
  await row.getByText(t("posts.alive"), { exact: true }).waitFor();
  await row.getByText(t("posts.scope.governance")).waitFor();
  await row.getByText(t("act.grade", { n: 2 })).waitFor();
  await row.getByText(t("posts.noEnd")).waitFor();
  await list.getByText(t("posts.own")).waitFor();
  await steward.look("posts");

  // The officer can act, and has a proposal ready when the post is ended.
  await officer.page.goto(new URL("/governance", officer.page.url()).href);
  const form = await draft(officer.page, t, "parameter");
  await form.getByLabel(t("governance.parameterName")).selectOption("proposal_days");
  await form.getByLabel(t("governance.newValue")).fill(String(100 + (Date.now() % 200)));
  await toSheet(officer.page, t);

  await row.getByRole("button", { name: t("posts.end"), exact: true }).click();
  await row.getByLabel(t("act.argument.reason")).selectOption("moved");
  await row.getByRole("button", { name: t("act.toCheck"), exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText(t("posts.endWarning")).waitFor();
  await sheet.getByText(t("posts.reason.moved")).first().waitFor();
  await sheet.getByText(t("posts.scope.governance")).waitFor();
  await steward.look("post-end-sheet");
  await sign(page, t);
  await closeSheet(page, t);
  await list.getByText(t("posts.ended", { n: "" }).split(/[（(]/)[0]).click();
  await row.getByText(t("posts.reason.moved")).waitFor();
  await row.getByText(t("posts.refusedFrom")).waitFor();
  await row.getByText("AUTH_MANDATE_ENDED").waitFor();
  check((await row.getByRole("button", { name: t("posts.end") }).count()) === 0, "it can be ended again");
  await steward.look("post-ended");

  // What was open on the officer's screen is refused now, and the room no longer offers it.
  const sealed = officer.page.waitForResponse(one => one.url().endsWith("/api/v1/desk/seal"));
  await officer.page
    .getByRole("dialog")
    .getByRole("button", { name: t("deposit.check.sign") })
    .click();
  const refusal = await (await sealed).json();
  check(refusal.code === "AUTH_MANDATE_ENDED", `an ended post is answered ${refusal.code}`);
  await officer.page.reload();
  await officer.page.getByText(t("governance.readOnly")).waitFor();
  check(
    (await officer.page.getByRole("button", { name: t("governance.form.open") }).count()) === 0,
    "who has no post any more can still propose",
  );
  await officer.context.close();
  await steward.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] a post is given, listed, and ended with a reason, and is refused from then on`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}
