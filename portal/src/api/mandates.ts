// Mandates (授权): who may act in whose name, who holds which post of a body, and how those that ended came to their end.

import { queryOptions } from "@tanstack/react-query";
import { type At, ask } from "./ask";
import { type Concern, concernPage, foundQuery } from "./concerns";
import { fieldsOf, listOf, numberOf, textOf, textsOf } from "./reading";

/** Why a mandate is ended before its date. */
export const END_REASONS = ["left", "moved", "withdrawn", "resigned", "mistake"] as const;
export type EndReason = (typeof END_REASONS)[number];

export interface Mandate {
  readonly id: string;
  readonly kind: string;
  readonly principal: string;
  readonly holder: string;
  /** The party that granted it, and can end it. */
  readonly grantor: string;
  readonly grade: number;
  readonly scope: readonly string[];
  readonly from: number;
  readonly until: number | null;
  /** Whether it is in force now. */
  readonly alive: boolean;
  readonly granted: { readonly height: number; readonly time: number } | null;
  readonly ended: {
    readonly height: number;
    readonly time: number;
    /** Whether the holder resigned, or the body ended it. */
    readonly resigned: boolean;
    readonly reason: EndReason | null;
  } | null;
}

function momentOf(value: unknown): Mandate["granted"] {
  const fields = fieldsOf(value);
  const [height, time] = [numberOf(fields, "height"), numberOf(fields, "time")];
  return height === null || time === null ? null : { height, time };
}

export function readMandate(value: unknown): Mandate | null {
  const found = fieldsOf(value);
  const fields = fieldsOf(found?.mandate);
  const id = textOf(found, "id");
  const [principal, holder] = [textOf(fields, "principal"), textOf(fields, "holder")];
  if (id === null || principal === null || holder === null) return null;
  const ended = fieldsOf(fields?.ended);
  const at = momentOf(ended?.at);
  return {
    id,
    kind: textOf(fields, "kind") ?? "",
    principal,
    holder,
    grantor: textOf(fields, "grantor") ?? "",
    grade: numberOf(fields, "grade") ?? 0,
    scope: textsOf(fields, "scope"),
    from: numberOf(fields, "from") ?? 0,
    until: numberOf(fields, "until"),
    alive: found?.alive === true,
    granted: momentOf(fields?.granted),
    ended:
      at === null
        ? null
        : {
            ...at,
            resigned: textOf(ended, "by") === holder,
            reason: END_REASONS.find(one => one === ended?.reason) ?? null,
          },
  };
}

/** The mandates that name a party, as principal or as holder. */
export function mandatesQuery(party: string) {
  const read = (value: unknown) => readMandate(listOf(fieldsOf(value), "mandates")[0]);
  return foundQuery(party, "identity.grant", "identity.mandate", "mandate", read, "id");
}

/** The most pages of grants that are read: 1000 grants. */
const MOST_PAGES = 20;

async function grants(principal: string, signal: AbortSignal): Promise<readonly Concern[]> {
  const found: Concern[] = [];
  let before: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, next } = await concernPage(principal, "identity.grant", before, signal);
    found.push(...items.filter(one => one.code === 0));
    before = next;
    if (before === null) break;
  }
  return found;
}

/** The posts of a body, in the order of their grants, the newest first. */
export function postsQuery(principal: string) {
  return queryOptions({
    queryKey: ["found", principal, "posts"],
    queryFn: async ({ signal }): Promise<At<readonly Mandate[]>> => {
      const ids = (await grants(principal, signal)).flatMap(one => {
        const id = one.outcome?.mandate;
        return typeof id === "string" ? [id] : [];
      });
      const { height, time, value } = await ask(
        ids.map(id => ({ question: "identity.mandate", about: { id } })),
        signal,
      );
      const posts = value.flatMap(answer => {
        const [one] = answer.problem === null ? listOf(fieldsOf(answer.value), "mandates") : [];
        const mandate = readMandate(one);
        // What the body holds of others concerns it too, and is not its to end.
        return mandate !== null && mandate.kind === "post" && mandate.principal === principal
          ? [mandate]
          : [];
      });
      return { height, time, value: posts };
    },
  });
}
