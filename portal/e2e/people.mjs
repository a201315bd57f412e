// Puts invented people through the portal for `cargo xtask people --portal N`, whose process test (crates/node/tests/processes/portal.rs) runs
// the network, starts this program and searches afterwards.
//   node e2e/people.mjs PLAN
// PLAN names a JSON file: nodes, officers, people, where to write what the browsers hold. On standard output one JSON document a line tells
// what became of each person; after `{"end":"looked"}` the program waits for a line on standard input before anybody has anything erased.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { launch, ownBrowser, visit, visitIn, words } from "./browser.mjs";
import { plant, watchAddresses, writeLeftovers } from "./leftovers.mjs";
import { modules, through } from "./many.mjs";
import { ask, enrol, erase, issue, lease, leaveUnfinished, look, signIn, signOut, view } from "./person.mjs";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const t = words("zh-CN");
const tell = document => process.stdout.write(`${JSON.stringify(document)}\n`);

/** Gives an officer's browser the key that the network knows him by, and signs him in by the page. */
async function seat({ account, seed, node }, name, own) {
  const at = { node, path: "/keys", script };
  const visitor = own
    ? await visitIn(await ownBrowser(join(plan.profiles, name)), at)
    : await visit(browser, at);
  watchAddresses(visitor.context, plan.left, name);
  await visitor.page
    .getByRole("button", { name: t("identity.signIn"), exact: true })
    .first()
    .waitFor();
  await visitor.page.evaluate(
    async ([id, digits]) => {
      const bytes = Uint8Array.from(digits.match(/../g), pair => Number.parseInt(pair, 16));
      const secret = await crypto.subtle.importKey("pkcs8", bytes, { name: "Ed25519" }, false, ["sign"]);
      const opening = indexedDB.open("yinxin");
      await new Promise((resolve, reject) => {
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const writing = opening.result.transaction(["identities", "settings"], "readwrite");
          const identity = { id, kind: "browser", label: null, persona: null, createdAt: 0, secret };
          writing.objectStore("identities").put(identity);
          writing.objectStore("settings").put(id, "current-identity");
          writing.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      });
    },
    // What stands before a seed of 32 bytes in the PKCS #8 form of an Ed25519 key (RFC 8410).
    [account, `302e020100300506032b657004220420${seed}`],
  );
  await signIn(visitor, t);
  return visitor;
}

const browser = await launch();
const script = plan.people.every(person => person.clicks) ? null : await modules();
const named = new Map();
const desks = [];
for (let place = 0; place < plan.at_once; place += 1) {
  const desk = {};
  for (const [role, officer] of Object.entries(plan.officers)) {
    // The first officer of each kind has a browser that writes to the disk.
    const name = place === 0 ? role : `${role}-${place}`;
    const visitor = await seat(officer, name, place === 0);
    named.set(name, visitor);
    desk[role] = visitor.page;
  }
  desks.push(desk);
}

/** Closes the browser of the first clerk as it stands, and opens it again: another process, the same folder. */
async function reopen(desk) {
  await named.get("clerk").context.close();
  const at = { node: plan.officers.clerk.node, path: "/keys", script };
  const visitor = await visitIn(await ownBrowser(join(plan.profiles, "clerk")), at);
  watchAddresses(visitor.context, plan.left, "clerk");
  await signIn(visitor, t);
  named.set("clerk", visitor);
  desk.clerk = visitor.page;
}

/** Those who will have everything erased keep their browsers. */
const staying = new Map();

async function byClicks(visitor, desk, person, next) {
  await enrol(visitor, desk, t, person);
  next("ask");
  const request = await ask(visitor, t, plan.home.name);
  if (person.errs) {
    next("unfinished");
    await leaveUnfinished(desk, t, `${person.fields.accname} ${person.number} ${person.fields.linkphone}`);
  }
  next("issue");
  const interrupt = person.errs ? () => reopen(desk) : null;
  const { certificate, material } = await issue(desk, t, request, person.fields, interrupt);
  next("view");
  await view(visitor, t, certificate, person);
  next("lease");
  await lease(visitor, t, certificate, plan.away.name, person);
  next("look");
  const looked = await look(desk, t, person);
  next("sign out");
  await signOut(visitor, t);
  return { certificate, material, look: looked };
}

async function put(desk, at) {
  const person = { ...plan.people[at], errs: at === 0 };
  let step = "enrol";
  const took = {};
  let began = Date.now();
  const next = name => {
    took[step] = Date.now() - began;
    began = Date.now();
    step = name;
  };
  // The first person's browser is one that writes to the disk.
  const own = at === 0 ? await ownBrowser(join(plan.profiles, "person")) : null;
  const home = { node: plan.home.url, path: "/keys", script: person.clicks ? null : script };
  const visitor = own === null ? await visit(browser, home) : await visitIn(own, home);
  try {
    watchAddresses(visitor.context, plan.left, `person-${at}`);
    const done = person.clicks
      ? await byClicks(visitor, desk, person, next)
      : await through(visitor, desk, plan, person, next);
    await writeLeftovers(visitor, plan.left, `person-${at}`);
    next("close");
    if (person.erased) {
      staying.set(at, { visitor, certificate: done.certificate });
      await visitor.page.goto("about:blank");
    } else await visitor.close();
    tell({ person: at, clicks: person.clicks, ...done, took });
  } catch (error) {
    tell({ failed: at, step, message: String(error.stack ?? error) });
    await visitor.context.close();
  }
}

/** Does the same for every item of a list, so many at a time. */
async function all(count, list, act) {
  const waiting = [...list];
  const worker = async place => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next, place);
  };
  await Promise.all(Array.from({ length: count }, (_, place) => worker(place)));
}

await all(plan.at_once, plan.people.keys(), (at, place) => put(desks[place], at));

for (const [name, visitor] of named) {
  await signOut(visitor, t);
  await writeLeftovers(visitor, plan.left, name);
  // What is put in these places on purpose must be found, or the search is worth nothing.
  if (name === "clerk") {
    await plant(visitor, plan.planted);
    await writeLeftovers(visitor, plan.planted_left, name);
  }
  // Closed, so that the browser has written to its profile whatever it ever will.
  await visitor.context.close();
}
tell({ end: "looked" });

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
await lines.next();
await all(plan.at_once, staying, async ([at, { visitor, certificate }]) => {
  try {
    const again = await visitIn(visitor.context, { node: plan.home.url, path: "/keys" });
    await signIn(again, t);
    await erase(again, t, certificate);
    await signOut(again, t);
    await writeLeftovers(again, plan.left, `erased-${at}`);
    tell({ erased: at });
  } catch (error) {
    tell({ failed: at, step: "erase", message: String(error.stack ?? error) });
  }
  await visitor.context.close();
});
await browser.close();
tell({ end: "erased" });
process.exit(0);
