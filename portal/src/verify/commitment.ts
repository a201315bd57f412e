// Commitments and openings, formats.md section 6.

import { fromHex } from "./bytes";
import { canonicalBytes } from "./chain";
import { type Algorithm, parseDigest, taggedDigest } from "./digest";
import type { Opening } from "./document";
import { canonical, type JsonObject } from "./json";

const NOTHING = new Uint8Array();

/** The sealed commitment to a content digest, in that digest's algorithm; `salt` is 64 hexadecimal digits. */
export function sealedCommitment(content: string, salt: string): string | null {
  const digest = parseDigest(content);
  const bytes = fromHex(salt);
  if (digest === null || bytes?.length !== 32) return null;
  return taggedDigest(digest.algorithm, "yinxin/sealed/1", bytes, digest.raw);
}

const MATERIAL_TAGS = { sha256: 1, sm3: 2 } as const;

/** The commitment to a material of the vault (formats.md section 9); `salt` is 32 bytes. */
export function materialCommitment(algorithm: Algorithm, salt: Uint8Array, content: Uint8Array): string {
  const tag = Uint8Array.of(MATERIAL_TAGS[algorithm]);
  return taggedDigest(algorithm, "yinxin/material-commitment/1", tag, salt, content);
}

/** The commitment to the private part of a capture block, in the algorithm of `like`. */
export function captureCommitment(like: string, details: JsonObject, salt: string): string | null {
  const algorithm = parseDigest(like)?.algorithm;
  const bytes = fromHex(salt);
  const text = canonical(details);
  if (algorithm === undefined || text === null || bytes?.length !== 32) return null;
  return taggedDigest(algorithm, "yinxin/capture/1", bytes, text);
}

/** The entry identifier of a deposit, in the algorithm of the chain. */
export function entryIdentifier(chain: string, account: string, commitment: string): string {
  const algorithm = parseDigest(chain)?.algorithm ?? "sha256";
  return taggedDigest(algorithm, "yinxin/evidence/entry/1", canonicalBytes({ account, commitment }));
}

/** Whether the opening opens the commitment that was deposited with these arguments. */
export function opens(opening: Opening, commitment: string, deposited: JsonObject): boolean {
  if (opening.kind !== deposited.kind) return false;
  if ((opening.salt === null) !== (opening.kind === "open")) return false;
  // Only a single deposit names size and type; those of a batch stand in its openings alone.
  const { size, media_type } = opening.file;
  if (deposited.size !== undefined && deposited.size !== size) return false;
  if (deposited.media_type !== undefined && deposited.media_type !== media_type) return false;
  const expected = opening.salt === null ? opening.content : sealedCommitment(opening.content, opening.salt);
  if (expected !== commitment) return false;
  if (opening.capture === null) return true;
  const capture = deposited.capture;
  const details =
    typeof capture === "object" && capture !== null && "details" in capture ? capture.details : null;
  if (typeof details !== "string") return false;
  return captureCommitment(details, opening.capture.details, opening.capture.salt) === details;
}

/** The leaf bytes of a commitment in the tree of a batch. */
export function commitmentLeaf(commitment: string): Uint8Array {
  return parseDigest(commitment)?.raw ?? NOTHING;
}
