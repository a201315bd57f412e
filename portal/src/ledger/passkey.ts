// Passkeys as accounts: made by the device (phone, security key, computer), used by unlocking it, never copied by this page.
//
// A passkey belongs to the domain under which it was made; its account names that domain by its digest, and every node
// checks which page asked for a signature. Formats.md sections 1 and 3.

import { p256 } from "@noble/curves/nist.js";
import { concat, equal, fromHex, fromUtf8, toHex, utf8 } from "../verify/bytes";
import { challengeOf, isDomain, passkeyText } from "../verify/passkey";
import { type KeyedSignature, keyedSignatureValid } from "../verify/signature";

/** A passkey as this browser remembers it. Nothing of it is secret. */
export interface Passkey {
  /** The account's text: its public key. */
  readonly id: string;
  /** The identifier under which the device finds it, in hexadecimal digits. */
  readonly credential: string;
  /** The domain that it was made for. */
  readonly relyingParty: string;
}

/**
 * Why a passkey cannot be had or used: a page without TLS or domain, a browser without passkeys, a person who declined or
 * waited too long, an answer that is not the one asked for.
 */
export type PasskeyObstacle = "insecure" | "unsupported" | "declined" | "unusable";

/** A passkey cannot be had or used here, for the reason given. */
export class PasskeyUnavailable extends Error {
  readonly obstacle: PasskeyObstacle;

  constructor(obstacle: PasskeyObstacle) {
    super(obstacle);
    this.name = "PasskeyUnavailable";
    this.obstacle = obstacle;
  }
}

/** ECDSA over P-256 with SHA-256 in the registry of COSE, RFC 9053. */
const ES256 = -7;
/** How long a person may take to unlock the device. */
const TIMEOUT_MS = 300_000;

/** A public key of P-256 that is not compressed, as SubjectPublicKeyInfo (RFC 5480): what stands before the coordinates. */
const SPKI_PREFIX = fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004") ?? new Uint8Array();
const COORDINATE_BYTES = 32;

/** The account of a public key that a browser gives as SubjectPublicKeyInfo, or `null` where it is no key of P-256. */
export function passkeyAccount(spki: Uint8Array, relyingParty: string): string | null {
  const coordinates = spki.subarray(SPKI_PREFIX.length);
  if (
    !equal(spki.subarray(0, SPKI_PREFIX.length), SPKI_PREFIX) ||
    coordinates.length !== 2 * COORDINATE_BYTES
  )
    return null;
  try {
    const point = p256.Point.fromBytes(concat(Uint8Array.of(4), coordinates));
    return passkeyText(point.toBytes(true), relyingParty);
  } catch {
    // The library throws for coordinates that are no point of the curve.
    return null;
  }
}

/** A positive integer of X.690 at `at`, as 32 bytes, and where it ends. */
function derInteger(der: Uint8Array, at: number): { digits: Uint8Array; end: number } | null {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  if (der[at] !== 2 || length < 1 || end > der.length) return null;
  const [first = 0, second = 0] = der.subarray(at + 2, end);
  // Two's complement in as few bytes as possible: a leading zero only in front of a set bit.
  if (first >= 0x80 || (first === 0 && length > 1 && second < 0x80)) return null;
  const digits = der.subarray(at + 2 + (first === 0 ? 1 : 0), end);
  if (digits.length > COORDINATE_BYTES) return null;
  return { digits: concat(new Uint8Array(COORDINATE_BYTES - digits.length), digits), end };
}

/** `r || s` of a signature that an authenticator gives as Ecdsa-Sig-Value (RFC 3279 section 2.2.3) in DER, or `null`. */
export function rawSignature(der: Uint8Array): Uint8Array | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const r = derInteger(der, 2);
  const s = r && derInteger(der, r.end);
  return r && s && s.end === der.length ? concat(r.digits, s.digits) : null;
}

function requirePasskeys(relyingParty: string): void {
  if (!globalThis.isSecureContext || !isDomain(relyingParty)) throw new PasskeyUnavailable("insecure");
  if (globalThis.PublicKeyCredential === undefined || globalThis.navigator?.credentials === undefined)
    throw new PasskeyUnavailable("unsupported");
}

/** Asks the browser; a refusal of any kind says only that there is no answer. */
async function ask(question: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let answer: Credential | null;
  try {
    answer = await question();
  } catch (error) {
    const name = error instanceof Error || error instanceof DOMException ? error.name : "";
    throw new PasskeyUnavailable(name === "NotSupportedError" ? "unsupported" : "declined");
  }
  if (answer === null || answer.type !== "public-key") throw new PasskeyUnavailable("declined");
  return answer as PublicKeyCredential;
}

/** Bytes of their own, as the interfaces of browsers want them. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/**
 * Has the device make a passkey for this site. `label` is what the device shows its user later; the ledger never learns it.
 * Throws `PasskeyUnavailable`.
 */
export async function createPasskey(label: string, relyingParty = location.hostname): Promise<Passkey> {
  requirePasskeys(relyingParty);
  const random = () => crypto.getRandomValues(new Uint8Array(32));
  const { rawId, response } = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { id: relyingParty, name: relyingParty },
        // Means nothing to anybody: whose account it is, is enrolled on the ledger.
        user: { id: random(), name: label, displayName: label },
        // Nobody checks where the device comes from, so there is nothing to answer to.
        challenge: random(),
        attestation: "none",
        pubKeyCredParams: [{ type: "public-key", alg: ES256 }],
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        timeout: TIMEOUT_MS,
      },
    }),
  );
  const spki = (response as AuthenticatorAttestationResponse).getPublicKey();
  const id = spki === null ? null : passkeyAccount(new Uint8Array(spki), relyingParty);
  if (id === null) throw new PasskeyUnavailable("unusable");
  return { id, credential: toHex(new Uint8Array(rawId)), relyingParty };
}

/**
 * Signs bytes, such as the body of a transaction, by having the device unlocked. What comes back was verified by the rules
 * that the nodes keep. Throws `PasskeyUnavailable`.
 */
export async function signWithPasskey(passkey: Passkey, message: Uint8Array): Promise<KeyedSignature> {
  requirePasskeys(passkey.relyingParty);
  const credential = fromHex(passkey.credential) ?? new Uint8Array();
  const answer = await ask(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: own(challengeOf(message)),
        rpId: passkey.relyingParty,
        allowCredentials: [{ type: "public-key", id: own(credential) }],
        userVerification: "required",
        timeout: TIMEOUT_MS,
      },
    }),
  );
  const response = answer.response as AuthenticatorAssertionResponse;
  const raw = rawSignature(new Uint8Array(response.signature));
  const client = fromUtf8(new Uint8Array(response.clientDataJSON));
  if (raw === null || client === null) throw new PasskeyUnavailable("unusable");
  const signed: KeyedSignature = {
    assertion: { authenticator_data: toHex(new Uint8Array(response.authenticatorData)), client_data: client },
    key: passkey.id,
    signature: `passkey:${toHex(raw)}`,
  };
  if (!keyedSignatureValid(signed, message)) throw new PasskeyUnavailable("unusable");
  return signed;
}

/** Signs the characters of a transaction's body. */
export function signBodyWithPasskey(passkey: Passkey, body: string): Promise<KeyedSignature> {
  return signWithPasskey(passkey, utf8(body));
}
