// Verification of a receipt file, formats.md section 5: eleven steps, the first failure is the verdict.
//
// This is written from the page, not from the Rust verifier, so that an error in one is caught by the other. It asks no
// server, keeps no state and throws for no input.

import { utf8 } from "./bytes";
import {
  blockHash,
  canonicalBytes,
  certifies,
  chainIdentifier,
  namesItsSet,
  occurrenceIdentifier,
  setAt,
  transactionIdentifier,
  walk,
} from "./chain";
import { commitmentLeaf, opens } from "./commitment";
import { type Algorithm, parseDigest, suiteAlgorithm } from "./digest";
import { type Body, type ReceiptFile, readBody, readReceiptFile, type ValidatorSet } from "./document";
import { type JsonObject, parseCanonical, parseJson } from "./json";
import { keyedSignatureValid } from "./signature";
import { pathLeads } from "./tree";

/** The steps of formats.md section 5, in their order; each is also the reason when it fails. */
export const STEPS = [
  "RECEIPT_FORMAT",
  "RECEIPT_CHAIN",
  "RECEIPT_VALIDATORS",
  "RECEIPT_CERTIFICATE",
  "RECEIPT_ANCESTRY",
  "RECEIPT_PATH",
  "RECEIPT_TRANSACTION",
  "RECEIPT_REJECTED",
  "RECEIPT_ITEM",
  "RECEIPT_OPENING",
  "RECEIPT_FILE",
] as const;
/** Why a receipt is refuted. */
export type Reason = (typeof STEPS)[number];
/** `absent`: this receipt or this check has no such part. `skipped`: an earlier step failed. */
export type StepState = "passed" | "failed" | "absent" | "skipped";

/** The deposited file as a verifier needs it: its length, and its digest on demand. */
export interface FileToCheck {
  readonly size: number;
  digest(algorithm: Algorithm): Promise<string>;
}

/** What a verifier answers. */
export interface Verdict {
  readonly result: "VERIFIED" | Reason;
  readonly steps: readonly { readonly reason: Reason; readonly state: StepState }[];
  /** What the file says, once it could be read. True only where the verdict is `VERIFIED`. */
  readonly file: ReceiptFile | null;
  /** What the transaction says, where there is one and its body could be read. */
  readonly body: Body | null;
  /** The chain identifier computed from the file's genesis. */
  readonly chain: string | null;
}

/** The largest receipt file that is looked at. The receipt of a full-size transaction stays well below. */
export const MAX_RECEIPT_BYTES = 8 * 1024 * 1024;
const MAX_SIGNATURES = 8;

interface Subject {
  readonly file: ReceiptFile;
  readonly body: Body | null;
  readonly chain: string;
  readonly algorithm: Algorithm;
  /** Those who vote, from the founders to those who signed; `null` where one does not follow from the one before. */
  readonly sets: readonly ValidatorSet[] | null;
}

type Check = "passed" | "failed" | "absent";

function check(passed: boolean): Check {
  return passed ? "passed" : "failed";
}

function leads(subject: Subject, leaf: Uint8Array, path: ReceiptFile["receipt_path"], root: string): boolean {
  const digest = parseDigest(root);
  return digest?.algorithm === subject.algorithm && pathLeads(digest.algorithm, leaf, path, digest.raw);
}

function checkChain(subject: Subject, trusted: readonly string[]): Check {
  const { file, body, chain } = subject;
  return check(
    trusted.includes(chain) &&
      file.header.chain === chain &&
      // A body that cannot be read names no chain; step 7 refuses it.
      (body === null || body.chain === chain) &&
      (file.occurrence === undefined || file.occurrence.chain === chain) &&
      (file.ancestry === null || file.ancestry.header.chain === chain) &&
      (file.history ?? []).every(change => change.header.chain === chain),
  );
}

function certifiedHeader({ ancestry, header }: ReceiptFile) {
  return ancestry?.header ?? header;
}

function checkValidators({ file, sets }: Subject): Check {
  return check(
    sets !== null &&
      [certifiedHeader(file), file.header].every(header => namesItsSet(file.genesis, sets, header)),
  );
}

function checkCertificate({ file, sets }: Subject): Check {
  const certified = certifiedHeader(file);
  const set = setAt(sets ?? [], certified.epoch);
  return check(set !== null && certifies(file.genesis, file.certificate, certified, set));
}

function checkAncestry(subject: Subject): Check {
  const { ancestry, genesis, header } = subject.file;
  if (ancestry === null) return "absent";
  const leaf = parseDigest(blockHash(genesis, header))?.raw;
  return check(
    leaf !== undefined &&
      ancestry.path.index === header.height &&
      ancestry.path.size === ancestry.header.height &&
      leads(subject, leaf, ancestry.path, ancestry.header.history_root),
  );
}

function checkPath(subject: Subject): Check {
  const { header, receipt, receipt_path: path } = subject.file;
  return check(
    path.size === header.transactions + (header.occurrences ?? 0) &&
      path.index === receipt.index &&
      receipt.height === header.height &&
      receipt.time === header.time &&
      leads(subject, canonicalBytes(receipt.document), path, header.receipts_root),
  );
}

/** The receipts of the transactions stand first, those of the occurrences after them. */
function checkSubject({ file, body }: Subject): Check {
  const { genesis, header, occurrence, receipt, transaction } = file;
  const ofTransactions = receipt.index < header.transactions;
  if (occurrence !== undefined)
    return check(!ofTransactions && receipt.transaction === occurrenceIdentifier(genesis, occurrence));
  if (transaction === undefined) return "failed";
  const { signatures, body: text } = transaction;
  const message = utf8(text);
  return check(
    ofTransactions &&
      body !== null &&
      receipt.transaction === transactionIdentifier(genesis, text) &&
      signatures.length >= 1 &&
      signatures.length <= MAX_SIGNATURES &&
      signatures.map(one => one.key).join() === [body.account, ...(body.cosigners ?? [])].join() &&
      new Set(signatures.map(one => one.key)).size === signatures.length &&
      signatures.every(one => keyedSignatureValid(one, message)),
  );
}

function checkItem({ file, body }: Subject): Check {
  if (file.item === null) return "absent";
  if (body?.operation !== "evidence.deposit_batch") return "failed";
  const { commitment, path } = file.item;
  const { items, root: rootText } = body.arguments;
  const root = typeof rootText === "string" ? parseDigest(rootText) : null;
  const leaf = parseDigest(commitment);
  return check(
    root !== null &&
      leaf?.algorithm === root.algorithm &&
      path.size === items &&
      pathLeads(root.algorithm, commitmentLeaf(commitment), path, root.raw),
  );
}

/** The commitment that the receipt is about, and what was deposited with it. */
function deposited({ file, body }: Subject): { commitment: string; given: JsonObject } | null {
  if (body === null) return null;
  const commitment =
    body.operation === "evidence.deposit"
      ? body.arguments.commitment
      : body.operation === "evidence.deposit_batch"
        ? file.item?.commitment
        : undefined;
  return typeof commitment === "string" && parseDigest(commitment) !== null
    ? { commitment, given: body.arguments }
    : null;
}

function checkOpening(subject: Subject): Check {
  const { opening } = subject.file;
  if (opening === null) return "absent";
  const subjectOf = deposited(subject);
  return check(subjectOf !== null && opens(opening, subjectOf.commitment, subjectOf.given));
}

async function checkFile(subject: Subject, given: FileToCheck | undefined): Promise<Check> {
  if (given === undefined) return "absent";
  const subjectOf = deposited(subject);
  if (subjectOf === null) return "failed";
  const { opening } = subject.file;
  // Without an opening only an open commitment can be compared: it is the digest of the file itself.
  const content = opening?.content ?? (subjectOf.given.kind === "open" ? subjectOf.commitment : null);
  const size = opening?.file.size ?? subjectOf.given.size;
  const algorithm = parseDigest(content ?? "")?.algorithm;
  if (algorithm === undefined || (size !== undefined && size !== given.size)) return "failed";
  try {
    return check((await given.digest(algorithm)) === content);
  } catch {
    // The file vanished or may not be read: nothing is shown about it.
    return "failed";
  }
}

/**
 * Verifies a receipt file against the chain identifiers that the reader trusts and, where given, the deposited file.
 * Never throws: whatever the bytes are, the answer is a verdict.
 */
export async function verifyReceipt(
  bytes: Uint8Array,
  trusted: readonly string[],
  given?: FileToCheck,
): Promise<Verdict> {
  const file = bytes.length > MAX_RECEIPT_BYTES ? null : readReceiptFile(parseJson(bytes));
  if (file === null) {
    const steps = STEPS.map((reason, at) => ({ reason, state: at === 0 ? "failed" : "skipped" }) as const);
    return { result: "RECEIPT_FORMAT", steps, file: null, body: null, chain: null };
  }
  const { transaction } = file;
  const body = transaction === undefined ? null : readBody(parseCanonical(transaction.body));
  const chain = chainIdentifier(file.genesis);
  const algorithm = suiteAlgorithm(file.genesis.suite);
  const sets = walk(file.genesis, file.history ?? [], certifiedHeader(file).epoch);
  const subject = { file, body, chain, algorithm, sets };
  const checks: readonly (readonly [Reason, () => Check | Promise<Check>])[] = [
    ["RECEIPT_FORMAT", () => "passed"],
    ["RECEIPT_CHAIN", () => checkChain(subject, trusted)],
    ["RECEIPT_VALIDATORS", () => checkValidators(subject)],
    ["RECEIPT_CERTIFICATE", () => checkCertificate(subject)],
    ["RECEIPT_ANCESTRY", () => checkAncestry(subject)],
    ["RECEIPT_PATH", () => checkPath(subject)],
    ["RECEIPT_TRANSACTION", () => checkSubject(subject)],
    ["RECEIPT_REJECTED", () => check(file.receipt.code === 0)],
    ["RECEIPT_ITEM", () => checkItem(subject)],
    ["RECEIPT_OPENING", () => checkOpening(subject)],
    ["RECEIPT_FILE", () => checkFile(subject, given)],
  ];
  let failed: Reason | null = null;
  const steps: { reason: Reason; state: StepState }[] = [];
  for (const [reason, run] of checks) {
    const state: StepState = failed === null ? await run() : "skipped";
    if (state === "failed") failed = reason;
    steps.push({ reason, state });
  }
  return { result: failed ?? "VERIFIED", steps, file, body, chain };
}
