// Extracts: what is fetched part by part, the proof of a trace, and what the desk says.

import { afterEach, describe, expect, test, vi } from "vitest";
import { readExamined, readExtract, readGrant, traceFile } from "../src/api/extracts";
import { fromBase64url, toBase64url } from "../src/ledger/base64url";
import {
  ContentDiffers,
  commitFound,
  composeProof,
  headerOf,
  openParts,
  PROOF_KIND,
  refutedPart,
} from "../src/ledger/extract";
import { makeReaderKey, SealedContentRefused } from "../src/ledger/reader-key";
import { declaredColumns } from "../src/rooms/extracts/columns";
import type { StoredAct } from "../src/store/acts";
import { concat, fromHex, toHex, utf8 } from "../src/verify/bytes";
import { materialCommitment } from "../src/verify/commitment";
import { hash } from "../src/verify/digest";
import { isObject, parseJson } from "../src/verify/json";
import { jcs, TestChain } from "./support/chain";
import { sealHpke } from "./support/hpke";
import { ed25519Key } from "./support/keys";

const LOOK = `sha256:${"ab".repeat(32)}`;
const SALT = new Uint8Array(32).fill(7);

afterEach(() => vi.unstubAllGlobals());

test("the commitment to a material is that of formats.md section 9", () => {
  const content = utf8("certinum\n1\n");
  const expected = (algorithm: "sha256" | "sm3", tag: number) =>
    `${algorithm}:${toHex(
      hash(algorithm, concat(utf8("yinxin/material-commitment/1"), Uint8Array.of(0, tag), SALT, content)),
    )}`;
  expect(materialCommitment("sha256", SALT, content)).toBe(expected("sha256", 1));
  expect(materialCommitment("sm3", SALT, content)).toBe(expected("sm3", 2));
});

describe("content in parts", () => {
  const content = utf8("certinum,bal\n1,2\n");
  const commitment = materialCommitment("sha256", SALT, content);

  async function serving(
    parts: readonly Uint8Array[],
    change: (part: object, at: number) => object = one => one,
  ) {
    const reader = await makeReaderKey();
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (path: string) => {
      asked.push(path);
      const at = Number(new URL(path, "http://node").searchParams.get("part") ?? 0);
      const part = change(
        {
          bytes: toBase64url(parts[at] ?? new Uint8Array()),
          extract: "sha256:e",
          part: at,
          parts: parts.length,
          salt: toHex(SALT),
          transaction: LOOK,
        },
        at,
      );
      const box = await sealHpke(
        reader.text,
        utf8("yinxin/release/1"),
        utf8(LOOK),
        utf8(JSON.stringify(part)),
      );
      return new Response(JSON.stringify({ content: toBase64url(concat(Uint8Array.of(1), box)) }));
    });
    return { asked, look: { id: LOOK, keep: { reader } } as unknown as StoredAct };
  }

  test("is put together and compared with the ledger", async () => {
    const { asked, look } = await serving([content.slice(0, 5), content.slice(5)]);
    const opened = await openParts(look, commitment, "sha256");
    expect(toHex(opened.bytes)).toBe(toHex(content));
    expect(asked.map(path => path.split("?")[1] ?? "")).toEqual(["", "part=1"]);
  });

  test("that differs from the ledger is not given to anybody", async () => {
    const { look } = await serving([utf8("certinum,bal\n1,3\n")]);
    await expect(openParts(look, commitment, "sha256")).rejects.toThrow(ContentDiffers);
    const salted = await serving([content], part => ({ ...part, salt: "00".repeat(32) }));
    await expect(openParts(salted.look, commitment, "sha256")).rejects.toThrow(ContentDiffers);
  });

  test("out of order, or of no form, does not open", async () => {
    for (const change of [{ part: 1 }, { bytes: "!" }, { salt: "00" }, { parts: "1" }]) {
      const { look } = await serving([content], part => ({ ...part, ...change }));
      await expect(openParts(look, commitment, "sha256")).rejects.toThrow(SealedContentRefused);
    }
    const { look } = await serving([content]);
    await expect(openParts({ ...look, keep: null }, commitment, "sha256")).rejects.toThrow(
      SealedContentRefused,
    );
  });

  test("makes a proof with both receipts, the mark and the salts", async () => {
    const mark = { canaries: 1, columns: [], key: "certinum", secret: "00".repeat(32) };
    const bytes = jcs(mark);
    const { look } = await serving([bytes]);
    const released = globalThis.fetch;
    vi.stubGlobal("fetch", async (path: string) =>
      path.includes("/receipts/")
        ? new Response(JSON.stringify({ of: path.split("/").at(-1) }))
        : released(path),
    );
    const trace = { ...look, keep: { ...(look.keep as object), foundSalt: "11".repeat(32) } };
    const proof = await composeProof(trace, {
      extract: "sha256:e",
      mark: materialCommitment("sha256", SALT, bytes),
      algorithm: "sha256",
    });
    expect(JSON.parse(proof)).toEqual({
      delivery: { of: "sha256:e" },
      found_salt: "11".repeat(32),
      kind: PROOF_KIND,
      mark,
      salt: toHex(SALT),
      trace: { of: LOOK },
    });
  });
});

describe("the proof of a trace", () => {
  const found = utf8("certinum\n1\n");
  const mark = { canaries: 1, columns: [], key: "certinum", secret: "00".repeat(32) };

  function proofOn(chain: TestChain, change: { mark?: string; extract?: string; operation?: string } = {}) {
    const officer = ed25519Key("officer");
    const { salt: foundSalt, commitment } = commitFound(chain.algorithm, found);
    const marked = change.mark ?? materialCommitment(chain.algorithm, SALT, jcs(mark));
    const delivered = chain.envelope(
      change.operation ?? "sharing.extract_deliver",
      { mark: { commitment: marked, material: "x" } },
      officer,
    );
    const deliveryHeight = chain.append([delivered], Date.UTC(2026, 2, 3)).header.height;
    const delivery = chain.receiptFile(deliveryHeight, 0);
    const id = String((delivery.receipt as { transaction: string }).transaction);
    const traced = chain.envelope(
      "sharing.extract_trace",
      { extract: change.extract ?? id, found: commitment },
      officer,
    );
    const traceHeight = chain.append([traced], Date.UTC(2026, 2, 4)).header.height;
    return {
      delivery,
      found_salt: foundSalt,
      kind: PROOF_KIND,
      mark,
      salt: toHex(SALT),
      trace: chain.receiptFile(traceHeight, 0),
    };
  }

  const check = (proof: object, chain: TestChain, file = found) =>
    refutedPart(parseJson(utf8(JSON.stringify(proof))), file, chain.chain);

  test.each(["intl", "gm"] as const)("holds on a chain of the suite %s, for this file", async suite => {
    const chain = new TestChain(suite);
    const proof = proofOn(chain);
    expect(await check(proof, chain)).toBeNull();
    expect(await check(proof, chain, utf8("certinum\n2\n"))).toBe("file");
    expect(await check(proof, new TestChain(suite, "another chain"))).toBe("receipt");
  });

  test("says which part does not hold", async () => {
    const chain = new TestChain("intl");
    const proof = proofOn(chain);
    expect(await check({ ...proof, kind: "other" }, chain)).toBe("format");
    expect(await check({ ...proof, salt: "00" }, chain)).toBe("format");
    expect(await check({ ...proof, mark: null }, chain)).toBe("format");
    expect(await check({ ...proof, mark: { ...mark, secret: "11".repeat(32) } }, chain)).toBe("mark");
    expect(await check({ ...proof, salt: "00".repeat(32) }, chain)).toBe("mark");
    expect(await check({ ...proof, found_salt: "00".repeat(32) }, chain)).toBe("file");
    expect(await check({ ...proof, trace: proof.delivery }, chain)).toBe("trace");
    expect(await check({ ...proof, delivery: proof.trace }, chain)).toBe("delivery");
    expect(await check({ ...proof, delivery: null }, chain)).toBe("receipt");
    expect(await check(proofOn(chain, { extract: "sha256:other" }), chain)).toBe("trace");
    expect(await check(proofOn(chain, { operation: "sharing.extract_fetch" }), chain)).toBe("delivery");
    expect(await check([], chain)).toBe("format");
  });

  test("a commitment to a found file is salted anew each time", () => {
    const [one, other] = [commitFound("sha256", found), commitFound("sha256", found)];
    expect(one.commitment).not.toBe(other.commitment);
    expect(one.commitment).toBe(materialCommitment("sha256", fromHex(one.salt) ?? SALT, found));
  });
});

test("a file of many pieces goes into base64url and back whole", () => {
  const bytes = Uint8Array.from({ length: 20_001 }, (_, at) => (at * 31) % 256);
  const text = toBase64url(bytes);
  expect(text).toBe(Buffer.from(bytes).toString("base64url"));
  expect(toHex(fromBase64url(text) ?? new Uint8Array())).toBe(toHex(bytes));
});

test("the names of columns are found whatever spreadsheets do to them", () => {
  expect(headerOf(utf8("certinum,accname,bal\n1,2,3\n"))).toEqual(["certinum", "accname", "bal"]);
  expect(headerOf(utf8('\ufeff"certinum";"a ""b"""; bal\r\n1;2;3'))).toEqual(["certinum", 'a "b"', "bal"]);
  expect(headerOf(utf8("certinum\tbal"))).toEqual(["certinum", "bal"]);
  expect(headerOf(Uint8Array.of(0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0x62))).toEqual(["姓名", "b"]);
  expect(headerOf(utf8(""))).toEqual([]);
  expect(headerOf(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x2c, 0, 0x62, 0, 0x0a, 0, 0x31, 0))).toEqual([
    "a",
    "b",
  ]);
  // A sign that is cut in two far behind the names does not matter.
  expect(headerOf(utf8(`a,b\n${"字".repeat(100_000)}`))).toEqual(["a", "b"]);
});

test("what columns hold is one to a line, and nothing else", () => {
  expect(declaredColumns("")).toEqual({});
  expect(declaredColumns(" accnum=reserved:99:8 \n\nname=name\n")).toEqual({
    accnum: "reserved:99:8",
    name: "name",
  });
  for (const wrong of ["accnum", "=x", "a=", "a b=c"]) expect(declaredColumns(wrong), wrong).toBeNull();
});

describe("what the desk says", () => {
  const finding = (bits: number) => ({
    bits,
    canaries: 15,
    canaries_found: 3,
    delivered: { height: 9, time: 900 },
    extract: `sha256:${bits}`,
    receiver: "sha256:r",
    recipient: "1299020000000102XP",
    rows_compared: 79,
    rows_in_order: 79,
  });

  test("of a found file is asked part by part, the surest first, and an answer that does not go forward ends it", async () => {
    const pages: Record<number, object> = {
      0: { deliveries: 200, examined: 128, missing: 1, named: [finding(21)], next: 1, rows: 80 },
      1: { deliveries: 200, examined: 72, missing: 0, named: [finding(300)], next: 1, rows: 80 },
    };
    const asked: unknown[] = [];
    vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
      const body = parseJson(utf8(String(init.body)));
      asked.push(isObject(body) ? body.page : null);
      return new Response(JSON.stringify(pages[asked.length - 1]));
    });
    const parts: number[] = [];
    const trace = await traceFile("x", examined => parts.push(examined));
    expect(asked).toEqual([0, 1]);
    expect(parts).toEqual([128, 200]);
    expect(trace.named.map(one => one.bits)).toEqual([300, 21]);
    expect(trace).toMatchObject({ deliveries: 200, examined: 200, missing: 1, rows: 80 });
  });

  test("of a proof is believed only where it says so", () => {
    const good = { ...finding(30), holds: true, traced: { height: 10, time: 1_000 } };
    expect(readExamined(good)).toMatchObject({ holds: true, traced: 1_000, finding: { bits: 30 } });
    expect(readExamined({ holds: false, part: "mark", detail: "d" })).toEqual({
      holds: false,
      part: "mark",
      detail: "d",
    });
    for (const wrong of [null, {}, { holds: true }, { ...good, holds: "true" }])
      expect(readExamined(wrong).holds, JSON.stringify(wrong)).toBe(false);
  });

  test("of a delivery or a grant is read, and what is not known cannot be used", () => {
    const record = { owner: "a", recipient: "b", content: { commitment: "c" }, mark: { commitment: "m" } };
    expect(readExtract({ ...record, state: "delivered" }, "x")).toMatchObject({
      state: "delivered",
      content: "c",
      mark: "m",
    });
    expect(readExtract({ ...record, state: "new" }, "x")?.state).toBe("expired");
    expect(readExtract({ owner: "a" }, "x")).toBeNull();
    const request = { owner: "a", requester: "b", state: "granted", until: 9 };
    expect(readGrant({ id: "x", request }, "x")).toMatchObject({ granted: true, until: 9 });
    expect(readGrant({ id: "x", request: { ...request, state: "open" } }, "x")?.granted).toBe(false);
    expect(readGrant({ request: { owner: "a" } }, "x")).toBeNull();
  });
});
