// Wallets: the code that only this browser has, the time that is left, and what is opened of a presentation.

import { afterEach, expect, test, vi } from "vitest";
import { readCopy } from "../src/api/wallets";
import { timeLeft } from "../src/components/wallet/hand-over";
import { toBase64url } from "../src/ledger/base64url";
import { makeReaderKey, SealedContentRefused } from "../src/ledger/reader-key";
import { codeOf, openPresented, planTake } from "../src/ledger/wallet";
import type { StoredAct } from "../src/store/acts";
import { concat, utf8 } from "../src/verify/bytes";
import { digestText, hash } from "../src/verify/digest";
import { sealHpke } from "./support/hpke";

const LOOK = `sha256:${"ab".repeat(32)}`;

/** An act as it lies in the browser's store, as far as these functions look at it. */
function kept(keep: unknown): StoredAct {
  return { id: `sha256:${"cd".repeat(32)}`, keep } as StoredAct;
}

afterEach(() => vi.unstubAllGlobals());

test("the ledger has the digest of the code and nothing of the code itself", () => {
  const planned = planTake("sha256:certificate", ["bal", "age_over_18"], "sm3");
  const code = codeOf(kept(planned.keep)) ?? "";
  expect(code).toMatch(/^[0-9a-f]{64}$/);
  expect(planned.arguments).toEqual({
    certificate: "sha256:certificate",
    fields: ["age_over_18", "bal"],
    offer: digestText("sm3", hash("sm3", utf8(code))),
  });
  expect(JSON.stringify(planned.arguments)).not.toContain(code);
  expect(codeOf(kept(planTake("x", [], "sm3").keep))).not.toBe(code);
  for (const other of [null, {}, { code: 7 }, { reader: {} }]) expect(codeOf(kept(other))).toBeNull();
});

test("the time left counts down in minutes and seconds, and never below none", () => {
  expect(timeLeft(600_000, 0)).toBe("10:00");
  expect(timeLeft(600_000, 541_001)).toBe("0:59");
  expect(timeLeft(600_000, 591_000)).toBe("0:09");
  expect(timeLeft(600_000, 600_000)).toBe("0:00");
  expect(timeLeft(600_000, 700_000)).toBe("0:00");
});

test("what a wallet showed opens for whoever asked, and only as part of its look", async () => {
  const reader = await makeReaderKey();
  const sealed = async (what: object) => {
    const box = await sealHpke(reader.text, utf8("yinxin/release/1"), utf8(LOOK), utf8(JSON.stringify(what)));
    return toBase64url(concat(Uint8Array.of(1), box));
  };
  const serve = (content: string) =>
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ content, holder: "x", height: 1 })));
  const shown = { copy: "sha256:copy", presentation: "a.b.c~d~e.f.g", transaction: LOOK };
  serve(await sealed(shown));
  expect(await openPresented(kept({ reader }), LOOK)).toEqual({ copy: "sha256:copy", text: "a.b.c~d~e.f.g" });
  await expect(openPresented(kept(null), LOOK)).rejects.toThrow(SealedContentRefused);
  await expect(openPresented(kept({ reader: await makeReaderKey() }), LOOK)).rejects.toThrow(
    SealedContentRefused,
  );
  for (const wrong of [
    { ...shown, transaction: "sha256:other" },
    { ...shown, copy: 1 },
    { certificate: "x", presentation: "y", transaction: LOOK },
  ]) {
    serve(await sealed(wrong));
    await expect(openPresented(kept({ reader }), LOOK)).rejects.toThrow(SealedContentRefused);
  }
});

test("a copy whose state is not known is not shown as valid", () => {
  const record = {
    certificate: "sha256:c",
    issuer: "12990100000001011T",
    credential: "sha256:d",
    fields: ["bal"],
  };
  expect(readCopy({ ...record, state: "valid" }, "sha256:x")?.state).toBe("valid");
  expect(readCopy({ ...record, state: "surprising" }, "sha256:x")?.state).toBe("ended");
  expect(readCopy({ issuer: "x" }, "sha256:x")).toBeNull();
});
