// Somebody has lost every device: two clerks at a window open a recovery, which the person himself can stop.

import { check, words } from "../browser.mjs";
import { travel, travels } from "../clock.mjs";
import { cosignElsewhere, enrolAtWindow, look, newcomer, section, signInAgain } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign } from "../sharing.mjs";

/** Opens a recovery of the party: the second clerk and the new key sign beside the first clerk and the seal. Gives its number. */
async function recover(clerk, t, party, second, replacement, seen = async () => {}) {
  const { page } = clerk;
  const form = section(page, t("recover.title"));
  await form.getByLabel(t("recover.party")).fill(party);
  await form.getByLabel(t("recover.key")).fill(replacement.account);
  await form.getByLabel(t("recover.second")).fill(second.account);
  await form.getByRole("button", { name: t("act.toCheck") }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText(t("cosign.title")).first().waitFor();
  await seen("recover-sheet");
  await cosignElsewhere(page, t, second, second.account);
  check(
    await sheet.getByRole("button", { name: t("deposit.check.sign") }).isDisabled(),
    "one signature beside the clerk is enough",
  );
  await cosignElsewhere(page, t, replacement, replacement.account);
  await sign(page, t);
  await seen("recover-done");
  const number = await sheet
    .locator("dl > div", { hasText: t("act.argument.recovery") })
    .locator("dd")
    .innerText();
  await closeSheet(page, t);
  return number;
}

async function tell(browser, language, demo) {
  const t = words(language);
  const steward = personaOf(demo, "steward");
  const node = steward.url.replace(/\/$/, "");
  const clerk = await enter(browser, t, language, steward, "/steward");
  const { page } = clerk;
  const named = name => `${name} ${Date.now()}`;

  // The second clerk is enrolled, and given a post for recoveries only.
  const second = await newcomer(browser, t, language, node, named("second"));
  const secondParty = await enrolAtWindow(page, t, second);
  const give = section(page, t("posts.title"));
  await give.getByLabel(t("posts.holder")).fill("sha256:abc");
  await give.getByText(t("posts.holderWrong")).waitFor();
  await give.getByLabel(t("posts.holder")).fill(secondParty);
  await give.getByLabel(t("posts.scope.recover")).check();
  await give.getByLabel(t("act.argument.grade")).selectOption("3");
  await look(page, "give-post", language);
  await give.getByRole("button", { name: t("act.toCheck") }).click();
  await look(page, "give-post-sheet", language);
  await sign(page, t);
  await closeSheet(page, t);

  // A stranger with somebody else's papers opens a recovery; the person sees it on both pages, and stops it.
  const citizen = await newcomer(browser, t, language, node, named("citizen"));
  const party = await enrolAtWindow(page, t, citizen);
  const stranger = await newcomer(browser, t, language, node, named("stranger"));
  await recover(clerk, t, party, second, stranger, screen => look(page, screen, language));
  await citizen.page.goto(new URL("/me", citizen.page.url()).href);
  await citizen.page.getByText(t("person.waiting.recovery")).waitFor();
  await citizen.page.goto(new URL("/keys", citizen.page.url()).href);
  const devices = section(citizen.page, t("keys.devices.title"));
  const stop = devices.getByRole("button", { name: t("act.op.objectRecovery.name") });
  await stop.waitFor();
  await look(citizen.page, "recovery-seen", language);
  await stop.click();
  await sign(citizen.page, t);
  await closeSheet(citizen.page, t);
  await stop.waitFor({ state: "detached" });
  await stranger.close();

  // The person himself comes with a new device.
  const replacement = await newcomer(browser, t, language, node, named("replacement"));
  const number = await recover(clerk, t, party, second, replacement);
  const complete = async end => {
    const form = section(page, t("recover.title"));
    await form.getByLabel(t("recover.number")).fill(number);
    await form.getByRole("button", { name: t("act.op.completeRecovery.name") }).click();
    await sign(page, t, end);
    await closeSheet(page, t);
  };
  await complete("ID_RECOVERY_SILENCE");
  if (travels) {
    await travel(page, 4);
    await signInAgain(page, t);
    await complete(t("act.done"));
    await replacement.page.reload();
    await signInAgain(replacement.page, t);
    const found = section(replacement.page, t("keys.devices.title"));
    await found.getByText(t("keys.devices.this")).waitFor();
    await look(replacement.page, "recovered", language);
  }
  for (const one of [clerk, second, citizen, replacement]) await one.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] two clerks open a recovery, and the person stops the one he did not ask for`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}
