// The form of a proposal, as it is kept while it is unfinished.

import { PARAMETERS } from "../../api/governance";
import type { Proposed } from "../../ledger/decision";

export const EMPTY_FORM = {
  kind: "parameter" as Proposed,
  days: "7",
  parameter: PARAMETERS[1] as string,
  value: "",
  member: "",
  year: "",
  edition: "1",
  title: "",
  holidays: "",
  workdays: "",
  class: "policy",
  name: "",
  version: "1",
  content: "",
  scenario: "",
  of: "parameter",
  rule: "majority",
  votes: "",
  required: [] as readonly string[],
  /** The new member. */
  code: "",
  memberName: "",
  level: "",
  roles: [] as readonly string[],
  account: "",
  /** Whether its node votes, and with which key from which height on; an empty height is the one that is offered. */
  voting: "votes",
  validator: "",
  height: "",
};
export type Form = typeof EMPTY_FORM;

export interface Part {
  readonly form: Form;
  readonly change: (part: Partial<Form>) => void;
}

/** Values of parameters that are on or off. */
export const YES_NO: readonly string[] = ["withdraw_voted"];

/** The statuses in which a member can be suspended, restored or removed. */
export const CHANGEABLE = {
  suspend: ["active"],
  restore: ["suspended"],
  remove: ["active", "suspended"],
  validator: ["active", "suspended"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export function isChange(kind: Proposed): kind is keyof typeof CHANGEABLE {
  return Object.hasOwn(CHANGEABLE, kind);
}
