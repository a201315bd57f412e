import { unzipSync } from "fflate";
import { check, download, file, shoot, visit, words } from "../browser.mjs";
import { deposit, fresh, go, savedReceipt, verify } from "../deposit.mjs";

for (const language of ["zh-CN", "en"]) {
  const t = words(language);
  story(
    `[${language}] a file is deposited, and its receipt verifies with the network cut off`,
    async browser => {
      const { page, cut, close } = await visit(browser, { language, path: "/deposit" });
      const original = file("补偿协议.txt", fresh("甲乙双方协议"));
      await deposit(page, t, [original], {
        beforeSign: async () => {
          await shoot(page, `deposit-check-${language}`);
          const shown = page.locator("details pre");
          await page.getByText(t("deposit.check.bytes")).click();
          const body = JSON.parse(await shown.innerText());
          check(
            body.operation === "evidence.deposit" && body.arguments.kind === "sealed",
            "other bytes are shown",
          );
          check(!JSON.stringify(body).includes("补偿协议"), "the name of the file leaves the device");
        },
      });
      await page.getByText(t("proof.verified")).waitFor();
      await shoot(page, `deposit-result-${language}`);
      const receipt = await savedReceipt(page, t, original.name);
      await go(page, t, "verify");
      await cut();
      check((await verify(page, t, receipt, original)) === t("verify.verified"), "not verified");
      await page.getByText(t("verify.verifiedFile")).waitFor();
      const genesis = JSON.parse(receipt.buffer.toString()).genesis;
      const report = await page.getByRole("article").innerText();
      const named = genesis.members.filter(member => report.includes(member.name));
      check(named.length >= 3, "the departments that signed are not named");
      await shoot(page, `verify-good-${language}`);
      await close();
    },
  );
}

const t = words("zh-CN");

story("a batch is one entry, and each of its files is proven by its own receipt", async browser => {
  const { page, close } = await visit(browser, { path: "/deposit" });
  const originals = [1, 2, 3, 4, 5].map(at => file(`照片 ${at}.txt`, fresh(`现场 ${at}`)));
  await deposit(page, t, originals, { mode: "batch" });
  const saved = await download(page, page.getByRole("button", { name: t("receipts.downloadAll", { n: 5 }) }));
  const receipts = unzipSync(new Uint8Array(saved.buffer));
  check(Object.keys(receipts).length === 5, `the archive holds ${Object.keys(receipts)}`);
  const receipt = { name: "照片 4.txt.receipt.json", mimeType: "application/json" };
  receipt.buffer = Buffer.from(receipts[receipt.name]);
  await go(page, t, "verify");
  check((await verify(page, t, receipt, originals[3])) === t("verify.verified"), "item 4 is not verified");
  await page.getByText(t("verify.itemOf", { at: 4, n: 5 })).waitFor();
  await page.getByRole("button", { name: t("deposit.choose.remove", { name: originals[3].name }) }).click();
  await page.getByLabel(t("verify.dropFile")).setInputFiles(originals[2]);
  await page.getByRole("heading", { name: t("verify.reason.RECEIPT_FILE.title") }).waitFor();
  await go(page, t, "receipts");
  await page
    .getByText(t("receipts.batchTitle", { first: "照片 1.txt", n: 5 }))
    .first()
    .waitFor();
  await shoot(page, "receipts-batch");
  await close();
});

story("several files can be separate entries", async browser => {
  const { page, close } = await visit(browser, { path: "/deposit" });
  await deposit(page, t, [file("甲.txt", fresh("甲")), file("乙.txt", fresh("乙"))], { mode: "each" });
  check((await page.getByText(t("proof.verified")).count()) === 2, "not two receipts");
  await close();
});

story(
  "how the material was obtained is asked in full, kept in the receipt, and shown with the entry",
  async browser => {
    const { page, close } = await visit(browser, { path: "/deposit" });
    await page.getByLabel(t("deposit.capture.with")).check();
    await page
      .getByLabel(t("deposit.choose.drop"))
      .setInputFiles([file("网页.html", fresh("公告"), "text/html")]);
    await page.getByRole("button", { name: t("deposit.choose.next") }).click();
    await page.getByText(t("deposit.obstacle.capture")).waitFor();
    await page.getByLabel(t("deposit.capture.tool"), { exact: true }).fill("取证浏览器");
    await page.getByLabel(t("deposit.capture.tool_version")).fill("1.2");
    await page.getByLabel(t("deposit.capture.environment")).fill("清洁系统");
    await page.getByLabel(t("deposit.capture.from")).fill("2026-03-02T09:30");
    await page.getByLabel(t("deposit.capture.to")).fill("2026-03-02T09:00");
    await page.getByText(t("deposit.capture.error.order")).waitFor();
    await page.getByLabel(t("deposit.capture.to")).fill("2026-03-02T09:40");
    await page.getByLabel(t("deposit.capture.title")).fill("征收公告");
    await shoot(page, "deposit-capture");
    await page.getByRole("button", { name: t("deposit.choose.next") }).click();
    await page.getByRole("button", { name: t("deposit.check.sign") }).click();
    await page.getByRole("heading", { name: t("deposit.result.done"), exact: true }).waitFor();
    const receipt = await savedReceipt(page, t, "网页.html");
    check(receipt.buffer.toString().includes("征收公告"), "the private part is not in the receipt");
    await page
      .getByRole("link", { name: t("common.open") })
      .first()
      .click();
    await page.getByText("取证浏览器 1.2").waitFor();
    await page.getByText(t("proof.verified")).waitFor();
    check(!(await page.locator("main").innerText()).includes("征收公告"), "the private part is public");
    await shoot(page, "entry");
    const report = await download(page, page.getByRole("button", { name: t("entry.report") }));
    JSON.parse(report.buffer.toString());
    await close();
  },
);

story("a deposit signed while the network is cut goes on by itself when it is back", async browser => {
  const { page, cut, restore, close } = await visit(browser, { path: "/deposit" });
  await page.getByLabel(t("deposit.choose.drop")).setInputFiles([file("离线.txt", fresh("离线"))]);
  await page.getByRole("button", { name: t("deposit.choose.next") }).click();
  await page.getByRole("heading", { name: t("deposit.check.title") }).waitFor();
  await cut();
  await page.getByRole("button", { name: t("deposit.check.sign") }).click();
  await page.getByText(t("failure.OFFLINE.title")).waitFor();
  await page.getByText(t("app.offline")).waitFor();
  await shoot(page, "deposit-offline");
  await restore();
  await page.getByRole("heading", { name: t("deposit.result.done"), exact: true }).waitFor();
  await go(page, t, "receipts");
  await page.getByText(/已终局/).waitFor();
  await close();
});
