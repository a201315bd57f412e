// A licence: decided and issued at the desk, opened and printed by its holder, checked by anybody, withheld.

import { check, checkAccessible, download, shoot, visit, words } from "../browser.mjs";
import { caseToDecide } from "../licences.mjs";
import { readPdf } from "../pdf.mjs";
import { closeSheet, demonstration, enter, personaOf, sign } from "../sharing.mjs";

const HOLDER = "王小示";
const PREMISES = "虚构路一号";

async function tell(browser, language, demo) {
  const t = words(language);
  const number = await caseToDecide(demo);

  const head = await enter(browser, t, language, personaOf(demo, "reviewer-jia"), `/licences/${number}`);
  await head.page.getByLabel(t("licence.field.holder"), { exact: true }).fill(HOLDER);
  await head.page.getByLabel(t("licence.field.holder_code")).fill("990101199003150015");
  await head.page.getByLabel(language === "en" ? "Premises" : "经营场所").fill(PREMISES);
  await head.look("licence-content");
  await head.page.getByRole("button", { name: t("licence.desk.approve") }).click();
  await sign(head.page, t);
  await closeSheet(head.page, t);
  await head.page.getByText(t("licence.desk.ready")).waitFor();

  const clerk = await enter(browser, t, language, personaOf(demo, "clerk-jia"), `/licences/${number}`);
  await clerk.page.getByRole("button", { name: t("licence.desk.issue"), exact: true }).click();
  await sign(clerk.page, t);
  await closeSheet(clerk.page, t);
  await clerk.page.getByText(t("licence.state.valid"), { exact: true }).first().waitFor();
  await clerk.look("licence-issued");
  await clerk.close();

  const holder = await enter(browser, t, language, personaOf(demo, "wang"), "/me/licences");
  await holder.look("licences");
  await holder.page.locator(".row-list a").first().click();
  await holder.page.getByRole("button", { name: t("licence.view"), exact: true }).click();
  await sign(holder.page, t);
  await closeSheet(holder.page, t);
  await holder.page.getByRole("heading", { name: t("certificate.good") }).waitFor();
  await holder.page.getByText(PREMISES).waitFor();
  await holder.look("licence-opened");
  const press = name => download(holder.page, holder.page.getByRole("button", { name, exact: true }));
  const printed = readPdf((await press(t("pdf.licence"))).buffer).text.replaceAll("\n", "");
  for (const part of [HOLDER, PREMISES, "120", `${number}-1`]) {
    check(printed.includes(part), `the printed licence lacks ${part}`);
  }
  const { buffer } = await press(t("licence.save"));
  const id = decodeURIComponent(new URL(holder.page.url()).pathname.split("/").at(-1));
  await holder.close();

  // Whoever has the number under the code, and perhaps the file.
  const anybody = await visit(browser, { language, path: "/certificate" });
  const file = { name: "licence.sd-jwt.txt", mimeType: "text/plain", buffer };
  const { page } = anybody;
  await page.getByLabel(t("check.start.number")).fill(id);
  await page.getByRole("button", { name: t("check.start.look") }).click();
  await page.getByText(t("licence.says.valid")).waitFor();
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByRole("heading", { name: t("certificate.good") }).waitFor();
  await checkAccessible(page, "licence-check");
  await shoot(page, `licence-check-${language}`);

  await head.page.reload();
  await head.page.getByLabel(t("act.argument.reason")).fill("未按许可内容经营");
  await head.page.getByLabel(t("act.argument.remedy")).fill("可在六十日内申请行政复议");
  await head.page.getByRole("button", { name: t("act.op.licenceSuspend.name"), exact: true }).click();
  await sign(head.page, t);
  await closeSheet(head.page, t);
  await head.close();
  await page.reload();
  await page.getByText(t("licence.says.suspended")).waitFor();
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByRole("heading", { name: t("certificate.bad") }).waitFor();
  await anybody.close();
}

story("a licence is decided, issued, opened, printed, checked by anybody and withheld", async browser => {
  const demo = await demonstration();
  for (const language of ["zh-CN", "en"]) await tell(browser, language, demo);
});
