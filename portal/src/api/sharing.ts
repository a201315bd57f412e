// Answers of the scenario sharing in the form the rooms use. The one place that knows the names of its members.

import { askQuery } from "./ask";
import { foundQuery } from "./concerns";
import { fieldsOf, listOf, numberOf, textOf, textsOf, timeOf } from "./reading";

/** The last day of a period, and the moment it ends. Provisional where a calendar year is not yet published. */
export interface Due {
  readonly date: string;
  readonly end: number;
  readonly provisional: boolean;
}

export function dueOf(value: unknown): Due | null {
  const fields = fieldsOf(value);
  const date = textOf(fields, "date");
  const end = numberOf(fields, "ms_end", "end");
  return date === null || end === null ? null : { date, end, provisional: fields?.provisional === true };
}

export type RequestState = "open" | "declined" | "cancelled" | "issued";

export interface Request {
  readonly id: string;
  readonly person: string;
  readonly holder: string;
  readonly kind: string;
  readonly purpose: string;
  readonly state: RequestState;
  readonly due: Due | null;
  readonly requested: number | null;
  readonly certificate: string | null;
  readonly reason: string | null;
  readonly remedy: string | null;
}

const REQUEST_STATES: readonly RequestState[] = ["open", "declined", "cancelled", "issued"];

export function readRequest(value: unknown, id: string): Request | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  return {
    id,
    person: textOf(fields, "subject") ?? "",
    holder: textOf(fields, "holder") ?? "",
    kind: textOf(fields, "kind") ?? "",
    purpose: textOf(fields, "purpose") ?? "",
    state: REQUEST_STATES.find(one => one === fields.state) ?? "open",
    due: dueOf(fields.due),
    requested: timeOf(fields, "requested"),
    certificate: textOf(fields, "certificate"),
    reason: textOf(fields, "reason"),
    remedy: textOf(fields, "remedy"),
  };
}

export type CertificateState = "valid" | "suspended" | "revoked" | "expired" | "erasing" | "erased";

export interface Certificate {
  readonly id: string;
  readonly subject: string | null;
  readonly issuer: string;
  readonly kind: string;
  readonly state: CertificateState;
  readonly credential: string | null;
  readonly issued: number | null;
  readonly until: number | null;
  readonly status: { readonly list: number; readonly index: number } | null;
  /** What the issuer said when it last changed the state. */
  readonly reason: string | null;
}

const CERTIFICATE_STATES: readonly CertificateState[] = [
  "valid",
  "suspended",
  "revoked",
  "expired",
  "erasing",
  "erased",
];

function statusOf(value: unknown): Certificate["status"] {
  const list = numberOf(fieldsOf(value), "list");
  const index = numberOf(fieldsOf(value), "index");
  return list === null || index === null ? null : { list, index };
}

export function readCertificateRecord(value: unknown, id: string): Certificate | null {
  const fields = fieldsOf(value);
  const issuer = textOf(fields, "issuer");
  if (fields === null || issuer === null) return null;
  const state = textOf(fields, "state");
  return {
    id,
    subject: textOf(fields, "subject"),
    issuer,
    kind: textOf(fields, "kind") ?? "",
    state: CERTIFICATE_STATES.find(one => one === state) ?? "valid",
    credential: textOf(fields, "credential"),
    issued: timeOf(fields, "issued"),
    until: timeOf(fields, "until"),
    status: statusOf(fields.status),
    reason: textOf(fieldsOf(fields.changed), "reason"),
  };
}

export type LeaseState = "living" | "expired" | "revoked" | "used_up";

const LEASE_STATES: readonly LeaseState[] = ["living", "expired", "revoked", "used_up"];

export interface Lease {
  readonly id: string;
  readonly subject: string;
  readonly certificate: string;
  readonly certificateState: string | null;
  readonly issuer: string;
  readonly kind: string;
  readonly grantee: string;
  readonly purpose: string;
  readonly case: string;
  readonly fields: readonly string[];
  readonly uses: number;
  readonly left: number;
  readonly until: number;
  readonly state: LeaseState;
}

export function readLease(value: unknown, id: string): Lease | null {
  const fields = fieldsOf(value);
  const certificate = textOf(fields, "certificate");
  const grantee = textOf(fields, "grantee");
  if (fields === null || certificate === null || grantee === null) return null;
  return {
    id,
    subject: textOf(fields, "subject") ?? "",
    certificate,
    certificateState: textOf(fields, "certificate_state"),
    issuer: textOf(fields, "issuer") ?? "",
    kind: textOf(fields, "kind") ?? "",
    grantee,
    purpose: textOf(fields, "purpose") ?? "",
    case: textOf(fields, "case") ?? "",
    fields: textsOf(fields, "fields"),
    uses: numberOf(fields, "uses") ?? 0,
    left: numberOf(fields, "left") ?? 0,
    until: timeOf(fields, "until") ?? 0,
    state: LEASE_STATES.find(one => one === fields.state) ?? "living",
  };
}

export type LoanState = "accepted" | "approved" | "refused";

export interface Loan {
  readonly for: string;
  readonly case: string;
  readonly applicant: string;
  /** The party of the officer who accepted the case; another one decides. */
  readonly officer: string | null;
  readonly lease: string | null;
  readonly state: LoanState;
  readonly due: Due | null;
  readonly overdue: boolean;
  readonly reason: string | null;
  readonly remedy: string | null;
}

export function readLoan(value: unknown, code: string, name: string): Loan | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const decision = fieldsOf(fields.decision);
  const outcome = textOf(decision, "outcome");
  return {
    for: code,
    case: name,
    applicant: textOf(fields, "applicant") ?? "",
    officer: textOf(fields, "officer"),
    lease: textOf(fields, "lease"),
    state: outcome === "approve" ? "approved" : outcome === "refuse" ? "refused" : "accepted",
    due: dueOf(fields.due),
    overdue: fields.overdue === true,
    reason: textOf(decision, "reason"),
    remedy: textOf(decision, "remedy"),
  };
}

export interface Erasure {
  readonly certificate: string;
  readonly asked: number | null;
  readonly complete: boolean;
  readonly holders: readonly { readonly code: string; readonly confirmed: number | null }[];
}

/** The certificate of erasure, or `null` where nobody asked for one. */
export function readErasure(value: unknown, certificate: string): Erasure | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const holders = listOf(fields, "holders").flatMap(one => {
    const code = textOf(fieldsOf(one), "holder");
    return code === null ? [] : [{ code, confirmed: timeOf(fieldsOf(one), "confirmed") }];
  });
  return { certificate, asked: timeOf(fields, "asked"), complete: fields.complete === true, holders };
}

/** The requests that concern a person or a holder, as they stand. */
export function requestsQuery(about: string | null) {
  return foundQuery(about, "sharing.request", "sharing.request", "request", readRequest);
}

export function certificatesQuery(about: string | null) {
  return foundQuery(about, "sharing.issue", "sharing.certificate", "certificate", readCertificateRecord);
}

export function leasesQuery(about: string | null) {
  return foundQuery(about, "sharing.lease", "sharing.lease", "lease", readLease);
}

export function requestQuery(id: string) {
  return askQuery("sharing.request", { request: id }, value => readRequest(value, id));
}

export function certificateQuery(id: string) {
  return askQuery("sharing.certificate", { certificate: id }, value => readCertificateRecord(value, id));
}

/** What everybody may know about a certificate: no session is needed, and nothing in it is personal. */
export function standingQuery(id: string) {
  return askQuery("sharing.standing", { certificate: id }, value => readCertificateRecord(value, id));
}

/** The keys under which a department signs certificates, as it published them; replaced ones too. */
export function credentialKeysQuery(code: string) {
  return askQuery("identity.published", { code, purpose: "credential" }, value =>
    listOf(fieldsOf(value), "keys").flatMap(one => textOf(fieldsOf(one), "key") ?? []),
  );
}

export function leaseQuery(id: string) {
  return askQuery("sharing.lease", { lease: id }, value => readLease(value, id));
}

export function loanQuery(code: string, name: string) {
  return askQuery("sharing.loan", { for: code, case: name }, value => readLoan(value, code, name));
}

export function erasureQuery(id: string) {
  return askQuery("sharing.erasure", { certificate: id }, value => readErasure(value, id));
}
