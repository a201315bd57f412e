// What a form of a proposal becomes: days of a year, heights of a change, documents with their digest.

import { expect, test } from "vitest";
import { changeHeight, documentContent, readHolidays, readWorkdays } from "../src/ledger/decision";
import { EPOCH_BLOCKS } from "../src/verify/chain";

test("days off are read one a line, sorted, and each once", () => {
  const read = readHolidays("2027-02-17 春节\n\n2027-01-01  元旦\n", 2027);
  expect(read).toEqual({
    days: [
      { date: "2027-01-01", name: "元旦" },
      { date: "2027-02-17", name: "春节" },
    ],
    wrong: null,
  });
  expect(readHolidays("", 2027)).toEqual({ days: [], wrong: null });
});

test("a line that is no day of the year, names nothing or stands twice is told by its number", () => {
  for (const [text, line] of [
    ["2027-02-30 春节", 1],
    ["2027-01-01 元旦\n2026-12-31 元旦", 2],
    ["2027-01-01", 1],
    ["元旦", 1],
    ["2027-01-01 元旦\n\n2027-01-01 元旦", 3],
    ["2027-13-01 元旦", 1],
  ] as const)
    expect(readHolidays(text, 2027), text).toEqual({ wrong: line });
});

test("only weekends that are no holidays are worked instead", () => {
  const holidays = [{ date: "2027-02-06", name: "春节" }];
  expect(readWorkdays("2027-02-21\n2027-02-20", 2027, holidays)).toEqual({
    days: ["2027-02-20", "2027-02-21"],
    wrong: null,
  });
  expect(readWorkdays("2027-02-22", 2027, holidays)).toEqual({ wrong: 1 });
  expect(readWorkdays("2027-02-06", 2027, holidays)).toEqual({ wrong: 1 });
});

test("validators change at the first height of an epoch, after the notice and the votes", () => {
  for (const height of [0, 1, 63, 64, 1000, 123_457]) {
    const at = changeHeight(height, 100, 64);
    expect(at % EPOCH_BLOCKS).toBe(0);
    expect(at).toBeGreaterThanOrEqual(height + 164);
    expect(at).toBeLessThan(height + 164 + EPOCH_BLOCKS);
  }
});

test("a document names the digest of exactly its text", () => {
  const form = { class: "policy", name: "access-policy", version: 2, content: "abc" };
  expect(documentContent(form, "sha256")).toEqual({
    ...form,
    digest: "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  });
});
