import { check, shoot, url, visit, words } from "../browser.mjs";

const t = words("zh-CN");

story(
  "the network room shows departments and blocks, and a block is verified by the browser",
  async browser => {
    const { page, close } = await visit(browser, { path: "/network" });
    const status = await (await fetch(`${url}/api/v1/status`)).json();
    for (const department of status.validators) await page.getByText(department.name).first().waitFor();
    await page.getByText(t("network.live"), { exact: true }).waitFor();
    const link = page.locator("tbody").getByRole("link").first();
    await link.waitFor();
    await shoot(page, "network-zh-CN");
    await link.click();
    await page.getByText(/本浏览器已自行核验|未在本浏览器核验/).waitFor();
    await shoot(page, "block-zh-CN");
    await close();
  },
);

story("every answer carries the policy that lets nothing in from elsewhere", async browser => {
  const { page, close } = await visit(browser, { path: "/network" });
  const answer = await page.request.get(`${url}/deposit`);
  const policy = answer.headers()["content-security-policy"] ?? "";
  check(policy.includes("script-src 'self'"), `the policy is "${policy}"`);
  check(!policy.includes("unsafe"), `the policy is "${policy}"`);
  const inline = await page.locator("script:not([src]), style, [style]").count();
  check(inline === 0, "there is inline script or style");
  await close();
});

story("an address that is no room says so, and an address of a room opens it", async browser => {
  const { page, close } = await visit(browser, { path: "/nirgends" });
  await page.getByRole("heading", { name: t("notFound.title") }).waitFor();
  await page.goto(`${url}/verify`);
  await page.getByRole("heading", { name: t("verify.title") }).waitFor();
  await close();
});
