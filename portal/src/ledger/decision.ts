// What members decide (治理), built from what a form holds. Every builder gives the decision, or what is wrong in which line.

import { utf8 } from "../verify/bytes";
import { EPOCH_BLOCKS } from "../verify/chain";
import { type Algorithm, digestText, hash } from "../verify/digest";
import type { JsonObject } from "../verify/json";

/** The kinds that have a form: all of them. Keys are made on the machine that will use them; a form takes public keys only. */
export const PROPOSED = [
  "admit",
  "validator",
  "parameter",
  "calendar",
  "document",
  "suspend",
  "restore",
  "remove",
  "threshold",
  "upgrade",
] as const;
export type Proposed = (typeof PROPOSED)[number];

/** What a threshold may be set to. */
export const RULES = ["majority", "two_thirds", "all", "at_least"] as const;
export type Rule = (typeof RULES)[number];

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether a text is a day of the calendar, and in which year. */
function yearOf(text: string): number | null {
  const [, year, month, day] = DAY.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const time = new Date(`${text}T00:00:00Z`);
  const same = time.getUTCMonth() + 1 === Number(month) && time.getUTCDate() === Number(day);
  return same ? Number(year) : null;
}

function isWeekend(day: string): boolean {
  return [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
}

export interface Holiday {
  readonly date: string;
  readonly name: string;
}

/** Lines that were read, or the first line that cannot be, counted from 1. */
export type Lines<T> = { readonly days: readonly T[]; readonly wrong: null } | { readonly wrong: number };

function readLines<T>(text: string, read: (line: string) => T | null, dayOf: (one: T) => string): Lines<T> {
  const days: T[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const one = read(line.trim());
    if (one === null || days.some(known => dayOf(known) === dayOf(one))) return { wrong: at + 1 };
    days.push(one);
  }
  return { days: days.sort((a, b) => (dayOf(a) < dayOf(b) ? -1 : 1)), wrong: null };
}

/** The days without work, one a line: the day, a space, the festival. */
export function readHolidays(text: string, year: number): Lines<Holiday> {
  return readLines(
    text,
    line => {
      const [, date, name] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
      return date !== undefined && name !== undefined && yearOf(date) === year ? { date, name } : null;
    },
    one => one.date,
  );
}

/** The weekend days that are worked (调休), one a line; none is a holiday. */
export function readWorkdays(text: string, year: number, holidays: readonly Holiday[]): Lines<string> {
  return readLines(
    text,
    day => (yearOf(day) === year && isWeekend(day) && !holidays.some(one => one.date === day) ? day : null),
    day => day,
  );
}

/**
 * The first height at which a change of the validators that is proposed now can take effect: the first of an epoch, after the notice
 * and after the blocks in which the others vote.
 */
export function changeHeight(height: number, notice: number, votingBlocks: number): number {
  return Math.ceil((height + notice + votingBlocks) / EPOCH_BLOCKS) * EPOCH_BLOCKS;
}

/** Why a height cannot be that of a change, or `null` where it can: it is told ahead, and the first of an epoch. */
export function heightWrong(
  height: number,
  now: number,
  notice: number,
): { readonly kind: "near" | "between"; readonly before: number; readonly after: number } | null {
  const earliest = Math.ceil((now + notice) / EPOCH_BLOCKS) * EPOCH_BLOCKS;
  const before = Math.floor(height / EPOCH_BLOCKS) * EPOCH_BLOCKS;
  const after = Math.max(before + EPOCH_BLOCKS, earliest);
  if (height < now + notice) return { kind: "near", before: earliest, after: earliest };
  return height === before ? null : { kind: "between", before: Math.max(before, earliest), after };
}

export const LEVELS = ["province", "city", "district"] as const;
export type Level = (typeof LEVELS)[number];

/** The level that the division in a code shows: departments are registered at their own level (GB 32100, GB/T 2260). */
export function levelOf(code: string): Level {
  const division = code.slice(2, 8);
  if (division.endsWith("0000")) return "province";
  return division.endsWith("00") ? "city" : "district";
}

/** How many failures a number of validators bears: less than a third. */
export function bears(validators: number): number {
  return Math.floor(Math.max(validators - 1, 0) / 3);
}

const MAX_TEXT_BYTES = 200;

/** Whether a text can be a name on the ledger: something to read, without control characters, not too long. */
export function isPlainName(text: string): boolean {
  const bytes = utf8(text).length;
  return text.trim() !== "" && bytes <= MAX_TEXT_BYTES && !/\p{Cc}/u.test(text);
}

/** A member that is admitted; `validator` and `height` are null where it only reads. */
export function admitContent(form: {
  readonly account: string;
  readonly code: string;
  readonly height: number | null;
  readonly level: Level;
  readonly name: string;
  readonly roles: readonly string[];
  readonly validator: string | null;
}): JsonObject {
  return { ...form, roles: [...form.roles].sort() };
}

/** A document in the words of the ledger, its digest over the text's bytes. */
export function documentContent(
  form: { readonly class: string; readonly name: string; readonly version: number; readonly content: string },
  algorithm: Algorithm,
): JsonObject {
  return {
    class: form.class,
    content: form.content,
    digest: digestText(algorithm, hash(algorithm, utf8(form.content))),
    name: form.name,
    version: form.version,
  };
}
