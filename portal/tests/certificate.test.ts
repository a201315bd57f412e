import { describe, expect, test } from "vitest";
import { toBase64url } from "../src/ledger/base64url";
import {
  type CertificateBasis,
  type CertificateCheck,
  credentialDigest,
  statusAt,
  statusPlace,
  verifyCertificate,
} from "../src/ledger/certificate";
import { utf8 } from "../src/verify/bytes";
import { edIssuer, issue, p256Issuer, present, statusList } from "./support/certificates";

const FIELDS = {
  basenum: "6000.00",
  unitprop: "8.000",
  indiprop: "8.000",
  indipaysum: "960.00",
  bal: "4408.76",
  accname: "王小示",
};
const NOW = 1_790_010_000_000;
const issuer = edIssuer("fund centre");
const issued = issue(issuer, FIELDS);
const basis: CertificateBasis = {
  keys: [edIssuer("somebody else").key, issuer.key],
  credential: credentialDigest("sha256", issued.jwt),
  algorithm: "sha256",
  now: NOW,
  statusList: statusList(issuer, { 4: 1 }),
};

function stateOf(text: string, check: CertificateCheck, changed: Partial<CertificateBasis> = {}) {
  return verifyCertificate(text, { ...basis, ...changed }).steps.find(one => one.check === check)?.state;
}

test("the list of states is found by what the certificate says, and by nothing that only looks like it", () => {
  expect(statusPlace(present(issued, []))).toEqual({ issuer: "12990100000001011T", list: 0 });
  const elsewhere = (uri: string) =>
    statusPlace(present(issue(issuer, {}, { status: { status_list: { idx: 1, uri } } }), []));
  for (const uri of ["", "https://node.example/0", "urn:yinxin:status-list:12990100000001011T:00"])
    expect(elsewhere(uri), uri).toBeNull();
  expect(statusPlace("rubbish")).toBeNull();
});

test("a copy in a wallet names the same list by the address of the node, and the list of the department answers for both", () => {
  const uri = "https://fund-a.example:8443/wallets/status-lists/12990100000001011T/0";
  const copy = issue(issuer, FIELDS, { status: { status_list: { idx: 4, uri } } });
  expect(statusPlace(present(copy, []))).toEqual({ issuer: "12990100000001011T", list: 0 });
  // The list is signed under its name for the ledger.
  expect(verifyCertificate(present(copy, ["bal"]), { ...basis, credential: null }).status).toBe("revoked");
  for (const other of [
    "https://fund-a.example/wallets/status-lists/12990100000001011T/1",
    "https://fund-a.example/wallets/status-lists/1299020000000102XP/0",
    "http://fund-a.example/wallets/status-lists/12990100000001011T/0",
    "https://fund-a.example/wallets/status-lists/12990100000001011T/0/",
    "https://fund-a.example/other/status-lists/12990100000001011T/0",
  ]) {
    const elsewhere = issue(issuer, FIELDS, { status: { status_list: { idx: 4, uri: other } } });
    expect(verifyCertificate(present(elsewhere, ["bal"]), { ...basis, credential: null }).status, other).toBe(
      "unknown",
    );
  }
});

describe("a certificate that is shown", () => {
  test("verifies with all its fields", () => {
    const verdict = verifyCertificate(present(issued, Object.keys(FIELDS)), basis);
    expect(verdict.good).toBe(true);
    expect(verdict.steps.map(one => one.state)).toEqual(Array(6).fill("passed"));
    expect({ ...verdict.claims }).toEqual(FIELDS);
    expect(verdict.issuer).toBe("12990100000001011T");
    expect(verdict.status).toBe("valid");
  });

  test("verifies with some of its fields, and then says nothing about the others", () => {
    const verdict = verifyCertificate(present(issued, ["bal"]), basis);
    expect(verdict.good).toBe(true);
    expect({ ...verdict.claims }).toEqual({ bal: "4408.76" });
    expect(stateOf(present(issued, ["bal"]), "arithmetic")).toBe("absent");
  });

  test("is refused with an altered field: S6.3", () => {
    const forged = toBase64url(utf8(JSON.stringify(["salt-4", "bal", "44087.60"])));
    const text = `${issued.jwt}~${forged}~`;
    expect(stateOf(text, "disclosures")).toBe("failed");
    expect(verifyCertificate(text, basis).good).toBe(false);
  });

  test("is refused with a field twice, with the issuer's own claims as a field, and with rubbish", () => {
    const twice = `${issued.jwt}~${issued.disclosures.bal}~${issued.disclosures.bal}~`;
    expect(stateOf(twice, "disclosures")).toBe("failed");
    const own = issue(issuer, { exp: "9" });
    expect(stateOf(present(own, ["exp"]), "disclosures", { credential: null })).toBe("failed");
    for (const text of ["", "~", "a.b.c~", issued.jwt, `${issued.jwt}~???~`])
      expect(verifyCertificate(text, basis).good, text).toBe(false);
  });

  test("is refused where the signature is of no department, or the ledger has another digest", () => {
    const text = present(issued, ["bal"]);
    expect(stateOf(text, "signature", { keys: [edIssuer("somebody else").key] })).toBe("failed");
    expect(stateOf(text, "digest", { credential: `sha256:${"0".repeat(64)}` })).toBe("failed");
    expect(stateOf(text, "digest", { credential: null })).toBe("absent");
  });

  test("may bring its own key only where the seal put its digest on the ledger", () => {
    const other = p256Issuer("signing service");
    const given = issue(other, FIELDS);
    const text = present(given, ["bal"]);
    const credential = credentialDigest("sha256", given.jwt);
    expect(stateOf(text, "signature", { credential })).toBe("passed");
    expect(stateOf(text, "signature", { credential: null })).toBe("failed");
    const changed = text.replace(
      /\.(.)([^~]*)~/,
      (_, first, rest) => `.${first === "A" ? "B" : "A"}${rest}~`,
    );
    expect(verifyCertificate(changed, { ...basis, credential }).good).toBe(false);
  });

  test("is refused before and after its term", () => {
    const text = present(issued, ["bal"]);
    expect(stateOf(text, "validity", { now: 1_789_000_000_000 })).toBe("failed");
    expect(stateOf(text, "validity", { now: 1_798_000_000_000 })).toBe("failed");
  });

  test("is refused when revoked or suspended, and unsettled where the list is not to be trusted", () => {
    const text = present(issued, ["bal"]);
    const status = (list: string | null, now = NOW) =>
      verifyCertificate(text, { ...basis, statusList: list, now }).status;
    expect(status(statusList(issuer, { 5: 1 }))).toBe("revoked");
    expect(status(statusList(issuer, { 5: 2 }))).toBe("suspended");
    expect(status(statusList(issuer, {}), NOW + 43_200_000)).toBe("stale");
    expect(status(statusList(edIssuer("forger"), {}))).toBe("unknown");
    expect(status(statusList(issuer, {}, { sub: "https://elsewhere.example" }))).toBe("unknown");
    expect(status(null)).toBe("unknown");
    expect(stateOf(text, "status", { statusList: null })).toBe("absent");
    expect(stateOf(text, "status", { statusList: statusList(issuer, { 5: 1 }) })).toBe("failed");
  });

  test("is refused where the monthly sum does not follow", () => {
    const wrong = issue(issuer, { ...FIELDS, indipaysum: "960.01" });
    const credential = credentialDigest("sha256", wrong.jwt);
    expect(stateOf(present(wrong, Object.keys(FIELDS)), "arithmetic", { credential })).toBe("failed");
  });
});

test("the examples of the draft on status lists decode", () => {
  const one = { bits: 1, lst: "eNrbuRgAAhcBXQ" };
  expect(Array.from({ length: 16 }, (_, at) => statusAt(one, at))).toEqual([
    1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1,
  ]);
  const two = { bits: 2, lst: "eNo76fITAAPfAgc" };
  expect(Array.from({ length: 12 }, (_, at) => statusAt(two, at))).toEqual([
    1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3,
  ]);
  expect(statusAt(two, 12)).toBeNull();
  for (const wrong of [null, { bits: 3, lst: two.lst }, { bits: 1, lst: "AAAA" }, { bits: 1 }])
    expect(statusAt(wrong as never, 0)).toBeNull();
});
