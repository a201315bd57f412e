// A licence from the search to its delivery: the citizen at his own node, the officers at that of the department, both seeing the same.

import {
  apply,
  attach,
  chooseByKeys,
  does,
  drawing,
  fileField,
  goto,
  lookAtMaterial,
  officer,
  openCase,
  RESTAURANT,
  SUBSIDY,
  submit,
  tabTo,
  takeStep,
  WITHDRAWAL,
} from "../approval.mjs";
import { check, words } from "../browser.mjs";
import { section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

function state(page, t, name) {
  return page.getByText(t(`cases.state.${name}`), { exact: true }).first();
}

/** The height that a page says it was drawn at, the first one. */
async function heightOf(page) {
  const text = await page.locator("main").innerText();
  return Number(/(?:高度|block height)\s*([\d,]+)/.exec(text)?.[1]?.replaceAll(",", ""));
}

async function tell(browser, language, demo) {
  const t = words(language);
  const label = RESTAURANT.fields[language];
  const citizen = await enter(browser, t, language, personaOf(demo, "wang"), "/services");
  const { page } = citizen;
  await citizen.look("services");
  const number = await apply(citizen, t, language);
  await citizen.look("case-submitted");

  const clerk = await officer(browser, t, language, demo, "window-data");
  await clerk.page.getByText(number).waitFor();
  await clerk.look("tasks");
  await openCase(clerk, t, number);
  // What is sealed is read by a look that is on record, first the form, then the drawing.
  const form = await lookAtMaterial(clerk, t, language === "en" ? "Application form" : "申请表");
  await form.getByText("甲市东区示例路1号").waitFor();
  await lookAtMaterial(clerk, t, RESTAURANT.plan[language]);
  await clerk.look("case-window");

  await clerk.page.getByRole("button", { name: t("cases.correct"), exact: true }).click();
  await clerk.page.getByLabel(label.address, { exact: true }).check();
  await clerk.page.getByLabel(RESTAURANT.plan[language], { exact: true }).check();
  const reasons = { address: "门牌号与布局图不一致", plan: "布局图缺少尺寸" };
  await clerk.page.getByRole("textbox", { name: label.address }).fill(reasons.address);
  await clerk.page.getByRole("textbox", { name: RESTAURANT.plan[language] }).fill(reasons.plan);
  await clerk.look("case-correct");
  await does(clerk.page, t, t("act.toCheck"));
  await state(clerk.page, t, "correction").waitFor();

  // The citizen reads which field, why, and gets there with one press.
  await goto(page, `/cases/${number}`);
  await state(page, t, "correction").waitFor();
  const correction = section(page, t("cases.correction"));
  await correction.getByText(reasons.address).first().waitFor();
  await citizen.look("case-correction");
  await does(page, t, t("cases.lookSubmitted"));
  await page.getByRole("button", { name: t("cases.fillSubmitted") }).click();
  await page.waitForFunction(
    was => document.querySelector("#field-address input")?.value === was,
    "甲市东区示例路1号",
  );
  await correction.getByRole("link", { name: label.address }).click();
  const address = correction.getByLabel(label.address);
  check(await address.evaluate(one => one === document.activeElement), "the link does not lead to the field");
  await address.fill("甲市东区示例路3号");
  await attach(page, t, "plan", drawing("plan-2.svg"));
  await toSheet(page, t);
  await citizen.look("case-resubmit-sheet");
  await sign(page, t);
  await closeSheet(page, t);
  await state(page, t, "submitted").waitFor();

  await openCase(clerk, t, number);
  check(
    (await clerk.page.getByRole("button", { name: t("cases.correct") }).count()) === 0,
    "a second correction",
  );
  await does(clerk.page, t, t("cases.accept"));
  await state(clerk.page, t, "in_review").waitFor();

  const reviewer = await officer(browser, t, language, demo, "reviewer-data");
  const second = await officer(browser, t, language, demo, "reviewer-two-data");
  await openCase(reviewer, t, number);
  await lookAtMaterial(reviewer, t, RESTAURANT.plan[language]);
  await reviewer.page.locator('[data-element-id="review"].mark-now').waitFor();
  await reviewer.look("case-review");
  await takeStep(reviewer, t, "布局符合要求", {
    ...second,
    account: personaOf(demo, "reviewer-two-data").account,
  });
  await reviewer.page.locator('[data-element-id="review"].mark-done').waitFor();

  const head = await officer(browser, t, language, demo, "section-data");
  await openCase(head, t, number);
  await takeStep(head, t, "拟准予许可");
  await state(head.page, t, "joined").waitFor();

  const approver = await officer(browser, t, language, demo, "approver-data");
  await openCase(approver, t, number);
  await approver.look("case-decide");
  // The decision names what the licence says; then it is issued.
  await approver.page.getByRole("link", { name: t("cases.licenceWrite") }).click();
  await approver.page.getByLabel(t("licence.field.holder"), { exact: true }).fill("王小示");
  const holder = approver.page.getByLabel(t("licence.field.holder_code"));
  // A wrong number is said at its field, and the cursor stands in it.
  await holder.fill("990101199003150016");
  await approver.page.getByRole("button", { name: t("licence.desk.approve"), exact: true }).click();
  await approver.page.getByText(t("licence.desk.wrong.code"), { exact: true }).waitFor();
  check(await holder.evaluate(one => one === document.activeElement), "the wrong field is not focused");
  await approver.look("licence-wrong-field");
  await holder.fill("990101199003150015");
  // The department is accredited for this licence: nothing warns.
  const warned = t("licence.desk.notAccredited").replace(/\{\{name\}\}/, "");
  check((await approver.page.getByText(warned).count()) === 0, "a warning without a reason");
  await does(approver.page, t, t("licence.desk.approve"));
  // Until it is issued the citizen is told so, and not led to a licence that is not there.
  await goto(page, `/cases/${number}`);
  await page.getByText(t("cases.licenceNotIssuedOwn")).waitFor();
  await citizen.look("case-licence-not-issued");
  await does(approver.page, t, t("licence.desk.issue"));
  await approver.page.getByText(t("licence.state.valid"), { exact: true }).first().waitFor();
  await openCase(approver, t, number);
  await state(approver.page, t, "decided").waitFor();

  await openCase(clerk, t, number);
  await does(clerk.page, t, t("cases.deliver.electronic"));
  await state(clerk.page, t, "delivered").waitFor();

  // The citizen sees the same, at a height that is not older, and is led to the licence.
  const before = await heightOf(clerk.page);
  await goto(page, `/cases/${number}`);
  await state(page, t, "delivered").waitFor();
  await page.getByRole("link", { name: t("cases.licenceOwn") }).waitFor();
  check((await heightOf(page)) >= before, "the citizen sees an older height than the officer");
  await page.locator('[data-element-id="propose"].mark-done').waitFor();
  await citizen.look("case-delivered");
  // The other language says the same at the same place.
  const other = language === "en" ? "zh-CN" : "en";
  const here = page.url();
  await page
    .getByRole("button", { name: language === "en" ? "中文" : "English" })
    .first()
    .click();
  await state(page, words(other), "delivered").waitFor();
  check(page.url() === here, "the change of language leaves the place");
  await goto(page, "/cases");
  await page.getByText(number).waitFor();

  for (const one of [citizen, clerk, reviewer, second, head, approver]) await one.close();
}

async function byKeys(browser, language, demo) {
  const t = words(language);
  const label = RESTAURANT.fields[language];
  const citizen = await enter(browser, t, language, personaOf(demo, "li"), "/services");
  const { page } = citizen;
  const { keyboard } = page;
  await page.getByRole("link", { name: RESTAURANT.name[language] }).waitFor();
  await tabTo(page, page.getByLabel(t("services.search")));
  await keyboard.type(RESTAURANT.search[language]);
  await tabTo(page, page.getByRole("link", { name: RESTAURANT.name[language] }));
  await keyboard.press("Enter");
  const to = page.getByRole("link", { name: t("services.apply"), exact: true });
  await to.waitFor();
  await tabTo(page, to);
  await keyboard.press("Enter");
  await page.getByLabel(label.applicant).waitFor();
  for (const [name, text] of [
    ["applicant", "李示例"],
    ["contact", "0990-7654321"],
    ["address", "甲市东区示例路2号"],
    ["area", "45"],
  ]) {
    await tabTo(page, page.getByLabel(label[name]));
    await keyboard.type(text);
  }
  await tabTo(page, page.getByLabel(label.kind));
  await keyboard.press("ArrowDown");
  await tabTo(page, page.getByLabel(label.truthful));
  await keyboard.press("Space");
  await chooseByKeys(page, fileField(page, "plan"), drawing("plan-keys.svg"));
  await page.locator("#field-plan").getByText("plan-keys.svg").waitFor();
  await tabTo(page, page.getByRole("button", { name: t("act.toCheck"), exact: true }));
  await keyboard.press("Enter");
  const sheet = page.getByRole("dialog");
  const signing = sheet.getByRole("button", { name: t("deposit.check.sign") });
  await signing.waitFor();
  await tabTo(page, signing);
  await keyboard.press("Enter");
  await sheet.getByText(t("act.done")).first().waitFor();
  const close = sheet.getByRole("button", { name: t("common.close"), exact: true });
  await tabTo(page, close);
  await keyboard.press("Enter");
  const follow = page.getByRole("link", { name: t("application.follow") });
  await follow.waitFor();
  await tabTo(page, follow);
  await keyboard.press("Enter");
  await state(page, t, "submitted").waitFor();
  await citizen.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] a licence goes from the search to its delivery, corrected once on the way`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}

story("[zh-CN] an application is made by keys alone", async browser => {
  const demo = await demonstration();
  if (demo === null) console.log("        skipped: the node serves no demonstration");
  else await byKeys(browser, "zh-CN", demo);
});

/** Presses what leads to the sheet, signs, and reads why the ledger refuses. */
async function refused(page, t, name, code) {
  await page.getByRole("button", { name, exact: true }).first().click();
  await sign(page, t, code);
  await page.getByRole("dialog").getByText(t("act.refusedRecorded")).waitFor();
  await closeSheet(page, t);
}

/** What an officer may not is refused, in words, and is on record: a slice that is not his, and two stages of one case. */
async function mayNot(browser, language, demo) {
  const t = words(language);
  const citizen = await enter(browser, t, language, personaOf(demo, "zhang"), "/services");
  const subsidy = await submit(citizen.page, t, SUBSIDY);
  await citizen.look("subsidy-submitted");
  const withdrawal = await submit(citizen.page, t, WITHDRAWAL);
  await citizen.close();
  const clerk = await officer(browser, t, language, demo, "window-data");
  await openCase(clerk, t, subsidy);
  await does(clerk.page, t, t("cases.accept"));
  await clerk.close();

  const fund = await officer(browser, t, language, demo, "reviewer-jia");
  const { page } = fund;
  await openCase(fund, t, subsidy);
  const lanes = ["tenancy", "fund", "audit"].map(id => page.locator(`[data-element-id="${id}"].mark-now`));
  for (const lane of lanes) await lane.waitFor();
  await fund.look("case-lanes");
  const material = name =>
    section(page, t("services.materials")).locator(".row-list > li").filter({ hasText: name });
  const look = t("cases.look");
  await material(language === "en" ? "Tenancy agreement" : "房屋租赁合同")
    .getByRole("button", { name: look, exact: true })
    .click();
  await sign(page, t, "AUTH_GRADE");
  await fund.look("case-look-refused");
  await closeSheet(page, t);
  await lookAtMaterial(fund, t, language === "en" ? "Proof of income" : "收入证明");
  await takeStep(fund, t, "缴存属实");
  await page.locator('[data-element-id="fund"].mark-done').waitFor();

  // Whoever accepts does not review the same case.
  await openCase(fund, t, withdrawal);
  await does(page, t, t("cases.accept"));
  await page.getByLabel(t("cases.opinion")).fill("同意提取");
  await refused(page, t, t("act.toCheck"), "AUTH_SAME_PERSON");

  // Whose case it is not sees nothing of it.
  const other = await enter(browser, t, language, personaOf(demo, "loan-yi"), `/cases/${subsidy}`);
  await other.page.getByText("SESSION_FORBIDDEN").waitFor();
  await other.close();
  await fund.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] an officer is refused a slice that is not his, and a second stage of a case`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await mayNot(browser, language, demo);
    },
  );
}
