// How a signature of a cosigner is carried from one device to the other: as in an envelope, in one line of JSON.

import { utf8 } from "../../verify/bytes";
import { isObject, parseJson } from "../../verify/json";
import type { KeyedSignature } from "../../verify/signature";

export function cosignatureText(signature: KeyedSignature): string {
  return JSON.stringify(signature);
}

/** The signature that a text carries, not yet verified, or `null` where it carries none. */
export function readCosignature(text: string): KeyedSignature | null {
  const value = parseJson(utf8(text.trim()));
  if (!isObject(value) || typeof value.key !== "string" || typeof value.signature !== "string") return null;
  const { assertion, key, signature } = value;
  if (assertion === undefined) return { key, signature };
  if (!isObject(assertion)) return null;
  const { authenticator_data, client_data } = assertion;
  if (typeof authenticator_data !== "string" || typeof client_data !== "string") return null;
  return { assertion: { authenticator_data, client_data }, key, signature };
}
