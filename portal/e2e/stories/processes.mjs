// A department draws a process, has it checked, takes a trial case along it, and puts it to the vote.

import { join } from "node:path";
import { check, words } from "../browser.mjs";
import { section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

const SAMPLE = join(import.meta.dirname, "../../../crates/workflow/tests/processes/renovation.bpmn");

/** What the case waits for in an element. */
function waits(page, t, name) {
  return page
    .getByRole("list", { name: t("modeller.trial.waits") })
    .locator("> li")
    .filter({ hasText: name });
}

async function tell(browser, language, demo) {
  const t = words(language);
  const zh = language === "zh-CN";
  // What the findings call a step is what is written on it, in the language of the page.
  const planning = zh ? "规划审查" : "Planning review";
  const fire = zh ? "消防审查" : "Fire safety review";
  const drawer = await enter(browser, t, language, personaOf(demo, "reviewer-jia"), "/governance");
  const { page } = drawer;
  await page.getByRole("link", { name: t("modeller.enter") }).click();
  await page.locator(".djs-container").waitFor();
  await drawer.look("blank");

  // The check has something to say about a path that ends nowhere, and leads to the element.
  await page.getByRole("button", { name: t("modeller.checkNow") }).click();
  await page
    .getByRole("button", { name: t("modeller.show", { id: zh ? "提交" : "Submitted" }), exact: true })
    .click();
  await page.locator('[data-element-id="submitted"].selected.mark-warning').waitFor();

  await page.locator("input[type=file]").setInputFiles(SAMPLE);
  await page.locator('[data-element-id="planning"]').waitFor();
  await page.getByRole("button", { name: t("modeller.checkNow") }).click();
  await page.getByText(t("modeller.accepted")).waitFor();
  await drawer.look("checked");

  // What is chosen in the list can be filled in without a mouse, and the check must be asked again.
  await page.getByLabel(t("modeller.element")).selectOption("planning");
  const deadline = page.getByLabel(t("modeller.attribute.deadline"));
  check((await deadline.inputValue()) === "15", "the panel does not show the deadline");
  // Steps, roles and departments are chosen by what they are called.
  const apart = page.getByRole("group", { name: t("modeller.attribute.notSameAs") });
  check(
    await apart.getByLabel(zh ? "受理" : "Accept", { exact: true }).isChecked(),
    "the steps are not listed",
  );
  check(!(await apart.getByLabel(fire).isChecked()), "a step is listed as apart that is not");
  const role = page.getByLabel(t("modeller.attribute.role"), { exact: true });
  check((await role.inputValue()) === "reviewer", "the role is not one of the list");
  await deadline.fill("");
  await page.getByText(t("modeller.accepted")).waitFor({ state: "detached" });
  await page.getByRole("button", { name: t("modeller.checkNow") }).click();
  await page.getByRole("button", { name: t("modeller.show", { id: planning }), exact: true }).waitFor();
  const outline = await page
    .locator('[data-element-id="planning"].mark-error .djs-visual > :first-child')
    .evaluate(shape => getComputedStyle(shape).stroke);
  check(outline === "rgb(168, 32, 26)", `a step to mend is not outlined in red: ${outline}`);
  // Whoever reads the findings below is brought to the drawing.
  await page.getByRole("button", { name: t("modeller.show", { id: planning }), exact: true }).click();
  await page.waitForFunction(() => {
    const { top, bottom } = document.querySelector(".djs-container").getBoundingClientRect();
    return top > -40 && bottom > 0 && top < innerHeight / 2;
  });
  await drawer.look("refused");
  await deadline.fill("12");
  // A new drawing takes the place of the old one, which can be had back.
  await page.getByRole("button", { name: t("modeller.new"), exact: true }).click();
  await page.locator('[data-element-id="planning"]').waitFor({ state: "detached" });
  await page.getByRole("button", { name: t("modeller.restore") }).click();
  await page.locator('[data-element-id="planning"]').waitFor();
  await page.getByLabel(t("modeller.element")).selectOption("planning");
  // The drawing outlives the page.
  await page.reload();
  await page.locator('[data-element-id="planning"]').waitFor();
  await page.getByLabel(t("modeller.element")).selectOption("planning");
  check((await deadline.inputValue()) === "12", "the drawing did not survive");
  await page.getByRole("button", { name: t("modeller.checkNow") }).click();
  await page.getByText(t("modeller.accepted")).waitFor();

  await page.getByRole("button", { name: t("modeller.trial.begin") }).click();
  const accept = waits(page, t, zh ? "受理" : "Accept");
  await accept.getByRole("button", { name: t("modeller.trial.done") }).click();
  await waits(page, t, planning)
    .getByRole("button", { name: t("modeller.trial.done") })
    .click();
  await page.locator('[data-element-id="fire"].mark-now').waitFor();
  // The same person in two steps that must be apart is refused in the trial as it would be in a case.
  await waits(page, t, fire).getByLabel(t("modeller.trial.who")).fill("accept-1");
  await waits(page, t, fire)
    .getByRole("button", { name: t("modeller.trial.done") })
    .click();
  const refusal = page.locator(".notice-bad").filter({ hasText: "TRIAL_SAME_PERSON" });
  await refusal.filter({ hasText: fire }).waitFor();
  await drawer.look("trial");
  await waits(page, t, fire).getByLabel(t("modeller.trial.who")).fill("fire-1");
  await waits(page, t, fire)
    .getByRole("button", { name: t("modeller.trial.done") })
    .click();
  await waits(page, t, zh ? "审批" : "Approve")
    .getByRole("button", { name: t("modeller.trial.done") })
    .click();
  await page.getByText(t("modeller.trial.ended")).waitFor();

  await toSheet(page, t);
  await page.getByRole("dialog").getByText("process/renovation").first().waitFor();
  await drawer.look("propose");
  await sign(page, t);
  await closeSheet(page, t);
  await page.goto(new URL("/governance", page.url()).href);
  const row = section(page, t("governance.proposals")).locator(".row-list > li").first();
  await row.getByRole("button", { name: t("act.op.withdrawProposal.name") }).click();
  await sign(page, t);
  await closeSheet(page, t);
  await drawer.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] a department draws a process, has it checked and tried, and proposes it`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}
