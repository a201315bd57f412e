// Extracts (摘录) in the browser: fetching one part by part, comparing it with the ledger, and the proof of a trace (formats.md section 11).

import { getBytes } from "../api/client";
import { fetchDisclosure } from "../api/disclosures";
import type { ProofPart } from "../api/extracts";
import type { StoredAct } from "../store/acts";
import { concat, fromHex, fromUtf8, toHex, utf8 } from "../verify/bytes";
import { materialCommitment } from "../verify/commitment";
import { type Algorithm, parseDigest } from "../verify/digest";
import { canonical, isObject, type Json, type JsonObject, parseJson } from "../verify/json";
import { verifyReceipt } from "../verify/receipt";
import { fromBase64url } from "./base64url";
import { readerKeyOf } from "./look";
import { openSealed, SealedContentRefused } from "./reader-key";

/** What a proof says it is. */
export const PROOF_KIND = "yinxin-extract-proof/1";
/** The largest file that the desk takes. */
export const MOST_BYTES = 8 * 1024 * 1024;
/** More parts than any extract has. */
const MOST_PARTS = 1_024;

/** What was released is not what the ledger has a commitment to: nobody must rely on it. */
export class ContentDiffers extends Error {
  constructor() {
    super("the content is not the one that the ledger has a commitment to");
    this.name = "ContentDiffers";
  }
}

export interface Content {
  readonly bytes: Uint8Array;
  readonly salt: Uint8Array;
}

interface Part {
  readonly bytes: Uint8Array;
  readonly salt: Uint8Array;
  readonly last: boolean;
}

function readPart(opened: JsonObject, part: number): Part {
  const { bytes, salt, parts } = opened;
  const content = typeof bytes === "string" ? fromBase64url(bytes) : null;
  const salted = typeof salt === "string" ? fromHex(salt) : null;
  if (opened.part !== part || content === null || salted?.length !== 32 || typeof parts !== "number")
    throw new SealedContentRefused();
  return { bytes: content, salt: salted, last: part + 1 >= parts };
}

/** All parts that a look released, opened with its key and compared with the commitment on the ledger. */
export async function openParts(look: StoredAct, commitment: string, algorithm: Algorithm): Promise<Content> {
  const reader = readerKeyOf(look);
  const pieces: Uint8Array[] = [];
  for (let part = 0; part < MOST_PARTS; part += 1) {
    const { content } = await fetchDisclosure(look.id, part);
    const { bytes, salt, last } = readPart(await openSealed(reader, look.id, content), part);
    pieces.push(bytes);
    if (!last) continue;
    const whole = concat(...pieces);
    if (materialCommitment(algorithm, salt, whole) !== commitment) throw new ContentDiffers();
    return { bytes: whole, salt };
  }
  throw new SealedContentRefused();
}

/** A salted commitment to a file that was found, as it is signed in a trace. */
export function commitFound(algorithm: Algorithm, found: Uint8Array): { salt: string; commitment: string } {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  return { salt: toHex(salt), commitment: materialCommitment(algorithm, salt, found) };
}

async function receiptOf(transaction: string): Promise<JsonObject> {
  const receipt = parseJson(await getBytes(`/api/v1/receipts/${transaction}`));
  if (!isObject(receipt)) throw new SealedContentRefused();
  return receipt;
}

/** The salt of the commitment to the found file, which a trace keeps with its act. */
export function foundSaltOf(trace: StoredAct): string | null {
  const kept = trace.keep as { readonly foundSalt?: unknown } | null;
  return typeof kept?.foundSalt === "string" ? kept.foundSalt : null;
}

/** Puts the proof of a trace together: whoever has it, the file and the chain needs nobody else. */
export async function composeProof(
  trace: StoredAct,
  { extract, mark, algorithm }: { extract: string; mark: string; algorithm: Algorithm },
): Promise<string> {
  const foundSalt = foundSaltOf(trace);
  if (foundSalt === null) throw new SealedContentRefused();
  const opened = await openParts(trace, mark, algorithm);
  const marks = parseJson(opened.bytes);
  if (!isObject(marks)) throw new ContentDiffers();
  return JSON.stringify({
    delivery: await receiptOf(extract),
    found_salt: foundSalt,
    kind: PROOF_KIND,
    mark: marks,
    salt: toHex(opened.salt),
    trace: await receiptOf(trace.id),
  });
}

/** A field may stand in quotes, with quotes doubled (RFC 4180). */
const HEADER_CELL = /\s*(?:"((?:[^"]|"")*)"|([^,;\t]*))\s*(?:[,;\t]|$)/y;

/** As much of a table as the names of its columns can take. */
const HEAD_BYTES = 256 * 1024;

/** The first line of a table, in the encodings that the desk reads. */
function firstLine(bytes: Uint8Array): string {
  const head = bytes.subarray(0, HEAD_BYTES);
  const [first, second] = head;
  const wide =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : null;
  // A line feed is one byte in UTF-8 and in GB18030, and part of no other sign.
  const end = wide === null ? head.indexOf(0x0a) : -1;
  const line = end < 0 ? head : head.subarray(0, end);
  const text = wide === null ? fromUtf8(line) : new TextDecoder(wide).decode(line);
  return (
    (text ?? new TextDecoder("gb18030").decode(line)).replace(/^\ufeff/, "").split(/\r?\n|\r/, 1)[0] ?? ""
  );
}

/** The names of the columns in the first line of a table. */
export function headerOf(bytes: Uint8Array): readonly string[] {
  const line = firstLine(bytes);
  const names: string[] = [];
  HEADER_CELL.lastIndex = 0;
  while (HEADER_CELL.lastIndex < line.length) {
    const [, quoted, plain] = HEADER_CELL.exec(line) ?? [];
    if (quoted === undefined && plain === undefined) break;
    names.push((quoted?.replaceAll('""', '"') ?? plain ?? "").trim());
  }
  return names.filter(one => one !== "");
}

/** The part of a proof that does not hold, or `null` where this browser finds nothing wrong. What the mark is worth in the file it does not say. */
export async function refutedPart(proof: Json, found: Uint8Array, chain: string): Promise<ProofPart | null> {
  if (!isObject(proof) || proof.kind !== PROOF_KIND || !isObject(proof.mark)) return "format";
  const [salt, foundSalt] = [proof.salt, proof.found_salt].map(text =>
    typeof text === "string" ? fromHex(text) : null,
  );
  const algorithm = parseDigest(chain)?.algorithm;
  const mark = canonical(proof.mark);
  if (salt?.length !== 32 || foundSalt?.length !== 32 || mark === null || algorithm === undefined)
    return "format";
  const bytesOf = (receipt: Json | undefined) => utf8(JSON.stringify(receipt ?? null));
  const delivery = await verifyReceipt(bytesOf(proof.delivery), [chain]);
  const trace = await verifyReceipt(bytesOf(proof.trace), [chain]);
  if (delivery.result !== "VERIFIED" || trace.result !== "VERIFIED") return "receipt";
  const [delivered, traced] = [delivery.body, trace.body];
  if (delivered?.operation !== "sharing.extract_deliver") return "delivery";
  const marked = delivered.arguments.mark;
  if (!isObject(marked) || marked.commitment !== materialCommitment(algorithm, salt, mark)) return "mark";
  if (
    traced?.operation !== "sharing.extract_trace" ||
    traced.arguments.extract !== delivery.file?.receipt.transaction
  )
    return "trace";
  return traced.arguments.found === materialCommitment(algorithm, foundSalt, found) ? null : "file";
}
