// A guardian acts for a child, and an agent for whoever authorised him: chosen, always visible, said in every confirmation, seen by the person, ended.

import { actor, certificateFor } from "../actor.mjs";
import { check, words } from "../browser.mjs";
import { enrolAtWindow, look, newcomer, section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

const YEAR_MS = 365 * 86_400_000;
const day = ms => new Date(ms).toISOString().slice(0, 10);

async function appoint(page, t, ward, guardian, screen) {
  const part = section(page, t("guardians.title"));
  const next = part.getByRole("button", { name: t("act.toCheck") });
  await part.getByLabel(t("guardians.ward"), { exact: true }).fill(ward);
  await part.getByLabel(t("guardians.guardian"), { exact: true }).fill(ward);
  await next.click();
  await part.getByText(t("guardians.same")).waitFor();
  await part.getByText(t("guardians.untilWrong")).waitFor();
  await screen("guardian-wrong");
  await part.getByLabel(t("guardians.guardian"), { exact: true }).fill(guardian);
  await part.getByLabel(t("act.argument.until"), { exact: true }).fill(day(Date.now() + YEAR_MS));
  await next.click();
  await sign(page, t);
  await closeSheet(page, t);
}

/** The sheet says for whom it is done, before and after the signature. */
async function signFor(page, t, name) {
  const says = page.getByRole("dialog").getByText(t("acting.signsFor", { name }));
  await says.waitFor();
  await sign(page, t);
  check(await says.isVisible(), "what became of an act does not say for whom it was");
  await closeSheet(page, t);
}

async function tell(browser, language) {
  const demo = await demonstration();
  if (demo === null) {
    console.log("        skipped: the node serves no demonstration");
    return;
  }
  const t = words(language);
  const steward = await enter(browser, t, language, personaOf(demo, "steward"), "/steward");
  const home = personaOf(demo, "li").url.replace(/\/$/, "");
  const child = await newcomer(browser, t, language, home, `child ${Date.now()}`);
  const ward = await enrolAtWindow(steward.page, t, child);
  await appoint(steward.page, t, ward, personaOf(demo, "li").party, steward.look);
  await steward.close();

  const name = language === "en" ? "My son" : "儿子";
  const li = await enter(browser, t, language, personaOf(demo, "li"), "/me");
  const { page } = li;
  const choice = section(page, t("acting.title"))
    .locator("li")
    .filter({ hasText: ward.slice(-6) });
  await choice.locator("summary").click();
  await choice.getByLabel(t("acting.name"), { exact: true }).fill(name);
  await choice.getByText(name, { exact: true }).first().waitFor();
  await li.look("act-for");
  await choice.getByRole("button", { name: t("acting.start", { name }) }).click();
  const banner = page.getByRole("complementary", { name: t("acting.label") });
  await banner.getByText(t("acting.for", { name })).waitFor();
  await page.getByRole("heading", { name: t("acting.matters", { name }) }).waitFor();
  await page.getByText(t("person.noCertificates")).waitFor();
  await li.look("acting-me");
  for (const path of ["/me/ask", "/verify", "/me/looks"]) {
    await page.goto(new URL(path, page.url()).href);
    await banner.waitFor();
  }
  await page.goto(new URL("/deposit", page.url()).href);
  await banner.getByText(t("acting.ownName")).waitFor();
  await page.goto(new URL("/me/listings", page.url()).href);
  await page.getByText(t("acting.onlySelf", { name })).waitFor();
  await li.look("acting-only-self");

  await page.goto(new URL("/me/ask", page.url()).href);
  await page.getByLabel(t("person.ask.holder")).selectOption({ label: "甲市住房公积金管理中心" });
  await toSheet(page, t);
  await li.look("acting-ask-sheet");
  await signFor(page, t, name);
  const clerk = await actor(personaOf(demo, "clerk-jia"));
  const guardian = await actor(personaOf(demo, "li"));
  // The guardian reads the number of the child's request; the clerk issues as for anybody.
  const certificate = await certificateFor(guardian, clerk, demo, ward);
  await page.goto(new URL(`/me/certificates/${encodeURIComponent(certificate)}`, page.url()).href);
  check(
    (await page.getByRole("heading", { name: t("wallet.title") }).count()) === 0,
    "a guardian is offered the child's wallet",
  );
  await toSheet(page, t, t("certificate.view"));
  await signFor(page, t, name);
  await page.getByRole("heading", { name: t("certificate.good") }).waitFor();
  await li.look("acting-certificate");
  await page.getByRole("link", { name: t("person.lease.name") }).click();
  await page.getByLabel(t("lease.grantee")).selectOption({ label: "乙市住房公积金管理中心" });
  await page.getByLabel(t("lease.case")).fill(`LX-${Date.now()}`);
  await toSheet(page, t);
  await signFor(page, t, name);
  await page.goto(new URL("/me", page.url()).href);
  const leases = section(page, t("person.leases"));
  await leases.getByRole("button", { name: t("act.op.endLease.name") }).click();
  await signFor(page, t, name);
  await leases.getByText(t("lease.state.revoked")).waitFor();
  await page.goto(new URL("/me/looks", page.url()).href);
  await page.getByText(t("person.looks.representative")).first().waitFor();
  await li.look("acting-looks");
  await banner.getByRole("button", { name: t("acting.back") }).click();
  await banner.waitFor({ state: "hidden" });

  // The child sees who acts for it, and every look in its name.
  await child.page.goto(new URL("/me/mandates", child.page.url()).href);
  const given = section(child.page, t("mandates.given"));
  await given.getByText(t("mandates.endedByAuthority")).waitFor();
  check((await given.getByRole("button", { name: t("mandates.end") }).count()) === 0, "a ward ends it alone");
  await child.page.goto(new URL("/me/looks", child.page.url()).href);
  await child.page.getByText(t("person.looks.representative")).first().waitFor();

  // The other way round: Li authorises an agent, and takes it back while he is at work.
  await page.goto(new URL("/me/mandates", page.url()).href);
  const form = section(page, t("mandates.authorise"));
  const next = form.getByRole("button", { name: t("act.toCheck") });
  await form.getByLabel(t("mandates.holder"), { exact: true }).fill(personaOf(demo, "li").party);
  await next.click();
  await form.getByText(t("mandates.notOneself")).waitFor();
  await form.getByText(t("posts.untilWrong")).waitFor();
  await form.getByLabel(t("mandates.holder"), { exact: true }).fill(ward);
  await form.getByLabel(t("act.argument.until"), { exact: true }).fill(day(Date.now() + YEAR_MS / 4));
  await form.getByLabel(t("act.argument.scope")).selectOption("ask");
  await next.click();
  await li.look("mandates-sheet");
  await sign(page, t);
  await closeSheet(page, t);
  const mine = section(page, t("mandates.given"))
    .locator("li")
    .filter({ hasText: ward.slice(-6) });
  await mine.getByText(t("mandates.alive"), { exact: true }).waitFor();
  await mine.getByText(t("mandates.scope.ask"), { exact: true }).waitFor();
  await li.look("mandates");

  await child.page.goto(new URL("/me", child.page.url()).href);
  const called = language === "en" ? "Li Shili" : "李示例";
  await child.page.getByRole("button", { name: t("acting.start", { name: called }) }).click();
  const theirs = child.page.getByRole("complementary", { name: t("acting.label") });
  await theirs.getByText(t("acting.as.agent")).waitFor();
  // Asking is all that he was authorised for: nothing else is shown, and nothing else asked for.
  await child.page.getByText(t("acting.narrow")).waitFor();
  const certificates = child.page.getByRole("heading", { name: t("person.certificates") });
  check(!(await certificates.isVisible()), "an agent for asking sees certificates");
  await look(child.page, "acting-narrow", language);
  await child.page.goto(new URL("/me/ask", child.page.url()).href);
  await child.page.getByLabel(t("person.ask.holder")).selectOption({ label: "甲市住房公积金管理中心" });
  await toSheet(child.page, t);
  await mine.getByRole("button", { name: t("mandates.end") }).click();
  await sign(page, t);
  await closeSheet(page, t);
  await mine.getByText(t("mandates.over"), { exact: true }).waitFor();
  await sign(child.page, t, t("act.refusedRecorded"));
  await child.page.getByRole("dialog").getByText("AUTH_MANDATE_ENDED").waitFor();
  await look(child.page, "acting-refused", language);
  await closeSheet(child.page, t);
  await child.page.getByText(t("acting.ended")).waitFor();
  await look(child.page, "acting-ended", language);
  await child.page.getByRole("button", { name: t("acting.back") }).click();
  await child.page.getByText(t("acting.ended")).waitFor({ state: "hidden" });
  await child.close();
  await li.close();
}

for (const language of ["zh-CN", "en"]) {
  story(`[${language}] a guardian acts for a child and an agent for his principal, in plain sight`, browser =>
    tell(browser, language),
  );
}
