// Public keys and signatures tagged with their algorithm, formats.md section 1.

import { ed25519 } from "@noble/curves/ed25519.js";
import { fromHex, toHex } from "./bytes";
import { type Assertion, assertionHolds, p256Verify, parsePasskey, signedBytes } from "./passkey";
import { SM2_PRIME, sm2Verify } from "./sm2";

const ED25519_KEY = /^ed25519:([0-9a-f]{64})$/;
const SM2_KEY = /^sm2:0[23]([0-9a-f]{64})$/;
const SIGNATURE = /^(?:ed25519|sm2|passkey):[0-9a-f]{128}$/;

const ED25519_PRIME = 2n ** 255n - 19n;
/** The coordinates y of the points whose order divides 8: with such a key anyone could sign. */
const SMALL_ORDER: readonly bigint[] = [
  0n,
  1n,
  ED25519_PRIME - 1n,
  littleEndian("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
  littleEndian("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
];

function littleEndian(digits: string): bigint {
  return BigInt(`0x${toHex((fromHex(digits) ?? new Uint8Array(1)).reverse())}`);
}

/**
 * Whether the text is a public key: one text for one key, and none that everybody can sign for. Whether it is a point of
 * the curve shows when it verifies.
 */
export function isKey(text: string): boolean {
  const [, edwards] = ED25519_KEY.exec(text) ?? [];
  if (edwards !== undefined) {
    // The highest bit is the sign of x.
    const y = littleEndian(edwards) % 2n ** 255n;
    return y < ED25519_PRIME && !SMALL_ORDER.includes(y);
  }
  const [, x] = SM2_KEY.exec(text) ?? [];
  if (x !== undefined) return BigInt(`0x${x}`) < SM2_PRIME;
  return parsePasskey(text) !== null;
}

/** Whether the text is a public key of a passkey. */
export function isPasskey(text: string): boolean {
  return parsePasskey(text) !== null;
}

/** Whether the text has the form of a signature. */
export function isSignature(text: string): boolean {
  return SIGNATURE.test(text);
}

function split(text: string): readonly [string, Uint8Array] {
  const colon = text.indexOf(":");
  return [text.slice(0, colon), fromHex(text.slice(colon + 1)) ?? new Uint8Array()];
}

/** Whether `signature` is the signature of `key` over the message; a signature of another algorithm than the key's is not. */
export function signatureValid(key: string, message: Uint8Array, signature: string): boolean {
  if (!isKey(key) || !isSignature(signature)) return false;
  const [keyAlgorithm, keyBytes] = split(key);
  const [algorithm, bytes] = split(signature);
  if (keyAlgorithm !== algorithm) return false;
  if (algorithm === "sm2") return sm2Verify(keyBytes, message, bytes);
  if (algorithm === "passkey") return p256Verify(keyBytes.subarray(0, 33), message, bytes);
  try {
    // ZIP 215: the rule the validators themselves use, so that a browser and a node never disagree.
    return ed25519.verify(bytes, message, keyBytes, { zip215: true });
  } catch {
    return false;
  }
}

/** One signature of a transaction, and the key that made it; with a passkey also what its authenticator signed. */
export interface KeyedSignature {
  readonly assertion?: Assertion;
  readonly key: string;
  readonly signature: string;
}

/** Whether the holder of the key agreed to exactly this message, by a plain signature or through the assertion of a passkey. */
export function keyedSignatureValid(one: KeyedSignature, message: Uint8Array): boolean {
  const { assertion, key, signature } = one;
  if (isPasskey(key) !== (assertion !== undefined)) return false;
  if (assertion === undefined) return signatureValid(key, message, signature);
  return assertionHolds(key, assertion, message) && signatureValid(key, signedBytes(assertion), signature);
}
