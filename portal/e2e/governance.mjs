// The steps of the stories in which members decide.

import { generateKeyPairSync } from "node:crypto";
import { section } from "./keys.mjs";

/** Opens the form and chooses what is to be decided. */
export async function draft(page, t, kind) {
  const form = section(page, t("act.op.propose.name"));
  const opener = form.getByRole("button", { name: t("governance.form.open") });
  if ((await opener.getAttribute("aria-expanded")) !== "true") await opener.click();
  await form.getByLabel(t("governance.decides")).selectOption({ label: t(`governance.kind.${kind}`) });
  return form;
}

/** The newest proposal of the list. */
export function newest(page, t) {
  return section(page, t("governance.proposals")).locator(".row-list > li").first();
}

/** A public key that nobody has used, as the machine of a new member would make it. */
export function freshKey() {
  const { publicKey } = generateKeyPairSync("ed25519");
  return `ed25519:${publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex")}`;
}

/** An invented unified social credit code (GB 32100) of a department of the invented division 990100, other each time. */
export function inventedCode() {
  const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const body = String(crypto.getRandomValues(new Uint32Array(1))[0] % 100_000_000).padStart(8, "0");
  const weighed = [3, 7, 9, 10, 5, 8, 4, 2].reduce((all, weight, at) => all + weight * Number(body[at]), 0);
  const own = (11 - (weighed % 11)) % 11;
  const code = `11990100${body}${own === 10 ? "X" : own}`;
  const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
  const sum = weights.reduce((all, weight, at) => all + weight * alphabet.indexOf(code[at]), 0);
  return code + alphabet[(31 - (sum % 31)) % 31];
}
