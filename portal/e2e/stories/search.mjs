import { file, shoot, visit, words } from "../browser.mjs";
import { deposit, fresh, go } from "../deposit.mjs";

const t = words("zh-CN");

story("an open deposit is found by the file, and a second depositor sees who was first", async browser => {
  const original = file("通知.txt", fresh("公开通知"));
  const first = await visit(browser, { path: "/deposit" });
  await deposit(first.page, t, [original], { kind: "open" });
  await go(first.page, t, "search");
  await first.page.getByLabel(t("search.drop")).setInputFiles(original);
  await first.page.getByText(t("search.own", { n: 1 })).waitFor();
  await first.page.getByText(t("search.first"), { exact: true }).waitFor();
  await shoot(first.page, "search-found");
  await first.page.getByRole("button", { name: t("search.mine") }).click();
  await first.page.getByText(t("search.first"), { exact: true }).nth(1).waitFor();
  await first.close();

  const second = await visit(browser, { path: "/deposit" });
  await deposit(second.page, t, [original], { kind: "open" });
  await second.page.getByText(/已有人公开存证/).waitFor();
  await go(second.page, t, "search");
  await second.page.getByLabel(t("search.drop")).setInputFiles(original);
  await second.page.getByText(t("search.later"), { exact: true }).waitFor();
  await second.close();
});

story(
  "the same account depositing the same open content again is told of its first deposit",
  async browser => {
    const { page, close } = await visit(browser, { path: "/deposit" });
    const original = file("重复.txt", fresh("重复"));
    await deposit(page, t, [original], { kind: "open" });
    await page.getByRole("button", { name: t("deposit.result.again") }).click();
    await deposit(page, t, [original], { kind: "open" });
    await page.getByText(/您在高度 .* 已经公开存证过同一内容/).waitFor();
    await close();
  },
);

story(
  "a file that nobody deposited in the open is not found, and the answer says why that may be",
  async browser => {
    const { page, close } = await visit(browser, { path: "/search" });
    await page.getByLabel(t("search.drop")).setInputFiles(file("未存.txt", fresh("未存")));
    await page.getByText(t("search.noneForFile")).first().waitFor();
    await page.getByLabel(t("search.words")).fill("随便");
    await page.getByRole("button", { name: t("search.go"), exact: true }).click();
    await page.getByText(t("search.wrong")).waitFor();
    await shoot(page, "search-none");
    await close();
  },
);
