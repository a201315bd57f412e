// In whose name one acts: chosen by one account in one window, under a mandate that is alive, and never by surprise.

import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Post, Session } from "../src/api/session";
import { actingOf, representationsOf } from "../src/components/acting/use-acting";
import { inNameOf } from "../src/components/gate";
import { actingChoice, nameParty, onActingChange, partyNames, setActing } from "../src/store/acting";
import { memoryStorage } from "./support/storage";

const CHILD = `sha256:${"c".repeat(64)}`;
const MANDATE = `sha256:${"a".repeat(64)}`;
const ACCOUNT = `ed25519:${"1".repeat(64)}`;

const guardian: Post = {
  body: null,
  name: null,
  roles: [],
  mandate: MANDATE,
  principal: CHILD,
  kind: "guardian",
  grade: 1,
  scope: ["sharing."],
  until: null,
};
const session: Session = {
  account: ACCOUNT,
  party: `sha256:${"d".repeat(64)}`,
  kind: "person",
  code: null,
  state: "active",
  posts: [guardian],
  height: 7,
};

beforeEach(() => {
  vi.stubGlobal("sessionStorage", memoryStorage());
  vi.stubGlobal("localStorage", memoryStorage());
});

test("one acts for persons alone: neither a post nor the agency of a company is a choice", () => {
  const others: Post[] = [
    { ...guardian, kind: "post", body: "12990100000001011T" },
    { ...guardian, kind: "agent", body: "91990101MA000A012B" },
    { ...guardian, kind: "representative" },
  ];
  expect(representationsOf({ ...session, posts: [...others, guardian] })).toEqual([guardian]);
  expect(representationsOf(null)).toEqual([]);
});

describe("what was chosen", () => {
  test("counts for the account that chose it, as long as the mandate is alive", () => {
    const choice = { account: ACCOUNT, mandate: MANDATE };
    expect(actingOf(session, choice)).toEqual({ mandate: guardian, ended: false });
    expect(actingOf({ ...session, posts: [] }, choice)).toEqual({ mandate: null, ended: true });
    expect(actingOf({ ...session, account: "ed25519:other" }, choice)).toEqual({
      mandate: null,
      ended: false,
    });
    expect(actingOf(null, choice)).toEqual({ mandate: null, ended: false });
    expect(actingOf(session, null)).toEqual({ mandate: null, ended: false });
  });

  test("survives a new page of the window, is the same answer until it changes, and is told to whoever follows", () => {
    let told = 0;
    const stop = onActingChange(() => {
      told += 1;
    });
    setActing({ account: ACCOUNT, mandate: MANDATE });
    expect(actingChoice()).toEqual({ account: ACCOUNT, mandate: MANDATE });
    expect(actingChoice()).toBe(actingChoice());
    setActing(null);
    expect(actingChoice()).toBeNull();
    expect(told).toBe(2);
    stop();
    setActing(null);
    expect(told).toBe(2);
  });

  test.each(["null", "[]", "{", "7", '{"account":1,"mandate":"x"}', '{"account":"x"}'])(
    "is nobody where storage holds %s",
    text => {
      sessionStorage.setItem("yinxin acting", text);
      expect(actingChoice()).toBeNull();
    },
  );

  test("is nobody in a window that may store nothing", () => {
    vi.stubGlobal("sessionStorage", undefined);
    setActing({ account: ACCOUNT, mandate: MANDATE });
    expect(actingChoice()).toBeNull();
  });
});

test("a name for a person stays in this browser, is short, and is forgotten when emptied", () => {
  nameParty(CHILD, `  小明${"长".repeat(60)}`);
  expect(partyNames()[CHILD]).toHaveLength(40);
  nameParty(CHILD, "小明");
  expect(partyNames()).toEqual({ [CHILD]: "小明" });
  nameParty(CHILD, " ");
  expect(partyNames()).toEqual({});
  localStorage.setItem("yinxin party names", '{"a":1,"b":"B"}');
  expect(partyNames()).toEqual({ b: "B" });
});

describe("an act in another's name", () => {
  const inName = inNameOf(CHILD);

  test("says for whom in what is signed, where the ledger takes that", () => {
    for (const operation of ["request", "cancel", "lease", "end_lease", "view", "erase"]) {
      const asked = { operation: `sharing.${operation}`, arguments: { certificate: "x" } };
      expect(inName(asked).arguments).toEqual({ certificate: "x", principal: CHILD });
    }
  });

  test("is left as it is where the ledger knows no principal", () => {
    for (const operation of ["sharing.wallet_take", "sharing.listing_object", "identity.object"]) {
      const asked = { operation, arguments: {} };
      expect(inName(asked)).toBe(asked);
    }
  });
});
