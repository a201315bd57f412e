// The transactions that concern a person or body: what waits for whom, and what became of it.

import { queryOptions } from "@tanstack/react-query";
import { type Answer, type At, ask } from "./ask";
import { getJson } from "./client";
import type { Messages } from "./types";

export interface Concern {
  readonly id: string;
  readonly height: number;
  readonly index: number;
  readonly time: number;
  readonly operation: string;
  readonly code: number;
  readonly name: string | null;
  readonly messages: Messages | null;
  readonly outcome: Readonly<Record<string, unknown>> | null;
}

export interface ConcernPage {
  readonly height: number;
  readonly items: readonly Concern[];
  readonly next: string | null;
}

const PAGE = 50;

export function concernPage(
  about: string,
  operation: string | null,
  before: string | null,
  signal?: AbortSignal,
): Promise<ConcernPage> {
  const parameters = new URLSearchParams({ about, limit: String(PAGE) });
  if (operation !== null) parameters.set("operation", operation);
  if (before !== null) parameters.set("before", before);
  return getJson<ConcernPage>(`/api/v1/concerns?${parameters}`, signal);
}

/** The newest transactions about a party or body, of one operation or of all. */
export function concernsQuery(about: string | null, operation: string | null = null) {
  return queryOptions({
    queryKey: ["concerns", about, operation],
    enabled: about !== null,
    queryFn: ({ signal }) => concernPage(about ?? "", operation, null, signal),
  });
}

/** Something that a question tells about, with the transaction that led to it. */
export interface Found<T> {
  readonly concern: Concern;
  readonly value: T;
}

/**
 * What the records say now about each thing that transactions of one operation made for somebody: the outcome's member
 * `member` names the thing, and `question` is asked about it. Things that cannot be read are left out.
 */
export function foundQuery<T>(
  about: string | null,
  operation: string,
  question: string,
  member: string,
  read: (value: unknown, id: string) => T | null,
  /** What the question calls it, where that is not the outcome's name. */
  asked = member,
) {
  return queryOptions({
    queryKey: ["found", about, operation, question],
    enabled: about !== null,
    queryFn: async ({ signal }): Promise<At<readonly Found<T>[]>> => {
      const page = await concernPage(about ?? "", operation, null, signal);
      const named = new Map<string, Concern>();
      for (const concern of page.items) {
        const id = concern.outcome?.[member];
        if (concern.code === 0 && typeof id === "string" && !named.has(id)) named.set(id, concern);
      }
      if (named.size === 0) return { height: page.height, time: 0, value: [] };
      const ids = [...named];
      const { height, time, value } = await ask(
        ids.map(([id]) => ({ question, about: { [asked]: id } })),
        signal,
      );
      const found = ids.flatMap(([id, concern], at): Found<T>[] => {
        const answer: Answer<unknown> | undefined = value[at];
        const one = answer?.problem === null ? read(answer.value, id) : null;
        return one === null ? [] : [{ concern, value: one }];
      });
      return { height, time, value: found };
    },
  });
}
