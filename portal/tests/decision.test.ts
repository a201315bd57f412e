// What a form of a proposal becomes: days of a year, heights of a change, documents with their digest.

import { expect, test } from "vitest";
import {
  admitContent,
  bears,
  changeHeight,
  documentContent,
  heightWrong,
  isPlainName,
  levelOf,
  readHolidays,
  readWorkdays,
} from "../src/ledger/decision";
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

test("a height is told ahead and is the first of an epoch, and a wrong one is told the nearest", () => {
  for (const height of [320, 384, 6400]) expect(heightWrong(height, 200, 100)).toBeNull();
  expect(heightWrong(299, 200, 100)).toEqual({ kind: "near", before: 320, after: 320 });
  expect(heightWrong(256, 200, 100)).toEqual({ kind: "near", before: 320, after: 320 });
  expect(heightWrong(301, 200, 100)).toEqual({ kind: "between", before: 320, after: 320 });
  expect(heightWrong(400, 200, 100)).toEqual({ kind: "between", before: 384, after: 448 });
});

test("the level of a department is read from the division in its code", () => {
  expect(levelOf("11990000000002014E")).toBe("province");
  expect(levelOf("11990100000002014E")).toBe("city");
  expect(levelOf("11990102000002014E")).toBe("district");
});

test("validators bear failures of less than a third", () => {
  expect([0, 1, 3, 4, 5, 6, 7, 10].map(bears)).toEqual([0, 0, 0, 1, 1, 1, 2, 3]);
});

test("a name is plain text of at most 200 bytes", () => {
  for (const good of ["甲市财政局", "a", "局".repeat(66)]) expect(isPlainName(good), good).toBe(true);
  for (const bad of ["", "  ", "局".repeat(67), "甲\n乙", "a\u0000"])
    expect(isPlainName(bad), bad).toBe(false);
});

test("a new member names its roles in order, and a node or none", () => {
  const form = {
    account: "ed25519:aa",
    code: "11990100000002014E",
    height: null,
    level: "city",
    name: "局",
    roles: ["data", "audit"],
    validator: null,
  } as const;
  expect(admitContent(form)).toEqual({ ...form, roles: ["audit", "data"] });
});

test("a document names the digest of exactly its text", () => {
  const form = { class: "policy", name: "access-policy", version: 2, content: "abc" };
  expect(documentContent(form, "sha256")).toEqual({
    ...form,
    digest: "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  });
});
