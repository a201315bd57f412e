// The documents of formats.md sections 2 to 6, read strictly: every name present, none unknown, every value of its form.

import type { Suite } from "./digest";
import { parseDigest } from "./digest";
import { canonical, isObject, type Json, type JsonObject } from "./json";
import { type Assertion, isAssertion } from "./passkey";
import { isKey, isPasskey, isSignature, type KeyedSignature } from "./signature";
import type { Path } from "./tree";

export interface Member {
  readonly account: string;
  readonly code: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly validator: string;
}

/** The genesis document: who the departments are. Its digest is the chain identifier. */
export interface Genesis {
  readonly members: readonly Member[];
  readonly name: string;
  readonly suite: Suite;
  readonly time: number;
  readonly limits: { readonly transaction_bytes: number; readonly window_ms: number };
  /** The document itself, from which the identifier is computed. */
  readonly document: JsonObject;
}

export interface Envelope {
  readonly body: string;
  readonly signatures: readonly KeyedSignature[];
}

/** What a transaction says. */
export interface Body {
  readonly account: string;
  readonly arguments: JsonObject;
  readonly chain: string;
  /** Whose signatures stand beside the account's. */
  readonly cosigners?: readonly string[];
  readonly operation: string;
  readonly salt: string;
  readonly valid_until: number;
}

/** A timer that fired: what the ledger itself did because a time had come. */
export interface Occurrence {
  readonly chain: string;
  readonly due: number;
  readonly fires: number;
  readonly key: string;
  readonly scenario: string;
  readonly sequence: number;
  readonly document: JsonObject;
}

export interface Receipt {
  readonly code: number;
  readonly height: number;
  readonly index: number;
  readonly outcome: JsonObject | null;
  readonly time: number;
  readonly transaction: string;
  readonly document: JsonObject;
}

export interface Header {
  readonly chain: string;
  readonly epoch: number;
  readonly height: number;
  readonly history_root: string;
  readonly leader: string;
  /** How many receipts stand after those of the transactions. */
  readonly occurrences?: number;
  readonly parent_view: number;
  readonly receipts_root: string;
  readonly time: number;
  readonly transactions: number;
  readonly validators: string;
  readonly view: number;
  readonly document: JsonObject;
}

export interface Certificate {
  readonly block: string;
  readonly epoch: number;
  readonly parent_view: number;
  readonly signatures: readonly { readonly signature: string; readonly validator: string }[];
  readonly view: number;
}

/** The keys that vote from an epoch on. */
export interface ValidatorSet {
  readonly epoch: number;
  readonly validators: readonly string[];
}

/** A change of validators: the last header of the old set's time, its signatures, and the set that the header names. */
export interface Change {
  readonly certificate: Certificate;
  readonly header: Header;
  readonly validators: ValidatorSet;
}

export interface Item {
  readonly commitment: string;
  readonly path: Path;
}

export interface Opening {
  readonly content: string;
  readonly file: { readonly media_type: string; readonly name: string; readonly size: number };
  readonly kind: "sealed" | "open";
  readonly salt: string | null;
  readonly capture: { readonly details: JsonObject; readonly salt: string } | null;
}

/** A receipt file (回执文件). */
export interface ReceiptFile {
  readonly genesis: Genesis;
  /** What the receipt is about is a transaction or an occurrence, and never both. */
  readonly transaction?: Envelope;
  readonly occurrence?: Occurrence;
  readonly receipt: Receipt;
  readonly receipt_path: Path;
  readonly header: Header;
  /** The changes from the founders to those who signed the certificate. */
  readonly history?: readonly Change[];
  readonly ancestry: { readonly header: Header; readonly path: Path } | null;
  readonly certificate: Certificate;
  readonly item: Item | null;
  readonly opening: Opening | null;
}

/** Thrown by the readers below and turned into `null` by the functions that this file exports. */
class Malformed extends Error {}

type Read<T> = (value: Json | undefined) => T;

function accept<T extends Json>(is: (value: Json | undefined) => boolean): Read<T> {
  return value => {
    if (!is(value)) throw new Malformed();
    return value as T;
  };
}

function matching(pattern: RegExp): Read<string> {
  return accept<string>(value => typeof value === "string" && pattern.test(value));
}

const text = accept<string>(value => typeof value === "string");
const positive = accept<number>(value => typeof value === "number" && value >= 1);
const count = accept<number>(value => typeof value === "number" && value >= 0);
const digest = accept<string>(value => typeof value === "string" && parseDigest(value) !== null);
const key = accept<string>(value => typeof value === "string" && isKey(value));
/** The key of a department: its seal, which is never a passkey. */
const sealKey = accept<string>(value => typeof value === "string" && isKey(value) && !isPasskey(value));
const signature = accept<string>(value => typeof value === "string" && isSignature(value));
const validatorKey = accept<string>(
  value => typeof value === "string" && value.startsWith("ed25519:") && isKey(value),
);
const validatorSignature = matching(/^ed25519:[0-9a-f]{128}$/);
const salt16 = matching(/^[0-9a-f]{32}$/);
const hex32 = matching(/^[0-9a-f]{64}$/);
const object = accept<JsonObject>(isObject);

function list<T>(item: Read<T>): Read<readonly T[]> {
  return value => {
    if (!Array.isArray(value)) throw new Malformed();
    return value.map(item);
  };
}

function nonEmpty<T>(read: Read<readonly T[]>): Read<readonly T[]> {
  return value => {
    const items = read(value);
    if (items.length === 0) throw new Malformed();
    return items;
  };
}

function nullable<T>(read: Read<T>): Read<T | null> {
  return value => (value === null ? null : read(value));
}

function oneOf<T extends string>(...values: readonly T[]): Read<T> {
  return accept<T>(value => values.some(known => known === value));
}

/** How the members of an object are read. */
type Fields<T> = { readonly [Name in keyof T]-?: Read<T[Name]> };

/** An object with exactly the names given, and perhaps some of those that may be left out. */
function record<T extends object>(
  fields: Fields<T>,
  free: Readonly<Record<string, Read<unknown>>> = {},
): Read<T> {
  const names = Object.keys(fields);
  const known: Readonly<Record<string, Read<unknown>>> = { ...free, ...fields };
  return value => {
    const members = object(value);
    if (!names.every(name => Object.hasOwn(members, name))) throw new Malformed();
    const result: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(members)) {
      const read = Object.hasOwn(known, name) ? known[name] : undefined;
      if (read === undefined) throw new Malformed();
      result[name] = read(member);
    }
    return result as T;
  };
}

/** As `record`, keeping the document itself beside what was read from it. */
function document<T extends { readonly document: JsonObject }>(
  fields: Fields<Omit<T, "document">>,
  free: Readonly<Record<string, Read<unknown>>> = {},
): Read<T> {
  const read = record<Omit<T, "document">>(fields, free);
  return value => {
    const whole = object(value);
    // What cannot be written canonically cannot have been hashed.
    if (canonical(whole) === null) throw new Malformed();
    return { ...read(whole), document: whole } as T;
  };
}

const path = record<Path>({ index: count, siblings: list(hex32), size: count });

const member = record<Member>({
  account: sealKey,
  code: text,
  name: text,
  roles: list(text),
  validator: validatorKey,
});

const genesisFields = document<Genesis & { format: string }>({
  format: oneOf("yinxin-genesis/1"),
  limits: record<Genesis["limits"]>({
    block_bytes: count,
    block_transactions: count,
    transaction_bytes: count,
    window_ms: count,
  } as never),
  members: list(member),
  name: text,
  suite: oneOf("intl", "gm"),
  time: count,
});

function ascending(keys: readonly string[]): boolean {
  return keys.every((value, at) => at === 0 || (keys[at - 1] ?? "") < value);
}

const genesis: Read<Genesis> = value => {
  const read = genesisFields(value);
  if (read.members.length === 0 || !ascending(read.members.map(one => one.validator))) throw new Malformed();
  return read;
};

const assertionText = record<Assertion>({ authenticator_data: text, client_data: text });
const assertion: Read<Assertion> = value => {
  const read = assertionText(value);
  if (!isAssertion(read)) throw new Malformed();
  return read;
};
const plainSignature = record<KeyedSignature>({ key, signature } as never);
const assertedSignature = record<KeyedSignature>({ assertion, key, signature } as never);

const envelope = record<Envelope>({
  body: text,
  signatures: list(value =>
    Object.hasOwn(object(value), "assertion") ? assertedSignature(value) : plainSignature(value),
  ),
});

const body: Read<Body> = record<Omit<Body, "cosigners">>(
  { account: key, arguments: object, chain: digest, operation: text, salt: salt16, valid_until: count },
  { cosigners: nonEmpty(list(key)) },
);

const receipt = document<Receipt>({
  code: count,
  height: count,
  index: count,
  outcome: nullable(object),
  time: count,
  transaction: digest,
});

const occurrence = document<Occurrence>({
  chain: digest,
  due: count,
  fires: count,
  key: text,
  scenario: text,
  sequence: count,
});

const headerFields = {
  chain: digest,
  epoch: count,
  height: count,
  history_root: digest,
  leader: validatorKey,
  parent: digest,
  parent_view: count,
  receipts_root: digest,
  state_operations: record({ end: count, root: digest, start: count }),
  state_root: digest,
  time: count,
  transactions: count,
  transactions_root: digest,
  validators: digest,
  version: accept<number>(value => value === 1),
  view: count,
};
const header = document<Omit<Header, "occurrences">>(headerFields, { occurrences: positive }) as Read<Header>;

const certificate = record<Certificate>({
  block: digest,
  epoch: count,
  parent_view: count,
  signatures: list(
    record<Certificate["signatures"][number]>({ signature: validatorSignature, validator: validatorKey }),
  ),
  view: count,
});

const opening = record<Opening>({
  content: digest,
  file: record<Opening["file"]>({ media_type: text, name: text, size: count }),
  kind: oneOf("sealed", "open"),
  salt: nullable(hex32),
  capture: nullable(record<NonNullable<Opening["capture"]>>({ details: object, salt: hex32 })),
});

const change = record<Change>({
  certificate,
  header,
  validators: record<ValidatorSet>({ epoch: count, validators: list(validatorKey) }),
});

const receiptFields = record<
  Omit<ReceiptFile, "transaction" | "occurrence" | "history"> & { format: string }
>(
  {
    format: oneOf("yinxin-receipt/1"),
    genesis,
    receipt,
    receipt_path: path,
    header,
    ancestry: nullable(record<NonNullable<ReceiptFile["ancestry"]>>({ header, path })),
    certificate,
    item: nullable(record<Item>({ commitment: digest, path })),
    opening: nullable(opening),
  },
  { history: nonEmpty(list(change)), occurrence, transaction: envelope },
);

const receiptFile: Read<ReceiptFile> = value => {
  const read: ReceiptFile = receiptFields(value);
  if ((read.transaction === undefined) === (read.occurrence === undefined)) throw new Malformed();
  return read;
};

function total<T>(read: Read<T>): (value: Json) => T | null {
  return value => {
    try {
      return read(value);
    } catch (error) {
      if (error instanceof Malformed) return null;
      throw error;
    }
  };
}

/** The receipt file a document is, or `null`. */
export const readReceiptFile = total(receiptFile);
/** The genesis a document is, or `null`. */
export const readGenesis = total(genesis);
/** The transaction body a document is, or `null`. */
export const readBody = total(body);
/** The block header a document is, or `null`. */
export const readHeader = total(header);
/** The finality certificate a document is, or `null`. */
export const readCertificate = total(certificate);
