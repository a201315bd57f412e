import { check, file, shoot, visit, words } from "../browser.mjs";
import { deposit, fresh, go, savedReceipt, verify } from "../deposit.mjs";

const t = words("zh-CN");

/** One bit of the last byte the other way. */
function flip(buffer, at = buffer.length - 1) {
  const copy = Buffer.from(buffer);
  copy[at] ^= 1;
  return copy;
}

story(
  "one flipped bit of file, signature, path or receipt is refuted, and the reason is said",
  async browser => {
    const { page, cut, close } = await visit(browser, { path: "/deposit" });
    const original = file("合同.txt", fresh("合同"));
    await deposit(page, t, [original]);
    const receipt = await savedReceipt(page, t, original.name);
    await go(page, t, "verify");
    await cut();
    const expect = async (given, plain, reason) => {
      const heading = await verify(page, t, given, plain);
      check(heading === t(`verify.reason.${reason}.title`), `${reason} expected, ${heading} shown`);
      await page.getByRole("article").getByText(reason, { exact: true }).first().waitFor();
      for (const name of [given.name, ...(plain ? [plain.name] : [])]) {
        await page.getByRole("button", { name: t("deposit.choose.remove", { name }), exact: true }).click();
      }
    };
    const changed = change => {
      const document = JSON.parse(receipt.buffer.toString());
      change(document);
      return { ...receipt, buffer: Buffer.from(JSON.stringify(document)) };
    };
    const last = text => text.slice(0, -1) + (text.endsWith("0") ? "1" : "0");
    await expect(receipt, { ...original, buffer: flip(original.buffer) }, "RECEIPT_FILE");
    await expect(
      changed(one => {
        const [first] = one.certificate.signatures;
        first.signature = last(first.signature);
      }),
      null,
      "RECEIPT_CERTIFICATE",
    );
    await expect(
      changed(one => {
        one.certificate.signatures[1] = one.certificate.signatures[0];
      }),
      null,
      "RECEIPT_CERTIFICATE",
    );
    await expect(
      changed(one => {
        one.receipt.time += 1;
      }),
      null,
      "RECEIPT_PATH",
    );
    await expect(
      changed(one => {
        one.genesis.name += "二";
      }),
      null,
      "RECEIPT_CHAIN",
    );
    await expect(
      changed(one => {
        one.opening.salt = last(one.opening.salt);
      }),
      null,
      "RECEIPT_OPENING",
    );
    await expect({ ...receipt, buffer: flip(receipt.buffer) }, null, "RECEIPT_FORMAT");
    await verify(page, t, receipt, { ...original, buffer: flip(original.buffer) });
    await shoot(page, "verify-refuted");
    await close();
  },
);

story("receipt and file dropped together are told apart", async browser => {
  const { page, close } = await visit(browser, { path: "/deposit" });
  const original = file("图纸.txt", fresh("图纸"));
  await deposit(page, t, [original]);
  const receipt = await savedReceipt(page, t, original.name);
  await go(page, t, "verify");
  await page.getByLabel(t("verify.dropReceipt")).setInputFiles([original, receipt]);
  await page.getByText(t("verify.verifiedFile")).waitFor();
  await close();
});

story(
  "a receipt is imported, found, opened in Verify and deleted; a chain is pinned and dropped",
  async browser => {
    const first = await visit(browser, { path: "/deposit" });
    await deposit(first.page, t, [file("档案.txt", fresh("档案"))]);
    const receipt = await savedReceipt(first.page, t, "档案.txt");
    await first.close();

    const { page, close } = await visit(browser, { path: "/receipts" });
    await page.getByText(t("receipts.empty")).waitFor();
    await shoot(page, "receipts-empty");
    await page.getByLabel(t("receipts.import.drop")).setInputFiles([receipt, file("别的.json", "{}")]);
    await page.getByText(t("receipts.import.imported", { name: receipt.name })).waitFor();
    await page.getByText(t("receipts.import.noReceipt", { name: "别的.json" })).waitFor();
    await page.getByLabel(t("receipts.search")).fill("没有");
    await page.getByText(t("receipts.shown", { shown: 0, n: 1 })).waitFor();
    await page.getByLabel(t("receipts.search")).fill("档案");
    await page.getByRole("link", { name: t("receipts.verify") }).click();
    await page.getByText(t("verify.verifiedReceipt")).waitFor();

    const other = `sm3:${"ab".repeat(32)}`;
    await page.getByText(t("verify.trust.title", { n: 1 })).click();
    await page.getByLabel(t("verify.trust.chain")).fill("abc");
    await page.getByRole("button", { name: t("verify.trust.pin") }).click();
    await page.getByText(t("verify.trust.wrong")).waitFor();
    await page.getByLabel(t("verify.trust.chain")).fill(other);
    await page.getByLabel(t("verify.trust.name")).fill("邻市");
    await page.getByRole("button", { name: t("verify.trust.pin") }).click();
    await page.getByText(t("verify.trust.title", { n: 2 })).waitFor();
    await page.getByRole("button", { name: t("verify.trust.unpin", { name: "邻市" }) }).click();
    await page.getByText(t("verify.trust.title", { n: 1 })).waitFor();

    await go(page, t, "receipts");
    const title = t("receipts.deleteOf", { title: "档案.txt" });
    await page.getByRole("button", { name: title }).click();
    await page.getByRole("button", { name: t("receipts.deleteYes") }).click();
    await page.getByText(t("receipts.empty")).waitFor();
    await close();
  },
);
