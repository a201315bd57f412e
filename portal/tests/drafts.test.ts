import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  draftsEpoch,
  draftsOf,
  expectDrafts,
  forgetDraft,
  lockDrafts,
  openDrafts,
  readDraft,
  watchDrafts,
  writeDraft,
} from "../src/store/drafts";
import { MOST_BYTES } from "../src/store/sealed";
import { toHex, utf8 } from "../src/verify/bytes";
import { memoryStorage } from "./support/storage";

const EMPTY = { reason: "", lines: [] as string[], amount: 0 };
const KEY = "07".repeat(32);
const OTHER_KEY = "08".repeat(32);
const WORDS = "示例建工集团有限公司 990101199003150015";

function entries(): readonly [string, string][] {
  return Object.keys(localStorage).map(
    key => [key, localStorage.getItem(key) ?? ""] as const as [string, string],
  );
}

/** Everything that was ever written to the storage. */
function watched(): { readonly texts: string[] } {
  const texts: string[] = [];
  const write = localStorage.setItem;
  vi.spyOn(localStorage, "setItem").mockImplementation((key, value) => {
    texts.push(key, value);
    write(key, value);
  });
  return { texts };
}

beforeEach(() => {
  expectDrafts("whoever was here before");
  lockDrafts();
  vi.restoreAllMocks();
  vi.stubGlobal("localStorage", memoryStorage());
});

describe("drafts of whoever is signed in", () => {
  test("a form is there at once, as it was left, in another window and after another sign-in", () => {
    openDrafts("a", KEY);
    writeDraft("issue 1", { ...EMPTY, reason: WORDS });
    expect(readDraft("issue 1", EMPTY)).toEqual({ ...EMPTY, reason: WORDS });
    expect(readDraft("issue 2", EMPTY)).toEqual(EMPTY);
    lockDrafts();
    expect(readDraft("issue 1", EMPTY)).toEqual(EMPTY);
    openDrafts("a", KEY);
    expect(readDraft("issue 1", EMPTY)).toEqual({ ...EMPTY, reason: WORDS });
  });

  test("nothing of it reaches the disk but sealed: no word, no name of a form or an account, no length", () => {
    openDrafts("an account", KEY);
    const { texts } = watched();
    for (let end = 1; end <= WORDS.length; end += 1) {
      writeDraft("issue LX-4711", { ...EMPTY, reason: WORDS.slice(0, end) });
    }
    const written = texts.join("\n");
    for (const part of ["990101199003", "示例", "reason", "LX-4711", "issue", "account", KEY]) {
      expect(written.includes(part), part).toBe(false);
      expect(written.includes(toHex(utf8(part))), part).toBe(false);
    }
    expect(new Set(texts.map(text => text.length)).size).toBe(2);
    expect(new Set(texts).size).toBe(WORDS.length + 1);
  });

  test("another account cannot open it, and each has its own of one name", () => {
    openDrafts("a", KEY);
    writeDraft("issue 1", { ...EMPTY, reason: "of a" });
    openDrafts("b", OTHER_KEY);
    expect(draftsOf()).toBe("b");
    expect(readDraft("issue 1", EMPTY)).toEqual(EMPTY);
    writeDraft("issue 1", { ...EMPTY, reason: "of b" });
    // Even with the key of another the draft stays closed: it is bound to its account.
    openDrafts("c", KEY);
    expect(readDraft("issue 1", EMPTY)).toEqual(EMPTY);
    openDrafts("b", OTHER_KEY);
    expect(readDraft("issue 1", EMPTY).reason).toBe("of b");
  });

  test("what is typed before the key comes is held by the window, and sealed when it comes", () => {
    const { texts } = watched();
    writeDraft("issue 1", { ...EMPTY, reason: WORDS });
    expect(texts).toEqual([]);
    expect(readDraft("issue 1", EMPTY).reason).toBe(WORDS);
    openDrafts("a", KEY);
    expect(entries()).toHaveLength(1);
    lockDrafts();
    openDrafts("a", KEY);
    expect(readDraft("issue 1", EMPTY).reason).toBe(WORDS);
    expect(texts.join().includes("990101199003")).toBe(false);
  });

  test("what a window holds is gone when its officer leaves, and never becomes another's", () => {
    expectDrafts("a");
    writeDraft("issue 1", { ...EMPTY, reason: "x" });
    lockDrafts();
    expect(readDraft("issue 1", EMPTY)).toEqual(EMPTY);
    openDrafts("a", KEY);
    writeDraft("issue 1", { ...EMPTY, reason: "x".repeat(MOST_BYTES) });
    openDrafts("b", OTHER_KEY);
    expect(readDraft("issue 1", EMPTY)).toEqual(EMPTY);
    expect(entries()).toEqual([]);
  });

  test("a draft too large to be kept is held by the window, and the older one does not come back before it", () => {
    openDrafts("a", KEY);
    writeDraft("n", { ...EMPTY, reason: "before" });
    writeDraft("n", { ...EMPTY, reason: "x".repeat(MOST_BYTES) });
    expect(readDraft("n", EMPTY).reason).toHaveLength(MOST_BYTES);
    writeDraft("n", { ...EMPTY, reason: "after" });
    expect(readDraft("n", EMPTY).reason).toBe("after");
  });

  test("a forgotten form leaves nothing behind, also where it is forgotten before the key comes", () => {
    openDrafts("a", KEY);
    writeDraft("issue 1", { ...EMPTY, reason: "x" });
    forgetDraft("issue 1");
    expect(entries()).toEqual([]);
    writeDraft("issue 1", { ...EMPTY, reason: "x" });
    lockDrafts();
    forgetDraft("issue 1");
    expect(entries()).toHaveLength(1);
    openDrafts("a", KEY);
    expect(entries()).toEqual([]);
  });

  test("a damaged draft is no draft, and is removed", () => {
    openDrafts("a", KEY);
    writeDraft("n", { ...EMPTY, reason: "x" });
    const [[key, value] = ["", ""]] = entries();
    const dot = value.indexOf(".");
    const damaged = [
      "",
      ".",
      "7",
      "7.",
      `7.${value.slice(dot + 1)}`,
      value.slice(0, -2),
      `${value}00`,
      value.slice(0, 40),
    ];
    for (let at = 0; at < 40; at += 1) {
      const place = dot + 1 + at * 17;
      const digit = value[place] === "0" ? "1" : "0";
      damaged.push(value.slice(0, place) + digit + value.slice(place + 1));
    }
    for (const text of damaged) {
      localStorage.setItem(key, text);
      expect(readDraft("n", EMPTY), text).toEqual(EMPTY);
      expect(entries()).toEqual([]);
    }
    // The draft of another form in its place.
    writeDraft("m", { ...EMPTY, reason: "of m" });
    localStorage.setItem(key, entries()[0]?.[1] ?? "");
    expect(readDraft("n", EMPTY)).toEqual(EMPTY);
    expect(readDraft("m", EMPTY).reason).toBe("of m");
  });

  test("what is no key opens nothing", () => {
    for (const key of [
      "",
      "07",
      "zz".repeat(32),
      KEY.slice(2),
      `${KEY}00`,
      KEY.toUpperCase().replaceAll("0", "A"),
    ]) {
      openDrafts("a", key);
      expect(draftsOf()).toBeNull();
    }
  });

  test("forms are told when a key comes or goes, and only then", () => {
    let told = 0;
    const stop = watchDrafts(() => {
      told += 1;
    });
    const before = draftsEpoch();
    lockDrafts();
    openDrafts("a", KEY);
    openDrafts("a", KEY);
    lockDrafts();
    lockDrafts();
    stop();
    openDrafts("a", KEY);
    expect([told, draftsEpoch() - before]).toEqual([2, 3]);
  });

  test("of one account those longest untouched are forgotten first; those of others and other entries stay", () => {
    localStorage.setItem("other", "1");
    vi.useFakeTimers();
    vi.setSystemTime(0);
    openDrafts("b", OTHER_KEY);
    writeDraft("n", { ...EMPTY, amount: 7 });
    openDrafts("a", KEY);
    for (let index = 0; index < 70; index += 1) {
      vi.setSystemTime(index);
      writeDraft(`n ${index}`, { ...EMPTY, amount: index });
    }
    vi.useRealTimers();
    expect(readDraft("n 5", EMPTY)).toEqual(EMPTY);
    expect(readDraft("n 6", EMPTY).amount).toBe(6);
    expect(entries()).toHaveLength(66);
    openDrafts("b", OTHER_KEY);
    expect(readDraft("n", EMPTY).amount).toBe(7);
  });

  test("accounts that were not here for longest lose their drafts first", () => {
    vi.useFakeTimers();
    const keyOf = (index: number) => index.toString(16).padStart(64, "0");
    for (let index = 0; index < 34; index += 1) {
      vi.setSystemTime(index);
      openDrafts(`account ${index}`, keyOf(index));
      writeDraft("n", { ...EMPTY, amount: index + 1 });
    }
    vi.useRealTimers();
    expect(entries()).toHaveLength(32);
    const amounts = [0, 1, 2, 33].map(index => {
      openDrafts(`account ${index}`, keyOf(index));
      return readDraft("n", EMPTY).amount;
    });
    expect(amounts).toEqual([0, 0, 3, 34]);
  });

  test("where the storage is full the oldest drafts make room", () => {
    openDrafts("a", KEY);
    const write = localStorage.setItem;
    vi.spyOn(localStorage, "setItem").mockImplementation((key, value) => {
      if (Object.keys(localStorage).filter(one => one !== key).length >= 3)
        throw new Error("QuotaExceededError");
      write(key, value);
    });
    vi.useFakeTimers();
    for (let index = 0; index < 5; index += 1) {
      vi.setSystemTime(index);
      writeDraft(`n ${index}`, { ...EMPTY, amount: index + 1 });
    }
    vi.useRealTimers();
    const amounts = [0, 1, 2, 3, 4].map(index => readDraft(`n ${index}`, EMPTY).amount);
    expect(amounts).toEqual([0, 0, 3, 4, 5]);
  });
});

describe("drafts of forms that work without a sign-in", () => {
  test("such a form is kept plain while nobody is signed in, and moves to whoever signs in and goes on", () => {
    writeDraft("deposit", { ...EMPTY, reason: "mine" }, "open");
    expect(entries().map(([key]) => key)).toEqual(["yinxin draft deposit"]);
    openDrafts("a", KEY);
    expect(readDraft("deposit", EMPTY).reason).toBe("mine");
    writeDraft("deposit", { ...EMPTY, reason: "mine and more" }, "open");
    expect(entries().map(([key]) => key.slice(0, 14))).toEqual(["yinxin sealed "]);
    lockDrafts();
    expect(readDraft("deposit", EMPTY)).toEqual(EMPTY);
  });

  test("what somebody else left in the open does not take the place of a sealed draft", () => {
    openDrafts("a", KEY);
    writeDraft("deposit", { ...EMPTY, reason: "mine" }, "open");
    lockDrafts();
    localStorage.setItem(
      "yinxin draft deposit",
      JSON.stringify({ at: Date.now() + 1_000, form: { reason: "theirs" } }),
    );
    expect(readDraft("deposit", EMPTY).reason).toBe("theirs");
    openDrafts("a", KEY);
    expect(readDraft("deposit", EMPTY).reason).toBe("mine");
  });

  test("nobody's form is taken away by learning again that nobody is signed in", () => {
    vi.stubGlobal("localStorage", undefined);
    writeDraft("deposit", { ...EMPTY, reason: "mine" }, "open");
    const before = draftsEpoch();
    lockDrafts();
    expect([readDraft("deposit", EMPTY).reason, draftsEpoch()]).toEqual(["mine", before]);
  });

  test("who types and then signs in goes on with what was typed, and the newer one counts", () => {
    vi.useFakeTimers();
    vi.setSystemTime(1);
    openDrafts("a", KEY);
    writeDraft("deposit", { ...EMPTY, reason: "sealed" }, "open");
    lockDrafts();
    vi.setSystemTime(2);
    writeDraft("deposit", { ...EMPTY, reason: "plain" }, "open");
    openDrafts("a", KEY);
    expect(readDraft("deposit", EMPTY).reason).toBe("plain");
    vi.setSystemTime(3);
    writeDraft("deposit", { ...EMPTY, reason: "sealed again" }, "open");
    vi.useRealTimers();
    expect(readDraft("deposit", EMPTY).reason).toBe("sealed again");
  });

  test.each(["", "null", "[]", "{", '{"at":1}', '{"at":"1","form":{"reason":"x"}}', '{"at":1,"form":7}'])(
    "a damaged draft %j is no draft",
    text => {
      localStorage.setItem("yinxin draft a", text);
      expect(readDraft("a", EMPTY)).toEqual(EMPTY);
    },
  );
});

test("fields of another kind, and fields that the form no longer has, are left out", () => {
  openDrafts("a", KEY);
  writeDraft("n", { reason: 7, lines: {}, amount: 5, gone: "x" });
  expect(readDraft("n", EMPTY)).toEqual({ ...EMPTY, amount: 5 });
});

test("without storage a form works all the same, as long as its window is open", () => {
  vi.stubGlobal("localStorage", undefined);
  for (const key of [null, KEY]) {
    if (key !== null) openDrafts("a", key);
    writeDraft("n", { ...EMPTY, amount: 5 });
    expect(readDraft("n", EMPTY).amount).toBe(5);
    forgetDraft("n");
    expect(readDraft("n", EMPTY)).toEqual(EMPTY);
  }
});
