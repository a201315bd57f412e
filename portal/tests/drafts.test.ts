import { beforeEach, describe, expect, test, vi } from "vitest";
import { forgetDraft, readDraft, writeDraft } from "../src/store/drafts";
import { memoryStorage } from "./support/storage";

const EMPTY = { reason: "", lines: [] as string[], amount: 0 };

describe("drafts", () => {
  beforeEach(() => vi.stubGlobal("localStorage", memoryStorage()));

  test("a form is there at once, as it was left", () => {
    writeDraft("decline 1", { ...EMPTY, reason: "账户封存" });
    expect(readDraft("decline 1", EMPTY)).toEqual({ ...EMPTY, reason: "账户封存" });
    expect(readDraft("decline 2", EMPTY)).toEqual(EMPTY);
  });

  test("a forgotten form leaves nothing behind", () => {
    writeDraft("issue 1", { ...EMPTY, reason: "x" });
    forgetDraft("issue 1");
    expect(readDraft("issue 1", EMPTY)).toEqual(EMPTY);
    expect(Object.keys(localStorage)).toEqual([]);
  });

  test.each(["", "null", "[]", "{", '{"at":1}', '{"at":"1","form":{"reason":"x"}}', '{"at":1,"form":7}'])(
    "a damaged draft %j is no draft",
    text => {
      localStorage.setItem("yinxin draft a", text);
      expect(readDraft("a", EMPTY)).toEqual(EMPTY);
    },
  );

  test("fields of another kind, and fields that the form no longer has, are left out", () => {
    writeDraft("a", { reason: 7, lines: {}, amount: 5, gone: "x" });
    expect(readDraft("a", EMPTY)).toEqual({ ...EMPTY, amount: 5 });
  });

  test("those longest untouched are forgotten first, other entries stay", () => {
    localStorage.setItem("other", "1");
    vi.useFakeTimers();
    for (let index = 0; index < 70; index += 1) {
      vi.setSystemTime(index);
      writeDraft(`n ${index}`, { ...EMPTY, amount: index });
    }
    vi.useRealTimers();
    expect(readDraft("n 5", EMPTY)).toEqual(EMPTY);
    expect(readDraft("n 6", EMPTY).amount).toBe(6);
    expect(Object.keys(localStorage)).toHaveLength(65);
  });

  test("without storage a form works all the same", () => {
    vi.stubGlobal("localStorage", undefined);
    writeDraft("a", EMPTY);
    forgetDraft("a");
    expect(readDraft("a", EMPTY)).toEqual(EMPTY);
  });
});
