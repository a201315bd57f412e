// One invented person's way by the portal's own modules, inside pages of the portal: the same acts as in e2e/person.mjs without the clicks.

import { build } from "vite";
import { check } from "./browser.mjs";

const NAME = "portal";

/** The modules as one script, which a page runs before anything else. */
export async function modules() {
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2023",
      lib: { entry: `${import.meta.dirname}/inside.ts`, formats: ["iife"], name: NAME },
    },
  });
  return `${built[0].output[0].code}\nglobalThis.${NAME} = ${NAME};`;
}

/** Calls one of the modules' functions in a page. */
function inside(page, name, ...given) {
  return page.evaluate(([called, parts]) => globalThis.portal[called](...parts), [name, given]);
}

/** From the enrolment to the look; what the ledger calls the things that came of it. */
export async function through({ page }, { steward, clerk, loan }, plan, person, next) {
  const key = await inside(page, "come", "本人的钥匙");
  const prepared = await inside(steward, "prepareEnrolment", plan.bureau.code, person.number, key);
  await inside(steward, "completeEnrolment", prepared, await inside(page, "cosign", prepared.body));
  next("ask");
  const request = await inside(page, "request", plan.home.code);
  next("issue");
  const issued = await inside(clerk, "issue", plan.home.code, request, person.fields);
  next("view");
  const own = await inside(page, "view", issued.certificate);
  check(own.certinum === person.number, "the person is not shown the number");
  next("lease");
  const { case: name, leased } = person;
  const lease = await inside(page, "lease", issued.certificate, plan.away.code, name, leased);
  next("look");
  const seen = await inside(loan, "look", plan.away.code, lease, name, leased);
  for (const field of leased)
    check(seen.fields[field] === person.fields[field], `the officer is not shown ${field}`);
  check(Object.keys(seen.fields).length === leased.length, "the officer is shown more than was leased");
  next("sign out");
  await inside(page, "leave");
  return { ...issued, look: seen.id };
}
