// Somebody of the demonstration who acts without a page: for what a story needs to find on the ledger, and no more.

import { createPrivateKey, randomBytes, sign } from "node:crypto";
import { check } from "./browser.mjs";

/** What stands before a seed of 32 bytes in the PKCS #8 form of an Ed25519 key (RFC 8410). */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");
const VALID_MS = 60_000;
const WAIT_MS = 10_000;

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, sorted(value[key])]),
  );
}

/** Signs in at the persona's node and gives what it can do there. */
export async function actor(persona) {
  const base = `${persona.url.replace(/\/$/, "")}/api/v1`;
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_HEAD, Buffer.from(persona.seed, "hex")]),
    format: "der",
    type: "pkcs8",
  });
  const signed = text => ({
    key: persona.account,
    signature: `ed25519:${sign(null, Buffer.from(text), key).toString("hex")}`,
  });
  let cookie = "";
  // The node's own clock: a story may have travelled in time.
  let clock = 0;

  async function call(method, path, body) {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    check(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    clock = Date.parse(answer.headers.get("date"));
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return JSON.parse(text);
  }

  const { challenge, statement } = await call("POST", "/session/challenge", { account: persona.account });
  const session = await call("POST", "/session", { challenge, signature: signed(statement) });

  async function body(operation, given, cosigners) {
    const { chain } = await call("GET", "/status");
    const account = persona.account;
    const salt = randomBytes(16).toString("hex");
    const valid_until = clock + VALID_MS;
    return JSON.stringify(
      sorted({ account, arguments: given, chain, ...cosigners, operation, salt, valid_until }),
    );
  }

  async function outcome(id) {
    const answer = await call("GET", `/transactions/${id}?wait_ms=${WAIT_MS}`);
    check(answer.status === "committed", `${id}: ${JSON.stringify(answer)}`);
    return { id, ...answer.outcome };
  }

  return {
    session,
    call,
    ask: async (question, about) => {
      const { answers } = await call("POST", "/ask", { questions: [{ question, about }] });
      return answers[0].answer;
    },
    act: async (operation, given) => {
      const text = await body(operation, given, {});
      const { id } = await call("POST", "/transactions", { body: text, signatures: [signed(text)] });
      return outcome(id);
    },
    /** The same with the seal of the department beside. */
    actSealed: async (operation, given) => {
      const { members } = await call("GET", "/members");
      const seal = members.find(one => one.code === persona.body).account;
      const text = await body(operation, given, { cosigners: [seal] });
      const { id } = await call("POST", "/desk/seal", { body: text, signature: signed(text) });
      return outcome(id);
    },
  };
}

/** The request to a clerk's department that waits, of a person or of one for whom it acts; a new one where none does. */
async function openRequest(person, clerk, subject) {
  const { body } = clerk.session.posts.find(one => one.body !== null);
  const about = encodeURIComponent(subject);
  const { items } = await person.call("GET", `/concerns?about=${about}&operation=sharing.request`);
  for (const { code, outcome } of items) {
    if (code !== 0) continue;
    const record = await person.ask("sharing.request", { request: outcome.request });
    if (record?.state === "open" && record.holder === body) return outcome.request;
  }
  const given = { holder: body, kind: "hpf-certificate", purpose: "loan" };
  const principal = subject === person.session.party ? {} : { principal: subject };
  return (await person.act("sharing.request", { ...given, ...principal })).request;
}

/** Has a person ask a clerk's department for a certificate, its own or that of `subject`, and the clerk issue it. */
export async function certificateFor(person, clerk, demo, subject = person.session.party) {
  return issueFor(clerk, demo, await openRequest(person, clerk, subject));
}

/** Has a clerk issue the certificate that a request asks for, with the figures of the demonstration. */
async function issueFor(clerk, demo, request) {
  const { material, credential, status, until } = await clerk.call("POST", "/desk/certificates", {
    request,
    fields: demo.samples.certificate,
  });
  const { certificate } = await clerk.actSealed("sharing.issue", {
    request,
    material,
    credential,
    status,
    until,
  });
  return certificate;
}
