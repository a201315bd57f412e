import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byTimeLeft, type CaseClock, type QueueRow, roleScope } from "../src/api/cases";
import { fieldsOfForm, filledFrom, readForm, valuesOf, wrongOf } from "../src/api/forms";
import { spoken } from "../src/api/items";
import { valueText } from "../src/components/form/value-text";
import { fits, initials } from "../src/rooms/services/search";

const FORMS = join(import.meta.dirname, "../../scenarios/approval/forms");
const form = readForm(readFileSync(join(FORMS, "small-restaurant.json"), "utf8"));
const subsidy = readForm(readFileSync(join(FORMS, "rent-subsidy.json"), "utf8"));
if (form === null || subsidy === null) throw new Error("the forms cannot be read");
const fieldOf = (name: string, of = form) => {
  const field = fieldsOfForm(of).find(one => one.name === name);
  if (field === undefined) throw new Error(`no field ${name}`);
  return field;
};
const GOOD = {
  applicant: "王小示",
  contact: "0990-1234567",
  address: "甲市东区示例路1号",
  area: "60",
  kind: "snack",
  truthful: "true",
};

test("the first letters of pinyin stand for Chinese characters", () => {
  expect(initials("小餐饮经营许可")).toBe("xcyjyxk");
  expect(initials("A4纸")).toBe("a4z");
  for (const [letter, all] of Object.entries({
    a: "安案",
    b: "办补",
    c: "城出",
    d: "道登",
    e: "儿二",
    f: "房费",
    g: "公工",
    h: "户婚",
    j: "建教",
    k: "开看",
    l: "劳老",
    m: "民卖",
    n: "农年",
    o: "偶欧",
    p: "排片",
    q: "企取",
    r: "人入",
    s: "生施",
    t: "退提",
    w: "卫外",
    x: "许学",
    y: "医用",
    z: "租住",
  })) {
    expect(initials(all), all).toBe(letter.repeat(2));
  }
});

test("an item is found by a Chinese word, by initials and by an English word, and every word must fit", () => {
  const texts = ["小餐饮经营许可", "Licence for a small restaurant", "甲市政务服务和数据管理局"];
  for (const words of ["餐饮", "xcy", "XCY", "restaurant", "small licence", "餐饮 zwfw", ""]) {
    expect(fits(words, texts), words).toBe(true);
  }
  for (const words of ["婚姻", "hy xcy", "restaurant school"]) expect(fits(words, texts), words).toBe(false);
});

test("what is public goes onto the ledger and everything else is sealed, each value in its own kind", () => {
  expect(valuesOf(form, GOOD, true)).toEqual({ area: 60, cold_dishes: false, kind: "snack" });
  expect(valuesOf(form, GOOD, false)).toEqual({
    address: "甲市东区示例路1号",
    applicant: "王小示",
    contact: "0990-1234567",
    truthful: true,
  });
});

test("what was submitted stands in the fields again as it was filled in", () => {
  const filled = {
    applicant: "李示例",
    contact: "0990-7654321",
    home: "示例路2号",
    rent_fen: "1850.05",
    truthful: "true",
  };
  const values = valuesOf(subsidy, filled, false);
  expect(values.rent_fen).toBe(185_005);
  expect(filledFrom(subsidy, values)).toEqual(filled);
  expect(filledFrom(subsidy, { rent_fen: 200_000 })).toEqual({ rent_fen: "2000" });
});

test("a field says what is wrong with it, and a tick that must be made is missing until it is", () => {
  const wrong = (name: string, value: string) => wrongOf(fieldOf(name), { ...GOOD, [name]: value });
  expect(fieldsOfForm(form).filter(field => wrongOf(field, GOOD) !== null)).toEqual([]);
  expect(wrong("applicant", "")).toBe("missing");
  expect(wrong("applicant", "王")).toBe("short");
  expect(wrong("contact", "tel 1")).toBe("pattern");
  expect(wrong("area", "3")).toBe("range");
  expect(wrong("area", "sixty")).toBe("number");
  expect(wrong("truthful", "")).toBe("missing");
  expect(wrong("seats", "")).toBe(null);
});

test("a value is read out in the language of the page", () => {
  const words = { language: "en", yes: "Yes", no: "No" };
  expect(valueText(fieldOf("kind"), "snack", words)).toBe("Snacks");
  expect(valueText(fieldOf("kind"), "snack", { ...words, language: "zh-CN" })).toBe("小吃类");
  expect(valueText(fieldOf("truthful"), true, words)).toBe("Yes");
  expect(valueText(fieldOf("rent_fen", subsidy), 185_005, words)).toBe("1850.05");
});

test("the queue stands in the order of the time that is left, of the clock or of a step", () => {
  const due = (end: number) => ({ date: "2026-12-01", end, provisional: false });
  const clock = (end: number): CaseClock => ({
    kind: "decision",
    due: due(end),
    unpaused: null,
    running: true,
    lapsed: false,
  });
  const row = (number: string, clocks: readonly CaseClock[], step?: number): QueueRow => ({
    number,
    item: "",
    state: "in_review",
    clocks,
    steps:
      step === undefined
        ? []
        : [
            {
              step: "review",
              work: 1,
              name: "",
              department: null,
              role: null,
              grade: null,
              due: due(step),
              overdue: false,
              outcomes: [],
              materials: [],
              twoOfficers: false,
              lentTo: [],
            },
          ],
    suspended: false,
  });
  const rows = [row("c", []), row("b", [clock(300)]), row("d", [clock(900)], 100), row("a", [clock(300)])];
  expect(byTimeLeft(rows).map(one => one.number)).toEqual(["d", "a", "b", "c"]);
});

test("the scope of a role is that of the ledger", () => {
  expect(roleScope("reviewer")).toBe("approval.as_reviewer");
  expect(roleScope("section-head")).toBe("approval.as_section_head");
  expect(roleScope(null)).toBe("approval.as_");
});

test("of a name in both languages the page says its own", () => {
  expect(spoken("审查 Review", "en")).toBe("Review");
  expect(spoken("审查 Review", "zh-CN")).toBe("审查");
  expect(spoken("住建（牵头）Housing, in charge", "en")).toBe("Housing, in charge");
  expect(spoken("住建（牵头）Housing, in charge", "zh-CN")).toBe("住建（牵头）");
  expect(spoken("审查", "en")).toBe("审查");
  expect(spoken("Review", "zh-CN")).toBe("Review");
});
