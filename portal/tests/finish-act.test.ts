// The way of an act from signature to its end, with a ledger in memory in place of the node.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { finishActOnce, planAct, signAct } from "../src/ledger/act";
import { ReceiptRefuted } from "../src/ledger/finish";
import type { StoredAct } from "../src/store/acts";
import { chainIdentifier } from "../src/verify/chain";
import { readGenesis } from "../src/verify/document";
import { parseJson } from "../src/verify/json";
import { jcs, TestChain } from "./support/chain";
import { ed25519Key } from "./support/keys";

const saved: StoredAct[] = [];
const deleted: string[] = [];
vi.mock("../src/store/acts", () => ({
  saveAct: async (act: StoredAct) => void saved.push(act),
  deleteAct: async (id: string) => void deleted.push(id),
}));

const forgotten: string[] = [];
vi.mock("../src/store/drafts", () => ({ forgetDraft: (name: string) => void forgotten.push(name) }));

const person = ed25519Key("person");
const account = {
  id: person.key,
  sign: async (message: Uint8Array) => ({ key: person.key, signature: person.sign(message) }),
};

async function signed(chain: TestChain, seal: string | null = null, name = "LX-1") {
  const genesis = readGenesis(parseJson(jcs(chain.genesis)));
  if (genesis === null) throw new Error("the test's genesis does not read");
  const context = {
    chain: chainIdentifier(genesis),
    genesis,
    signer: person.key,
    validUntil: Date.now() + 60_000,
  };
  const request = {
    operation: "sharing.cancel",
    arguments: { case: name, request: "sha256:00" },
    seal: seal === null ? null : { key: seal, asAccount: false },
    draft: "issue 1",
  };
  return signAct(planAct(request, context), account);
}

function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status });
}

/** Answers requests by the beginning of their path; everything else fails the test. */
function serve(routes: Readonly<Record<string, (init: RequestInit | undefined) => Response>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    asked.push(`${init?.method ?? "GET"} ${path}`);
    const found = Object.entries(routes).find(([route]) => path.startsWith(route));
    if (found === undefined) throw new Error(`unexpected request ${path}`);
    return found[1](init);
  });
  return asked;
}

beforeEach(() => {
  saved.length = 0;
  deleted.length = 0;
  forgotten.length = 0;
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("an act", () => {
  test("is kept before anything is sent, and final only with a receipt that verifies", async () => {
    const chain = new TestChain();
    const asked = serve({});
    const act = await signed(chain);
    expect(saved.map(one => one.state)).toEqual(["waiting"]);
    expect(asked).toEqual([]);
    expect(forgotten).toEqual([]);
    serve({
      "/api/v1/transactions/": () => json({ status: "committed" }),
      "/api/v1/transactions": () => {
        chain.append([{ body: act.envelope.body, signatures: [...act.envelope.signatures] }], 5);
        return json({ id: act.id, status: "pending" }, 202);
      },
      "/api/v1/receipts/": () => json(chain.receiptFile(1, 0)),
    });
    const stages: string[] = [];
    const finished = await finishActOnce(act, stage => stages.push(stage));
    expect(finished.state).toBe("final");
    expect(finished.end).toEqual({ height: 1, time: 5, outcome: {} });
    expect(stages).toEqual(["sending", "waiting", "verifying"]);
    expect(saved.at(-1)?.state).toBe("final");
    expect(forgotten).toEqual(["issue 1"]);
  });

  test("is asked for again at every step where the node cannot answer for a moment", async () => {
    vi.useFakeTimers();
    try {
      const chain = new TestChain();
      const act = await signed(chain);
      const tired = new Set<string>();
      // Each address says once that it cannot answer.
      const once = (name: string, answer: () => Response) => () => {
        if (tired.has(name)) return answer();
        tired.add(name);
        return json({ code: "API_UNAVAILABLE" }, 503);
      };
      serve({
        "/api/v1/transactions/": once("ask", () => json({ status: "committed" })),
        "/api/v1/transactions": once("send", () => {
          chain.append([{ body: act.envelope.body, signatures: [...act.envelope.signatures] }], 5);
          return json({ id: act.id, status: "pending" }, 202);
        }),
        "/api/v1/receipts/": once("receipt", () => json(chain.receiptFile(1, 0))),
      });
      const stages: string[] = [];
      const finishing = finishActOnce(act, stage => stages.push(stage));
      await vi.advanceTimersByTimeAsync(30_000);
      expect((await finishing).state).toBe("final");
      expect(stages.filter(stage => stage === "busy")).toHaveLength(3);
    } finally {
      vi.useRealTimers();
    }
  });

  test("that the ledger refuses keeps the height, the outcome and the sentence of the refusal", async () => {
    const chain = new TestChain();
    const act = await signed(chain);
    const messages = { "zh-CN": "不行", en: "no" };
    serve({
      "/api/v1/transactions/": () => json({ status: "rejected", name: "LEASE_FIELD", code: 7, messages }),
      "/api/v1/transactions": () => {
        const envelope = { body: act.envelope.body, signatures: [...act.envelope.signatures] };
        chain.append([envelope], 5, () => ({ code: 7, outcome: { access: { allowed: false } } }));
        return json({}, 202);
      },
      "/api/v1/receipts/": () => json(chain.receiptFile(1, 0)),
    });
    const finished = await finishActOnce(act);
    expect(finished.state).toBe("rejected");
    expect(finished.end?.height).toBe(1);
    expect(finished.end?.outcome).toEqual({ access: { allowed: false } });
    expect(finished.rejection).toEqual({ code: "LEASE_FIELD", messages, source: null });
    expect(forgotten).toEqual([]);
  });

  test("that the node does not take has no height; nothing is on the ledger", async () => {
    const act = await signed(new TestChain());
    serve({
      "/api/v1/transactions/": () => json({ status: "unknown" }),
      "/api/v1/transactions": () => json({ code: "TX_ARGUMENTS", source: "formats 7" }, 400),
    });
    const finished = await finishActOnce(act);
    expect(finished.state).toBe("rejected");
    expect(finished.end).toBeNull();
    expect(finished.rejection?.code).toBe("TX_ARGUMENTS");
    expect(saved.at(-1)?.state).toBe("rejected");
    expect(deleted).toEqual([]);
  });

  test("that the node does not take for a citizen number in it is told and not kept", async () => {
    const act = await signed(new TestChain(), null, "件 990101199003150015");
    serve({
      "/api/v1/transactions/": () => json({ status: "unknown" }),
      "/api/v1/transactions": () => json({ code: "TX_PERSONAL" }, 400),
    });
    const finished = await finishActOnce(act);
    expect([finished.state, finished.rejection?.code]).toEqual(["rejected", "TX_PERSONAL"]);
    expect(saved).toEqual([]);
    expect(deleted).toEqual([act.id]);
  });

  test("stays waiting where the session has ended or the network is gone", async () => {
    for (const answer of [() => json({ code: "SESSION_NEEDED" }, 401), () => Response.error()]) {
      const act = await signed(new TestChain());
      serve({ "/api/v1/transactions": answer });
      await expect(finishActOnce(act)).rejects.toThrow();
      expect(saved.at(-1)?.state).toBe("waiting");
    }
  });

  test("is not believed where the receipt is of another chain or another transaction", async () => {
    for (const forged of [new TestChain("intl", "another chain"), null]) {
      const chain = new TestChain();
      const act = await signed(chain);
      const other = forged ?? chain;
      const envelope =
        forged === null
          ? chain.envelope("sharing.cancel", { request: "x" }, person)
          : { body: act.envelope.body, signatures: [...act.envelope.signatures] };
      other.append([envelope], 5);
      serve({
        "/api/v1/transactions/": () => json({ status: "committed" }),
        "/api/v1/transactions": () => json({}, 202),
        "/api/v1/receipts/": () => json(other.receiptFile(1, 0)),
      });
      await expect(finishActOnce(act)).rejects.toThrow(ReceiptRefuted);
    }
  });

  test("that needs the department's seal goes to the desk with the officer's signature", async () => {
    const chain = new TestChain();
    const act = await signed(chain, ed25519Key("seal").key);
    let body: unknown = null;
    serve({
      "/api/v1/desk/seal": init => {
        body = JSON.parse(String(init?.body));
        return json({ code: "AUTH_MANDATE_MISSING" }, 403);
      },
      "/api/v1/transactions/": () => json({ status: "unknown" }),
    });
    const finished = await finishActOnce(act);
    expect(finished.rejection?.code).toBe("AUTH_MANDATE_MISSING");
    expect(body).toEqual({ body: act.envelope.body, signature: act.envelope.signatures[0] });
  });
});
