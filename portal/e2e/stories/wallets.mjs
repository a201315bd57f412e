// A certificate taken into a wallet on the person's page, and one line of it asked for and read on the officer's.

import { actor, certificateFor } from "../actor.mjs";
import { check, download, visit, words } from "../browser.mjs";
import { section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";
import { Wallet } from "../wallet.mjs";

/** The link that is folded away beside the QR code. */
async function linkIn(part, t) {
  await part.getByText(t("wallet.link"), { exact: true }).click();
  return part.locator(".link-text").innerText();
}

/** Asks wallets for whether somebody is of age; gives the part of the page that follows the request, and the link. */
async function askAge(officer, t, caseNumber) {
  const { page } = officer;
  const another = page.getByRole("button", { name: t("wallet.askNew") });
  if (await another.isVisible()) await another.click();
  await page.getByLabel(t("act.argument.case")).fill(caseNumber);
  await toSheet(page, t);
  await page.getByRole("dialog").getByText(caseNumber).first().waitFor();
  await sign(page, t);
  await closeSheet(page, t);
  const part = section(page, t("wallet.request"));
  await part.getByText(caseNumber).first().waitFor();
  await part.getByText(t("wallet.state.waiting"), { exact: true }).waitFor();
  return { part, link: await linkIn(part, t) };
}

/** Lets more than ten minutes pass on the page; the node, whose clock it would follow, is out of reach meanwhile. */
async function later(visitor) {
  await visitor.cut();
  await visitor.page.clock.install({ time: Date.now() + 11 * 60_000 });
}

async function tell(browser, language) {
  const demo = await demonstration();
  if (demo === null) {
    console.log("        skipped: the node serves no demonstration");
    return;
  }
  const t = words(language);
  const [person, clerk] = await Promise.all([
    actor(personaOf(demo, "li")),
    actor(personaOf(demo, "clerk-jia")),
  ]);
  const certificate = await certificateFor(person, clerk, demo);
  const path = `/me/certificates/${encodeURIComponent(certificate)}`;

  // At the node of another department it is said where the certificate can be taken.
  const node = personaOf(demo, "loan-yi").url.replace(/\/$/, "");
  const away = await visit(browser, { language, node, path: `${path}?as=li` });
  await section(away.page, t("wallet.title"))
    .getByText(t("wallet.elsewhere", { name: "甲市住房公积金管理中心" }))
    .waitFor();
  await away.close();

  const owner = await enter(browser, t, language, personaOf(demo, "li"), path);
  const { page } = owner;
  const part = section(page, t("wallet.title"));
  await part.getByRole("button", { name: t("wallet.take") }).click();
  for (const box of await part.getByRole("checkbox").all()) await box.uncheck();
  await part.getByText(t("lease.error.fields")).waitFor();
  check(
    await part.getByRole("button", { name: t("act.toCheck") }).isDisabled(),
    "nothing can be taken into a wallet",
  );
  for (const field of ["age_over_18", "bal"])
    await part.getByLabel(t(`certificate.field.${field}`), { exact: true }).check();
  await owner.look("wallet-take");
  await toSheet(page, t);
  await owner.look("wallet-take-sheet");
  await sign(page, t);
  await closeSheet(page, t);
  await part.getByText(t("wallet.waiting"), { exact: true }).waitFor();
  await part.getByRole("img", { name: t("wallet.offerQr") }).waitFor();
  await part.getByRole("timer").waitFor();
  const link = await linkIn(part, t);
  const digits = await part.locator("output").innerText();
  check(/^\d{6}$/.test(digits), `the transaction code is ${digits}`);
  check(!link.includes(digits), "the transaction code is in the link");
  await owner.look("wallet-offer");

  const wallet = new Wallet(demo);
  const wrong = await wallet.token(link, digits === "000000" ? "000001" : "000000");
  check(wrong.answer.code === "WALLET_TX_CODE", `a wrong code gives ${JSON.stringify(wrong.answer)}`);
  check(
    await part.getByText(t("wallet.waiting"), { exact: true }).isVisible(),
    "a wrong code ends the offer on the page",
  );
  await wallet.collect(link, digits);
  // Nobody touches the page: it follows.
  await part.getByText(t("wallet.inWallet")).waitFor();
  check((await part.getByRole("img", { name: t("wallet.offerQr") }).count()) === 0, "the code stays");
  await part.getByText(t("wallet.copyState.valid"), { exact: true }).waitFor();
  await page.reload();
  await part.getByText(t("wallet.copyState.valid"), { exact: true }).waitFor();
  await owner.look("wallet-copy");

  const officer = await enter(browser, t, language, personaOf(demo, "loan-yi"), "/wallet");
  await officer.page.getByRole("button", { name: t("act.toCheck") }).click();
  await officer.page.getByText(t("wallet.error.case")).waitFor();
  await officer.look("wallet-ask");
  const caseNumber = `CJ-${Date.now()}`;

  // More than was asked for is refused, and nothing of it is seen.
  const first = await askAge(officer, t, `${caseNumber}-1`);
  await officer.look("wallet-request");
  const tooMuch = await wallet.show(first.link, ["bal"]);
  check(tooMuch.status === 400, `more than asked for gives ${tooMuch.status}`);
  await first.part.getByText(t("wallet.refused")).waitFor();
  check(!(await first.part.innerText()).includes("4408.76"), "a refused answer is shown");
  await officer.look("wallet-refused");

  const second = await askAge(officer, t, `${caseNumber}-2`);
  const shown = await wallet.show(second.link);
  check(shown.status === 200, `an honest answer gives ${JSON.stringify(shown.answer)}`);
  await second.part.getByRole("heading", { name: t("certificate.good") }).waitFor();
  await second.part.getByText(t("common.yes"), { exact: true }).waitFor();
  const read = await second.part.innerText();
  for (const hidden of ["4408.76", "王小示", "990101199003150015"])
    check(!read.includes(hidden), `the officer reads ${hidden}, which was not asked for`);
  await officer.look("wallet-shown");
  const receipt = await download(
    officer.page,
    second.part.getByRole("button", { name: t("wallet.saveReceipt") }),
  );
  check(receipt.buffer.includes("sharing.wallet_present"), "the receipt is not that of the look");
  // The person sees both attempts, and by whom.
  await page.goto(new URL("/me/looks", page.url()).href);
  await page.getByText(`${caseNumber}-2`).first().waitFor();
  await page.getByText(`${caseNumber}-1`).first().waitFor();

  await page.goto(new URL(path, page.url()).href);
  await part
    .getByRole("button", { name: t("act.op.walletEnd.name") })
    .first()
    .click();
  await sign(page, t);
  await closeSheet(page, t);
  await part.getByText(t("wallet.copyState.ended"), { exact: true }).waitFor();
  await part.getByRole("button", { name: t("wallet.take") }).click();
  await toSheet(page, t);
  await sign(page, t);
  await closeSheet(page, t);
  await part.getByText(t("wallet.waiting"), { exact: true }).waitFor();
  await part.getByRole("img", { name: t("wallet.offerQr") }).waitFor();
  await later(owner);
  await part.getByText(t("wallet.offerOver")).waitFor();
  check(
    (await part.getByRole("img", { name: t("wallet.offerQr") }).count()) === 0,
    "an offer that is over is shown",
  );
  await owner.close();

  const third = await askAge(officer, t, `${caseNumber}-3`);
  check((await wallet.show(third.link)).status === 400, "an ended copy is accepted");
  await third.part.getByText(t("wallet.refused")).waitFor();
  await officer.look("wallet-ended");
  const fourth = await askAge(officer, t, `${caseNumber}-4`);
  await later(officer);
  await fourth.part.getByText(t("wallet.requestOver")).waitFor();
  check(!(await fourth.part.getByRole("timer").isVisible()), "a request that is over is shown");
  await officer.close();
}

for (const language of ["zh-CN", "en"]) {
  story(`[${language}] a certificate goes into a wallet, and an officer reads one line of it`, browser =>
    tell(browser, language),
  );
}
