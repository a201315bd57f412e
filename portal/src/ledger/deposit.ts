// From files to the exact bytes that will be signed, formats.md sections 3, 6 and 7.

import type { Deposited, DepositedFile } from "../store/receipts";
import { toHex, utf8 } from "../verify/bytes";
import { canonicalBytes } from "../verify/chain";
import { captureCommitment, commitmentLeaf, sealedCommitment } from "../verify/commitment";
import { type Algorithm, digestText, hash, suiteAlgorithm } from "../verify/digest";
import type { Genesis } from "../verify/document";
import type { Json, JsonObject } from "../verify/json";
import { Tree } from "../verify/tree";
import type { Account } from "./account";

export type Kind = "sealed" | "open";

/** Where material comes from: the public part goes into the ledger, `details` only as a salted commitment. */
export interface CaptureInput {
  readonly tool: string;
  readonly tool_version: string;
  readonly environment: string;
  readonly from: number;
  readonly to: number;
  readonly details: { readonly operator: string; readonly source: string; readonly title: string };
}

/** A file whose digest is known. */
export interface HashedFile {
  readonly file: File;
  readonly content: string;
}

export interface DepositRequest {
  readonly files: readonly HashedFile[];
  readonly kind: Kind;
  /** One entry for all files, each provable by itself. */
  readonly batch: boolean;
  readonly capture: CaptureInput | null;
}

/** What a deposit is made for: which chain, by whom, until when. */
export interface DepositContext {
  readonly chain: string;
  readonly genesis: Genesis;
  readonly account: string;
  readonly validUntil: number;
}

/** One transaction before it is signed. */
export interface PlannedDeposit {
  readonly id: string;
  /** The characters that will be signed. */
  readonly body: string;
  readonly files: readonly DepositedFile[];
  readonly kind: Kind;
  readonly batch: boolean;
  readonly capture: Deposited["capture"];
}

/** The algorithm for contents and commitments: that of the chain, so that everyone searches by the same digest. */
export function contentAlgorithm(genesis: Genesis): Algorithm {
  return suiteAlgorithm(genesis.suite);
}

/** `count` random bytes as hexadecimal digits. */
function randomHex(count: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(count)));
}

/** One spelling for one text: composed characters (NFC), no control characters, nothing that has no UTF-8 form. */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFC")
    .replace(/\p{Cc}/gu, " ")
    .trim();
}

/** The longest public texts of a capture block in bytes of UTF-8, formats.md section 7. */
export const CAPTURE_BYTES = { tool: 128, tool_version: 64, environment: 1024 } as const;
const MEDIA_TYPE_BYTES = 127;
const UNKNOWN_TYPE = "application/octet-stream";

function cleanCapture(given: CaptureInput): CaptureInput {
  const { details } = given;
  return {
    ...given,
    tool: clean(given.tool),
    tool_version: clean(given.tool_version),
    environment: clean(given.environment),
    details: {
      operator: clean(details.operator),
      source: clean(details.source),
      title: clean(details.title),
    },
  };
}

function commit({ file, content }: HashedFile, kind: Kind): DepositedFile {
  const salt = kind === "sealed" ? randomHex(32) : null;
  const commitment = salt === null ? content : (sealedCommitment(content, salt) ?? content);
  const known = file.type !== "" && file.type.length <= MEDIA_TYPE_BYTES;
  const media_type = known ? file.type : UNKNOWN_TYPE;
  return { name: clean(file.name), media_type, size: file.size, content, commitment, salt };
}

function plan(
  files: readonly DepositedFile[],
  request: DepositRequest,
  context: DepositContext,
  batch: boolean,
): PlannedDeposit {
  const algorithm = contentAlgorithm(context.genesis);
  const given = request.capture && cleanCapture(request.capture);
  const capture = given && { details: { ...given.details } as JsonObject, salt: randomHex(32) };
  const first = files[0];
  const subject: Record<string, Json> = batch
    ? {
        items: files.length,
        root: digestText(
          algorithm,
          new Tree(
            algorithm,
            files.map(file => commitmentLeaf(file.commitment)),
          ).root(),
        ),
      }
    : { commitment: first?.commitment ?? "", media_type: first?.media_type ?? "", size: first?.size ?? 0 };
  const block = given &&
    capture && {
      details: captureCommitment(first?.commitment ?? "", capture.details, capture.salt),
      environment: given.environment,
      from: given.from,
      to: given.to,
      tool: given.tool,
      tool_digest: null,
      tool_version: given.tool_version,
    };
  const bytes = canonicalBytes({
    account: context.account,
    arguments: { ...subject, kind: request.kind, ...(block ? { capture: block } : {}) },
    chain: context.chain,
    operation: batch ? "evidence.deposit_batch" : "evidence.deposit",
    salt: randomHex(16),
    valid_until: context.validUntil,
  });
  const suite = suiteAlgorithm(context.genesis.suite);
  return {
    id: digestText(suite, hash(suite, bytes)),
    body: new TextDecoder().decode(bytes),
    files,
    kind: request.kind,
    batch,
    capture,
  };
}

/** The transactions that deposit these files: one for all, or one for each. */
export function planDeposits(request: DepositRequest, context: DepositContext): PlannedDeposit[] {
  const files = request.files.map(file => commit(file, request.kind));
  if (request.batch) return [plan(files, request, context, true)];
  return files.map(file => plan([file], request, context, false));
}

/** Signs a planned deposit and gives the record to keep before anything is sent. */
export async function signDeposit(
  planned: PlannedDeposit,
  account: Account,
  context: DepositContext,
): Promise<Deposited> {
  const signature = await account.sign(utf8(planned.body) as Uint8Array<ArrayBuffer>);
  return {
    source: "deposited",
    id: planned.id,
    chain: context.chain,
    chainName: context.genesis.name,
    createdAt: Date.now(),
    files: planned.files,
    kind: planned.kind,
    batch: planned.batch,
    envelope: { body: planned.body, signatures: [signature] },
    validUntil: context.validUntil,
    capture: planned.capture,
    state: "waiting",
    finality: null,
    receipt: null,
    rejection: null,
  };
}
