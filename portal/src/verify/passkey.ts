// Passkeys (通行密钥): when the answer of an authenticator counts as a signature, formats.md section 3 and WebAuthn Level 3
// section 7.2. Everything here is total: the answer is yes or no, never an exception.

import { p256 } from "@noble/curves/nist.js";
import { concat, fromHex, toBase64Url, toHex, utf8 } from "./bytes";
import { hash } from "./digest";
import { isObject, parseJson } from "./json";

/** What an authenticator signed: its own data in hexadecimal digits, and the client data as the browser wrote it. */
export interface Assertion {
  readonly authenticator_data: string;
  readonly client_data: string;
}

/** The prime of the field of P-256. */
const P256_PRIME = p256.Point.Fp.ORDER;
const KEY = /^passkey:(0[23]([0-9a-f]{64}))([0-9a-f]{64})$/;

const AUTHENTICATOR_DATA_BYTES = { min: 37, max: 1024 };
const MAX_CLIENT_DATA_BYTES = 2048;
/** How deep client data may nest, the outermost object counting as one. */
const MAX_DEPTH = 16;

/** Bits of the byte of flags in the authenticator data, WebAuthn Level 3 section 6.1. */
const FLAG = {
  userPresent: 1,
  userVerified: 4,
  backupEligible: 8,
  backedUp: 16,
  attested: 64,
  extensions: 128,
};

const ORIGIN = /^(?:https:\/\/([^:]*)|http:\/\/(localhost))(?::([1-9][0-9]{0,4}))?$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The point and the relying party that the text of a passkey names, or `null` where it is no such text. */
export function parsePasskey(text: string): { point: Uint8Array; relyingParty: Uint8Array } | null {
  const [, pointDigits, x, partyDigits] = KEY.exec(text) ?? [];
  const point = fromHex(pointDigits ?? "x");
  const relyingParty = fromHex(partyDigits ?? "x");
  if (point === null || relyingParty === null || BigInt(`0x${x}`) >= P256_PRIME) return null;
  return { point, relyingParty };
}

/** The text of the passkey with this compressed point, made for this relying party. */
export function passkeyText(point: Uint8Array, relyingParty: string): string {
  return `passkey:${toHex(point)}${toHex(hash("sha256", utf8(relyingParty)))}`;
}

/** Whether the parts have a form and a length that they may have. */
export function isAssertion({ authenticator_data, client_data }: Assertion): boolean {
  const data = fromHex(authenticator_data)?.length ?? 0;
  const client = utf8(client_data).length;
  return (
    data >= AUTHENTICATOR_DATA_BYTES.min &&
    data <= AUTHENTICATOR_DATA_BYTES.max &&
    client >= 1 &&
    client <= MAX_CLIENT_DATA_BYTES
  );
}

/** Whether `signature` (`r || s`) is the point's over the SHA-256 of the message. Both values of s count, as in WebAuthn. */
export function p256Verify(point: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return p256.verify(signature, message, point, { lowS: false, prehash: true, format: "compact" });
  } catch {
    return false;
  }
}

/** The bytes that the challenge for a message encodes: always its SHA-256, whatever the chain's suite. */
export function challengeOf(message: Uint8Array): Uint8Array {
  return hash("sha256", message);
}

/** The bytes that the authenticator signed. */
export function signedBytes(assertion: Assertion): Uint8Array {
  return concat(
    fromHex(assertion.authenticator_data) ?? new Uint8Array(),
    hash("sha256", utf8(assertion.client_data)),
  );
}

/** Whether the text is a domain as a browser writes it in an origin; an address in numbers is none. */
export function isDomain(host: string): boolean {
  const labels = host.split(".");
  return (
    host.length <= 253 && labels.every(label => LABEL.test(label)) && !/^[0-9]+$/.test(labels.at(-1) ?? "")
  );
}

/** The host of an origin on which passkeys can be used, or `null`. */
function hostOf(origin: string): string | null {
  const [, secure, local, port] = ORIGIN.exec(origin) ?? [];
  if (Number(port ?? 1) > 65535) return null;
  if (local !== undefined) return local;
  return secure !== undefined && isDomain(secure) ? secure : null;
}

/** Whether the domain or one above it is the relying party with this digest. */
function belongs(domain: string, relyingParty: string): boolean {
  const labels = domain.split(".");
  return labels.some((_, at) => toHex(hash("sha256", utf8(labels.slice(at).join(".")))) === relyingParty);
}

function clientDataHolds(text: string, relyingParty: string, message: Uint8Array): boolean {
  const client = parseJson(utf8(text), MAX_DEPTH);
  // The encoder of UTF-8 replaces what has no UTF-8 form, so such a text would be another one.
  if (!isObject(client) || !text.isWellFormed()) return false;
  const host = typeof client.origin === "string" ? hostOf(client.origin) : null;
  return (
    client.type === "webauthn.get" &&
    client.challenge === toBase64Url(challengeOf(message)) &&
    (client.crossOrigin === undefined || client.crossOrigin === false) &&
    client.topOrigin === undefined &&
    host !== null &&
    belongs(host, relyingParty)
  );
}

function authenticatorDataHolds(data: Uint8Array, relyingParty: string): boolean {
  const flags = data[32] ?? 0;
  const has = (flag: number) => (flags & flag) !== 0;
  const { min } = AUTHENTICATOR_DATA_BYTES;
  return (
    toHex(data.subarray(0, 32)) === relyingParty &&
    !has(FLAG.attested) &&
    (has(FLAG.backupEligible) || !has(FLAG.backedUp)) &&
    data.length >= min &&
    data.length > min === has(FLAG.extensions) &&
    has(FLAG.userPresent) &&
    has(FLAG.userVerified)
  );
}

/** Everything but the signature: that a page of the key's relying party asked for exactly `message`, and that its user was verified. */
export function assertionHolds(key: string, assertion: Assertion, message: Uint8Array): boolean {
  const parsed = parsePasskey(key);
  if (parsed === null || !isAssertion(assertion)) return false;
  const relyingParty = toHex(parsed.relyingParty);
  const data = fromHex(assertion.authenticator_data) ?? new Uint8Array();
  return (
    clientDataHolds(assertion.client_data, relyingParty, message) &&
    authenticatorDataHolds(data, relyingParty)
  );
}
