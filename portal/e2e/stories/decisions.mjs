// A department draws a decision as a table, has a wrong one refused at its rule, tries it, and puts it to the vote; a process then asks it.

import { join } from "node:path";
import { check, download, file, words } from "../browser.mjs";
import { newest } from "../governance.mjs";
import { section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

const GRADED = join(import.meta.dirname, "../../../scenarios/approval/processes/graded-licence.bpmn");

/** Writes into a cell of the table, in place of what stands there. */
async function write(page, cell, text) {
  await page.locator(`[data-element-id="${cell}"]`).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

async function checkTable(page, t) {
  await page.getByRole("button", { name: t("decisions.checkNow") }).click();
}

async function vote(browser, t, language, persona, look) {
  const voter = await enter(browser, t, language, persona, "/governance");
  const row = newest(voter.page, t);
  await row.getByText(t("governance.content")).click();
  // Voters read the table, not the file.
  await row.getByRole("columnheader", { name: "shop_area" }).waitFor();
  await row.getByText(t("decisions.policy.UNIQUE")).waitFor();
  await look?.(voter);
  await row.getByRole("button", { name: t("act.choice.for"), exact: true }).click();
  await sign(voter.page, t);
  await closeSheet(voter.page, t);
  return voter;
}

async function tell(browser, language, demo) {
  const t = words(language);
  const key = `shop-level-${Date.now().toString(36)}`;
  const drawer = await enter(browser, t, language, personaOf(demo, "reviewer-jia"), "/governance");
  const { page } = drawer;
  await page.getByRole("link", { name: t("decisions.enter") }).click();
  await page.locator('[data-element-id="cell-1"]').waitFor();
  await drawer.look("decision-blank");

  // By the guide: the identifier, then what the column reads, then the rules.
  await page.getByLabel(t("decisions.key")).fill(key);
  await page.locator("th.input-cell").first().dblclick();
  const expression = page.locator(".ref-input-editor .cm-content");
  await expression.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("shop_area");
  await page.keyboard.press("Escape");
  await write(page, "cell-3", "[300..");
  await checkTable(page, t);
  const column = "建筑面积 Floor area";
  const place = t("decisions.place.cell", { rule: "2", column });
  const show = page.getByRole("button", { name: t("decisions.show", { place }) });
  await show.waitFor();
  await page.getByText("DMN_EXPRESSION").waitFor();
  check(
    (await page.getByText(t("decisions.trial.first")).count()) === 1,
    "a table that is refused can be tried",
  );
  await show.click();
  const shadow = await page
    .locator('[data-element-id="cell-3"]')
    .evaluate(cell => getComputedStyle(cell).boxShadow);
  check(shadow !== "none", "the cell is not marked");
  await drawer.look("decision-refused");

  await write(page, "cell-3", "[300..3000]");
  await page.getByText("DMN_EXPRESSION").waitFor({ state: "detached" });
  // The table outlives the page.
  await page.reload();
  await page.locator('[data-element-id="cell-3"]').getByText("[300..3000]").waitFor();
  check((await page.getByLabel(t("decisions.key")).inputValue()) === key, "the key did not survive");
  await checkTable(page, t);
  await page.getByText(t("modeller.accepted")).waitFor();

  // What comes out, by which rule; and what is no number is said of its field.
  const trial = section(page, t("decisions.trial.title"));
  await trial.getByLabel("shop_area").fill("299.5");
  await trial.getByRole("button", { name: t("decisions.trial.ask") }).click();
  await trial.getByText("low", { exact: true }).waitFor();
  await trial.getByText(t("decisions.place.rule", { rule: "1" })).waitFor();
  await drawer.look("decision-tried");
  await trial.getByLabel("shop_area").fill("wide");
  await trial.getByRole("button", { name: t("decisions.trial.ask") }).click();
  await trial.getByText(t("decisions.trial.wrong", { value: "wide" })).waitFor();
  await trial.getByText(t("decisions.trial.misread", { names: "shop_area" })).waitFor();
  await drawer.look("decision-misread");

  // What is saved and opened again is the same table.
  const button = page.getByRole("button", { name: t("decisions.download") });
  const saved = await download(page, button);
  check(saved.name === `${key}.dmn`, `the file is called ${saved.name}`);
  await page.getByRole("button", { name: t("decisions.new"), exact: true }).click();
  await page.locator("input[type=file]").setInputFiles(file(saved.name, saved.buffer));
  await page.locator('[data-element-id="cell-3"]').getByText("[300..3000]").waitFor();
  const again = await download(page, button);
  check(again.buffer.equals(saved.buffer), "the file is another after it was opened again");

  await checkTable(page, t);
  await page.getByText(t("modeller.accepted")).waitFor();
  await toSheet(page, t);
  const sheet = page.getByRole("dialog");
  await sheet.getByText(`decision/${key}`).first().waitFor();
  await sheet.getByRole("columnheader", { name: "shop_area" }).waitFor();
  await drawer.look("decision-propose");
  await sign(page, t);
  await closeSheet(page, t);
  await page.goto(new URL("/governance", page.url()).href);
  const row = newest(page, t);
  await row.getByRole("button", { name: t("act.choice.for"), exact: true }).click();
  await sign(page, t);
  await closeSheet(page, t);
  const second = await vote(browser, t, language, personaOf(demo, "chief-yi"), one =>
    one.look("decision-vote"),
  );
  await second.close();
  const last = await vote(browser, t, language, personaOf(demo, "auditor"));
  await newest(last.page, t).getByText(t("governance.proposalStatus.enacted")).waitFor();
  await last.close();

  // It is offered to processes, with its version.
  await page.goto(new URL("/governance/processes", page.url()).href);
  await page.locator(".djs-container").waitFor();
  await page.locator("input[type=file]").setInputFiles(GRADED);
  await page.locator('[data-element-id="grade"]').waitFor();
  await page.getByLabel(t("modeller.element")).selectOption("grade");
  const decision = page.getByLabel(t("modeller.attribute.decision"), { exact: true });
  await page.locator(`datalist option[value="${key}"]`).waitFor({ state: "attached" });
  await page.getByLabel(t("modeller.attribute.version"), { exact: true }).fill("9");
  await decision.fill(key);
  await page.getByText(t("modeller.hint.decisionVersion", { key, version: "1" })).waitFor();
  check(
    (await page.getByLabel(t("modeller.attribute.version"), { exact: true }).inputValue()) === "1",
    "the version of the decision is not taken over",
  );
  await drawer.look("decision-asked");

  // Whoever draws the next version begins with the enacted one.
  await page.goto(new URL("/governance", page.url()).href);
  const documents = section(page, t("governance.documents"));
  await documents.getByLabel(t("governance.documentName")).fill(`decision/${key}`);
  await documents.getByRole("button", { name: t("common.open"), exact: true }).click();
  await documents.getByRole("columnheader", { name: "shop_area" }).waitFor();
  await documents.getByRole("link", { name: t("decisions.change") }).click();
  await page.locator('[data-element-id="cell-3"]').getByText("[300..3000]").waitFor();
  check((await page.getByLabel(t("decisions.key")).inputValue()) === key, "another table was opened");
  // What was changed in it outlives the page too.
  await write(page, "cell-3", "[300..2500]");
  await page.reload();
  await page.locator('[data-element-id="cell-3"]').getByText("[300..2500]").waitFor();
  await drawer.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] a department draws a decision, has a wrong one refused at its rule, tries it, and it is enacted`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}
