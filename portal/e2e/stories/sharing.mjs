// Xiao Wang's way (S6.1): certificate, lease, look, refused look, decision, end; in both languages and at both widths.

import { check, checkAccessible, download, PHONE, shoot, visit, words } from "../browser.mjs";
import { expectedSquares, readPdf } from "../pdf.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

/** Who there is; learnt when the first story begins. */
let demo = null;

/** What a document says that a press on a button saves, without the ends of its lines. */
async function savedPdf(page, name) {
  const { buffer } = await download(page, page.getByRole("button", { name, exact: true }));
  check(buffer.length < 150_000, `${name} has ${buffer.length} bytes`);
  const read = readPdf(buffer);
  return { ...read, text: read.text.replaceAll("\n", "") };
}

async function issue(browser, t, language) {
  const clerk = await enter(browser, t, language, personaOf(demo, "clerk-jia"), "/window");
  const { page } = clerk;
  await page
    .getByRole("link", { name: t("act.op.issue.name") })
    .first()
    .waitFor();
  await clerk.look("window");
  await page
    .getByRole("link", { name: t("act.op.issue.name") })
    .first()
    .click();
  await page.getByRole("button", { name: t("issue.fillSample") }).click();
  await page.getByText(t("issue.arithmeticGood")).waitFor();
  const monthly = page.getByLabel(t("certificate.field.indipaysum"));
  await monthly.fill("960.01");
  await page.getByText(t("issue.arithmeticBad")).waitFor();
  // What is about somebody else is there again from page to page and after a reload; the browser keeps it sealed.
  await page.goBack();
  await page
    .getByRole("link", { name: t("act.op.issue.name") })
    .first()
    .click();
  await page.getByText(t("issue.arithmeticBad")).waitFor();
  await page.reload();
  await page.getByText(t("issue.arithmeticBad")).waitFor();
  const stored = await page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
  check(stored.includes("yinxin sealed "), "no draft is kept");
  for (const name of ["certinum", "accname", "linkphone"]) {
    const typed = await page.getByLabel(t(`certificate.field.${name}`), { exact: true }).inputValue();
    check(typed !== "", `${name} was lost`);
    check(!stored.includes(typed), `the browser keeps ${name} readable`);
  }
  await page.getByRole("button", { name: t("issue.fillSample") }).click();
  await page.getByText(t("issue.arithmeticGood")).waitFor();
  await clerk.look("issue");
  await toSheet(page, t);
  await clerk.look("issue-sheet");
  await sign(page, t);
  await clerk.close();
}

async function lend(browser, t, language, caseNumber) {
  const lender = await enter(
    browser,
    t,
    language,
    personaOf(demo, "loan-yi"),
    `/loans/${encodeURIComponent(caseNumber)}`,
  );
  const { page } = lender;
  const section = name =>
    page.locator("section").filter({ has: page.getByRole("heading", { name, exact: true }) });
  await section(t("act.op.acceptLoan.name"))
    .getByRole("button", { name: t("act.toCheck") })
    .click();
  await sign(page, t);
  await closeSheet(page, t);
  const read = section(t("act.op.disclose.name"));
  await read.getByLabel(t("certificate.field.unitaccname"), { exact: true }).check();
  await page.getByText(t("loans.beyond", { fields: t("certificate.field.unitaccname") })).waitFor();
  await read.getByRole("button", { name: t("act.toCheck") }).click();
  await sign(page, t, t("act.refusedRecorded"));
  await page.getByText("LEASE_FIELD").waitFor();
  await lender.look("look-refused");
  await closeSheet(page, t);
  await read.getByLabel(t("certificate.field.unitaccname"), { exact: true }).uncheck();
  await read.getByRole("button", { name: t("act.toCheck") }).click();
  await sign(page, t);
  await closeSheet(page, t);
  await page.getByRole("heading", { name: t("certificate.good") }).waitFor();
  await page.getByText("4408.76").waitFor();
  check((await page.getByText("示例建工集团有限公司").count()) === 0, "a field outside the lease was shown");
  const excerpt = await savedPdf(page, t("pdf.certificate"));
  check(excerpt.text.includes("4408.76"), "the excerpt has no balance");
  for (const hidden of ["王小示", "990101199003150015", "示例建工集团有限公司"]) {
    check(!excerpt.text.includes(hidden), `the excerpt shows ${hidden}, which is outside the lease`);
  }
  const report = await savedPdf(page, t("pdf.report"));
  check(report.text.includes(t("certificate.check.arithmetic")), "the reviewer's report lacks a check");
  const blacklist = section(t("listing.title"));
  await blacklist.getByRole("button", { name: t("act.toCheck") }).click();
  await sign(page, t);
  await closeSheet(page, t);
  await page.getByText(t("listing.notListed")).waitFor();
  await page.getByText(t("loans.sameOfficer")).waitFor();
  await lender.look("case");
  await lender.close();
}

async function decide(browser, t, language, caseNumber) {
  const approver = await enter(browser, t, language, personaOf(demo, "chief-yi"), "/loans");
  const { page } = approver;
  await page.getByRole("link", { name: caseNumber }).waitFor();
  await approver.look("loans");
  await page.getByRole("link", { name: caseNumber }).click();
  const part = page
    .locator("section")
    .filter({ has: page.getByRole("heading", { name: t("act.op.decideLoan.name"), exact: true }) });
  await part.getByLabel(t("act.argument.outcome")).selectOption("refuse");
  await part.getByRole("button", { name: t("act.toCheck") }).click();
  await part.getByText(t("deposit.capture.error.required")).first().waitFor();
  await part.getByLabel(t("act.argument.outcome")).selectOption("approve");
  await part.getByRole("button", { name: t("act.toCheck") }).click();
  await sign(page, t);
  await closeSheet(page, t);
  await page.getByText(t("loans.state.approved")).first().waitFor();
  await approver.close();
}

async function tell(browser, language) {
  const t = words(language);
  const caseNumber = `LX-2026-${Date.now()}`;
  const guide = await visit(browser, { language });
  await guide.page.getByRole("heading", { name: t("guide.step.request.title") }).waitFor();
  await checkAccessible(guide.page, "guide");
  await shoot(guide.page, `guide-desktop-${language}`);
  await guide.page.setViewportSize(PHONE);
  await checkAccessible(guide.page, "guide on a phone");
  await shoot(guide.page, `guide-phone-${language}`);
  await guide.close();

  const wang = await enter(browser, t, language, personaOf(demo, "wang"), "/me/ask");
  const { page } = wang;
  await page.getByLabel(t("person.ask.holder")).selectOption({ label: "甲市住房公积金管理中心" });
  await wang.look("ask");
  await toSheet(page, t);
  await wang.look("ask-sheet");
  // A request that an interrupted run has left open does as well; the ledger takes no second one.
  await sign(page, t, new RegExp(`${t("act.done")}|${t("act.refusedRecorded")}`));
  await closeSheet(page, t);
  await page.goto(new URL("/me", page.url()).href);
  await page.getByText(t("request.state.open")).first().waitFor();

  await issue(browser, t, language);

  await page.reload();
  await page
    .getByRole("link", { name: t("person.waiting.view") })
    .first()
    .waitFor();
  await wang.look("me");
  await page
    .getByRole("link", { name: t("person.waiting.view") })
    .first()
    .click();
  await toSheet(page, t, t("certificate.view"));
  await sign(page, t);
  await closeSheet(page, t);
  await page.getByRole("heading", { name: t("certificate.good") }).waitFor();
  await page.getByText("990101199003150015").waitFor();
  await wang.look("certificate");
  await page.emulateMedia({ media: "print" });
  check(await page.getByRole("img", { name: t("certificate.qr") }).isVisible(), "the paper has no QR code");
  check(!(await page.getByRole("navigation").isVisible()), "the paper shows the furniture");
  await shoot(page, `certificate-print-${language}`);
  await page.emulateMedia({ media: "screen" });
  const saved = await download(page, page.getByRole("button", { name: t("certificate.save") }));
  const certificate = decodeURIComponent(new URL(page.url()).pathname.split("/").at(-1));
  const paper = await savedPdf(page, t("pdf.certificate"));
  for (const part of ["王小示", "990101199003150015", "示例建工集团有限公司", certificate, "4408.76"]) {
    check(paper.text.includes(part), `the certificate as PDF does not say ${part}:\n${paper.text}`);
  }
  const address = new URL(`/certificate/${encodeURIComponent(certificate)}`, page.url()).href;
  const squares = expectedSquares(address);
  check(
    paper.squares.size === squares.size && [...squares].every(one => paper.squares.has(one)),
    "the code on the certificate does not lead to its public page",
  );
  check(paper.catalog.includes(`/Lang (${language})`), "the certificate as PDF does not name its language");

  await page.getByRole("link", { name: t("person.lease.name") }).click();
  await page.getByLabel(t("lease.grantee")).selectOption({ label: "乙市住房公积金管理中心" });
  await page.getByRole("button", { name: t("act.toCheck") }).click();
  await page.getByText(t("lease.error.case")).waitFor();
  await page.getByLabel(t("lease.case")).fill(caseNumber);
  await wang.look("lease");
  await toSheet(page, t);
  await page.getByRole("dialog").getByText(caseNumber).first().waitFor();
  await wang.look("lease-sheet");
  await sign(page, t);
  await closeSheet(page, t);

  await lend(browser, t, language, caseNumber);
  await decide(browser, t, language, caseNumber);

  await page.goto(new URL("/me/looks", page.url()).href);
  await page.getByText(t("person.looks.refused"), { exact: true }).first().waitFor();
  await wang.look("looks");
  await page.goto(new URL("/me", page.url()).href);
  await page.getByText(t("lease.state.used_up")).first().waitFor();

  const anybody = await visit(browser, {
    language,
    node: personaOf(demo, "loan-yi").url.replace(/\/$/, ""),
    path: `/certificate/${encodeURIComponent(certificate)}`,
  });
  await anybody.page.getByText(t("check.says.valid")).waitFor();
  const shown = await anybody.page.getByRole("main").innerText();
  check(
    !shown.includes("王小示") && !shown.includes("990101199003150015"),
    "the public page names the person",
  );
  await checkAccessible(anybody.page, "public page");
  await shoot(anybody.page, `check-${language}`);
  const file = { name: saved.name, mimeType: "text/plain", buffer: saved.buffer };
  await anybody.page.getByLabel(t("check.drop")).setInputFiles(file);
  await anybody.page.getByRole("heading", { name: t("certificate.good") }).waitFor();
  const checked = await savedPdf(anybody.page, t("pdf.report"));
  check(
    checked.text.includes(t("certificate.good")),
    "the report from the public page does not say the result",
  );
  const forged = Buffer.from(
    saved.buffer.toString().replace(/~[^~]+~/, "~WyJzYWx0IiwiYmFsIiwiNDQwODcuNjAiXQ~"),
  );
  await anybody.page.getByLabel(t("check.drop")).setInputFiles({ ...file, buffer: forged });
  await anybody.page.getByRole("heading", { name: t("certificate.bad") }).waitFor();
  check(
    (await anybody.page.getByRole("button", { name: t("pdf.certificate"), exact: true }).count()) === 0,
    "a certificate that failed is offered as PDF",
  );

  await page.goto(new URL(`/me/certificates/${encodeURIComponent(certificate)}`, page.url()).href);
  await toSheet(page, t, t("act.op.erase.name"));
  await sign(page, t);
  await closeSheet(page, t);
  // Every holder's node destroys its keys and says so under its seal.
  await page.getByText(t("erasure.complete")).waitFor();
  await wang.look("erased");
  await wang.close();
  await anybody.page.reload();
  await anybody.page.getByText(t("check.says.erased")).waitFor();
  await anybody.close();

  const auditor = await enter(browser, t, language, personaOf(demo, "auditor"), "/audit");
  await auditor.page.locator(".row-refused").first().waitFor();
  await auditor.look("audit");
  await auditor.close();
}

story("asking for a certificate needs no mouse, and the way back is kept", async browser => {
  demo = await demonstration();
  if (demo === null) {
    console.log("        skipped: the node serves no demonstration");
    return;
  }
  const t = words("zh-CN");
  const li = await enter(browser, t, "zh-CN", personaOf(demo, "li"), "/me/ask");
  const { page } = li;
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
  const tabTo = async text => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      if ((await focused()) === text) return;
    }
    throw new Error(`the keyboard does not reach ${text}; at ${await focused()}`);
  };
  await page.getByLabel(t("person.ask.holder")).waitFor();
  await tabTo(t("act.toCheck"));
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  check((await focused()) === t("act.op.request.name"), `the sheet begins at ${await focused()}`);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  check((await focused()) === t("act.toCheck"), `the way back leads to ${await focused()}`);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: t("deposit.check.sign") }).waitFor();
  await tabTo(t("deposit.check.sign"));
  await page.keyboard.press("Space");
  await page.getByRole("dialog").getByText(t("act.done")).waitFor();
  check((await focused()) === t("act.op.request.name"), `a reader is left at ${await focused()}`);
  await page.keyboard.press("Escape");
  await page.goto(new URL("/me", page.url()).href);
  await page
    .getByRole("button", { name: t("act.op.cancel.name") })
    .first()
    .click();
  await sign(page, t);
  await li.close();
});

story("a request that is declined says why and what can be done, to the person who asked", async browser => {
  demo = await demonstration();
  if (demo === null) {
    console.log("        skipped: the node serves no demonstration");
    return;
  }
  const t = words("zh-CN");
  const reason = `账户封存，编号 ${Date.now()}`;
  const li = await enter(browser, t, "zh-CN", personaOf(demo, "li"), "/me/ask");
  await li.page.getByLabel(t("person.ask.holder")).selectOption({ label: "甲市住房公积金管理中心" });
  await toSheet(li.page, t);
  await sign(li.page, t, new RegExp(`${t("act.done")}|${t("act.refusedRecorded")}`));
  const clerk = await enter(browser, t, "zh-CN", personaOf(demo, "clerk-jia"), "/window");
  await clerk.page
    .getByRole("button", { name: t("act.op.decline.name") })
    .first()
    .click();
  const next = clerk.page.getByRole("button", { name: t("act.toCheck") });
  check(await next.isDisabled(), "a request can be declined without a reason");
  await clerk.page.getByLabel(t("act.argument.reason")).fill(reason);
  await clerk.page.reload();
  await clerk.page
    .getByRole("button", { name: t("act.op.decline.name") })
    .first()
    .click();
  await clerk.page.waitForFunction(
    text => [...document.querySelectorAll("textarea")].some(one => one.value === text),
    reason,
  );
  await clerk.page.getByLabel(t("act.argument.remedy")).fill("六十日内可以申请行政复议");
  await next.click();
  await clerk.page.getByRole("dialog").getByText(reason).first().waitFor();
  await sign(clerk.page, t);
  await clerk.close();
  await li.page.goto(new URL("/me", li.page.url()).href);
  await li.page.getByText(reason).first().waitFor();
  await li.look("declined");
  await li.close();
});

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] Xiao Wang's certificate, lease, looks and loan, from request to decision`,
    async browser => {
      demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language);
    },
  );
}
