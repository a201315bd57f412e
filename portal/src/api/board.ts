// The board of supervision (监管看板): figures of departments, items and steps, as the ledger counts them. The one place that knows the names
// of their members.

import { queryOptions } from "@tanstack/react-query";
import { type At, ask, askQuery } from "./ask";
import { type Enacted, type Label, labelOf } from "./items";
import { Problem } from "./problem";
import { type Fields, fieldsOf, listOf, numberOf, textOf } from "./reading";

const STANDING = ["green", "yellow", "red", "suspended", "undelivered", "undelivered_late"] as const;
const FLOWS = [
  "accepted",
  "actual_days",
  "approved",
  "corrected",
  "deemed",
  "late",
  "longest_days",
  "overdue",
  "promised",
  "promised_actual_days",
  "promised_days",
  "promised_late",
  "refused",
  "renewed",
  "statutory_days",
  "submitted",
  "turned_away",
  "withdrawn",
] as const;
const STEP = ["late", "longest_seconds", "seconds", "taken", "waiting", "waiting_late"] as const;

/** How cases stand now; those that are not decided are green, yellow or red. */
export type Standing = Readonly<Record<(typeof STANDING)[number], number>>;
/** What happened in a period. */
export type Flows = Readonly<Record<(typeof FLOWS)[number], number>>;

export interface DepartmentRow {
  readonly department: string;
  readonly standing: Standing;
  readonly flows: Flows;
  /** The whole year of the period. */
  readonly year: Flows;
}

export interface BoardItem {
  readonly item: string;
  readonly version: number;
  readonly name: Label;
  readonly process: Enacted;
  readonly standing: Standing;
  readonly flows: Flows;
}

export interface BoardStep extends Readonly<Record<(typeof STEP)[number], number>> {
  readonly step: string;
  readonly name: string;
}

export interface SteppedItem extends BoardItem {
  readonly steps: readonly BoardStep[];
}

function counts<Name extends string>(value: unknown, names: readonly Name[]): Readonly<Record<Name, number>> {
  const fields = fieldsOf(value);
  return Object.fromEntries(names.map(name => [name, numberOf(fields, name) ?? 0])) as Record<Name, number>;
}

function departmentOf(value: unknown): DepartmentRow | null {
  const fields = fieldsOf(value);
  const department = textOf(fields, "department");
  if (department === null) return null;
  return {
    department,
    standing: counts(fields?.standing, STANDING),
    flows: counts(fields?.flows, FLOWS),
    year: counts(fields?.year, FLOWS),
  };
}

export function readBoardItem(value: unknown): BoardItem | null {
  const fields = fieldsOf(value);
  const item = textOf(fields, "item");
  if (item === null) return null;
  const process = fieldsOf(fields?.process);
  return {
    item,
    version: numberOf(fields, "version") ?? 0,
    name: labelOf(fields?.name),
    process: { key: textOf(process, "key") ?? "", version: numberOf(process, "version") ?? 0 },
    standing: counts(fields?.standing, STANDING),
    flows: counts(fields?.flows, FLOWS),
  };
}

export function readStepped(value: unknown): SteppedItem | null {
  const item = readBoardItem(value);
  if (item === null) return null;
  const steps = listOf(fieldsOf(value), "steps").flatMap((one): readonly BoardStep[] => {
    const fields = fieldsOf(one);
    const step = textOf(fields, "step");
    return step === null ? [] : [{ step, name: textOf(fields, "name") ?? step, ...counts(one, STEP) }];
  });
  return { ...item, steps };
}

/** As many pages as are read: a thousand rows. */
const MOST_PAGES = 50;

export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** How many there are; more than the rows where not all were read. */
  readonly length: number;
}

/** All pages of an answer, each read anew. Pages are of different heights where blocks come in between; the lowest is told. */
async function pages<Row>(
  question: string,
  about: Readonly<Record<string, unknown>>,
  read: (fields: Fields | null) => readonly Row[],
  signal: AbortSignal,
): Promise<At<Rows<Row>>> {
  const rows: Row[] = [];
  let at = { height: Number.MAX_SAFE_INTEGER, time: Number.MAX_SAFE_INTEGER };
  let length = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { height, time, value } = await ask([{ question, about: { ...about, page } }], signal);
    const [answer] = value;
    if (answer === undefined || answer.problem !== null)
      throw answer?.problem ?? new Problem({ status: 200, code: "ANSWER_UNREADABLE" });
    const fields = fieldsOf(answer.value);
    rows.push(...read(fields));
    length = numberOf(fields, "length") ?? 0;
    at = height < at.height ? { height, time } : at;
    if ((page + 1) * (numberOf(fields, "page_size") ?? length) >= length) break;
  }
  return { ...at, value: { rows, length } };
}

/** The departments that the reader may see, as they stand and as they did in a period. */
export function boardQuery(body: string, period: string) {
  const about = { for: body, period };
  return queryOptions({
    queryKey: ["ask", "approval.board", about],
    refetchInterval: 10_000,
    queryFn: ({ signal }) =>
      pages(
        "approval.board",
        about,
        fields => listOf(fields, "departments").flatMap(one => departmentOf(one) ?? []),
        signal,
      ),
  });
}

/** The items of a department that have had cases. */
export function boardItemsQuery(body: string, department: string, period: string) {
  const about = { department, for: body, period };
  return queryOptions({
    queryKey: ["ask", "approval.board_items", about],
    refetchInterval: 10_000,
    queryFn: ({ signal }) =>
      pages(
        "approval.board_items",
        about,
        fields => listOf(fields, "items").flatMap(one => readBoardItem(one) ?? []),
        signal,
      ),
  });
}

/** An item in one version, step by step. */
export function boardStepsQuery(body: string, item: string, version: number, period: string) {
  return {
    ...askQuery("approval.board_steps", { for: body, item, period, version }, readStepped),
    refetchInterval: 10_000,
  };
}
