// Keys of officers and citizens: an encrypted SM2 key file, a passkey, devices that come and go, somebody who is enrolled at a window.

import { check, download, words } from "../browser.mjs";
import {
  accountNamed,
  bindHere,
  cosignElsewhere,
  inventedNumber,
  keyFile,
  look,
  newcomer,
  revoke,
  section,
} from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

const PASSPHRASE = "一个足够长的口令 2026";
const NEXT_PASSPHRASE = "another long passphrase 2027";

/** Makes a key file under a name and gives it, as it was saved. */
async function makeKeyFile(page, t, name, language) {
  const part = section(page, t("keyFile.title"));
  await part.getByRole("button", { name: t("keyFile.make"), exact: true }).click();
  await part.getByLabel(t("keyFile.name"), { exact: true }).fill(name);
  const making = part.getByRole("button", { name: t("keyFile.makeButton") });
  await part.getByLabel(t("keyFile.passphraseNew"), { exact: true }).fill("短");
  await part.getByLabel(t("keyFile.again"), { exact: true }).fill("不同");
  await making.click();
  await part.getByText(t("failure.keyFile.short.title")).waitFor();
  await part.getByText(t("keyFile.different")).waitFor();
  await look(page, "key-file-make", language);
  await part.getByLabel(t("keyFile.passphraseNew"), { exact: true }).fill(PASSPHRASE);
  await part.getByLabel(t("keyFile.again"), { exact: true }).fill(PASSPHRASE);
  const saved = await download(page, making);
  check(saved.name.endsWith(".pem"), `saved as ${saved.name}`);
  check(saved.buffer.includes("ENCRYPTED PRIVATE KEY"), "the key is not encrypted");
  await part.getByText(t("keyFile.made"), { exact: true }).waitFor();
  return saved;
}

/** Answers the question for the passphrase, once wrongly. */
async function unlock(page, t, onDialog = async () => {}, passphrase = PASSPHRASE) {
  const dialog = page.getByRole("dialog", { name: t("keyFile.unlock.title") });
  await dialog.getByLabel(t("keyFile.passphrase")).fill("wrong passphrase");
  await dialog.getByRole("button", { name: t("keyFile.unlock.button") }).click();
  await dialog.getByText(t("failure.keyFile.passphrase.title")).waitFor();
  await onDialog();
  await dialog.getByLabel(t("keyFile.passphrase")).fill(passphrase);
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
}

function identityRow(page, t, name) {
  return section(page, t("keys.here.title")).locator("li").filter({ hasText: name });
}

async function use(page, t, name) {
  await identityRow(page, t, name)
    .getByRole("button", { name: `${t("identity.use")} ${name}` })
    .click();
}

async function keyFileStory(browser, language, demo) {
  const t = words(language);
  const steward = personaOf(demo, "steward");
  const stewardName = language === "en" ? steward.name.en : steward.name.zh;
  const name = `SM2 ${Date.now()}`;
  const officer = await enter(browser, t, language, steward, "/keys");
  const { page } = officer;
  const saved = await makeKeyFile(page, t, name, language);
  await bindHere(page, t, name, () => look(page, "device-add-sheet", language));
  await look(page, "devices", language);

  // Signing in as the key file: leaving the old session locks it, and the passphrase is asked for.
  await use(page, t, name);
  await unlock(page, t, () => look(page, "key-file-unlock", language));
  await identityRow(page, t, name).getByText(t("keyFile.unlocked")).waitFor();
  await section(page, t("keys.session.title")).getByText("identity.").waitFor();

  // A person whom nobody knows comes to the window.
  const citizenName = language === "en" ? `Zhou ${Date.now()}` : `周新 ${Date.now()}`;
  const citizen = await newcomer(browser, t, language, steward.url.replace(/\/$/, ""), citizenName);
  await citizen.page.getByText(t("keys.enrol.title"), { exact: true }).click();
  await citizen.page.getByRole("img", { name: t("keys.enrol.code") }).waitFor();
  await look(citizen.page, "not-enrolled", language);
  await page.goto(new URL("/steward", page.url()).href);
  const enrol = section(page, t("enrol.title"));
  const number = inventedNumber();
  await enrol.getByLabel(t("enrol.number")).fill(`${number.slice(0, 17)}${number[17] === "1" ? "2" : "1"}`);
  await enrol.getByText(t("issue.problem.citizen")).waitFor();
  await enrol.getByLabel(t("enrol.number")).fill(number);
  await enrol.getByLabel(t("enrol.key")).fill(citizen.account);
  await look(page, "enrol", language);
  await enrol.getByRole("button", { name: t("act.toCheck") }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText(t("cosign.title")).waitFor();
  await look(page, "enrol-sheet", language);
  check(!(await sheet.innerText()).includes(number), "the citizen number is in what will be signed");
  await cosignElsewhere(page, t, citizen, citizen.account, () =>
    look(citizen.page, "enrol-cosign", language),
  );
  // The page was loaded anew, so the key is locked again.
  await sheet.getByRole("button", { name: t("deposit.check.sign") }).click();
  await unlock(page, t);
  await sheet.getByText(t("act.done")).first().waitFor();
  await look(page, "enrol-done", language);
  await closeSheet(page, t);

  // The same person again is refused: the commitment is known.
  await enrol.getByLabel(t("enrol.number")).fill(number);
  const twin = await newcomer(browser, t, language, steward.url.replace(/\/$/, ""), `${citizenName} 2`);
  await enrol.getByLabel(t("enrol.key")).fill(twin.account);
  await enrol.getByRole("button", { name: t("act.toCheck") }).click();
  await sheet.getByText(t("cosign.title")).waitFor();
  await cosignElsewhere(page, t, twin, twin.account);
  await sign(page, t, "ID_ENROLLED");
  await closeSheet(page, t);
  await twin.close();

  // The new citizen sees it without asking, and asks for a certificate.
  await section(citizen.page, t("keys.devices.title")).getByText(t("keys.devices.this")).waitFor();
  await citizen.page.goto(new URL("/me/ask", citizen.page.url()).href);
  await citizen.page.getByLabel(t("person.ask.holder")).selectOption({ label: "甲市住房公积金管理中心" });
  await toSheet(citizen.page, t);
  await sign(citizen.page, t);
  await closeSheet(citizen.page, t);
  await citizen.page.goto(new URL("/me", citizen.page.url()).href);
  await citizen.page.getByText(t("request.state.open")).first().waitFor();
  await citizen.close();

  // Signing out locks. The kept file can be forgotten and brought again.
  await page.goto(new URL("/keys", page.url()).href);
  await section(page, t("keys.session.title"))
    .getByRole("button", { name: t("identity.signOut") })
    .click();
  await identityRow(page, t, name).getByText(t("keyFile.locked")).waitFor();
  await identityRow(page, t, name)
    .getByRole("button", { name: t("keys.forgetOf", { name }) })
    .click();
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: t("receipts.deleteYes") })
    .click();
  await identityRow(page, t, name).waitFor({ state: "detached" });
  const part = section(page, t("keyFile.title"));
  await part.getByRole("button", { name: t("keyFile.import"), exact: true }).click();
  await part.getByLabel(t("keyFile.drop")).setInputFiles(keyFile(saved));
  await part.getByLabel(t("keyFile.name"), { exact: true }).fill(name);
  await part.getByLabel(t("keyFile.passphrase"), { exact: true }).fill("wrong passphrase");
  await part.getByRole("button", { name: t("keyFile.importButton") }).click();
  await part.getByText(t("failure.keyFile.passphrase.title")).waitFor();
  await look(page, "key-file-import", language);
  await part.getByLabel(t("keyFile.passphrase"), { exact: true }).fill(PASSPHRASE);
  await part.getByRole("button", { name: t("keyFile.importButton") }).click();
  await part.getByText(t("keyFile.imported")).waitFor();

  // Another passphrase makes another file; from then on the browser asks for the new one.
  const row = identityRow(page, t, name);
  await row.getByRole("button", { name: t("keyFile.changeOf", { name }) }).click();
  await row.getByLabel(t("keyFile.old")).fill(PASSPHRASE);
  await row.getByLabel(t("keyFile.passphraseNew"), { exact: true }).fill(NEXT_PASSPHRASE);
  await row.getByLabel(t("keyFile.again"), { exact: true }).fill(NEXT_PASSPHRASE);
  await look(page, "key-file-change", language);
  const changed = await download(page, row.getByRole("button", { name: t("keyFile.changeButton") }));
  check(!changed.buffer.equals(saved.buffer), "the file is the old one");
  await row.getByText(t("keyFile.changed"), { exact: true }).waitFor();
  await row.getByRole("button", { name: t("keyFile.changeOf", { name }) }).click();

  // Ended by the officer's other key, it signs nobody in to any post.
  await use(page, t, stewardName);
  await section(page, t("keys.devices.title")).getByText(t("keys.devices.this")).waitFor();
  await revoke(page, t, name, () => look(page, "revoke-sheet", language));
  await page
    .getByText(t("keys.devices.ended", { n: "" }).slice(0, 6))
    .first()
    .click();
  await section(page, t("keys.devices.title")).getByText(t("keys.devices.endedByMe")).first().waitFor();
  await look(page, "devices-ended", language);
  await use(page, t, name);
  await unlock(page, t, async () => {}, NEXT_PASSPHRASE);
  await section(page, t("keys.session.title")).getByText(t("keys.session.noPosts")).waitFor();
  await officer.close();
}

async function passkeyStory(browser, demo) {
  const t = words("zh-CN");
  // A passkey belongs to a domain, which an address of numbers is not.
  const li = personaOf(demo, "li");
  const person = { ...li, url: li.url.replace("127.0.0.1", "localhost") };
  const visitor = await enter(browser, t, "zh-CN", person, "/keys");
  const { page, context } = visitor;
  const device = await context.newCDPSession(page);
  await device.send("WebAuthn.enable");
  const { authenticatorId } = await device.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const name = `手机 ${Date.now()}`;
  await section(page, t("keys.here.title")).getByLabel(t("keys.newName")).fill(name);
  await page.getByRole("button", { name: t("keys.addPasskey"), exact: true }).click();
  await identityRow(page, t, name).getByText(t("identity.kind.passkey")).waitFor();
  check((await accountNamed(page, name))?.startsWith("passkey:"), "it is no passkey");
  await bindHere(page, t, name);
  await visitor.look("passkey-bound");

  await use(page, t, name);
  const current = section(page, t("keys.devices.title")).locator("li").filter({ hasText: name });
  await current.getByText(t("keys.devices.this")).waitFor();
  await page.goto(new URL("/me/ask", page.url()).href);
  await page.getByLabel(t("person.ask.holder")).selectOption({ label: "甲市住房公积金管理中心" });
  await toSheet(page, t);
  await sign(page, t, new RegExp(`${t("act.done")}|REQ_|SHARE_`));
  await closeSheet(page, t);
  await page.goto(new URL("/me", page.url()).href);
  await page
    .getByRole("button", { name: t("act.op.cancel.name") })
    .first()
    .click();
  await sign(page, t);
  await closeSheet(page, t);

  // A device that does not recognise its owner signs nothing.
  await page.goto(new URL("/me/ask", page.url()).href);
  await page.getByLabel(t("person.ask.holder")).selectOption({ label: "甲市住房公积金管理中心" });
  await device.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await toSheet(page, t);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: t("deposit.check.sign") })
    .click();
  await page.getByText(t("failure.passkey.declined.title")).waitFor();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: t("common.cancel"), exact: true })
    .click();
  await device.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });

  // The phone is lost while its page is open. Another device ends its key, and what the phone signs is refused by the ledger.
  await toSheet(page, t);
  const computer = await enter(browser, t, "zh-CN", li, "/keys");
  await revoke(computer.page, t, t("keys.algorithm.passkey"));
  await computer.close();
  const refused = page.waitForResponse(
    async answer =>
      answer.url().includes("/api/v1/transactions/") && (await answer.text()).includes("AUTH_KEY_REVOKED"),
  );
  await page
    .getByRole("dialog")
    .getByRole("button", { name: t("deposit.check.sign") })
    .click();
  await refused;
  await page.getByText(t("gate.keyEnded")).waitFor();
  await page.goto(new URL("/keys", page.url()).href);
  const session = section(page, t("keys.session.title"));
  await session.getByText(t("keys.session.revoked")).waitFor();
  await visitor.look("passkey-revoked");
  await session.getByRole("button", { name: t("identity.signOut") }).click();
  await session.getByRole("button", { name: t("identity.signIn"), exact: true }).click();
  await session.getByText(t("keys.session.revoked")).waitFor();
  await visitor.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] an officer signs with an SM2 key file and enrols a citizen, who asks for a certificate`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await keyFileStory(browser, language, demo);
    },
  );
}

story("a passkey is bound, signs in, signs, and is refused once its device was lost", async browser => {
  const demo = await demonstration();
  if (demo === null) console.log("        skipped: the node serves no demonstration");
  else await passkeyStory(browser, demo);
});
