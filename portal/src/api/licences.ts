// Answers about licences (许可证件) in the form the rooms use. The one place that knows the names of their members.

import { queryOptions } from "@tanstack/react-query";
import { type Answer, type At, ask, askQuery, type Question } from "./ask";
import { foundQuery } from "./concerns";
import { Problem } from "./problem";
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

/** What a department is accredited for where it issues licences of a kind. */
export function accreditedType(kind: string): string {
  return `licence-${kind.replaceAll("_", "-")}`;
}

/** Whether a department may issue licences of a kind now, by the same question that the ledger asks when one is issued. */
export function accreditationQuery(department: string, kind: string) {
  const about = { department, type: accreditedType(kind) };
  return queryOptions({
    queryKey: ["ask", "identity.issuer", department, about.type],
    queryFn: async ({ signal }): Promise<boolean> => {
      const { value } = await ask([{ question: "identity.issuer", about }], signal);
      return accreditedBy(value[0] ?? null);
    },
  });
}

/** What the answer says; what is neither yes nor no is thrown. */
export function accreditedBy(answer: Answer<unknown> | null): boolean {
  if (answer === null) throw new Problem({ status: 200, code: "ANSWER_UNREADABLE" });
  if (answer.problem === null) return true;
  if (answer.problem.code === "AUTH_ISSUER_NOT_ACCREDITED") return false;
  throw answer.problem;
}

/** What an officer needs of a case to decide its licence and to issue it. */
export interface LicenceCase {
  readonly number: string;
  readonly department: string;
  /** Whether its process has come to its end, so that it can be decided. */
  readonly joined: boolean;
  /** The commitments of its materials by class, which whoever decides names as seen. */
  readonly materials: Readonly<Record<string, unknown>>;
  /** What its item says of the licence; null where it gives none. */
  readonly name: Label | null;
  /** Its kind; null where the item gives none. */
  readonly kind: string | null;
  /** The fields that an officer writes, beside those that the ledger knows already. */
  readonly written: readonly { readonly name: string; readonly label: Label }[];
  /** The code of the holder where the holder is a body, which the ledger knows. */
  readonly holderCode: string | null;
  /** Whether a decision in effect gives a licence, and the licence that was issued on it. */
  readonly decided: boolean;
  readonly issued: string | null;
}

export function readLicenceCase(value: unknown, item: unknown): LicenceCase | null {
  const fields = fieldsOf(value);
  const number = textOf(fields, "case");
  const department = textOf(fields, "department");
  if (fields === null || number === null || department === null) return null;
  const decision = fieldsOf(fieldsOf(fieldsOf(item)?.content)?.decision);
  const licence = fieldsOf(decision?.licence);
  const answers = fieldsOf(fields.answers);
  const acts = listOf(fields, "acts").map(fieldsOf);
  const act = acts.findLast(
    one => one?.in_effect === true && textOf(fieldsOf(one.what), "act") === "decision",
  );
  const materials = Object.entries(fieldsOf(fields.materials) ?? {});
  return {
    number,
    department,
    joined: fields.state === "joined",
    materials: Object.fromEntries(materials.map(([name, one]) => [name, fieldsOf(one)?.commitment])),
    name: licence === null ? null : labelOf(fieldsOf(licence.name), textOf(licence, "kind") ?? ""),
    kind: textOf(licence, "kind"),
    written: listOf(licence, "fields").flatMap(one => {
      const field = fieldsOf(one);
      const name = textOf(field, "name");
      const answer = textOf(field, "answer");
      const known = answer !== null && answers !== null && Object.hasOwn(answers, answer);
      return name === null || known ? [] : [{ name, label: labelOf(fieldsOf(field?.label), name) }];
    }),
    holderCode: textOf(fieldsOf(fields.applicant), "code"),
    decided: fieldsOf(fields.licence) !== null,
    issued: textOf(fieldsOf(fields.issued), textOf(act ?? null, "id") ?? ""),
  };
}

/** One question that must be answered. */
async function answered(question: Question, signal: AbortSignal): Promise<At<unknown>> {
  const { height, time, value } = await ask([question], signal);
  const [first] = value;
  if (first === undefined) throw new Problem({ status: 200, code: "ANSWER_UNREADABLE" });
  if (first.problem !== null) throw first.problem;
  return { height, time, value: first.value };
}

/** A case with what its item says of the licence, for the officers of its department. */
export function licenceCaseQuery(number: string) {
  return queryOptions({
    queryKey: ["ask", "licence-case", number],
    queryFn: async ({ signal }): Promise<At<LicenceCase | null>> => {
      const found = await answered({ question: "approval.case", about: { case: number } }, signal);
      const fields = fieldsOf(found.value);
      const about = { code: textOf(fields, "item"), version: numberOf(fields, "version") };
      const item = await answered({ question: "approval.item", about }, signal);
      return { ...found, value: readLicenceCase(found.value, item.value) };
    },
  });
}
