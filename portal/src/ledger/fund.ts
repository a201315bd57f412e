// The provident fund's certificate (缴存证明): its fields, and the arithmetic that ties them. Whole numbers only, never fractions.

import { utf8 } from "../verify/bytes";
import { citizenNumberValid } from "./numbers";

/** The kind of certificate, as it stands on the ledger. */
export const FUND_KIND = "hpf-certificate";

/** The fields in the order of the printed form. */
export const FUND_FIELDS = [
  "transdate",
  "loancontrnum",
  "accname",
  "certinum",
  "indiaccstate",
  "accnum",
  "unitaccname",
  "addr",
  "opnaccdate",
  "basenum",
  "unitprop",
  "indiprop",
  "indipaysum",
  "bal",
  "beginmonth",
  "endmonth",
  "amt",
  "flag",
  "linkman",
  "linkphone",
  "projectname",
  "center_id",
] as const;
export type FundField = (typeof FUND_FIELDS)[number];

export function isFundField(name: string): name is FundField {
  return FUND_FIELDS.some(one => one === name);
}

/** What the holder computes for a copy in a wallet: of age on the day of the copy, so that the birth date stays hidden. */
export const AGE_FIELD = "age_over_18";

/** What a lender needs, and no more: the lease offers these first. */
export const LOAN_FIELDS: readonly FundField[] = ["basenum", "beginmonth", "endmonth", "bal", "amt"];

const MONEY = /^(?:0|[1-9]\d{0,12})\.\d{2}$/;
const RATE = /^(?:0|[1-9]\d?)\.\d{3}$/;
/** 住房公积金管理条例 §18 and 建金管〔2005〕5号, in thousandths of a percent. */
const LOWEST_RATE = 5_000n;
const HIGHEST_RATE = 12_000n;

/** A sum of money in fen, or `null` where the text has not two decimals. */
export function fenOf(text: string): bigint | null {
  return MONEY.test(text) ? BigInt(text.replace(".", "")) : null;
}

/** A rate in thousandths of a percent, or `null` where the text has not three decimals. */
export function rateOf(text: string): bigint | null {
  return RATE.test(text) ? BigInt(text.replace(".", "")) : null;
}

/** The text of a sum in fen. */
export function moneyText(fen: bigint): string {
  const digits = fen.toString().padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The monthly sum: base times both rates, rounded half up to a fen; `null` where a text is no number. */
export function monthlyOf(base: string, unit: string, person: string): string | null {
  const fen = fenOf(base);
  const unitRate = rateOf(unit);
  const personRate = rateOf(person);
  if (fen === null || unitRate === null || personRate === null) return null;
  // A rate of 1 is 1/100,000: thousandths of a percent.
  return moneyText((fen * (unitRate + personRate) + 50_000n) / 100_000n);
}

/** What is wrong with one field of the form. */
export type FieldProblem =
  | "text"
  | "digits"
  | "citizen"
  | "date"
  | "month"
  | "money"
  | "rate"
  | "rateRange"
  | "sum";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;
const PHONE = /^[\d-]{3,20}$/;
const MOST_BYTES = 200;

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return DAY.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function textGood(text: string): boolean {
  return utf8(text).length <= MOST_BYTES && !/\p{Cc}/u.test(text);
}

function rateProblem(text: string): FieldProblem | null {
  const rate = rateOf(text);
  if (rate === null) return "rate";
  return rate < LOWEST_RATE || rate > HIGHEST_RATE ? "rateRange" : null;
}

function problemOf(name: FundField, value: string): FieldProblem | null {
  switch (name) {
    case "certinum":
      return citizenNumberValid(value) ? null : "citizen";
    case "accnum":
      return /^\d{10}$/.test(value) ? null : "digits";
    case "center_id":
      return /^\d{8}$/.test(value) ? null : "digits";
    case "flag":
      return /^\d$/.test(value) ? null : "digits";
    case "indiaccstate":
      return /^\d{1,2}$/.test(value) ? null : "digits";
    case "linkphone":
      return PHONE.test(value) ? null : "digits";
    case "opnaccdate":
    case "transdate":
      return isDay(value) ? null : "date";
    case "beginmonth":
    case "endmonth":
      return MONTH.test(value) ? null : "month";
    case "amt":
    case "bal":
    case "basenum":
    case "indipaysum":
      return fenOf(value) === null ? "money" : null;
    case "unitprop":
    case "indiprop":
      return rateProblem(value);
    case "loancontrnum":
      return textGood(value) ? null : "text";
    default:
      return value !== "" && textGood(value) ? null : "text";
  }
}

/** What is wrong with a form, by field; empty where it may be issued. The issuing node checks it again. */
export function fundProblems(
  form: Readonly<Partial<Record<FundField, string>>>,
): Partial<Record<FundField, FieldProblem>> {
  const problems: Partial<Record<FundField, FieldProblem>> = {};
  for (const name of FUND_FIELDS) {
    const problem = problemOf(name, form[name] ?? "");
    if (problem !== null) problems[name] = problem;
  }
  const expected = monthlyOf(form.basenum ?? "", form.unitprop ?? "", form.indiprop ?? "");
  if (expected !== null && problems.indipaysum === undefined && expected !== form.indipaysum)
    problems.indipaysum = "sum";
  if (form.beginmonth !== undefined && form.endmonth !== undefined && form.beginmonth > form.endmonth)
    problems.endmonth ??= "month";
  return problems;
}
