import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { labelOf } from "../src/components/act/act-words";
import {
  factsOf,
  isOperation,
  OPERATIONS,
  operationKey,
  principalOf,
} from "../src/components/act/operations";
import { planAct } from "../src/ledger/act";
import { sessionBytes } from "../src/ledger/session";
import english from "../src/locales/en.json";
import chinese from "../src/locales/zh-CN.json";
import { chainIdentifier } from "../src/verify/chain";
import { readGenesis } from "../src/verify/document";
import { isObject, parseCanonical, parseJson } from "../src/verify/json";
import { jcs, TestChain } from "./support/chain";
import { ed25519Key } from "./support/keys";

/** The operations of a scenario, from the tables at the heads of its own files. */
function documented(scenario: string): string[] {
  const folder = join(import.meta.dirname, "../../scenarios", scenario, "src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(name =>
    name.endsWith(".rs"),
  );
  return files.flatMap(name => {
    const [head = ""] = readFileSync(join(folder, name), "utf8").split("//! | question");
    // The first cell of a row may name several.
    const cells = [...head.matchAll(/^\/\/! \|([^|]*)\|/gm)].map(found => found[1] ?? "");
    return cells.flatMap(cell => [...cell.matchAll(/`(\w+\.\w+)`/g)].map(found => found[1] ?? ""));
  });
}

test("every operation of the scenarios has words", () => {
  const known = ["approval", "evidence", "identity", "governance", "sharing"].flatMap(documented);
  expect(known).toContain("sharing.lease");
  expect(known).toContain("sharing.listing_query");
  expect(known).toContain("sharing.resource_answer");
  for (const operation of known) expect(isOperation(operation), operation).toBe(true);
  expect(operationKey("future.thing")).toBe("act.other");
});

test("a sentence fills in nothing but arguments of its operation", () => {
  for (const words of [chinese, english]) {
    const sentences: Record<string, { name: string; says: string }> = words.act.op;
    for (const [operation, { key, facts }] of Object.entries(OPERATIONS)) {
      const says = sentences[key]?.says ?? "";
      expect(says, operation).not.toBe("");
      for (const [, name = ""] of says.matchAll(/\{\{(\w+)\}\}/g))
        expect(Object.keys(facts), `${operation} ${name}`).toContain(name);
    }
  }
});

test("every argument that an operation can have has a name in words", () => {
  const labels: Record<string, string> = chinese.act.argument;
  for (const [operation, { facts }] of Object.entries(OPERATIONS))
    for (const name of Object.keys(facts)) {
      const label = labelOf(operation, name);
      expect(label === null ? undefined : labels[label], `${operation} ${name}`).toBeDefined();
    }
});

test("what is signed is shown whole: known arguments in order, unknown ones after them, absent ones not at all", () => {
  const given = { surprise: 1, purpose: "loan", holder: "12990100000001011T", kind: null };
  expect(factsOf("sharing.request", given)).toEqual([
    ["holder", "department"],
    ["purpose", "purpose"],
    ["surprise", "text"],
  ]);
  expect(factsOf("future.thing", { b: 1 })).toEqual([["b", "text"]]);
});

test("an act is another's only where the ledger takes a principal with it", () => {
  const principal = `sha256:${"c".repeat(64)}`;
  expect(principalOf({ operation: "sharing.lease", arguments: { principal } })).toBe(principal);
  expect(principalOf({ operation: "sharing.lease", arguments: {} })).toBeNull();
  expect(principalOf({ operation: "identity.grant", arguments: { principal } })).toBeNull();
});

describe("the bytes of an act", () => {
  const chain = new TestChain("intl");
  const genesis = readGenesis(parseJson(jcs(chain.genesis)));
  if (genesis === null) throw new Error("the test's genesis does not read");
  const officer = ed25519Key("officer").key;
  const seal = ed25519Key("seal").key;
  const person = ed25519Key("person").key;
  const context = {
    chain: chainIdentifier(genesis),
    genesis,
    signer: officer,
    validUntil: 1_800_000_000_000,
  };
  const bodyOf = (request: Parameters<typeof planAct>[0]) => {
    const body = parseCanonical(planAct(request, context).body);
    if (!isObject(body)) throw new Error("no canonical body");
    return body;
  };
  const request = { operation: "sharing.issue", arguments: { request: "x" } };

  test("name no cosigner where nobody else must sign", () => {
    expect(Object.keys(bodyOf(request))).not.toContain("cosigners");
    expect(bodyOf(request).account).toBe(officer);
  });

  test("name the department's seal beside the officer, and a further person after it", () => {
    const body = bodyOf({ ...request, seal: { key: seal, asAccount: false }, cosigners: [person] });
    expect(body.account).toBe(officer);
    expect(body.cosigners).toEqual([seal, person]);
  });

  test("let the department act itself where members decide, with the officer beside it", () => {
    const body = bodyOf({ ...request, seal: { key: seal, asAccount: true } });
    expect(body.account).toBe(seal);
    expect(body.cosigners).toEqual([officer]);
  });

  test("differ each time, so that the same act twice is two transactions", () => {
    expect(planAct(request, context).id).not.toBe(planAct(request, context).id);
  });
});

test("signing in signs the account, the chain, the challenge and the purpose, and nothing that could be a transaction", () => {
  const text = new TextDecoder().decode(sessionBytes("ed25519:ab", "sha256:cd", "ef"));
  expect(text).toBe(
    '{"account":"ed25519:ab","chain":"sha256:cd","challenge":"ef","purpose":"yinxin/session/1"}',
  );
});
