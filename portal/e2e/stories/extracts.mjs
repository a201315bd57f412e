// An extract is delivered, fetched, found outside, and traced to its delivery; an auditor of another department examines the proof.

import { actor } from "../actor.mjs";
import { check, download, file, words } from "../browser.mjs";
import { inventedNumber, section } from "../keys.mjs";
import { closeSheet, demonstration, enter, personaOf, sign, toSheet } from "../sharing.mjs";

const FIELDS = ["accname", "bal", "certinum", "mobile"];
const DAY_MS = 86_400_000;

/** A list of invented people. */
function rowsOf(count) {
  const pick = limit => crypto.getRandomValues(new Uint32Array(1))[0] % limit;
  const one = () =>
    [inventedNumber(), "王小示", `13${String(pick(10 ** 9)).padStart(9, "0")}`, `${pick(90_000)}.00`].join(
      ",",
    );
  return ["certinum,accname,mobile,bal", ...Array.from({ length: count }, one)];
}

/** A resource of the steward's department that the loan reviewer's asked for. */
async function askedFor(demo, name) {
  const [steward, loan] = await Promise.all([
    actor(personaOf(demo, "steward")),
    actor(personaOf(demo, "loan-yi")),
  ]);
  const owner = personaOf(demo, "steward").body;
  const [post] = steward.session.posts;
  await steward.actSealed("sharing.resource_publish", {
    class: { conditions: "registration only", kind: "conditional" },
    cycle: "monthly",
    fields: FIELDS.map(field => ({ grade: 3, name: field })),
    for: owner,
    item: name,
    on_platform: true,
    resource: `${owner}/${name}`,
    steward: { contact: owner, post: post.mandate },
  });
  const { time } = await loan.call("GET", "/status");
  await loan.actSealed("sharing.resource_request", {
    basis: "不动产登记暂行条例 §25",
    fields: FIELDS,
    for: personaOf(demo, "loan-yi").body,
    from: time - 1000,
    need: "registration",
    purpose: "registration",
    resource: `${owner}/${name}`,
    until: time + 30 * DAY_MS,
  });
}

async function tell(browser, language) {
  const demo = await demonstration();
  if (demo === null) {
    console.log("        skipped: the node serves no demonstration");
    return;
  }
  const t = words(language);
  const name = `list-${Date.now()}`;
  const number = `e-${Date.now()}`;
  const rows = rowsOf(300);
  const list = rows.join("\n");
  await askedFor(demo, name);

  const steward = await enter(browser, t, language, personaOf(demo, "steward"), "/steward");
  const { page } = steward;
  const asked = page.locator("li").filter({ hasText: name }).filter({ hasText: "registration" }).first();
  await asked.getByRole("button", { name: t("act.toCheck") }).click();
  await sign(page, t);
  await closeSheet(page, t);

  // Delivering: wrong input first, then a file whose names of columns go beyond the request.
  await page.goto(new URL("/extracts", page.url()).href);
  const grant = section(page, t("extracts.deliver")).locator("li").filter({ hasText: name }).first();
  await grant.getByRole("button", { name: t("act.op.extractDeliver.name") }).click();
  await grant.getByText(t("extracts.toAsker", { name: "乙市住房公积金管理中心" })).waitFor();
  const mark = grant.getByRole("button", { name: t("extracts.markAndCheck") });
  await mark.click();
  await grant.getByText(t("extracts.error.file")).waitFor();
  await grant.getByLabel(t("extracts.number"), { exact: true }).fill("E 1");
  await grant.getByText(t("extracts.error.number")).waitFor();
  await steward.look("extract-wrong");
  await grant.getByLabel(t("extracts.number"), { exact: true }).fill(number);
  const csv = file("rows.csv", list, "text/csv");
  const beyond = file("beyond.csv", list.replace("bal", "address"), "text/csv");
  await grant.getByLabel(t("extracts.file")).setInputFiles(beyond);
  await grant.getByText(t("extracts.beyond", { fields: "address" })).waitFor();
  await mark.click();
  await sign(page, t, t("act.refusedRecorded"));
  await page.getByRole("dialog").getByText("EXTRACT_FIELDS").waitFor();
  await closeSheet(page, t);
  await grant.getByLabel(t("extracts.file")).setInputFiles(csv);
  await grant.getByText("rows.csv").waitFor();
  await steward.look("extract-deliver");
  await mark.click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: t("deposit.check.sign") })
    .waitFor();
  await steward.look("extract-sheet");
  await sign(page, t);
  await closeSheet(page, t);
  const delivered = section(page, t("extracts.delivered")).locator("li").filter({ hasText: number });
  await delivered.getByText(t("extracts.state.delivered"), { exact: true }).waitFor();

  // The officer fetches; the copy has canary rows and another order, and nobody else is offered it.
  const officer = await enter(browser, t, language, personaOf(demo, "loan-yi"), "/extracts");
  const received = section(officer.page, t("extracts.received")).locator("li").filter({ hasText: number });
  await received.getByRole("button", { name: t("act.op.extractFetch.name") }).click();
  await sign(officer.page, t);
  await closeSheet(officer.page, t);
  const copy = await download(officer.page, received.getByRole("button", { name: t("extracts.save") }));
  await received.getByText(t("extracts.saved")).waitFor();
  await officer.look("extract-fetched");
  await officer.close();
  const lines = copy.buffer.toString().trim().split("\n");
  check(lines.length === 1 + 300 + 15, `the copy has ${lines.length} lines`);
  for (const row of rows) check(lines.includes(row), `the copy lacks ${row}`);
  const chief = await enter(browser, t, language, personaOf(demo, "chief-yi"), "/extracts");
  const theirs = section(chief.page, t("extracts.received")).locator("li").filter({ hasText: number });
  await theirs.getByText(t("extracts.notYours")).waitFor();
  check(
    (await theirs
      .getByRole("button")
      .filter({ hasText: t("act.op.extractFetch.name") })
      .count()) === 0,
    "another officer is offered the extract",
  );
  await chief.close();

  // A part of the copy turns up. The list as it was before names nobody.
  const leaked = file("leak.csv", lines.slice(0, 80).join("\n"), "text/csv");
  await page.goto(new URL("/extracts/trace", page.url()).href);
  const trace = section(page, t("trace.find"));
  const compare = trace.getByRole("button", { name: t("trace.compare") });
  await compare.click();
  await trace.getByText(t("extracts.error.file")).waitFor();
  await trace.getByText(t("wallet.error.case")).waitFor();
  await trace.getByLabel(t("trace.case"), { exact: true }).fill("LEAK-2026-1");
  await trace.getByLabel(t("trace.file")).setInputFiles(csv);
  await compare.click();
  await trace.getByText(t("trace.nobody")).waitFor();
  await steward.look("trace-nobody");
  await trace.getByLabel(t("trace.file")).setInputFiles(leaked);
  await compare.click();
  const named = trace.getByRole("article", { name: t("trace.named") });
  await named.getByText("乙市住房公积金管理中心").waitFor();
  await named.getByText(language === "en" ? "Zhao Ceshi" : "赵测试").waitFor();
  await steward.look("trace-named");
  await named.getByRole("button", { name: t("trace.open") }).click();
  await page.getByRole("dialog").getByText(t("trace.openWarning")).waitFor();
  await sign(page, t);
  await closeSheet(page, t);
  const proof = await download(page, named.getByRole("button", { name: t("trace.saveProof") }));
  check(JSON.parse(proof.buffer.toString()).kind === "yinxin-extract-proof/1", "the proof is none");
  await steward.look("trace-proof");

  // Taking it back: nobody fetches it any more.
  await page.goto(new URL("/extracts", page.url()).href);
  await delivered.getByRole("button", { name: t("act.op.extractWithdraw.name") }).click();
  await delivered.getByLabel(t("act.argument.reason")).fill("found outside");
  await toSheet(page, t);
  await sign(page, t);
  await closeSheet(page, t);
  await delivered.getByText(t("extracts.state.withdrawn"), { exact: true }).waitFor();
  await steward.close();

  // An auditor believes neither department: his own node and browser examine the proof.
  const auditor = await enter(browser, t, language, personaOf(demo, "auditor"), "/extracts/trace");
  const examine = section(auditor.page, t("trace.examine"));
  check(
    (await section(auditor.page, t("trace.find")).count()) === 0,
    "an auditor is offered the owner's desk",
  );
  const now = examine.getByRole("button", { name: t("trace.examineNow"), exact: true });
  check(await now.isDisabled(), "nothing can be examined");
  const give = async (one, found) => {
    await examine.getByLabel(t("trace.proofFile")).setInputFiles(one);
    await examine.getByLabel(t("trace.foundFile")).setInputFiles(found);
    await now.click();
  };
  const genuine = file("proof.json", proof.buffer, "application/json");
  await give(genuine, leaked);
  await examine.getByText(t("trace.holds")).waitFor();
  await examine.getByText("乙市住房公积金管理中心").waitFor();
  await auditor.look("proof-holds");
  await give(genuine, csv);
  await examine.getByText(t("trace.part.file")).waitFor();
  const changed = JSON.parse(proof.buffer.toString());
  changed.mark.secret = "0".repeat(64);
  await give(file("forged.json", JSON.stringify(changed), "application/json"), leaked);
  await examine.getByText(t("trace.part.mark")).waitFor();
  await give(file("none.json", "{}", "application/json"), leaked);
  await examine.getByText(t("trace.part.format")).waitFor();
  await auditor.look("proof-fails");
  await auditor.close();
}

for (const language of ["zh-CN", "en"]) {
  story(
    `[${language}] an extract that leaks names its delivery, and an auditor can examine the proof`,
    browser => tell(browser, language),
  );
}
