// Answers about licences (许可证件) in the form the rooms use. The one place that knows the names of their members.

import { askQuery } from "./ask";
import { foundQuery } from "./concerns";
import { type Fields, fieldsOf, listOf, numberOf, textOf, timeOf } from "./reading";

export type LicenceState = "valid" | "suspended" | "revoked" | "superseded" | "expired";

const STATES: readonly LicenceState[] = ["valid", "suspended", "revoked", "superseded", "expired"];

/** A text in both languages. */
export interface Label {
  readonly zh: string;
  readonly en: string;
}

export interface Licence {
  readonly id: string;
  readonly number: string;
  readonly kind: string;
  readonly name: Label;
  readonly issuer: string;
  readonly state: LicenceState;
  /** The digest of what the issuer signed. */
  readonly credential: string | null;
  readonly issued: number | null;
  readonly from: number | null;
  /** The last moment that the document names; null where it does not end. */
  readonly until: number | null;
  /** Whether it counts as renewed because nobody answered in time, and until when; null where that has no end. */
  readonly extended: boolean;
  readonly extendedUntil: number | null;
  readonly replacedBy: string | null;
  /** What its fields are called, by name, beside those of its holder. */
  readonly fields: readonly { readonly name: string; readonly label: Label }[];
  /** What the issuer said when it last changed the state. */
  readonly reason: string | null;
}

function labelOf(fields: Fields | null, otherwise: string): Label {
  const zh = textOf(fields, "zh") ?? otherwise;
  return { zh, en: textOf(fields, "en") ?? zh };
}

export function readLicence(value: unknown, id: string): Licence | null {
  const fields = fieldsOf(value);
  const issuer = textOf(fields, "issuer");
  const state = STATES.find(one => one === fields?.state);
  // A state that this portal does not know must not be taken for a valid one.
  if (fields === null || issuer === null || state === undefined) return null;
  const kind = textOf(fields, "kind") ?? "";
  return {
    id,
    number: textOf(fields, "number") ?? "",
    kind,
    name: labelOf(fieldsOf(fields.name), kind),
    issuer,
    state,
    credential: textOf(fields, "credential"),
    issued: timeOf(fields, "issued"),
    from: numberOf(fields, "from_ms"),
    until: numberOf(fields, "until_ms"),
    extended: fields.extended === true,
    extendedUntil: numberOf(fields, "extended_until_ms"),
    replacedBy: textOf(fields, "replaced_by"),
    fields: listOf(fields, "fields").flatMap(one => {
      const name = textOf(fieldsOf(one), "name");
      return name === null ? [] : [{ name, label: labelOf(fieldsOf(fieldsOf(one)?.label), name) }];
    }),
    reason: textOf(fieldsOf(fields.changed), "reason"),
  };
}

/** The licences that were issued to a party. */
export function licencesQuery(about: string | null) {
  return foundQuery(about, "approval.licence_issue", "approval.issued", "licence", readLicence);
}

/** One's own licence. */
export function licenceQuery(id: string) {
  return askQuery("approval.issued", { licence: id }, value => readLicence(value, id));
}

/** What everybody may know about a licence: no session is needed, and nothing in it is personal. */
export function licenceStandingQuery(id: string) {
  return askQuery("approval.licence_standing", { licence: id }, value => readLicence(value, id));
}
