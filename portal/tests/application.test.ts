// An application for enrolment: sealed for one authority, bound to one key, and shown by a code that anybody else computes the same way.

import { expect, test } from "vitest";
import { checkCode, consentBytes, makeApplication, signWithdrawal } from "../src/ledger/application";
import { fromBase64url } from "../src/ledger/base64url";
import { openHpke } from "../src/ledger/hpke";
import { makeReaderKey } from "../src/ledger/reader-key";
import { utf8 } from "../src/verify/bytes";
import { digestText, hash } from "../src/verify/digest";
import { keyedSignatureValid } from "../src/verify/signature";
import { ed25519Key } from "./support/keys";

const CHAIN = `sha256:${"ab".repeat(32)}`;
const AUTHORITY = "1199010000000209X4";
const { key, sign } = ed25519Key("applicant");
const account = { id: key, sign: async (message: Uint8Array) => ({ key, signature: sign(message) }) };
const FACTS = { name: "王小示", number: "990101199003150015" };

test("an application opens for its authority only, is bound to its key, and says nothing in the clear", async () => {
  const to = await makeReaderKey();
  const terms = { authority: AUTHORITY, key: to.text, until: 1_800_000_000_000 };
  const made = await makeApplication(account, CHAIN, "sha256", terms, FACTS);
  expect(JSON.stringify(made)).not.toContain(FACTS.number);
  const envelope = fromBase64url(made.sealed) ?? new Uint8Array();
  expect(envelope[0]).toBe(1);
  const info = utf8("yinxin/application/1");
  const plain = await openHpke(to, envelope.slice(1), info, utf8(account.id));
  expect(JSON.parse(new TextDecoder().decode(plain))).toEqual(FACTS);
  await expect(openHpke(to, envelope.slice(1), info, utf8("another key"))).rejects.toThrow();
  const application = digestText("sha256", hash("sha256", envelope));
  const consent = { account: account.id, application, authority: AUTHORITY, chain: CHAIN, until: made.until };
  expect(keyedSignatureValid(made.signature, consentBytes(consent))).toBe(true);
  for (const other of [
    { ...consent, until: made.until + 1 },
    { ...consent, authority: "11990100000002081C" },
    { ...consent, chain: `sha256:${"cd".repeat(32)}` },
  ])
    expect(keyedSignatureValid(made.signature, consentBytes(other))).toBe(false);
});

test("the check code is eight digits of what was signed, the same as the authority's node computes", () => {
  const consent = {
    account: `ed25519:${"11".repeat(32)}`,
    application: `sha256:${"22".repeat(32)}`,
    authority: AUTHORITY,
    chain: CHAIN,
    until: 1_800_000_000_000,
  };
  expect(checkCode(consent, "sha256")).toBe("65040953");
  expect(checkCode(consent, "sm3")).toMatch(/^\d{8}$/);
  expect(checkCode({ ...consent, until: consent.until + 1 }, "sha256")).not.toBe("65040953");
});

test("a withdrawal is signed for one application and is no consent", async () => {
  const signature = await signWithdrawal(account, CHAIN, AUTHORITY, `sha256:${"22".repeat(32)}`);
  const consent = {
    account: account.id,
    application: `sha256:${"22".repeat(32)}`,
    authority: AUTHORITY,
    chain: CHAIN,
    until: 1,
  };
  expect(keyedSignatureValid(signature, consentBytes(consent))).toBe(false);
});
