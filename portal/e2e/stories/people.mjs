import { check, checkAccessible, DESKTOP, file, PHONE, shoot, visit, words } from "../browser.mjs";
import { deposit, fresh, go, savedReceipt, verify } from "../deposit.mjs";

const t = words("zh-CN");

story(
  "switching the language keeps the place, the form and the chosen file, and is remembered",
  async browser => {
    const { page, close } = await visit(browser, { path: "/deposit" });
    const en = words("en");
    await page.getByLabel(t("deposit.choose.drop")).setInputFiles([file("保留.txt", fresh("保留"))]);
    await page.getByRole("radio", { name: t("deposit.kind.open"), exact: true }).check();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: en("deposit.title") }).waitFor();
    await page.getByText("保留.txt").first().waitFor();
    check(
      await page.getByRole("radio", { name: en("deposit.kind.open"), exact: true }).isChecked(),
      "the choice is lost",
    );
    check(
      (await page.evaluate(() => document.documentElement.lang)) === "en",
      "the page's language is not said",
    );
    await page.getByRole("button", { name: en("deposit.choose.next") }).click();
    await page.getByRole("heading", { name: en("deposit.check.title") }).waitFor();
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByRole("heading", { name: t("deposit.check.title") }).waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await page.reload();
    await page.getByRole("heading", { name: en("deposit.title") }).waitFor();
    const open = page.getByRole("radio", { name: en("deposit.kind.open"), exact: true });
    await page.waitForFunction(radio => radio.checked, await open.elementHandle());
    await close();
  },
);

story("a deposit needs no mouse", async browser => {
  const { page, close } = await visit(browser, { path: "/network" });
  // Listening from the start: the browser hands choosers over only while somebody listens.
  page.on("filechooser", () => {});
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
  const tabTo = async found => {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press("Tab");
      if (await found()) return;
    }
    throw new Error(`the keyboard does not reach it; at ${await focused()}`);
  };
  await page.getByText(t("network.toDeposit")).waitFor();
  await page.keyboard.press("Tab");
  check((await focused()) === t("app.skip"), "the first stop is not the skip link");
  await tabTo(async () => (await focused()) === t("deposit.name"));
  const visible = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none");
  check(visible, "the focus cannot be seen");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: t("deposit.title") }).waitFor();
  await page.getByLabel(t("deposit.choose.drop")).waitFor();
  await tabTo(() => page.evaluate(() => document.activeElement?.type === "file"));
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
  await chooser.setFiles([file("键盘.txt", fresh("键盘"))]);
  await page.getByText("键盘.txt").first().waitFor();
  await tabTo(() => page.evaluate(() => document.activeElement?.type === "radio"));
  await page.keyboard.press("ArrowDown");
  check(
    await page.getByRole("radio", { name: t("deposit.kind.open"), exact: true }).isChecked(),
    "arrows do not choose",
  );
  await tabTo(async () => (await focused()) === t("deposit.choose.next"));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: t("deposit.check.title") }).waitFor();
  check((await focused()) === t("deposit.check.title"), "the focus did not follow to the sheet");
  await tabTo(async () => (await focused()) === t("deposit.check.sign"));
  await page.keyboard.press("Space");
  await page.getByText(t("proof.verified")).waitFor();
  await tabTo(async () => (await focused()) === t("receipts.verify"));
  await page.keyboard.press("Enter");
  await page.getByText(t("verify.verifiedReceipt")).waitFor();
  await close();
});

for (const language of ["zh-CN", "en"]) {
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    story(`[${language}, ${size}] no room has a barrier that axe can see`, async browser => {
      const say = words(language);
      const { page, close } = await visit(browser, { language, viewport, path: "/network" });
      const look = async name => {
        await checkAccessible(page, name);
        await shoot(page, `${name}-${size}-${language}`);
      };
      await page.locator("tbody").getByRole("link").first().waitFor();
      await page.getByText(say("network.live"), { exact: true }).waitFor();
      await look("network");
      await page.locator("tbody").getByRole("link").first().click();
      await page.locator("dl").first().waitFor();
      await look("block");
      await go(page, say, "receipts");
      await page.getByText(say("receipts.empty")).waitFor();
      await look("receipts-empty");
      await go(page, say, "verify");
      await page.getByLabel(say("verify.dropReceipt")).waitFor();
      await look("verify-empty");
      await go(page, say, "deposit");
      await page.getByLabel(say("deposit.capture.with")).check();
      const originals = [
        file("征收公告.txt", fresh("公告")),
        file("photo.jpg", fresh("photo"), "image/jpeg"),
      ];
      await page.getByLabel(say("deposit.choose.drop")).setInputFiles(originals);
      await page.getByRole("button", { name: say("deposit.choose.next") }).click();
      await page.getByText(say("deposit.obstacle.capture")).waitFor();
      await look("deposit-form");
      await page.getByLabel(say("deposit.capture.with")).uncheck();
      await page.getByRole("button", { name: say("deposit.choose.remove", { name: "photo.jpg" }) }).click();
      await deposit(page, say, [], { kind: "open", beforeSign: () => look("deposit-check") });
      await look("deposit-result");
      const receipt = await savedReceipt(page, say, "征收公告.txt");
      await page
        .getByRole("link", { name: say("common.open") })
        .first()
        .click();
      await page.getByText(say("proof.verified")).waitFor();
      await look("entry");
      await go(page, say, "search");
      await page.getByLabel(say("search.drop")).setInputFiles(originals[0]);
      await page.getByText(say("search.first"), { exact: true }).waitFor();
      await look("search");
      await go(page, say, "receipts");
      await page.getByText(say("receipts.details")).click();
      await look("receipts");
      await go(page, say, "verify");
      await verify(page, say, receipt, originals[0]);
      await page.locator(".trust summary").click();
      await look("verify-good");
      await page
        .getByRole("button", { name: say("deposit.choose.remove", { name: "征收公告.txt" }), exact: true })
        .click();
      await page.getByLabel(say("verify.dropFile")).setInputFiles(originals[1]);
      await page.getByRole("heading", { name: say("verify.reason.RECEIPT_FILE.title") }).waitFor();
      await look("verify-refuted");
      await page.goto(new URL("/certificate", page.url()).href);
      await page.getByLabel(say("check.start.number")).fill("sha256:0a");
      await page.keyboard.press("Enter");
      await page.getByText(say("check.start.wrong")).waitFor();
      await look("check-start");
      await page.getByLabel(say("check.start.number")).fill(`sha256:${"0a".repeat(32)}`);
      await page.keyboard.press("Enter");
      await page.getByText("SHARE_CERTIFICATE_UNKNOWN").waitFor();
      await page.goto(new URL("/nowhere", page.url()).href);
      await page.getByRole("heading", { name: say("notFound.title") }).waitFor();
      await look("not-found");
      await close();
    });
  }
}
