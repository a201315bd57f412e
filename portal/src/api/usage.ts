// Who looked: the person's own list, after the Estonian Data Tracker, and the auditor's trail.

import { queryOptions } from "@tanstack/react-query";
import { getJson } from "./client";
import type { Concern, ConcernPage } from "./concerns";
import type { Messages } from "./types";

/** On what a look rests; `mandate` is that of a guardian or an agent, null where there was none. */
export interface Basis {
  readonly kind: "lease" | "own" | "mandate" | "presentation" | "duty";
  readonly reference: string | null;
}

/** One look at a person's data. Newest first; refused looks too. */
export interface Usage {
  readonly logtime: number;
  readonly action: Messages;
  readonly receiver_code: string;
  readonly receiver_name: string | null;
  readonly receiver_system: string;
  readonly purpose: string;
  readonly case: string | null;
  readonly class: string;
  readonly fields: readonly string[];
  readonly basis: Basis;
  readonly allowed: boolean;
  readonly code: number;
  readonly messages: Messages | null;
  readonly height: number;
  readonly transaction: string;
}

export interface UsagePage {
  readonly height: number;
  readonly items: readonly Usage[];
  /** Where older ones follow; null after the oldest. */
  readonly next: string | null;
}

const USAGE_PAGE = 20;

/** The looks at a party's data, one's own or those of somebody in whose name one acts, before a place which the page before names; null for the newest. */
export function usageQuery(about: string, before: string | null) {
  const parameters = new URLSearchParams({ about, limit: String(USAGE_PAGE) });
  if (before !== null) parameters.set("before", before);
  return queryOptions({
    queryKey: ["usage", about, before],
    queryFn: ({ signal }) => getJson<UsagePage>(`/api/v1/usage?${parameters}`, signal),
  });
}

/** An access event as formats.md section 8 has it, with where it lies. */
export interface AccessEvent {
  readonly allowed: boolean;
  readonly basis: Basis;
  readonly case: string | null;
  readonly class: string;
  readonly code: number;
  readonly count: number;
  readonly fields: readonly string[];
  readonly officer: string | null;
  readonly post: string | null;
  readonly previous: string | null;
  readonly purpose: string;
  readonly sequence: number;
  readonly source: string;
  readonly subject: string | null;
  readonly withheld: { readonly basis: string; readonly review: number } | null;
  readonly height: number;
  readonly time: number;
  readonly transaction: string;
}

/** Numbers of a source's sequence between two events that are not among them: an alarm. */
export interface Gap {
  readonly source: string;
  readonly from: number;
  readonly to: number;
}

export interface AccessPage {
  readonly height: number;
  readonly items: readonly AccessEvent[];
  readonly gaps: readonly Gap[];
}

/** By whom, or about whom; the node takes one of them. */
export type AccessBy = "source" | "officer" | "subject";

function eventOf(one: Concern): AccessEvent | null {
  const access = one.outcome?.access;
  if (typeof access !== "object" || access === null) return null;
  const { height, time, id } = one;
  return { ...(access as AccessEvent), height, time, transaction: id };
}

/** What is missing between the first and the last of a source's events that are there. */
export function gapsOf(events: readonly Pick<AccessEvent, "source" | "sequence">[]): readonly Gap[] {
  const sources = new Set(events.map(one => one.source));
  return [...sources].flatMap(source => {
    const own = events.filter(one => one.source === source).map(one => one.sequence);
    const numbers = [...new Set(own)].sort((a, b) => a - b);
    return numbers.flatMap((number, at): Gap[] => {
      const before = numbers[at - 1];
      return before === undefined || number === before + 1
        ? []
        : [{ source, from: before + 1, to: number - 1 }];
    });
  });
}

const PAGE = 100;

/** The looks by or about somebody, newest first, as far back as `pages` reach. */
async function looksOf(by: AccessBy, name: string, allowed: string, pages: number, signal?: AbortSignal) {
  const events: AccessEvent[] = [];
  let height = 0;
  let before: string | null = null;
  for (let page = 0; page < pages; page += 1) {
    const parameters = new URLSearchParams({ [by]: name, limit: String(PAGE) });
    if (allowed !== "") parameters.set("allowed", allowed);
    if (before !== null) parameters.set("before", before);
    const found: ConcernPage = await getJson(`/api/v1/access?${parameters}`, signal);
    height = found.height;
    events.push(...found.items.flatMap(one => eventOf(one) ?? []));
    before = found.next;
    if (before === null) break;
  }
  return { height, events };
}

/**
 * The looks by each of several sources, or by or about one party, newest first. Gaps are told only where every look of a
 * source was asked for.
 */
export async function accessPage(
  by: AccessBy,
  names: readonly string[],
  allowed: "" | "true" | "false",
  pages: number,
  signal?: AbortSignal,
): Promise<AccessPage> {
  const found = await Promise.all(names.map(name => looksOf(by, name, allowed, pages, signal)));
  const items = found
    .flatMap(one => one.events)
    .sort((a, b) => b.height - a.height || b.sequence - a.sequence);
  return {
    height: found.length === 0 ? 0 : Math.min(...found.map(one => one.height)),
    items,
    gaps: by === "source" && allowed === "" ? gapsOf(items) : [],
  };
}
