// Service items (事项) and their forms, as they lie open on the ledger. The one place that knows the names of their members.

import { queryOptions } from "@tanstack/react-query";
import { type At, ask, askQuery } from "./ask";
import { Problem } from "./problem";
import { type Fields, fieldsOf, listOf, numberOf, textOf, textsOf } from "./reading";

/** A text in both languages; the English one may be missing. */
export interface Label {
  readonly zh: string;
  readonly en: string | null;
}

export function labelOf(value: unknown): Label {
  const fields = fieldsOf(value);
  return { zh: textOf(fields, "zh") ?? "", en: textOf(fields, "en") };
}

/** A text in the language of the page, or the one there is. */
export function said(label: Label, language: string): string {
  return language === "en" ? (label.en ?? label.zh) : label.zh;
}

/** The part of a name in both languages, `审查 Review`, that is in the language of the page; the whole where it has one only. */
export function spoken(name: string, language: string): string {
  const [, zh, en] = /^([^A-Za-z]*\p{Script=Han}[^A-Za-z]*?)\s*([A-Za-z].*)$/u.exec(name) ?? [];
  return (language === "en" ? en : zh?.trim()) ?? name;
}

export const EVENTS = [
  "birth",
  "company",
  "death",
  "disability",
  "education",
  "health",
  "house",
  "job",
  "marriage",
  "move",
  "other",
  "project",
  "retirement",
  "tax",
  "travel",
  "vehicle",
] as const;
export type LifeEvent = (typeof EVENTS)[number];

export const UNITS = ["working_days", "days", "months", "seconds"] as const;

export interface Period {
  readonly count: number;
  readonly unit: (typeof UNITS)[number];
}

export function periodOf(value: unknown): Period | null {
  const fields = fieldsOf(value);
  const count = numberOf(fields, "count");
  const unit = UNITS.find(one => one === fields?.unit);
  return count === null || unit === undefined ? null : { count, unit };
}

/** One line about an item that is offered. */
export interface ItemRow {
  readonly code: string;
  readonly department: string;
  readonly name: Label;
  readonly events: readonly LifeEvent[];
  /** Within how long it is promised; null where it is done on the spot. */
  readonly promised: Period | null;
  readonly fee: boolean;
  readonly visits: number;
}

function promisedOf(fields: Fields | null): Period | null {
  return periodOf(fieldsOf(fields?.handling)?.period);
}

function eventsOf(fields: Fields | null): readonly LifeEvent[] {
  const events = textsOf(fields, "events");
  return EVENTS.filter(one => events.includes(one));
}

function readRow(value: unknown): ItemRow | null {
  const fields = fieldsOf(value);
  const code = textOf(fields, "code");
  if (code === null) return null;
  return {
    code,
    department: code.slice(0, 18),
    name: labelOf(fields?.name),
    events: eventsOf(fields),
    promised: promisedOf(fields),
    fee: textOf(fieldsOf(fields?.fee), "kind") === "charged",
    visits: numberOf(fields, "visits") ?? 0,
  };
}

/** How many pages of items are read before a search must be more exact. */
const MOST_PAGES = 64;

/** Every item that is offered, sorted by code. */
export const itemsQuery = queryOptions({
  queryKey: ["ask", "approval.items"],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<At<readonly ItemRow[]>> => {
    const rows: ItemRow[] = [];
    let after: string | null = null;
    let at = { height: 0, time: 0 };
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const about = after === null ? {} : { after };
      const { height, time, value } = await ask([{ question: "approval.items", about }], signal);
      const [answer] = value;
      if (answer === undefined || answer.problem !== null) {
        throw answer?.problem ?? new Problem({ status: 200, code: "ANSWER_UNREADABLE" });
      }
      const fields = fieldsOf(answer.value);
      rows.push(...listOf(fields, "items").flatMap(one => readRow(one) ?? []));
      at = { height, time };
      after = textOf(fields, "next");
      if (after === null) break;
    }
    return { ...at, value: rows };
  },
});

export interface Enacted {
  readonly key: string;
  readonly version: number;
}

function enactedOf(value: unknown): Enacted {
  const fields = fieldsOf(value);
  return { key: textOf(fields, "key") ?? "", version: numberOf(fields, "version") ?? 0 };
}

/** A material that an item needs, and who has it where it is shared. */
export interface NeededMaterial {
  readonly class: string;
  readonly name: Label;
  readonly required: boolean;
  readonly source: "submitted" | "certificate" | "resource";
  /** Who issues the certificate, or whose resource it is. */
  readonly holder: string | null;
}

export interface Item extends ItemRow {
  readonly version: number;
  /** The version in force. */
  readonly current: number;
  readonly offered: boolean;
  readonly conditions: Label;
  readonly contact: Label | null;
  readonly laws: readonly string[];
  readonly statutory: Period | null;
  readonly feeFen: number | null;
  readonly feeBasis: string | null;
  readonly materials: readonly NeededMaterial[];
  readonly form: Enacted;
  readonly process: Enacted;
  readonly served: readonly string[];
  readonly special: readonly string[];
  readonly grade: number;
  readonly twoOfficers: boolean;
  /** Which other departments the process lets see a material, by its class; null where the process cannot be read. */
  readonly readers: Readonly<Record<string, readonly string[]>> | null;
  readonly licence: { readonly kind: string; readonly name: Label; readonly validity: Period | null } | null;
}

const SOURCES = ["submitted", "certificate", "resource"] as const;

function materialOf(value: unknown): NeededMaterial {
  const fields = fieldsOf(value);
  const source = fieldsOf(fields?.source);
  return {
    class: textOf(fields, "class") ?? "",
    name: labelOf(fields?.name),
    required: fields?.required === true,
    source: SOURCES.find(one => one === source?.kind) ?? "submitted",
    holder: textOf(source, "holder") ?? textOf(source, "resource")?.slice(0, 18) ?? null,
  };
}

function readersOf(value: unknown): Item["readers"] {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  return Object.fromEntries(Object.keys(fields).map(one => [one, textsOf(fields, one)]));
}

/** Every department that will be able to read a material of an application: the item's own, and those of the process's steps that see it. */
export function readersOfMaterial(item: Item, name: string): readonly string[] {
  return [item.department, ...(item.readers?.[name] ?? []).filter(one => one !== item.department)];
}

export function readItem(value: unknown): Item | null {
  const answer = fieldsOf(value);
  const fields = fieldsOf(answer?.content);
  const code = textOf(answer, "code");
  if (answer === null || fields === null || code === null) return null;
  const row = readRow({ ...fields, code });
  if (row === null) return null;
  const fee = fieldsOf(fields.fee);
  const decision = fieldsOf(fields.decision);
  const licence = fieldsOf(decision?.licence);
  return {
    ...row,
    version: numberOf(answer, "version") ?? 0,
    current: numberOf(answer, "current") ?? 0,
    offered: answer.state === "published",
    conditions: labelOf(fields.conditions),
    contact: fields.contact === undefined ? null : labelOf(fields.contact),
    laws: textsOf(fields, "laws"),
    statutory: periodOf(fields.statutory),
    feeFen: numberOf(fee, "amount"),
    feeBasis: textOf(fee, "basis"),
    materials: listOf(fields, "materials").map(materialOf),
    form: enactedOf(fields.form),
    process: enactedOf(fields.process),
    served: textsOf(fields, "served"),
    special: textsOf(fields, "special"),
    grade: numberOf(decision, "grade") ?? 1,
    twoOfficers: decision?.two_officers === true,
    readers: readersOf(answer.readers),
    licence:
      licence === null
        ? null
        : {
            kind: textOf(licence, "kind") ?? "",
            name: labelOf(licence.name),
            validity: periodOf(licence.validity),
          },
  };
}

/** An item in the version in force, or in the one that a case has kept. */
export function itemQuery(code: string, version: number | null = null) {
  const about = version === null ? { code } : { code, version };
  return askQuery("approval.item", about, readItem);
}

/** A document in one version, as it was enacted. */
export function enactedQuery(name: string, version: number) {
  return askQuery("governance.document", { name, version }, value => textOf(fieldsOf(value), "content"));
}
