// From a passphrase to a key: PBKDF2 (RFC 8018 section 5.2) with HMAC over SHA-256 or over SM3 (GM/T 0091-2020).

import { utf8 } from "../../verify/bytes";
import { Sm3 } from "../../verify/sm3";

/** The pseudorandom function under PBKDF2. */
export type Prf = "sha256" | "sm3";

/** Fewer repetitions make guessing too cheap, more make a file from elsewhere stop the page. */
export const ITERATIONS = { least: 10_000, most: 2_000_000, usual: 600_000 } as const;

const BLOCK = 64;
/** After so many repetitions the page may do something else. */
const BREATH = 20_000;

function hmacSm3(key: Uint8Array): (...parts: readonly Uint8Array[]) => Uint8Array {
  const padded = new Uint8Array(BLOCK);
  padded.set(key.length > BLOCK ? new Sm3().update(key).digest() : key);
  const inner = new Sm3().update(padded.map(byte => byte ^ 0x36));
  const outer = new Sm3().update(padded.map(byte => byte ^ 0x5c));
  return (...parts) => {
    const running = inner.copy();
    for (const part of parts) running.update(part);
    return outer.copy().update(running.digest()).digest();
  };
}

async function pbkdf2Sm3(
  passphrase: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Promise<Uint8Array> {
  const prf = hmacSm3(passphrase);
  // Of SM3 one block of 32 bytes is enough for every cipher here.
  let last = prf(salt, Uint8Array.of(0, 0, 0, 1));
  const sum = last.slice();
  for (let round = 1; round < iterations; round += 1) {
    last = prf(last);
    for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) ^ (last[at] ?? 0);
    if (round % BREATH === 0) await new Promise(resolve => setTimeout(resolve));
  }
  return sum.subarray(0, length);
}

/** The first `length` bytes, at most 32, that the passphrase gives. */
export async function pbkdf2(
  prf: Prf,
  passphrase: string,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Promise<Uint8Array> {
  const password = utf8(passphrase);
  if (prf === "sm3") return pbkdf2Sm3(password, salt, iterations, length);
  const key = await crypto.subtle.importKey("raw", new Uint8Array(password), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(salt), iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
}
