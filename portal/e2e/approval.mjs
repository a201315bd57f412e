// The steps of the stories about cases: an application from the search to its number, what officers do with it, and the same by keys alone.

import { check, file } from "./browser.mjs";
import { cosignElsewhere, section } from "./keys.mjs";
import { closeSheet, enter, personaOf, sign, toSheet } from "./sharing.mjs";

/** The texts of the invented item with the code that its department gave it. */
export const RESTAURANT = {
  code: "1199010000000209X42990117001001",
  search: { "zh-CN": "xcy", en: "restaurant" },
  name: { "zh-CN": "小餐饮经营许可", en: "Licence for a small restaurant" },
  fields: {
    "zh-CN": {
      applicant: "申请人姓名或名称",
      contact: "联系电话",
      address: "经营场所地址",
      area: "场所面积（平方米）",
      kind: "经营类别",
      truthful: "我承诺所填内容属实",
    },
    en: {
      applicant: "Name of the applicant",
      contact: "Telephone",
      address: "Address of the premises",
      area: "Floor area in square metres",
      kind: "Kind of food",
      truthful: "What I say is true",
    },
  },
  plan: { "zh-CN": "场所平面布局图", en: "Layout of the premises" },
};

/** A subsidy that three departments review, and a withdrawal from the fund of city 甲, each with what is filled in and handed in. */
export const SUBSIDY = {
  code: "1199010000000209X42990517001010",
  fields: {
    applicant: "张试验",
    contact: "0990-2345678",
    home: "甲市西区示例路8号",
    rent_fen: "1850.50",
    months: "6",
    truthful: true,
  },
  files: ["lease", "income", "account"],
};
export const WITHDRAWAL = {
  code: "12990100000001011T2990717001002",
  fields: { applicant: "张试验", contact: "0990-2345678", fund_account: "9901000002", truthful: true },
  files: ["proof"],
};

export function goto(page, path) {
  return page.goto(new URL(path, page.url()).href);
}

/** A drawing that somebody hands in. */
export function drawing(name) {
  return file(name, `<svg xmlns="http://www.w3.org/2000/svg"><title>${name}</title></svg>`, "image/svg+xml");
}

/** The file field of a material. */
export function fileField(page, name) {
  return page.locator(`#field-${name} input[type=file]`);
}

/** Hands a file in, and waits until the department has it. */
export async function attach(page, t, name, given) {
  await fileField(page, name).setInputFiles(given);
  const done = t("application.attached", { name: given.name }).split("{{")[0];
  await page.locator(`#field-${name}`).getByText(done).waitFor();
}

/** Somebody finds the item, fills in the form, goes away and comes back, signs, and has a number. */
export async function apply(citizen, t, language) {
  const { page } = citizen;
  await page.getByLabel(t("services.search")).fill(RESTAURANT.search[language]);
  await page.getByRole("link", { name: RESTAURANT.name[language] }).click();
  await page.getByText(RESTAURANT.plan[language]).waitFor();
  await citizen.look("item");
  await page.getByRole("link", { name: t("services.apply"), exact: true }).click();

  const label = RESTAURANT.fields[language];
  await page.getByLabel(label.applicant).fill("王小示");
  await page.getByLabel(label.contact).fill("0990-1234567");
  await page.getByLabel(label.area).fill("60");
  await page.getByLabel(label.kind).selectOption("snack");
  await page.getByLabel(label.truthful).check();
  await attach(page, t, "plan", drawing("plan-1.svg"));
  // The address is missing: it is said, and the cursor stands in it.
  await page.getByRole("button", { name: t("act.toCheck"), exact: true }).click();
  await page.getByText(t("application.incomplete")).waitFor();
  check(await page.getByLabel(label.address).evaluate(one => one === document.activeElement), "not focused");
  await citizen.look("application-incomplete");
  // What was filled in survives the closed page, the file that was handed in too.
  await page.reload();
  await page.getByLabel(label.address).fill("甲市东区示例路1号");
  check((await page.getByLabel(label.contact).inputValue()) === "0990-1234567", "the draft is gone");
  await page.locator("#field-plan").getByText("plan-1.svg").waitFor();
  await citizen.look("application");

  await toSheet(page, t);
  const sheet = page.getByRole("dialog");
  await sheet.getByText("甲市东区示例路1号").waitFor();
  await sheet.getByRole("heading", { name: t("application.whoSees") }).waitFor();
  await citizen.look("application-sheet");
  await sign(page, t);
  // The number stands in the dialog already, and nothing behind it looks like a failure.
  const told = await sheet.locator("strong.code").innerText();
  check((await page.locator("form .error").count()) === 0, "the form behind the dialog is full of faults");
  await citizen.look("application-told");
  await closeSheet(page, t);
  const number = await page.locator("main strong.code").innerText();
  check(told === number, `the dialog says ${told}, the page ${number}`);
  check(/^1199010000000209X42990117001001\d{12}$/.test(number), `no number: ${number}`);
  await citizen.look("application-done");
  await page.getByRole("link", { name: t("application.follow") }).click();
  await page.getByText(t("cases.state.submitted"), { exact: true }).first().waitFor();
  return number;
}

/** Applies for an item by its address; the number of the case. */
export async function submit(page, t, { code, fields, files }) {
  await goto(page, `/services/${code}/apply`);
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`#field-${name} :is(input, select, textarea)`);
    if (value === true) await field.check();
    else await field.fill(value);
  }
  for (const name of files) await attach(page, t, name, drawing(`${name}.svg`));
  await toSheet(page, t);
  await sign(page, t);
  await closeSheet(page, t);
  return page.locator("main strong.code").innerText();
}

/** An officer of the demonstration with the queue open. */
export async function officer(browser, t, language, demo, id) {
  const visitor = await enter(browser, t, language, personaOf(demo, id), "/tasks");
  return visitor;
}

/** Opens a case from the queue. */
export async function openCase({ page }, t, number) {
  await goto(page, "/tasks");
  const row = page.locator(".row-list > li").filter({ hasText: number });
  await row.getByRole("link").click();
  await page.getByRole("heading", { name: t("cases.toDo") }).waitFor();
}

/** Looks at a material of the open case, and reads what comes. */
export async function lookAtMaterial({ page }, t, name) {
  const row = section(page, t("services.materials")).locator(".row-list > li").filter({ hasText: name });
  await row.getByRole("button", { name: t("cases.look"), exact: true }).click();
  await sign(page, t);
  await closeSheet(page, t);
  await row.getByRole("button", { name: t("cases.openLooked"), exact: true }).click();
  await row.getByRole("button", { name: t("cases.saveMaterial") }).waitFor();
  return row;
}

/** Presses what leads to the sheet, and signs. */
export async function does(page, t, name, end) {
  await page.getByRole("button", { name, exact: true }).first().click();
  await sign(page, t, end);
  await closeSheet(page, t);
}

/** Writes an opinion on the open step and signs it; a colleague signs the same where two are needed. */
export async function takeStep({ page }, t, opinion, colleague = null) {
  await page.getByLabel(t("cases.opinion")).fill(opinion);
  if (colleague !== null) {
    const choice = page.getByLabel(t("cases.second"));
    await choice.locator(`option[value="${colleague.account}"]`).waitFor({ state: "attached" });
    await choice.selectOption(colleague.account);
  }
  await page
    .getByRole("button", { name: t("act.toCheck"), exact: true })
    .first()
    .click();
  if (colleague !== null) {
    await page.getByRole("dialog").getByText(t("cosign.title")).waitFor();
    await goto(colleague.page, "/keys");
    await cosignElsewhere(page, t, colleague, colleague.account);
  }
  await sign(page, t);
  await closeSheet(page, t);
}

/** Presses Tab until something has the cursor. */
export async function tabTo(page, target, most = 120) {
  for (let pressed = 0; pressed < most; pressed += 1) {
    if (await target.evaluate(one => one === document.activeElement).catch(() => false)) return;
    await page.keyboard.press("Tab");
  }
  check(false, `not reached by Tab: ${target}`);
}

/** Chooses a file by keys: the field opens the chooser of the browser. */
export async function chooseByKeys(page, target, given) {
  // Awaited from here on, so that the browser hands the chooser over by the time the field is reached.
  const choosing = page.waitForEvent("filechooser");
  await tabTo(page, target);
  await page.keyboard.press("Enter");
  await (await choosing).setFiles(given);
}
