// Listings (失信名单) in the form the rooms use: what stands on the ledger now, and every step that led there.

import { queryOptions } from "@tanstack/react-query";
import { type At, ask, askQuery } from "./ask";
import { type Concern, concernPage } from "./concerns";
import { fieldsOf, listOf, numberOf, textOf } from "./reading";
import { type Due, dueOf } from "./sharing";

export const PUBLICITIES = ["public", "shared", "internal"] as const;
export const LISTING_STATES = ["proposed", "notified", "active", "expired", "removed", "annulled"] as const;
export type ListingState = (typeof LISTING_STATES)[number];
export const OBJECTIONS = ["none", "pending", "kept", "corrected"] as const;

/** An entry that has not ended. */
export interface Entry {
  readonly authority: string;
  readonly subject: string;
  readonly state: ListingState;
  readonly kind: string;
  readonly facts: string;
  readonly publicity: string;
  readonly number: string | null;
  readonly document: string | null;
  readonly from: number | null;
  readonly until: number | null;
  readonly version: number;
  readonly statementDue: Due | null;
  readonly objection: (typeof OBJECTIONS)[number];
  readonly objectionDue: Due | null;
  /** Whether the answer to an objection is late. */
  readonly overdue: boolean;
  /** From when on it can be removed early, where the subject has promised. */
  readonly removable: number | null;
}

export interface Listing {
  readonly id: string;
  /** What stands on the ledger, or null where the entry has ended: then it answers no more. */
  readonly entry: Entry | null;
  readonly state: ListingState;
  /** The steps, the oldest first. */
  readonly steps: readonly Concern[];
}

/** The operations on an entry, in the order of its life. */
export const LISTING_STEPS = [
  "sharing.listing_propose",
  "sharing.listing_notify",
  "sharing.listing_statement",
  "sharing.listing_decide",
  "sharing.listing_object",
  "sharing.listing_answer",
  "sharing.listing_promise",
  "sharing.listing_remove",
  "sharing.listing_annul",
] as const;

function readEntry(value: unknown): Entry | null {
  const fields = fieldsOf(value);
  const content = fieldsOf(fields?.content);
  const state = LISTING_STATES.find(one => one === fields?.state);
  if (fields === null || content === null || state === undefined) return null;
  return {
    authority: textOf(fields, "authority") ?? "",
    subject: textOf(fields, "subject") ?? "",
    state,
    kind: textOf(content, "kind") ?? "",
    facts: textOf(content, "facts") ?? "",
    publicity: textOf(content, "publicity") ?? "",
    number: textOf(content, "number"),
    document: textOf(content, "document"),
    from: numberOf(content, "from"),
    until: numberOf(content, "until"),
    version: numberOf(fields, "version") ?? 1,
    statementDue: dueOf(fields.statement_due),
    objection: OBJECTIONS.find(one => one === fields.objection) ?? "none",
    objectionDue: dueOf(fields.objection_due),
    overdue: fields.overdue === true,
    removable: numberOf(fields, "removable"),
  };
}

/** How an entry ended that the ledger tells nothing of any more: by its last step, or by time. */
function endOf(steps: readonly Concern[]): ListingState {
  if (steps.some(one => one.operation === "sharing.listing_annul")) return "annulled";
  return steps.some(one => one.operation === "sharing.listing_remove") ? "removed" : "expired";
}

/** The entries about a party, or by a body, the newest first; `operations` are the steps that may be seen. */
export function listingsQuery(about: string, operations: readonly string[] = LISTING_STEPS) {
  return queryOptions({
    queryKey: ["found", about, "listings", operations],
    queryFn: async ({ signal }): Promise<At<readonly Listing[]>> => {
      const pages = await Promise.all(
        operations.map(operation => concernPage(about, operation, null, signal)),
      );
      const steps = pages
        .flatMap(page => page.items)
        .filter(one => one.code === 0)
        .sort((a, b) => a.height - b.height || a.index - b.index);
      const grouped = new Map<string, Concern[]>();
      for (const step of steps) {
        const id = step.outcome?.listing;
        if (typeof id === "string") grouped.set(id, [...(grouped.get(id) ?? []), step]);
      }
      const ids = [...grouped.keys()].reverse();
      const height = Math.min(...pages.map(page => page.height));
      if (ids.length === 0) return { height, time: 0, value: [] };
      const found = await ask(
        ids.map(listing => ({ question: "sharing.listing", about: { listing } })),
        signal,
      );
      const all = operations.length === LISTING_STEPS.length;
      const listings = ids.flatMap((id, at): Listing[] => {
        const answer = found.value[at];
        const entry = answer?.problem === null ? readEntry(answer.value) : null;
        const own = grouped.get(id) ?? [];
        // Who sees some steps only cannot tell how an entry ended.
        if (entry === null && !all) return [];
        return [{ id, entry, state: entry?.state ?? endOf(own), steps: own }];
      });
      return { height: found.height, time: found.time, value: listings };
    },
  });
}

/** A kind of listing with its terms. */
export interface ListingKind {
  readonly code: string;
  readonly months: number;
  readonly earlyMonths: number;
  readonly statementDays: number;
  readonly answerDays: number;
  readonly law: string;
}

export const listingKindsQuery = askQuery("sharing.listing_kinds", {}, (value): readonly ListingKind[] =>
  listOf(fieldsOf(value), "kinds").flatMap(one => {
    const fields = fieldsOf(one);
    const code = textOf(fields, "code");
    return code === null
      ? []
      : [
          {
            code,
            months: numberOf(fields, "months") ?? 0,
            earlyMonths: numberOf(fields, "early_months") ?? 0,
            statementDays: numberOf(fields, "statement_days") ?? 0,
            answerDays: numberOf(fields, "answer_days") ?? 0,
            law: textOf(fields, "law") ?? "",
          },
        ];
  }),
);
