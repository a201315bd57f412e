// The steps of the stories about keys: making them, binding them, signing beside another, and people who are not enrolled yet.

import { check, checkAccessible, DESKTOP, download, file, PHONE, shoot, visit } from "./browser.mjs";
import { closeSheet, sign } from "./sharing.mjs";

/** A section of the page by its heading. */
export function section(page, name) {
  return page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name, exact: true }) });
}

/** A citizen number (GB 11643) of the invented division 990101, other each time. */
export function inventedNumber() {
  const pick = limit => crypto.getRandomValues(new Uint32Array(1))[0] % limit;
  const two = number => String(number).padStart(2, "0");
  const day = `${1950 + pick(50)}${two(1 + pick(12))}${two(1 + pick(28))}`;
  const body = `990101${day}${String(pick(1000)).padStart(3, "0")}`;
  const sum = [...body].reduce((all, digit, at) => all + Number(digit) * (2 ** (17 - at) % 11), 0);
  return body + "10X98765432"[sum % 11];
}

/** Judges a screen at both widths and keeps its picture. */
export async function look(page, screen, language) {
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(viewport);
    await checkAccessible(page, `${screen} ${size}`);
    await shoot(page, `${screen}-${size}-${language}`);
  }
  await page.setViewportSize(DESKTOP);
}

/** Somebody who comes with a new browser, makes a key under a name, and signs in with it. */
export async function newcomer(browser, t, language, node, name) {
  return withNewKey(await visit(browser, { language, node, path: "/keys" }), t, name);
}

/** Makes a key on an open page of keys, and signs in with it. */
export async function withNewKey(visitor, t, name) {
  const { page } = visitor;
  await page.getByLabel(t("keys.newName")).fill(name);
  await page.getByRole("button", { name: t("keys.add"), exact: true }).click();
  await page.locator(".row-title").filter({ hasText: name }).waitFor();
  const account = await accountNamed(page, name);
  await section(page, t("keys.session.title"))
    .getByRole("button", { name: t("identity.signIn"), exact: true })
    .click();
  await page.getByText(t("keys.session.notEnrolled")).waitFor();
  return { ...visitor, account };
}

/** The whole public key of an identity of this browser, from where it is kept. */
export function accountNamed(page, name) {
  return page.evaluate(
    wanted =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("yinxin");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const store = opening.result.transaction("identities").objectStore("identities");
          const all = store.getAll();
          all.onsuccess = () => {
            opening.result.close();
            resolve(all.result.find(one => one.label?.["zh-CN"] === wanted)?.id ?? null);
          };
        };
      }),
    name,
  );
}

/** Chooses a key of this browser as a further device, signs with both keys, and waits until it is bound. */
export async function bindHere(page, t, name, onSheet = async () => {}) {
  const devices = section(page, t("keys.devices.title"));
  await devices.getByLabel(t("keys.devices.which")).selectOption({ label: name });
  await devices.getByRole("button", { name: t("keys.devices.addButton") }).click();
  const sheet = page.getByRole("dialog");
  const signing = sheet.getByRole("button", { name: t("deposit.check.sign") });
  await signing.waitFor();
  check(await signing.isDisabled(), "it can be signed without the new key");
  await onSheet();
  await sheet.getByRole("button", { name: t("cosign.here", { name }) }).click();
  await sheet.getByText(t("cosign.good")).waitFor();
  await sign(page, t);
  await closeSheet(page, t);
  await devices.locator("li").filter({ hasText: name }).getByText(t("keys.state.active")).waitFor();
}

/** Ends the key with this name. */
export async function revoke(page, t, name, onSheet = async () => {}) {
  const devices = section(page, t("keys.devices.title"));
  await devices.getByRole("button", { name: `${t("act.op.revokeKey.name")} ${name}` }).click();
  await devices.getByRole("button", { name: t("act.toCheck"), exact: true }).click();
  await onSheet();
  await sign(page, t);
  await closeSheet(page, t);
}

/** Carries what is to be signed from one person's sheet to another's page, and the signature back. */
export async function cosignElsewhere(page, t, other, account, onPage = async () => {}) {
  const sheet = page.getByRole("dialog");
  const part = sheet.locator(".notice").filter({ hasText: account.slice(-6) });
  const saved = await download(page, part.getByRole("button", { name: t("cosign.save") }));
  await other.page.getByLabel(t("keys.cosign.body")).fill(saved.buffer.toString());
  await onPage();
  await other.page.getByRole("button", { name: t("keys.cosign.sign"), exact: true }).click();
  const done = section(other.page, t("keys.cosign.title"));
  await done.getByText(t("keys.cosign.done")).waitFor();
  const signature = await done.locator("output").innerText();
  await part.getByLabel(t("cosign.signature")).fill(signature);
  await sheet.getByText(t("cosign.good")).first().waitFor();
}

/** A saved key file, to be chosen again. */
export function keyFile({ name, buffer }) {
  return file(name, buffer, "application/octet-stream");
}

/** A clerk at the data desk enrols somebody who has come with a new browser; gives the party as that person's page tells it. */
export async function enrolAtWindow(page, t, citizen, number = inventedNumber()) {
  await page.goto(new URL("/steward", page.url()).href);
  const enrol = section(page, t("enrol.title"));
  await enrol.getByLabel(t("enrol.number")).fill(number);
  await enrol.getByLabel(t("enrol.key")).fill(citizen.account);
  await enrol.getByRole("button", { name: t("act.toCheck") }).click();
  await page.getByRole("dialog").getByText(t("cosign.title")).waitFor();
  await cosignElsewhere(page, t, citizen, citizen.account);
  await sign(page, t);
  await closeSheet(page, t);
  await section(citizen.page, t("keys.devices.title")).getByText(t("keys.devices.this")).waitFor();
  const session = await citizen.page.evaluate(async () => (await fetch("/api/v1/session")).json());
  return session.party;
}

/** Sessions end when days have passed: whoever comes back signs in again. */
export async function signInAgain(page, t) {
  const here = page.url();
  const open = await page.evaluate(async () => (await fetch("/api/v1/session")).ok);
  if (open) return;
  await page.goto(new URL("/keys", here).href);
  await section(page, t("keys.session.title"))
    .getByRole("button", { name: t("identity.signIn"), exact: true })
    .click();
  await page.getByText(t("keys.session.posts"), { exact: true }).waitFor();
  await page.goto(here);
}
