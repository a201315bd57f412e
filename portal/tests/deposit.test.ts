// From chosen files to receipt files, with a ledger in memory in place of the node.

import { describe, expect, test } from "vitest";
import { type DepositRequest, planDeposits, signDeposit } from "../src/ledger/deposit";
import { fileToCheck, hashFile } from "../src/ledger/hash-file";
import { type Deposited, receiptDocuments } from "../src/store/receipts";
import { utf8 } from "../src/verify/bytes";
import { chainIdentifier } from "../src/verify/chain";
import { digestText, hash } from "../src/verify/digest";
import { readGenesis } from "../src/verify/document";
import { parseCanonical, parseJson } from "../src/verify/json";
import { verifyReceipt } from "../src/verify/receipt";
import { jcs, TestChain } from "./support/chain";
import { ed25519Key } from "./support/keys";

const CAPTURE = {
  tool: " 采集\u0007浏览器 ",
  tool_version: "1.2",
  environment: "清洁系统",
  from: 1,
  to: 2,
  details: { operator: "王小示", source: "https://example.cn", title: "公告" },
};

async function depositAll(
  suite: "intl" | "gm",
  choices: Omit<DepositRequest, "files">,
  contents: readonly string[],
) {
  const chain = new TestChain(suite);
  const genesis = readGenesis(parseJson(jcs(chain.genesis)));
  if (genesis === null) throw new Error("the test's genesis does not read");
  const key = ed25519Key("depositor");
  const files = contents.map((text, at) => new File([text], `文件${at % 2}.txt`, { type: "text/plain" }));
  const hashed = await Promise.all(
    files.map(async file => ({
      file,
      content: (await hashFile(file, [chain.algorithm])).get(chain.algorithm) ?? "",
    })),
  );
  const context = {
    chain: chainIdentifier(genesis),
    genesis,
    account: key.key,
    validUntil: 9_000_000_000_000,
  };
  const account = {
    id: key.key,
    sign: async (message: Uint8Array) => ({ key: key.key, signature: key.sign(message) }),
  };
  const planned = planDeposits({ ...choices, files: hashed }, context);
  const signed = await Promise.all(planned.map(one => signDeposit(one, account, context)));
  const envelopes = signed.map(one => ({
    body: one.envelope.body,
    signatures: [...one.envelope.signatures],
  }));
  chain.append(envelopes, Date.now());
  const final = signed.map((one, at): Deposited => {
    const receipt = JSON.stringify(chain.receiptFile(1, at));
    return { ...one, state: "final", receipt };
  });
  return { chain, files, planned, final };
}

describe.each([
  ["one sealed file", { kind: "sealed", batch: false, capture: null }, ["甲"]],
  ["one open file with a capture", { kind: "open", batch: false, capture: CAPTURE }, ["甲"]],
  ["three sealed files as one entry", { kind: "sealed", batch: true, capture: CAPTURE }, ["甲", "乙", "丙"]],
  ["three open files as one entry", { kind: "open", batch: true, capture: null }, ["甲", "乙", ""]],
  ["two files as two entries", { kind: "sealed", batch: false, capture: CAPTURE }, ["甲", "乙"]],
] as const)("%s", (_, choices, contents) => {
  test.each(["intl", "gm"] as const)(
    "gives receipts that verify with their files on a chain of suite %s",
    async suite => {
      const { chain, files, final } = await depositAll(suite, choices, contents);
      const documents = final.flatMap(receiptDocuments);
      expect(documents.length).toBe(files.length);
      for (const [at, { text }] of documents.entries()) {
        const file = files[at];
        const other = new File(["不同"], "x", { type: "text/plain" });
        const check = async (given: File | undefined) =>
          (await verifyReceipt(utf8(text), [chain.chain], given && fileToCheck(given))).result;
        expect(await check(undefined)).toBe("VERIFIED");
        expect(await check(file)).toBe("VERIFIED");
        expect(await check(other)).toBe("RECEIPT_FILE");
      }
    },
  );

  test("shows exactly the bytes that are signed, and neither file names nor private details are among them", async () => {
    const { planned, final } = await depositAll("intl", choices, contents);
    for (const [at, { body, id }] of planned.entries()) {
      expect(final[at]?.envelope.body).toBe(body);
      expect(parseCanonical(body)).not.toBeNull();
      expect(id).toBe(digestText("sha256", hash("sha256", utf8(body))));
      expect(body).not.toMatch(/文件\d|王小示|公告/);
    }
  });
});

test("no salt is used twice", async () => {
  const { final } = await depositAll("intl", { kind: "sealed", batch: true, capture: null }, [
    "同",
    "同",
    "同",
  ]);
  const salts = final.flatMap(one => one.files.map(file => file.salt));
  expect(new Set(salts).size).toBe(3);
  expect(new Set(final.flatMap(one => one.files.map(file => file.commitment))).size).toBe(3);
});

test("receipts of files with the same name are saved under different names", async () => {
  const { final } = await depositAll("intl", { kind: "open", batch: true, capture: null }, [
    "一",
    "二",
    "三",
  ]);
  expect(final.flatMap(receiptDocuments).map(one => one.name)).toEqual([
    "文件0.txt.receipt.json",
    "文件1.txt.receipt.json",
    "文件0.txt (2).receipt.json",
  ]);
});

test("a large file is read in pieces and gives the digest of the whole", async () => {
  const bytes = new Uint8Array(2_500_001).map((_, at) => at % 251);
  const shares: number[] = [];
  const digests = await hashFile(new Blob([bytes]), ["sha256", "sm3"], share => shares.push(share));
  expect(digests.get("sha256")).toBe(digestText("sha256", hash("sha256", bytes)));
  expect(digests.get("sm3")).toBe(digestText("sm3", hash("sm3", bytes)));
  expect(shares).toHaveLength(3);
  expect(shares.at(-1)).toBe(1);
});
