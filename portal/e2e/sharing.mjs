// The steps of the stories in which persons of the demonstration act, each at the node of its department.

import { check, checkAccessible, DESKTOP, PHONE, shoot, url, visit } from "./browser.mjs";

/** The demonstration that the node serves, or `null` where it serves none. */
export async function demonstration() {
  const answer = await fetch(`${url}/api/v1/demo`);
  return answer.ok ? answer.json() : null;
}

/** The person of the demonstration with this identifier. */
export function personaOf(demo, id) {
  const persona = demo?.personas.find(one => one.id === id);
  check(persona !== undefined, `the demonstration has no ${id}`);
  return persona;
}

/** A visitor who signs in as a person of the demonstration, at that person's node; by a fresh visit unless `arrive` knows another way. */
export async function enter(browser, t, language, persona, path, arrive = how => visit(browser, how)) {
  const node = persona.url.replace(/\/$/, "");
  const name = language === "en" ? persona.name.en : persona.name.zh;
  const { hostname } = new URL(node);
  // Under another name of the same machine the entrance is in the address, as in a link from another department's portal.
  const named = hostname === new URL(url).hostname;
  const visitor = await arrive({ language, node, path: named ? "/keys" : `/keys?as=${persona.id}` });
  const { page } = visitor;
  if (named) {
    await page
      .getByRole("main")
      .getByRole("button", { name: t("identity.enterAs", { name }), exact: true })
      .last()
      .click();
  }
  await page.getByText(t("keys.session.account"), { exact: true }).first().waitFor();
  await page.goto(`${node}${path}`);
  return {
    ...visitor,
    /** Judges a screen at both widths and keeps its picture. */
    look: async screen => {
      for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
        await page.setViewportSize(viewport);
        await checkAccessible(page, `${screen} ${size}`);
        await shoot(page, `${screen}-${size}-${language}`);
      }
      await page.setViewportSize(DESKTOP);
    },
  };
}

/** Goes from a form to the sheet with what will be signed. */
export async function toSheet(page, t, button = t("act.toCheck")) {
  await page.getByRole("button", { name: button, exact: true }).first().click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: t("deposit.check.sign") })
    .waitFor();
}

/** Signs the sheet and waits until the act is final with the end that is wanted. */
export async function sign(page, t, end = t("act.done")) {
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("button", { name: t("deposit.check.sign") }).click();
  await sheet.getByText(end).first().waitFor();
}

/** Closes the sheet. */
export async function closeSheet(page, t) {
  await page
    .getByRole("dialog")
    .getByRole("button", { name: t("common.close"), exact: true })
    .click();
}
