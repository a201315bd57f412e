// Enrolment from home: a newcomer applies in the own browser, the authority's officer identifies him by the code that his device shows, and
// he is signed in from then on. One who is refused sees why.

import { check, words } from "../browser.mjs";
import { inventedNumber, look, newcomer, section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign } from "../sharing.mjs";

/** Fills in and sends the application; gives the code that the page shows. */
async function apply({ page }, t, name, number) {
  const form = section(page, t("apply.title"));
  await form.getByLabel(t("apply.name"), { exact: true }).fill(name);
  await form.getByLabel(t("enrol.number")).fill(number);
  await form.getByRole("button", { name: t("apply.send") }).click();
  const code = page.getByLabel(t("apply.code"), { exact: true });
  await code.waitFor();
  return (await code.innerText()).replaceAll(/\s/g, "");
}

/** The row of an applicant in the queue, opened. */
async function opened(page, t, account) {
  const row = section(page, t("queue.title"))
    .locator("li")
    .filter({ hasText: account.slice(-6) });
  await row.getByRole("button", { name: t("queue.open") }).click();
  await row.getByText(t("queue.how")).waitFor();
  return row;
}

async function tell(browser, language, demo) {
  const t = words(language);
  const steward = await enter(browser, t, language, personaOf(demo, "steward"), "/steward");
  // People use the portal of any department: this one is of the fund centre, and the authority's is another.
  const node = personaOf(demo, "wang").url.replace(/\/$/, "");
  const person = await newcomer(browser, t, language, node, `Home ${Date.now()}`);
  const number = inventedNumber();
  const form = section(person.page, t("apply.title"));
  await form.getByLabel(t("enrol.number")).fill(`${number.slice(0, 17)}${number.endsWith("1") ? "2" : "1"}`);
  await form.getByText(t("issue.problem.citizen")).waitFor();
  await look(person.page, "apply", language);
  const code = await apply(person, t, "王在家", number);
  check(/^\d{8}$/.test(code), `the check code is ${code}`);
  await look(person.page, "apply-waiting", language);
  // The page knows it again after it was closed.
  await person.page.reload();
  await person.page.getByLabel(t("apply.code"), { exact: true }).waitFor();

  await steward.page.reload();
  const row = await opened(steward.page, t, person.account);
  await row.getByText("王在家").waitFor();
  await row.getByText(number).waitFor();
  await steward.look("queue");
  // A code that is not the person's own confirms nothing, and is counted.
  const wrong = String((Number(code) + 1) % 100_000_000).padStart(8, "0");
  await row.getByLabel(t("apply.code"), { exact: true }).fill(wrong);
  await row.getByRole("button", { name: t("queue.confirm") }).click();
  await row.getByText("APPLICATION_CODE").waitFor();
  await row.getByText(t("queue.tries", { n: 1, left: 4 })).waitFor();
  await row.getByLabel(t("apply.code"), { exact: true }).fill(`${code.slice(0, 4)} ${code.slice(4)}`);
  await row.getByRole("button", { name: t("queue.confirm") }).click();
  const sheet = steward.page.getByRole("dialog");
  await sheet.getByText(t("queue.warning")).waitFor();
  check((await sheet.innerText()).includes(number) === false, "the number stands in what is signed");
  await steward.look("queue-sheet");
  await sign(steward.page, t);
  await closeSheet(steward.page, t);
  await section(steward.page, t("queue.title"))
    .locator("li")
    .filter({ hasText: person.account.slice(-6) })
    .waitFor({ state: "detached" });

  // The person's page follows, and he acts.
  await person.page.getByText(t("apply.enrolled")).waitFor();
  await section(person.page, t("keys.devices.title")).getByText(t("keys.devices.this")).waitFor();
  await look(person.page, "apply-enrolled", language);
  await person.page
    .getByRole("link", { name: t("person.name"), exact: true })
    .last()
    .click();
  await person.page.getByText(t("person.noRequests")).waitFor();
  await person.close();

  // Another one is refused, sees why, applies again, and takes it back.
  const other = await newcomer(browser, t, language, node, `Other ${Date.now()}`);
  await apply(other, t, "李在家", inventedNumber());
  await steward.page.reload();
  const second = await opened(steward.page, t, other.account);
  await second.getByRole("button", { name: t("queue.refuse"), exact: true }).click();
  await second.getByLabel(t("act.argument.reason")).selectOption("document");
  await second.getByRole("button", { name: t("queue.refuseNow") }).click();
  await other.page.getByText(t("apply.reason.document")).waitFor();
  await look(other.page, "apply-refused", language);
  await apply(other, t, "李在家", inventedNumber());
  await other.page.getByRole("button", { name: t("apply.withdraw") }).click();
  await section(other.page, t("apply.title")).waitFor();
  check((await other.page.getByText(t("apply.codeIs")).count()) === 0, "what was taken back still waits");
  await other.close();
  await steward.page.reload();
  await section(steward.page, t("queue.title")).getByText(t("queue.none")).waitFor();
  await steward.context.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] somebody applies at home, is identified by the code of the own device, and is signed in`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}
