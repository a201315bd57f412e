// A listing from the proposal to its end, as the authority and the person concerned see it.

import { check, download, file, words } from "../browser.mjs";
import { travel, travels } from "../clock.mjs";
import { section, signInAgain } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign } from "../sharing.mjs";

/** Opens a step of the newest entry, gives it a paper, and goes to the sheet. */
async function step(page, t, name, { paper, fill = async () => {} } = {}) {
  const entry = page.locator(".row-list > li").first();
  await entry.getByRole("button", { name: t(`act.op.${name}.name`), exact: true }).click();
  await fill(entry);
  if (paper) await entry.getByLabel(t("paper.drop")).setInputFiles(paper);
  await entry.getByText(paper?.name ?? "yinxin-paper.txt").waitFor();
  await entry.getByRole("button", { name: t("act.toCheck"), exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("heading", { name: t("listings.about") })
    .waitFor();
}

async function done(page, t) {
  await sign(page, t);
  await closeSheet(page, t);
}

function newest(page) {
  return page.locator(".row-list > li").first();
}

async function propose(page, t, subject, look) {
  const form = section(page, t("act.op.listingPropose.name"));
  const opener = form.getByRole("button", { name: t("listings.open") });
  if ((await opener.getAttribute("aria-expanded")) !== "true") await opener.click();
  await form.getByLabel(t("listings.subject")).fill("abc");
  await form.getByText(t("listings.subjectWrong")).waitFor();
  await form.getByLabel(t("listings.subject")).fill(subject);
  await form.getByLabel(t("act.argument.facts")).fill("forged-contract");
  await form.getByLabel(t("act.argument.kind")).selectOption({ label: t("act.listingKind.hpfFraud") });
  await look?.("listing-propose");
  await form.getByRole("button", { name: t("act.toCheck"), exact: true }).click();
  await page.getByRole("dialog").getByText("forged-contract").first().waitFor();
  await look?.("listing-propose-sheet");
  await done(page, t);
  await newest(page).getByText(t("listings.state.proposed"), { exact: true }).waitFor();
}

async function tell(browser, language, demo) {
  const t = words(language);
  const zhang = personaOf(demo, "zhang");
  const officer = await enter(browser, t, language, personaOf(demo, "loan-yi"), "/listings");
  const person = await enter(browser, t, language, zhang, "/me/listings");
  await propose(officer.page, t, zhang.party, officer.look);
  await step(officer.page, t, "listingNotify", { paper: file("告知书.pdf", "notice") });
  await officer.look("listing-notify-sheet");
  await done(officer.page, t);
  await newest(officer.page).getByText(t("listings.notHeard")).waitFor();
  check(
    (await newest(officer.page)
      .getByRole("button", { name: t("act.op.listingDecide.name") })
      .count()) === 0,
    "it can be decided before the person is heard",
  );
  await officer.look("listing-notified");

  // The person finds it on his first page and states his case.
  await person.page.goto(new URL("/me", person.page.url()).href);
  await person.page
    .getByText(t("listings.waiting.notified", { name: "乙市住房公积金管理中心" }))
    .first()
    .waitFor();
  await person.page.goto(new URL("/me/listings", person.page.url()).href);
  await person.look("my-listings");
  const statement = `我没有骗提 ${Date.now()}`;
  const written = async entry => {
    await entry.getByLabel(t("paper.write")).fill(statement);
    const saved = await download(person.page, entry.getByRole("button", { name: t("paper.save") }));
    check(saved.buffer.toString() === statement, "another text was saved than the one that was written");
  };
  await step(person.page, t, "listingStatement", { fill: written });
  await person.look("listing-statement-sheet");
  await done(person.page, t);
  await newest(person.page)
    .getByText(t("listings.steps", { n: 3 }))
    .click();
  await person.look("listing-steps");

  if (travels) {
    await decideAndEnd(browser, t, language, demo, officer, person);
    await propose(officer.page, t, zhang.party);
  }

  // What was proposed wrongly is annulled, and from then on the ledger tells nothing of it.
  await officer.page.reload();
  await step(officer.page, t, "listingAnnul", {
    paper: file("撤销决定.pdf", "annulled"),
    fill: entry => entry.getByLabel(t("act.argument.basis")).fill("事实不清"),
  });
  await officer.look("listing-annul-sheet");
  await done(officer.page, t);
  await newest(officer.page).getByText(t("listings.state.annulled"), { exact: true }).waitFor();
  await person.page.reload();
  await newest(person.page).getByText(t("listings.state.annulled"), { exact: true }).waitFor();
  check(
    (await newest(person.page).getByText("forged-contract").count()) === 0,
    "an entry that has ended is still told",
  );
  await person.look("listing-ended");
  await officer.close();
  await person.close();
}

/** The way that takes longer than a day: decision, objection, correction, promise, early removal. */
async function decideAndEnd(browser, t, language, demo, officer, person) {
  await travel(officer.page, 12);
  const chief = await enter(browser, t, language, personaOf(demo, "chief-yi"), "/listings");
  await step(chief.page, t, "listingDecide", {
    paper: file("决定书.pdf", "decision"),
    fill: entry => entry.getByLabel(t("act.argument.number")).fill("乙公积金失信决〔2026〕1号"),
  });
  await chief.look("listing-decide-sheet");
  await done(chief.page, t);
  await newest(chief.page).getByText(t("listings.state.active"), { exact: true }).waitFor();
  await person.page.goto(new URL("/me", person.page.url()).href);
  await signInAgain(person.page, t);
  await person.page.goto(new URL("/me/listings", person.page.url()).href);
  await newest(person.page).getByText(t("listings.appeal")).waitFor();
  await person.look("my-listing-active");
  await step(person.page, t, "listingObject", { paper: file("异议.txt", "objection") });
  await done(person.page, t);
  await newest(person.page).getByText(t("listings.objection.pending")).waitFor();
  await chief.page.reload();
  await step(chief.page, t, "listingAnswer", {
    paper: file("更正书.pdf", "corrected"),
    fill: async entry => {
      await entry.getByLabel(t("act.argument.answer")).selectOption("corrected");
      await entry.getByLabel(t("act.argument.facts")).fill("late-repayment");
    },
  });
  await chief.look("listing-answer-sheet");
  await done(chief.page, t);
  await newest(chief.page).getByText(t("listings.objection.corrected")).waitFor();
  await person.page.reload();
  await newest(person.page).getByText("late-repayment").waitFor();
  const today = new Date((await (await fetch(`${personaOf(demo, "zhang").url}/api/v1/status`)).json()).time);
  await step(person.page, t, "listingPromise", {
    paper: file("承诺书.txt", "promise"),
    fill: entry => entry.getByLabel(t("act.argument.corrected")).fill(today.toISOString().slice(0, 10)),
  });
  await done(person.page, t);
  await chief.page.reload();
  await newest(chief.page).getByText(t("listings.notRemovable")).waitFor();
  await chief.look("listing-promised");
  await travel(chief.page, 190);
  await chief.page.reload();
  await signInAgain(chief.page, t);
  await step(chief.page, t, "listingRemove", { paper: file("移出决定.pdf", "removed") });
  await done(chief.page, t);
  await newest(chief.page).getByText(t("listings.state.removed"), { exact: true }).waitFor();
  await chief.close();
  for (const one of [officer, person]) {
    await one.page.reload();
    await signInAgain(one.page, t);
  }
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] a listing is proposed and notified, the person is heard, and what was wrong is annulled`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}
