// The story of the demonstration as steps, and how the ledger shows that a step is done.

export interface Step {
  readonly key:
    | "request"
    | "issue"
    | "view"
    | "lease"
    | "accept"
    | "disclose"
    | "refused"
    | "decide"
    | "looks"
    | "end"
    | "audit";
  /** Who does it: the identifier of a person of the demonstration. */
  readonly persona: string;
  /** Which room it is done in. */
  readonly path: string;
  /** The operation whose final transaction shows that it was done; absent where only looking is asked. */
  readonly operation?: string;
  /** Whether the transaction must have been refused. */
  readonly refused?: boolean;
}

export const STEPS: readonly Step[] = [
  { key: "request", persona: "wang", path: "/me/ask", operation: "sharing.request" },
  { key: "issue", persona: "clerk-jia", path: "/window", operation: "sharing.issue" },
  { key: "view", persona: "wang", path: "/me", operation: "sharing.view" },
  { key: "lease", persona: "wang", path: "/me/lease", operation: "sharing.lease" },
  { key: "accept", persona: "loan-yi", path: "/loans", operation: "sharing.accept_loan" },
  { key: "disclose", persona: "loan-yi", path: "/loans", operation: "sharing.disclose" },
  { key: "refused", persona: "loan-yi", path: "/loans", operation: "sharing.disclose", refused: true },
  { key: "decide", persona: "chief-yi", path: "/loans", operation: "sharing.decide_loan" },
  { key: "looks", persona: "wang", path: "/me/looks" },
  { key: "end", persona: "wang", path: "/me", operation: "sharing.end_lease" },
  { key: "audit", persona: "auditor", path: "/audit" },
];

/** A final transaction, from wherever it is known. */
export interface Proof {
  readonly operation: string;
  /** 0, or the number of the refusal. */
  readonly code: number;
  readonly height: number;
}

/** The transaction that shows that a step was done, the first of its kind, or `null`. */
export function doneBy(step: Step, proofs: readonly Proof[]): Proof | null {
  if (step.operation === undefined) return null;
  const matching = proofs.filter(
    one => one.operation === step.operation && (one.code !== 0) === (step.refused ?? false),
  );
  return matching.toSorted((a, b) => a.height - b.height)[0] ?? null;
}
