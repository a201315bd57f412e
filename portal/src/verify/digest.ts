// Digests tagged with their algorithm, formats.md section 1.

import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, toHex, utf8 } from "./bytes";
import { Sm3 } from "./sm3";

/** The algorithms a digest may name. */
export type Algorithm = "sha256" | "sm3";
/** The suite of a chain, fixed at genesis. */
export type Suite = "intl" | "gm";

const DIGEST = /^(sha256|sm3):([0-9a-f]{64})$/;
const ZERO = new Uint8Array(1);

/** The algorithm of every digest that a chain of this suite computes. */
export function suiteAlgorithm(suite: Suite): Algorithm {
  return suite === "gm" ? "sm3" : "sha256";
}

/** A running computation of a digest. */
export interface Hasher {
  update(data: Uint8Array): Hasher;
  digest(): Uint8Array;
}

/** Begins a digest. */
export function hasher(algorithm: Algorithm): Hasher {
  return algorithm === "sm3" ? new Sm3() : sha256.create();
}

/** The 32 bytes of the digest over the parts, one after another. */
export function hash(algorithm: Algorithm, ...parts: readonly Uint8Array[]): Uint8Array {
  const running = hasher(algorithm);
  for (const part of parts) running.update(part);
  return running.digest();
}

/** The text of a digest: algorithm, colon, 64 digits. */
export function digestText(algorithm: Algorithm, raw: Uint8Array): string {
  return `${algorithm}:${toHex(raw)}`;
}

/** The text of `H(tag, data)`: the digest over the tag, a zero byte and the data. */
export function taggedDigest(algorithm: Algorithm, tag: string, ...data: readonly Uint8Array[]): string {
  return digestText(algorithm, hash(algorithm, utf8(tag), ZERO, ...data));
}

/** The algorithm a digest names and its 32 bytes, or `null` where the text is no digest. */
export function parseDigest(text: string): { algorithm: Algorithm; raw: Uint8Array } | null {
  const [, algorithm, digits] = DIGEST.exec(text) ?? [];
  const raw = fromHex(digits ?? "x");
  return raw === null ? null : { algorithm: algorithm === "sm3" ? "sm3" : "sha256", raw };
}
