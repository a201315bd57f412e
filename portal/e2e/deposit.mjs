// The steps that several stories share.

import { check, download } from "./browser.mjs";

/** Text that no earlier run has deposited. */
export function fresh(text) {
  return `${text} ${crypto.randomUUID()}`;
}

/** Chooses files, goes to the sheet, signs, and waits until all receipts are final. */
export async function deposit(page, t, files, { kind = "sealed", mode, beforeSign = async () => {} } = {}) {
  await page.getByLabel(t("deposit.choose.drop")).setInputFiles(files);
  await page.getByRole("radio", { name: t(`deposit.kind.${kind}`), exact: true }).check();
  if (mode) await page.getByRole("radio", { name: t(`deposit.mode.${mode}`), exact: true }).check();
  await page.getByRole("button", { name: t("deposit.choose.next") }).click();
  await page.getByRole("heading", { name: t("deposit.check.title") }).waitFor();
  await beforeSign();
  await page.getByRole("button", { name: t("deposit.check.sign") }).click();
  await page.getByRole("heading", { name: t("deposit.result.done"), exact: true }).waitFor();
}

/** Opens a room by its link, as a person does; on a phone it may lie behind "more". */
export async function go(page, t, room) {
  const navigation = page.getByRole("navigation", { name: t("app.rooms") });
  const link = navigation.getByRole("link", { name: t(`${room}.name`), exact: true });
  if (!(await link.isVisible())) await navigation.getByRole("button", { name: t("app.more") }).click();
  await link.click();
}

/** Puts a receipt, and perhaps a file, into Verify and gives the answer's heading. */
export async function verify(page, t, receipt, original) {
  await page.getByLabel(t("verify.dropReceipt")).setInputFiles(receipt);
  if (original) await page.getByLabel(t("verify.dropFile")).setInputFiles(original);
  const heading = page.getByRole("article", { name: t("verify.report") }).getByRole("heading", { level: 2 });
  await heading.waitFor();
  return (await heading.innerText()).replace(/^[✓✕]\s*/, "");
}

/** The receipt of the deposit just made, as it is saved. */
export async function savedReceipt(page, t, name) {
  const saved = await download(page, page.getByRole("button", { name: t("receipts.download"), exact: true }));
  check(saved.name === `${name}.receipt.json`, `saved as ${saved.name}`);
  return { name: saved.name, mimeType: "application/json", buffer: saved.buffer };
}
