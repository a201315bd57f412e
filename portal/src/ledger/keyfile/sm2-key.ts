// Signing with an SM2 private key (GB/T 32918.2-2016) on the curve of GB/T 32918.5, with the default identity of GB/T 35276.

import { concat, toHex } from "../../verify/bytes";
import { SM2_ORDER, Sm2Point, sm2MessageNumber, sm2Verify } from "../../verify/sm2";

export const SM2_SECRET_BYTES = 32;

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

/** The number of a private key, which lies between 1 and n-2 (GB/T 32918.1 section 6.1), or `null` where it does not. */
function secretNumber(secret: Uint8Array): bigint | null {
  if (secret.length !== SM2_SECRET_BYTES) return null;
  const d = number(secret);
  return d >= 1n && d <= SM2_ORDER - 2n ? d : null;
}

/** The compressed public key of a private one, or `null` where the bytes are no private key. */
export function sm2PublicKey(secret: Uint8Array): Uint8Array | null {
  const d = secretNumber(secret);
  return d === null ? null : Sm2Point.BASE.multiply(d).toBytes(true);
}

/** The account of a private key, or `null` where the bytes are none. */
export function sm2Account(secret: Uint8Array): string | null {
  const key = sm2PublicKey(secret);
  return key === null ? null : `sm2:${toHex(key)}`;
}

function random(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(SM2_SECRET_BYTES));
}

/** A new private key. */
export function generateSm2(): Uint8Array {
  for (;;) {
    const secret = random();
    // One candidate in 2^32 is not below the order; drawing again is the standard's own method.
    if (secretNumber(secret) !== null) return secret;
  }
}

/** `r || s` of the message. `draw` gives the 32 random bytes of a try; a test gives those of the standard. */
export function sm2Sign(
  secret: Uint8Array,
  message: Uint8Array,
  draw: () => Uint8Array = random,
): Uint8Array {
  const d = secretNumber(secret);
  if (d === null) throw new RangeError("the bytes are no private key of SM2");
  const field = Sm2Point.Fn;
  const key = Sm2Point.BASE.multiply(d);
  const e = sm2MessageNumber(key, message);
  for (;;) {
    const k = number(draw());
    if (k < 1n || k >= SM2_ORDER) continue;
    const r = (e + Sm2Point.BASE.multiply(k).toAffine().x) % SM2_ORDER;
    if (r === 0n || r + k === SM2_ORDER) continue;
    const s = field.mul(field.inv(d + 1n), field.create(k - r * d));
    if (s === 0n) continue;
    const signature = concat(field.toBytes(r), field.toBytes(s));
    // A fault while computing could give the key away (a wrong signature is an equation for d).
    if (!sm2Verify(key.toBytes(true), message, signature)) throw new Error("the signature does not verify");
    return signature;
  }
}
