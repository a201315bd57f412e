// The filing on every page, its page, and the banner while a duty is overdue (S10).

import { check, visit, words } from "../browser.mjs";
import { closeSheet, demonstration, enter, personaOf, sign } from "../sharing.mjs";

const NUMBER = "网信备99010126000001号";
/** Rooms that anybody sees, the public check of certificates among them. */
const PUBLIC = ["/", "/verify", "/search", "/network", "/certificate", "/deposit", "/no-such-page"];

/** The day so many days ago, as a date field takes it. */
function daysAgo(days) {
  return new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);
}

async function onEveryPage(browser, t, language) {
  const visitor = await visit(browser, { language });
  const { page } = visitor;
  const node = new URL(page.url()).origin;
  const endorsement = language === "en" ? "It is no endorsement" : "不代表对其机构、产品和服务的认可";
  for (const path of PUBLIC) {
    await page.goto(`${node}${path}`);
    const footer = page.locator(".footer-filing");
    await footer.getByText(NUMBER).waitFor();
    check((await footer.innerText()).includes(endorsement), `${path} does not say what a filing is not`);
  }
  // On paper the rest of the foot is left out, and this stays.
  await page.emulateMedia({ media: "print" });
  check(await page.locator(".footer-filing").isVisible(), "the printed page lacks the filing");
  check(!(await page.locator(".footer-facts").isVisible()), "the printed page has the whole foot");
  await page.emulateMedia({ media: null });
  await page.getByRole("link", { name: t("filing.more") }).click();
  await page.getByRole("heading", { name: t("filing.title") }).waitFor();
  await page.getByText(t("filing.noOrders")).waitFor();
  check((await page.getByText(t("filing.duties")).count()) === 0, "a stranger is shown the duties");
  await visitor.close();
}

function part(page, title) {
  return page.locator("details.card").filter({ hasText: title }).first();
}

async function tell(browser, language, demo) {
  const t = words(language);
  await onEveryPage(browser, t, language);

  const operator = await enter(browser, t, language, personaOf(demo, "steward"), "/filing");
  const { page } = operator;
  await page.getByText(t("filing.duty.crypto")).first().waitFor();
  check((await page.getByText(t("filing.banner")).count()) === 0, "a banner although nothing is overdue");
  await operator.look("filing");

  // A change that happened forty days ago and was not filed is overdue at once.
  const amend = part(page, t("act.op.filingAmend.name"));
  await amend.locator("summary").first().click();
  await amend.getByLabel(t("filing.field.domain")).fill(`yinxin-${Date.now()}.example.gov.cn`);
  await amend.getByLabel(t("filing.field.changed")).fill(daysAgo(40));
  await amend.getByRole("button", { name: t("act.toCheck") }).click();
  await sign(page, t);
  await closeSheet(page, t);
  const banner = page.getByRole("alert").filter({ hasText: t("filing.banner") });
  await banner.getByText(t("filing.duty.change")).waitFor();
  await operator.look("filing-overdue");

  // The regulator sees it on every page, and a citizen on none.
  const auditor = await enter(browser, t, language, personaOf(demo, "auditor"), "/audit");
  await auditor.page
    .getByRole("alert")
    .filter({ hasText: t("filing.banner") })
    .getByText(t("filing.duty.change"))
    .waitFor();
  await auditor.close();
  const citizen = await enter(browser, t, language, personaOf(demo, "wang"), "/me");
  await citizen.page.locator(".footer-filing").getByText(NUMBER).waitFor();
  check((await citizen.page.getByText(t("filing.banner")).count()) === 0, "a citizen is shown the banner");
  await citizen.close();

  const record = part(page, t("act.op.filingRecord.name"));
  await record.locator("summary").first().click();
  await record.getByLabel(t("act.argument.what")).selectOption("change");
  await record.getByLabel(t("filing.field.number")).fill(`演示编号〔示例〕${NUMBER}`);
  await record.getByLabel(t("filing.field.filed")).fill(daysAgo(0));
  await record.getByLabel(t("paper.write")).fill("备案机关的答复（示例）");
  await record.getByRole("button", { name: t("paper.save") }).click();
  await record.getByText("yinxin-paper.txt").waitFor();
  await record.getByRole("button", { name: t("act.toCheck") }).click();
  await sign(page, t);
  await closeSheet(page, t);
  await banner.waitFor({ state: "detached" });
  await operator.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] the filing stands on every page, and an overdue duty above those of the operator and the regulator`,
    async browser => {
      const demo = await demonstration();
      if (demo === null) console.log("        skipped: the node serves no demonstration");
      else await tell(browser, language, demo);
    },
  );
}
