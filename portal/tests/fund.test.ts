import { expect, test } from "vitest";
import { covers } from "../src/api/session";
import { gapsOf } from "../src/api/usage";
import { daysLeft, lampOf } from "../src/components/due";
import { qrPath } from "../src/components/qr-code";
import { FUND_FIELDS, type FundField, fundProblems, moneyText, monthlyOf } from "../src/ledger/fund";
import { citizenNumberValid, creditCodeValid, normaliseNumber } from "../src/ledger/numbers";

const GOOD: Record<FundField, string> = {
  transdate: "2026-03-02",
  loancontrnum: "",
  accname: "王小示",
  certinum: "990101199003150015",
  indiaccstate: "1",
  accnum: "0000000001",
  unitaccname: "示例单位",
  addr: "甲市东区",
  opnaccdate: "2015-07-01",
  basenum: "6000.00",
  unitprop: "8.000",
  indiprop: "8.000",
  indipaysum: "960.00",
  bal: "4408.76",
  beginmonth: "2015-07",
  endmonth: "2026-02",
  amt: "0.00",
  flag: "0",
  linkman: "窗口员甲",
  linkphone: "000-0000000",
  projectname: "乙市住房公积金管理中心",
  center_id: "00057400",
};

test("the monthly sum is base times both rates, to the fen", () => {
  expect(monthlyOf("6000.00", "8.000", "8.000")).toBe("960.00");
  expect(monthlyOf("0.03", "5.000", "12.000")).toBe("0.01");
  expect(monthlyOf("9999999999.99", "12.000", "12.000")).toBe("2400000000.00");
  for (const wrong of ["6000", "6000.0", "06000.00", "-1.00", ""])
    expect(monthlyOf(wrong, "8.000", "8.000"), wrong).toBeNull();
  expect(monthlyOf("6000.00", "8.00", "8.000")).toBeNull();
  expect(moneyText(5n)).toBe("0.05");
});

test("a form that is right has no problem, and each thing that is wrong is named at its field", () => {
  expect(fundProblems(GOOD)).toEqual({});
  const wrong = (name: FundField, value: string) => fundProblems({ ...GOOD, [name]: value })[name];
  expect(wrong("certinum", "990101199003150014")).toBe("citizen");
  expect(wrong("unitprop", "4.999")).toBe("rateRange");
  expect(wrong("indiprop", "12.001")).toBe("rateRange");
  expect(wrong("unitprop", "8")).toBe("rate");
  expect(wrong("indipaysum", "960.01")).toBe("sum");
  expect(wrong("bal", "4408.7")).toBe("money");
  expect(wrong("transdate", "2026-02-30")).toBe("date");
  expect(wrong("endmonth", "2015-06")).toBe("month");
  expect(wrong("endmonth", "2026-13")).toBe("month");
  expect(wrong("accnum", "1")).toBe("digits");
  expect(wrong("linkphone", "x")).toBe("digits");
  expect(wrong("addr", "")).toBe("text");
  expect(wrong("addr", "地".repeat(67))).toBe("text");
  expect(Object.keys(fundProblems({})).length).toBe(FUND_FIELDS.length - 1);
});

test("citizen numbers and credit codes are known by their check digits", () => {
  for (const good of ["990101199003150015", "990101198808220020", "99010120000101009X"])
    expect(citizenNumberValid(good), good).toBe(true);
  for (const bad of ["990101199003150014", "990101199013150015", "99010119900315001", "99010120000101009x"])
    expect(citizenNumberValid(bad), bad).toBe(false);
  expect(normaliseNumber(" 99010120000101009x ")).toBe("99010120000101009X");
  for (const good of ["12990100000001011T", "91990101MB00002460", "N2990101MA000A071X"])
    expect(creditCodeValid(good), good).toBe(true);
  // The last two fit their last character: one has a wrong organisation code (GB 11714), one names no province.
  for (const bad of [
    "12990100000001011S",
    "1299010000000101",
    "O2990100000001011T",
    "12990100000001012X",
    "120001000000010119",
  ])
    expect(creditCodeValid(bad), bad).toBe(false);
});

test("days are those of Asia/Shanghai: none is left on the last day, and the next moment is too late", () => {
  // S6.5: accepted on 17 September 2026, the end of 8 October in Shanghai.
  const end = Date.UTC(2026, 9, 8, 16);
  expect(daysLeft(end, Date.UTC(2026, 8, 17, 4))).toBe(21);
  expect(daysLeft(end, end - 86_400_000)).toBe(0);
  expect(daysLeft(end, end - 86_400_001)).toBe(1);
  expect(daysLeft(end, end - 1)).toBe(0);
  expect(daysLeft(end, end)).toBe(-1);
  expect(daysLeft(end, end + 86_400_000)).toBe(-2);
  expect(lampOf(end, end - 4 * 86_400_000)).toBe("green");
  expect(lampOf(end, end - 2 * 86_400_000)).toBe("yellow");
  expect(lampOf(end, end - 1)).toBe("red");
  expect(lampOf(end, end)).toBe("over");
});

test("a scope covers operations by their name or their scenario, and nothing that merely begins alike", () => {
  expect(covers(["sharing."], "sharing.issue")).toBe(true);
  expect(covers(["sharing.issue"], "sharing.issue")).toBe(true);
  expect(covers(["sharing"], "sharing.issue")).toBe(false);
  expect(covers(["sharing.issue"], "sharing.issue_all")).toBe(false);
  expect(covers([], "sharing.issue")).toBe(false);
});

test("a hole in the numbers of a source is told, and the sources are counted apart", () => {
  const events = [5, 4, 1, 2].map(sequence => ({ source: "a", sequence }));
  expect(gapsOf([...events, { source: "b", sequence: 9 }])).toEqual([{ source: "a", from: 3, to: 3 }]);
  expect(gapsOf([])).toEqual([]);
});

test("a QR code is one path within its square", () => {
  const { path, side } = qrPath("https://node.example/certificate/sha256:ab");
  expect(path).toMatch(/^(?:M\d+ \d+h\d+v1h-\d+z)+$/);
  const places = [...path.matchAll(/M(\d+) (\d+)/g)].flatMap(found => [Number(found[1]), Number(found[2])]);
  expect(Math.min(...places)).toBe(4);
  expect(Math.max(...places)).toBe(side - 5);
});
