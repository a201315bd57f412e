// The story of the demonstration as steps, and how the ledger shows that a step is done.

import type { Concern } from "../../api/concerns";

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
  /** Who does it. */
  readonly persona: string;
  /** Which room it is done in. */
  readonly path: string;
  /** The operation whose final transaction shows that it was done; absent where only looking is asked. */
  readonly operation?: string;
  /** Whether the transaction must have been refused. */
  readonly refused?: boolean;
}

/** Names of the demonstration's persons, with the names they may also go by. */
const PERSONAS: Readonly<Record<string, readonly string[]>> = {
  wang: ["wang", "王小示"],
  clerk: ["clerk", "clerk-jia", "clerk_jia", "窗口员甲"],
  lender: ["lender", "loan-reviewer", "reviewer-yi", "loan_reviewer", "贷款审核员"],
  approver: ["approver", "loan-approver", "approver-yi", "loan_approver", "贷款审批人"],
  auditor: ["auditor", "审计员"],
};

export function matchesPersona(step: string, id: string, name: string): boolean {
  const names = PERSONAS[step] ?? [step];
  return names.some(one => one === id || one === name);
}

export const STEPS: readonly Step[] = [
  { key: "request", persona: "wang", path: "/me/ask", operation: "sharing.request" },
  { key: "issue", persona: "clerk", path: "/window", operation: "sharing.issue" },
  { key: "view", persona: "wang", path: "/me", operation: "sharing.view" },
  { key: "lease", persona: "wang", path: "/me/lease", operation: "sharing.lease" },
  { key: "accept", persona: "lender", path: "/loans", operation: "sharing.accept_loan" },
  { key: "disclose", persona: "lender", path: "/loans", operation: "sharing.disclose" },
  { key: "refused", persona: "lender", path: "/loans", operation: "sharing.disclose", refused: true },
  { key: "decide", persona: "approver", path: "/loans", operation: "sharing.decide_loan" },
  { key: "looks", persona: "wang", path: "/me/looks" },
  { key: "end", persona: "wang", path: "/me", operation: "sharing.end_lease" },
  { key: "audit", persona: "auditor", path: "/audit" },
];

/** The transaction that shows that a step was done, the first of its kind, or `null`. */
export function doneBy(step: Step, concerns: readonly Concern[]): Concern | null {
  if (step.operation === undefined) return null;
  const matching = concerns.filter(
    one => one.operation === step.operation && (one.code !== 0) === (step.refused ?? false),
  );
  return matching.at(-1) ?? null;
}
