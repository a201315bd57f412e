// One invented person's way through the portal, by clicks: enrolled at the window, asks for the certificate, gets it, looks at it, leases it,
// is looked at, and has everything erased.

import { check } from "./browser.mjs";
import { enrolAtWindow, section, withNewKey } from "./keys.mjs";
import { closeSheet, sign, toSheet } from "./sharing.mjs";

/** The name of everybody's key; what people call their keys is their own. */
const KEY_NAME = "本人的钥匙";

/** The newest final act of an operation, as this browser keeps it: its number, its arguments and what it gave. */
function newestAct(page, operation, about) {
  return page.evaluate(
    ([name, [member, value]]) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("yinxin");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const all = opening.result.transaction("acts").objectStore("acts").getAll();
          all.onsuccess = () => {
            opening.result.close();
            const made = all.result
              .filter(act => act.operation === name && act.state === "final")
              .filter(act => member === null || act.arguments[member] === value)
              .sort((a, b) => b.createdAt - a.createdAt);
            resolve({ id: made[0].id, given: made[0].arguments, outcome: made[0].end.outcome });
          };
        };
      }),
    [operation, about ?? [null, null]],
  );
}

function goto(page, path) {
  return page.goto(new URL(path, page.url()).href);
}

/** The person comes with a new browser, and the bureau's clerk enrols it. */
export async function enrol(visitor, { steward }, t, person) {
  const citizen = await withNewKey(visitor, t, KEY_NAME);
  await enrolAtWindow(steward, t, citizen, person.number);
}

/** The person asks its centre for the certificate; the number of the request. */
export async function ask({ page }, t, holder) {
  await goto(page, "/me/ask");
  await page.getByLabel(t("person.ask.holder")).selectOption({ label: holder });
  await toSheet(page, t);
  await sign(page, t);
  await closeSheet(page, t);
  return (await newestAct(page, "sharing.request")).outcome.request;
}

/** The centre's clerk begins to decline a request, with words about somebody, and leaves the form as it is for ever. */
export async function leaveUnfinished({ clerk: page }, t, text) {
  await goto(page, "/window");
  await page
    .getByRole("button", { name: t("act.op.decline.name") })
    .first()
    .click();
  await page.getByLabel(t("act.argument.reason")).fill(text);
}

/**
 * The centre's clerk types the record and issues; the number of the certificate and the address of its material. With `interrupt` the clerk's
 * browser is closed in between and opened again.
 */
export async function issue(desk, t, request, fields, interrupt = null) {
  const path = `/window/${encodeURIComponent(request)}`;
  await goto(desk.clerk, path);
  const typed = Object.entries(fields).map(([name, value]) => [t(`certificate.field.${name}`), value]);
  for (const [label, value] of typed) await desk.clerk.getByLabel(label, { exact: true }).fill(value);
  await desk.clerk.getByText(t("issue.arithmeticGood")).waitFor();
  if (interrupt !== null) {
    await interrupt();
    await goto(desk.clerk, path);
    await desk.clerk.getByText(t("issue.arithmeticGood")).waitFor();
    for (const [label, value] of typed) {
      const kept = await desk.clerk.getByLabel(label, { exact: true }).inputValue();
      check(kept === value, `${label} did not survive the closed browser`);
    }
  }
  const page = desk.clerk;
  for (;;) {
    await toSheet(page, t);
    await sign(page, t, new RegExp(`${t("act.done")}|${t("act.refusedRecorded")}`));
    if (!(await page.getByRole("dialog").getByText("SHARE_STATUS_INDEX").isVisible())) break;
    // Places in the status list are drawn; where two were composed for the same one, the clerk composes the second anew.
    await closeSheet(page, t);
  }
  await closeSheet(page, t);
  const { given, outcome } = await newestAct(page, "sharing.issue", ["request", request]);
  return { certificate: outcome.certificate, material: given.material };
}

/** The person opens its certificate and reads it. */
export async function view({ page }, t, certificate, person) {
  await goto(page, `/me/certificates/${encodeURIComponent(certificate)}`);
  await toSheet(page, t, t("certificate.view"));
  await sign(page, t);
  await closeSheet(page, t);
  await page.getByRole("heading", { name: t("certificate.good") }).waitFor();
  await page.getByText(person.number, { exact: true }).first().waitFor();
}

/** The person lets the other centre look once, in one case, at these fields and no others. */
export async function lease({ page }, t, certificate, grantee, person) {
  await goto(page, `/me/lease?certificate=${encodeURIComponent(certificate)}`);
  await page.getByLabel(t("lease.grantee")).selectOption({ label: grantee });
  const boxes = page.getByRole("group", { name: t("lease.fields") }).getByRole("checkbox");
  const wanted = new Set(person.leased.map(field => t(`certificate.field.${field}`)));
  for (const box of await boxes.all()) {
    const label = await box.evaluate(input => input.labels[0].textContent.trim());
    await box.setChecked(wanted.has(label));
  }
  if (person.errs) {
    // A citizen number where the number of the case belongs: the node does not take it, and no browser keeps the act.
    await page.getByLabel(t("lease.case")).fill(person.number);
    await toSheet(page, t);
    await sign(page, t, "TX_PERSONAL");
    await closeSheet(page, t);
  }
  await page.getByLabel(t("lease.case")).fill(person.case);
  await toSheet(page, t);
  await sign(page, t);
  await closeSheet(page, t);
}

/** The other centre's officer looks under the lease and reads what comes; the number of the look. */
export async function look({ loan: page }, t, person) {
  await goto(page, `/loans/${encodeURIComponent(person.case)}`);
  const read = section(page, t("act.op.disclose.name"));
  await read.getByRole("button", { name: t("act.toCheck") }).click();
  await sign(page, t);
  await closeSheet(page, t);
  await page.getByRole("heading", { name: t("certificate.good") }).waitFor();
  const shown = await page.getByRole("main").innerText();
  for (const field of person.leased) {
    check(shown.includes(person.fields[field]), `the officer is not shown ${field}`);
  }
  return (await newestAct(page, "sharing.disclose", ["case", person.case])).id;
}

/** The person has the certificate erased, and waits until every holder says that it is gone. */
export async function erase({ page }, t, certificate) {
  await goto(page, `/me/certificates/${encodeURIComponent(certificate)}`);
  await toSheet(page, t, t("act.op.erase.name"));
  await sign(page, t);
  await closeSheet(page, t);
  await page.getByText(t("erasure.complete")).waitFor();
}

/** Signs in on the page of keys with the key that is current. */
export async function signIn({ page }, t) {
  await goto(page, "/keys");
  const session = section(page, t("keys.session.title"));
  await session.getByRole("button", { name: t("identity.signIn"), exact: true }).click();
  await session.getByText(t("keys.session.account"), { exact: true }).waitFor();
}

/** Signs out, as a person does before leaving. */
export async function signOut({ page }, t) {
  await goto(page, "/keys");
  const session = section(page, t("keys.session.title"));
  await session.getByRole("button", { name: t("identity.signOut"), exact: true }).click();
  await session.getByRole("button", { name: t("identity.signIn"), exact: true }).waitFor();
}
