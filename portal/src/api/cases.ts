// Cases (办件): what the ledger says of one, the same to the applicant and to every department. The one place that knows the names of
// its members.

import { queryOptions } from "@tanstack/react-query";
import { type At, ask, askQuery } from "./ask";
import { type Concern, foundQuery } from "./concerns";
import { type CaseNotice, CHANNELS, type Channel, noticeOf } from "./notices";
import { Problem } from "./problem";
import { fieldsOf, listOf, numberOf, textOf, textsOf, timeOf } from "./reading";
import { type Due, dueOf } from "./sharing";

export const CASE_STATES = [
  "submitted",
  "correction",
  "not_needed",
  "not_competent",
  "in_review",
  "joined",
  "decided",
  "delivered",
  "withdrawn",
  "renewed_by_lapse",
] as const;
export type CaseState = (typeof CASE_STATES)[number];

export const CLOCKS = [
  "intake",
  "decision",
  "promise",
  "delivery",
  "renewal",
  "correction",
  "reconsideration",
] as const;

export interface CaseClock {
  readonly kind: (typeof CLOCKS)[number];
  readonly due: Due | null;
  /** When it would have ended had it never stood still. */
  readonly unpaused: Due | null;
  readonly running: boolean;
  readonly lapsed: boolean;
}

/** A step that waits for a department. */
export interface OpenStep {
  readonly step: string;
  readonly work: number;
  readonly name: string;
  readonly department: string | null;
  readonly role: string | null;
  readonly grade: number | null;
  readonly due: Due | null;
  readonly overdue: boolean;
  readonly outcomes: readonly string[];
  readonly materials: readonly string[];
  readonly twoOfficers: boolean;
  /** The parties to which it was lent. */
  readonly lentTo: readonly string[];
}

export interface CaseMaterial {
  readonly class: string;
  readonly commitment: string;
  readonly holder: string;
  readonly origin: string;
  readonly since: number | null;
}

export interface Opinion {
  readonly place: string;
  readonly department: string;
  readonly outcome: string | null;
  readonly text: string | null;
  readonly at: number | null;
  /** The parties who took the step. */
  readonly officers: readonly string[];
}

export interface CaseAct {
  readonly id: string;
  readonly what: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly remedy: string | null;
  readonly at: number | null;
  readonly inEffect: boolean;
  readonly licence: {
    readonly kind: string;
    readonly until: number | null;
    readonly commitment: string;
  } | null;
}

export interface CorrectionPoint {
  readonly field: string | null;
  readonly material: string | null;
  readonly zh: string;
  readonly en: string;
}

export interface Case {
  readonly number: string;
  readonly item: string;
  readonly version: number;
  readonly department: string;
  readonly applicant: string;
  readonly state: CaseState;
  readonly submitted: number | null;
  readonly accepted: { readonly at: number | null; readonly deemed: boolean } | null;
  readonly process: { readonly key: string; readonly version: number };
  readonly answers: Readonly<Record<string, unknown>>;
  readonly clocks: readonly CaseClock[];
  readonly steps: readonly OpenStep[];
  readonly materials: readonly CaseMaterial[];
  readonly opinions: readonly Opinion[];
  readonly acts: readonly CaseAct[];
  /** The licences that were issued, by the decision that gives them. */
  readonly issued: Readonly<Record<string, string>>;
  readonly correction: { readonly points: readonly CorrectionPoint[]; readonly answered: boolean } | null;
  readonly extension: { readonly days: number; readonly reason: string } | null;
  readonly suspended: { readonly procedure: string; readonly until: Due | null } | null;
  readonly entries: number;
  readonly notices: readonly CaseNotice[];
  /** By what the applicant agreed to be served. */
  readonly service: { readonly by: Channel } | null;
}

function serviceOf(value: unknown): Case["service"] {
  const by = CHANNELS.find(one => one === fieldsOf(value)?.by);
  return by === undefined ? null : { by };
}

function clockOf(value: unknown): CaseClock | null {
  const fields = fieldsOf(value);
  const kind = CLOCKS.find(one => one === fields?.kind);
  if (fields === null || kind === undefined) return null;
  return {
    kind,
    due: dueOf(fields.due),
    unpaused: dueOf(fields.due_without_suspension),
    running: fields.ended === null,
    lapsed: fields.lapsed === true,
  };
}

function stepOf(value: unknown): OpenStep | null {
  const fields = fieldsOf(value);
  const step = textOf(fields, "step");
  if (fields === null || step === null) return null;
  return {
    step,
    work: numberOf(fields, "work") ?? 0,
    name: textOf(fields, "name") ?? step,
    department: textOf(fields, "department"),
    role: textOf(fields, "role"),
    grade: numberOf(fields, "grade"),
    due: dueOf(fields.due),
    overdue: fields.overdue === true,
    outcomes: textsOf(fields, "outcomes"),
    materials: textsOf(fields, "materials"),
    twoOfficers: fields.two_officers === true,
    lentTo: textsOf(fields, "delegated"),
  };
}

function materialsOf(value: unknown): readonly CaseMaterial[] {
  return Object.entries(fieldsOf(value) ?? {}).map(([name, one]) => {
    const fields = fieldsOf(one);
    return {
      class: name,
      commitment: textOf(fields, "commitment") ?? "",
      holder: textOf(fields, "holder") ?? "",
      origin: textOf(fields, "origin") ?? "",
      since: timeOf(fields, "since"),
    };
  });
}

function opinionsOf(value: unknown): readonly Opinion[] {
  return Object.entries(fieldsOf(value) ?? {}).map(([place, one]) => {
    const fields = fieldsOf(one);
    return {
      place,
      department: textOf(fields, "department") ?? "",
      outcome: textOf(fields, "outcome"),
      text: textOf(fields, "text"),
      at: timeOf(fields, "at"),
      officers: textsOf(fields, "officers"),
    };
  });
}

function actOf(value: unknown): CaseAct | null {
  const fields = fieldsOf(value);
  const id = textOf(fields, "id");
  if (fields === null || id === null) return null;
  const what = fieldsOf(fields.what);
  const licence = fieldsOf(what?.licence);
  return {
    id,
    what: textOf(what, "act") ?? "",
    outcome: textOf(what, "outcome"),
    reason: textOf(fields, "reason"),
    remedy: textOf(fields, "remedy"),
    at: timeOf(fields, "at"),
    inEffect: fields.in_effect === true,
    licence:
      licence === null
        ? null
        : {
            kind: textOf(licence, "kind") ?? "",
            until: numberOf(licence, "until_ms"),
            commitment: textOf(licence, "commitment") ?? "",
          },
  };
}

export function readCase(value: unknown): Case | null {
  const fields = fieldsOf(value);
  const number = textOf(fields, "case");
  const state = CASE_STATES.find(one => one === fields?.state);
  if (fields === null || number === null || state === undefined) return null;
  const acceptance = fieldsOf(fields.acceptance);
  const correction = fieldsOf(fields.correction);
  const extension = fieldsOf(fields.extension);
  const suspended = fieldsOf(fields.suspended);
  const process = fieldsOf(fields.process);
  return {
    number,
    item: textOf(fields, "item") ?? "",
    version: numberOf(fields, "version") ?? 0,
    department: textOf(fields, "department") ?? "",
    applicant: textOf(fieldsOf(fields.applicant), "party") ?? "",
    state,
    submitted: timeOf(fields, "submitted"),
    accepted:
      acceptance === null ? null : { at: timeOf(acceptance, "at"), deemed: acceptance.deemed === true },
    process: { key: textOf(process, "key") ?? "", version: numberOf(process, "version") ?? 0 },
    answers: fieldsOf(fields.answers) ?? {},
    clocks: listOf(fields, "clocks").flatMap(one => clockOf(one) ?? []),
    steps: listOf(fields, "steps").flatMap(one => stepOf(one) ?? []),
    materials: materialsOf(fields.materials),
    opinions: opinionsOf(fields.opinions),
    acts: listOf(fields, "acts").flatMap(one => actOf(one) ?? []),
    issued: Object.fromEntries(
      Object.entries(fieldsOf(fields.issued) ?? {}).flatMap(([act, id]) =>
        typeof id === "string" ? [[act, id]] : [],
      ),
    ),
    correction:
      correction === null
        ? null
        : {
            answered: correction.answered !== null,
            points: listOf(correction, "points").map(one => {
              const point = fieldsOf(one);
              return {
                field: textOf(point, "field"),
                material: textOf(point, "material"),
                zh: textOf(point, "zh") ?? "",
                en: textOf(point, "en") ?? "",
              };
            }),
          },
    extension:
      extension === null
        ? null
        : { days: numberOf(extension, "days") ?? 0, reason: textOf(extension, "reason") ?? "" },
    suspended:
      suspended === null
        ? null
        : { procedure: textOf(suspended, "procedure") ?? "", until: dueOf(suspended.until) },
    entries: numberOf(fields, "entries") ?? 0,
    notices: listOf(fields, "notices").flatMap(one => noticeOf(one) ?? []),
    service: serviceOf(fields.service),
  };
}

export function caseQuery(number: string) {
  return { ...askQuery("approval.case", { case: number }, readCase), refetchInterval: 10_000 };
}

export interface HistoryEntry {
  readonly place: number;
  readonly what: string;
  readonly time: number;
  readonly height: number | null;
  readonly department: string | null;
  /** The element of the process that it is about. */
  readonly step: string | null;
}

function entryOf(value: unknown): HistoryEntry | null {
  const fields = fieldsOf(value);
  const entry = fieldsOf(fields?.entry);
  const what = textOf(entry, "what");
  if (what === null) return null;
  return {
    place: numberOf(fields, "place") ?? 0,
    what,
    time: numberOf(entry, "time_ms") ?? 0,
    height: numberOf(fieldsOf(entry?.at), "height"),
    department: textOf(entry, "department"),
    step: textOf(fieldsOf(entry?.detail), "step"),
  };
}

/** The most pages of a history that are read: 1000 entries. */
const MOST_PAGES = 20;

/** Everything that happened in a case. */
export function historyQuery(number: string) {
  return queryOptions({
    queryKey: ["ask", "approval.history", number],
    queryFn: async ({ signal }): Promise<At<readonly HistoryEntry[]>> => {
      const entries: HistoryEntry[] = [];
      let at = { height: 0, time: 0 };
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const after = entries.at(-1)?.place;
        const about = { case: number, ...(after === undefined ? {} : { after }) };
        const { height, time, value } = await ask([{ question: "approval.history", about }], signal);
        const [answer] = value;
        if (answer === undefined || answer.problem !== null) {
          throw answer?.problem ?? new Problem({ status: 200, code: "ANSWER_UNREADABLE" });
        }
        const fields = fieldsOf(answer.value);
        entries.push(...listOf(fields, "entries").flatMap(one => entryOf(one) ?? []));
        at = { height, time };
        if (fields?.more !== true) break;
      }
      return { ...at, value: entries };
    },
  });
}

/** One line of a department's queue. */
export interface QueueRow {
  readonly number: string;
  readonly item: string;
  readonly state: CaseState;
  readonly clocks: readonly CaseClock[];
  readonly steps: readonly OpenStep[];
  readonly suspended: boolean;
}

/** What waits for a department, a page of the queue. */
export function queueQuery(department: string, page = 0) {
  return queryOptions({
    ...askQuery("approval.queue", { department, page }, value => {
      const fields = fieldsOf(value);
      const rows = listOf(fields, "cases").flatMap((one): readonly QueueRow[] => {
        const row = fieldsOf(one);
        const number = textOf(row, "case");
        const state = CASE_STATES.find(known => known === row?.state);
        if (row === null || number === null || state === undefined) return [];
        return [
          {
            number,
            item: textOf(row, "item") ?? "",
            state,
            clocks: listOf(row, "clocks").flatMap(clock => clockOf(clock) ?? []),
            steps: listOf(row, "steps").flatMap(step => stepOf(step) ?? []),
            suspended: row.suspended === true,
          },
        ];
      });
      return { rows, length: numberOf(fields, "length") ?? 0 };
    }),
    refetchInterval: 10_000,
  });
}

/** The cases that a party has submitted, the newest first. */
export function ownCasesQuery(party: string) {
  return foundQuery(party, "approval.submit", "approval.case", "case", readCase);
}

export type OwnCase = { readonly concern: Concern; readonly value: Case };
export type CaseAt = At<Case | null>;

/** When what waits in a row of a queue must be done: the earliest end of its clock and its steps, in milliseconds. */
function endOf(row: QueueRow): number {
  const ends = [runningClock(row.clocks)?.due?.end, ...row.steps.map(step => step.due?.end)];
  return Math.min(...ends.map(one => one ?? Number.MAX_SAFE_INTEGER));
}

/** Rows by the time that is left; those with the same end by their numbers. */
export function byTimeLeft(rows: readonly QueueRow[]): readonly QueueRow[] {
  return rows.toSorted((a, b) => endOf(a) - endOf(b) || (a.number < b.number ? -1 : 1));
}

/** The scope of a mandate by which its holder takes steps of a role. */
export function roleScope(role: string | null): string {
  return `approval.as_${(role ?? "").toLowerCase().replaceAll(/[^a-z0-9_]/g, "_")}`;
}

/** The clock by which a case waits now. */
export function runningClock(clocks: readonly CaseClock[]): CaseClock | null {
  // What is left to object after a decision is the applicant's to use or not: the case waits for nothing.
  const order = ["intake", "decision", "promise", "delivery", "renewal", "correction"];
  const running = clocks.filter(one => one.running && order.includes(one.kind));
  return running.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0] ?? null;
}
