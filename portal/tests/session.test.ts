import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Session, unlockDrafts } from "../src/api/session";
import { draftsOf, expectDrafts, lockDrafts, readDraft, writeDraft } from "../src/store/drafts";
import { memoryStorage } from "./support/storage";

const EMPTY = { reason: "" };
const KEY = "07".repeat(32);

function session(account: string, state: string | null = "active"): Session {
  return { account, party: null, kind: null, code: null, state, posts: [], height: 1 };
}

/** The node answers the key of this account; none where it cannot be reached. */
function answering(account: string | null) {
  const asked = vi.fn(async () => {
    if (account === null) throw new TypeError("unreachable");
    return new Response(JSON.stringify({ account, key: KEY }));
  });
  vi.stubGlobal("fetch", asked);
  return asked;
}

describe("the key of drafts", () => {
  beforeEach(() => {
    expectDrafts("whoever was here before");
    lockDrafts();
    vi.stubGlobal("localStorage", memoryStorage());
  });

  test("it is asked for once for each account, and kept nowhere but in memory", async () => {
    const asked = answering("a");
    await unlockDrafts(session("a"));
    await unlockDrafts(session("a"));
    expect(asked).toHaveBeenCalledTimes(1);
    expect(draftsOf()).toBe("a");
    expect(Object.keys(localStorage)).toEqual([]);
  });

  test("what was typed while the node could not be reached is held, and sealed when the key comes", async () => {
    answering(null);
    await unlockDrafts(session("a"));
    writeDraft("n", { reason: "x" });
    expect(Object.keys(localStorage)).toEqual([]);
    answering("a");
    await unlockDrafts(session("a"));
    expect(readDraft("n", EMPTY).reason).toBe("x");
    expect(Object.keys(localStorage)).toHaveLength(1);
  });

  test("what was held for one account is not given to the next", async () => {
    answering(null);
    await unlockDrafts(session("a"));
    writeDraft("n", { reason: "x" });
    answering("b");
    await unlockDrafts(session("b"));
    expect(readDraft("n", EMPTY)).toEqual(EMPTY);
  });

  test("a key for another account, one that comes too late, and one that must not be asked for, open nothing", async () => {
    answering("b");
    await unlockDrafts(session("a"));
    expect(draftsOf()).toBeNull();
    answering("a");
    await unlockDrafts(session("a"), AbortSignal.abort());
    expect(draftsOf()).toBeNull();
    const asked = answering("a");
    await unlockDrafts(session("a", "revoked"));
    expect([draftsOf(), asked.mock.calls.length]).toEqual([null, 0]);
    await unlockDrafts(session("a", null));
    expect(draftsOf()).toBe("a");
  });
});
