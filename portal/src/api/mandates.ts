// Mandates (授权): who may act in whose name, as their grants concern both sides.

import { foundQuery } from "./concerns";
import { fieldsOf, listOf, numberOf, textOf, textsOf, timeOf } from "./reading";

export interface Mandate {
  readonly id: string;
  readonly kind: string;
  readonly principal: string;
  readonly holder: string;
  /** The party that granted it, and can end it. */
  readonly grantor: string;
  readonly scope: readonly string[];
  readonly grade: number;
  readonly from: number | null;
  readonly until: number | null;
  readonly ended: number | null;
  readonly alive: boolean;
}

export function readMandate(value: unknown, id: string): Mandate | null {
  const found = fieldsOf(listOf(fieldsOf(value), "mandates")[0]);
  const mandate = fieldsOf(found?.mandate);
  const [principal, holder] = [textOf(mandate, "principal"), textOf(mandate, "holder")];
  if (found === null || principal === null || holder === null) return null;
  return {
    id,
    kind: textOf(mandate, "kind") ?? "",
    principal,
    holder,
    grantor: textOf(mandate, "grantor") ?? "",
    scope: textsOf(mandate, "scope"),
    grade: numberOf(mandate, "grade") ?? 0,
    from: timeOf(mandate, "from"),
    until: timeOf(mandate, "until"),
    ended: timeOf(fieldsOf(mandate?.ended), "at"),
    alive: found.alive === true,
  };
}

/** The mandates that name a party, as principal or as holder. */
export function mandatesQuery(party: string) {
  return foundQuery(party, "identity.grant", "identity.mandate", "mandate", readMandate, "id");
}
