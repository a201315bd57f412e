// Documents as PDF: made in the browser under the node's own content security policy, and read back.

import { check, checkAccessible, download, file, visit, words } from "../browser.mjs";
import { deposit, fresh, go, savedReceipt, verify } from "../deposit.mjs";
import { readPdf } from "../pdf.mjs";

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] the report of a verified receipt is saved as PDF, and says so where it cannot be`,
    async browser => {
      const t = words(language);
      const { page, cut, restore, close } = await visit(browser, { language, path: "/deposit" });
      const policy = await page.evaluate(async () =>
        (await fetch("/")).headers.get("content-security-policy"),
      );
      check(policy?.includes("script-src 'self'") && !policy.includes("unsafe"), `the policy is ${policy}`);
      const original = file("征收补偿协议（𬭚字第㐀号）.txt", fresh("协议"));
      await deposit(page, t, [original]);
      const receipt = await savedReceipt(page, t, original.name);
      await go(page, t, "verify");
      await cut();
      await verify(page, t, receipt, original);
      const button = page.getByRole("button", { name: t("pdf.report"), exact: true });
      await button.click();
      await page.getByText(t("pdf.offline.title")).waitFor();
      await checkAccessible(page, "a PDF that could not be made");
      await restore();
      const saved = await download(page, button);
      check(saved.name.endsWith(".pdf"), `saved as ${saved.name}`);
      await page.getByText(t("pdf.done", { name: saved.name })).waitFor();
      const read = readPdf(saved.buffer);
      const text = read.text.replaceAll("\n", "");
      const chain = JSON.parse(receipt.buffer.toString()).receipt.transaction;
      for (const part of [t("verify.report"), original.name, chain, t("verify.proven.title")]) {
        check(text.includes(part), `the report does not say ${part}:\n${read.text}`);
      }
      check(!read.text.includes("\uFFFD"), "the report has glyphs without characters");
      check(read.catalog.includes(`/Lang (${language})`), "the report does not name its language");
      check(read.figures === 1 && read.squares.size > 100, "the report has no code");
      check(saved.buffer.length < 150_000, `the report has ${saved.buffer.length} bytes`);
      await close();
    },
  );
}
