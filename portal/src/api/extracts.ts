// Extracts (摘录): what was delivered to whom, and what the desk of the owner says of a file that was found.

import { verifyReceipt } from "../verify/receipt";
import { ask, askQuery } from "./ask";
import { getBytes, postJson } from "./client";
import { foundQuery } from "./concerns";
import { partyOf } from "./parties";
import { type Fields, fieldsOf, listOf, numberOf, textOf, textsOf, timeOf } from "./reading";

export type ExtractState = "delivered" | "withdrawn" | "expired";

const STATES: readonly ExtractState[] = ["delivered", "withdrawn", "expired"];

export interface Extract {
  readonly id: string;
  readonly owner: string;
  readonly recipient: string;
  /** The party of the officer to whom it was delivered. */
  readonly receiver: string;
  readonly number: string;
  readonly purpose: string;
  readonly basis: string;
  readonly fields: readonly string[];
  readonly rows: number;
  readonly canaries: number;
  readonly fetched: number;
  readonly state: ExtractState;
  readonly delivered: { readonly height: number; readonly time: number };
  readonly until: number | null;
  /** Salted commitments to what the owner keeps of it. */
  readonly content: string;
  readonly mark: string;
}

function momentOf(value: unknown): Extract["delivered"] {
  const fields = fieldsOf(value);
  return { height: numberOf(fields, "height") ?? 0, time: numberOf(fields, "time") ?? 0 };
}

export function readExtract(value: unknown, id: string): Extract | null {
  const fields = fieldsOf(value);
  const [owner, recipient] = [textOf(fields, "owner"), textOf(fields, "recipient")];
  if (fields === null || owner === null || recipient === null) return null;
  return {
    id,
    owner,
    recipient,
    receiver: textOf(fields, "receiver") ?? "",
    number: textOf(fields, "number") ?? "",
    purpose: textOf(fields, "purpose") ?? "",
    basis: textOf(fields, "basis") ?? "",
    fields: textsOf(fields, "fields"),
    rows: numberOf(fields, "rows") ?? 0,
    canaries: numberOf(fields, "canaries") ?? 0,
    fetched: numberOf(fields, "fetched") ?? 0,
    // One that is not known cannot be fetched either.
    state: STATES.find(one => one === fields.state) ?? "expired",
    delivered: momentOf(fields.delivered),
    until: timeOf(fields, "until"),
    content: textOf(fieldsOf(fields.content), "commitment") ?? "",
    mark: textOf(fieldsOf(fields.mark), "commitment") ?? "",
  };
}

/** The extracts that a body delivered or was delivered. */
export function extractsQuery(body: string | null) {
  return foundQuery(body, "sharing.extract_deliver", "sharing.extract", "extract", readExtract);
}

export function extractQuery(id: string) {
  return askQuery("sharing.extract", { extract: id }, value => readExtract(value, id));
}

/** A request for a resource that was granted. */
export interface Grant {
  readonly id: string;
  readonly owner: string;
  readonly requester: string;
  readonly resource: string;
  readonly fields: readonly string[];
  readonly purpose: string;
  readonly need: string;
  readonly granted: boolean;
  readonly from: number;
  readonly until: number;
}

export function readGrant(value: unknown, id: string): Grant | null {
  const outer = fieldsOf(value);
  const fields = fieldsOf(outer?.request) ?? outer;
  const [owner, requester] = [textOf(fields, "owner"), textOf(fields, "requester")];
  if (fields === null || owner === null || requester === null) return null;
  return {
    id,
    owner,
    requester,
    resource: textOf(fields, "resource") ?? "",
    fields: textsOf(fields, "fields"),
    purpose: textOf(fields, "purpose") ?? "",
    need: textOf(fields, "need") ?? "",
    granted: textOf(fields, "state") === "granted" || textOf(outer, "state") === "granted",
    from: timeOf(fields, "from") ?? 0,
    until: timeOf(fields, "until") ?? 0,
  };
}

/** The requests that name a body, its own and those made to it. */
export function grantsQuery(body: string) {
  return foundQuery(body, "sharing.resource_request", "sharing.resource_request", "request", readGrant);
}

/**
 * The living mandate of the officer who asked for the resource, to whom a delivery goes unless another is named; `null` where it cannot be told.
 */
export async function askerOf(grant: Grant, chain: string): Promise<string | null> {
  const { result, body } = await verifyReceipt(await getBytes(`/api/v1/receipts/${grant.id}`), [chain]);
  if (result !== "VERIFIED" || body === null) return null;
  const {
    value: [actor],
  } = await ask([{ question: "identity.actor", about: { account: body.account } }]);
  const holder = actor?.problem === null ? textOf(fieldsOf(actor.value), "party") : null;
  if (holder === null) return null;
  const principal = await partyOf(grant.requester);
  const {
    value: [held],
  } = await ask([{ question: "identity.mandate", about: { principal, holder } }]);
  const mandates = listOf(held?.problem === null ? fieldsOf(held.value) : null, "mandates").map(fieldsOf);
  return textOf(mandates.find(one => one?.alive === true) ?? null, "id");
}

export interface Order {
  readonly request: string;
  /** The mandate of the officer who receives it. */
  readonly post: string;
  readonly number: string;
  /** The name of the column by which the rows are ordered. */
  readonly key: string;
  /** The file, in base64url. */
  readonly file: string;
  readonly columns?: Readonly<Record<string, string>>;
}

export interface Marked {
  readonly arguments: Fields;
  readonly seal: string;
}

/** Has the desk mark the rows for one delivery and keep them; nothing is on the ledger yet. */
export function markExtract(order: Order): Promise<Marked> {
  return postJson<Marked>("/api/v1/desk/extracts", order);
}

/** A delivery that a found file names, and how surely. */
export interface Finding {
  readonly extract: string;
  readonly recipient: string;
  readonly receiver: string;
  readonly delivered: { readonly height: number; readonly time: number };
  /** By chance an innocent delivery shows as much with a probability of at most 2^-bits. */
  readonly bits: number;
  readonly canaries: number;
  readonly canariesFound: number;
  readonly compared: number;
  readonly inOrder: number;
}

export function readFinding(value: unknown): Finding | null {
  const fields = fieldsOf(value);
  const [extract, recipient] = [textOf(fields, "extract"), textOf(fields, "recipient")];
  if (fields === null || extract === null || recipient === null) return null;
  return {
    extract,
    recipient,
    receiver: textOf(fields, "receiver") ?? "",
    delivered: momentOf(fields.delivered),
    bits: numberOf(fields, "bits") ?? 0,
    canaries: numberOf(fields, "canaries") ?? 0,
    canariesFound: numberOf(fields, "canaries_found") ?? 0,
    compared: numberOf(fields, "rows_compared") ?? 0,
    inOrder: numberOf(fields, "rows_in_order") ?? 0,
  };
}

export interface Trace {
  readonly named: readonly Finding[];
  readonly deliveries: number;
  readonly examined: number;
  /** Deliveries whose marks are gone from the vault and could not be compared. */
  readonly missing: number;
  readonly rows: number;
}

/** Compares a found file with every delivery of the department, part by part. */
export async function traceFile(found: string, onPart: (examined: number) => void): Promise<Trace> {
  const named: Finding[] = [];
  let [deliveries, examined, missing, rows] = [0, 0, 0, 0];
  let page: number | null = 0;
  while (page !== null) {
    const part: Fields = await postJson<Fields>("/api/v1/desk/extracts/trace", { found, page });
    named.push(...listOf(part, "named").flatMap(one => readFinding(one) ?? []));
    deliveries = numberOf(part, "deliveries") ?? deliveries;
    examined += numberOf(part, "examined") ?? 0;
    missing += numberOf(part, "missing") ?? 0;
    rows = numberOf(part, "rows") ?? rows;
    onPart(examined);
    const next = numberOf(part, "next");
    // A page that does not go forward would never end.
    page = next !== null && next > page ? next : null;
  }
  named.sort((a, b) => b.bits - a.bits);
  return { named, deliveries, examined, missing, rows };
}

const PARTS = ["format", "receipt", "delivery", "mark", "trace", "file"] as const;
/** Which part of a proof does not hold. */
export type ProofPart = (typeof PARTS)[number];

export type Examined =
  | { readonly holds: true; readonly finding: Finding; readonly traced: number | null }
  | { readonly holds: false; readonly part: ProofPart; readonly detail: string };

export function readExamined(value: unknown): Examined {
  const fields = fieldsOf(value);
  const finding = fields?.holds === true ? readFinding(fields) : null;
  if (finding !== null) return { holds: true, finding, traced: timeOf(fieldsOf(fields?.traced), "time") };
  return {
    holds: false,
    part: PARTS.find(one => one === fields?.part) ?? "format",
    detail: textOf(fields, "detail") ?? "",
  };
}

/** Has the own department's node examine a proof against the file that was found. */
export async function examineProof(found: string, proof: unknown): Promise<Examined> {
  return readExamined(await postJson<unknown>("/api/v1/desk/extracts/examine", { found, proof }));
}
