// Public keys and signatures tagged with their algorithm, formats.md section 1.

import { ed25519 } from "@noble/curves/ed25519.js";
import { fromHex } from "./bytes";
import { sm2Verify } from "./sm2";

const KEY = /^(?:ed25519:[0-9a-f]{64}|sm2:[0-9a-f]{66})$/;
const SIGNATURE = /^(?:ed25519|sm2):[0-9a-f]{128}$/;

/** Whether the text has the form of a public key. Whether it is a point of the curve shows when it verifies. */
export function isKey(text: string): boolean {
  return KEY.test(text);
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
  try {
    // ZIP 215: the rule the validators themselves use, so that a browser and a node never disagree.
    return ed25519.verify(bytes, message, keyBytes, { zip215: true });
  } catch {
    return false;
  }
}
