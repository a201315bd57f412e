// Checks a certificate as it is shown: an SD-JWT VC (RFC 9901) with the disclosures that were allowed, and the issuer's list of
// states (Token Status List). The browser checks everything itself; what it relies on is the seal's key and what the ledger says.

import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { unzlibSync } from "fflate";
import { concat, fromHex, utf8 } from "../verify/bytes";
import { type Algorithm, digestText, hash } from "../verify/digest";
import { isObject, type Json, type JsonObject, parseJson } from "../verify/json";
import { fromBase64url, toBase64url } from "./base64url";
import { monthlyOf } from "./fund";

/** What is checked, in this order. Each stands for itself: a reader wants to know all that is wrong. */
export const CHECKS = ["signature", "digest", "disclosures", "validity", "status", "arithmetic"] as const;
export type CertificateCheck = (typeof CHECKS)[number];
/** `absent`: there is nothing to check it against. */
export type CheckState = "passed" | "failed" | "absent";

export type CertificateStatus = "valid" | "revoked" | "suspended" | "unknown" | "stale";

export interface CertificateVerdict {
  /** Whether nothing failed, and signature and disclosures passed. */
  readonly good: boolean;
  readonly steps: readonly { readonly check: CertificateCheck; readonly state: CheckState }[];
  readonly status: CertificateStatus | null;
  /** What was shown, by name. */
  readonly claims: Readonly<Record<string, Json>>;
  readonly issuer: string | null;
  readonly type: string | null;
  readonly issued: number | null;
  readonly until: number | null;
  readonly statusReference: { readonly uri: string; readonly index: number } | null;
  /** The digest of the issuer's signed part, comparable with the ledger's record. */
  readonly credential: string;
}

export interface CertificateBasis {
  /** Keys that count for the issuer, as texts: those that it published on the ledger. */
  readonly keys: readonly string[];
  /** The digest that the issuer recorded on the ledger, or null where it is not known. */
  readonly credential: string | null;
  readonly algorithm: Algorithm;
  readonly now: number;
  /** The issuer's signed list of states, or null where there is none at hand. */
  readonly statusList: string | null;
}

type Verifier = (message: Uint8Array, signature: Uint8Array) => boolean;

interface Jwt {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

function readPart(part: string | undefined): JsonObject | null {
  const bytes = part === undefined ? null : fromBase64url(part);
  const value = bytes === null ? null : parseJson(bytes);
  return isObject(value ?? undefined) ? (value as JsonObject) : null;
}

/** A compact JWT, or `null` where the text is none. */
export function readJwt(text: string): Jwt | null {
  const parts = text.split(".");
  const header = readPart(parts[0]);
  const payload = readPart(parts[1]);
  const signature = fromBase64url(parts[2] ?? "-");
  if (parts.length !== 3 || header === null || payload === null || signature === null) return null;
  return { header, payload, signed: utf8(`${parts[0]}.${parts[1]}`), signature };
}

function guarded(verifier: Verifier): Verifier {
  return (message, signature) => {
    try {
      return verifier(message, signature);
    } catch {
      return false;
    }
  };
}

/** The verifier of a key written as an account, for the JOSE algorithm given; SM2 has no name in JOSE. */
function verifierOfText(key: string, algorithm: Json | undefined): Verifier | null {
  if (algorithm !== "EdDSA" && algorithm !== "Ed25519") return null;
  const raw = fromHex(/^ed25519:([0-9a-f]{64})$/.exec(key)?.[1] ?? "x");
  return raw === null ? null : guarded((message, signature) => ed25519.verify(signature, message, raw));
}

function coordinate(value: Json | undefined): Uint8Array | null {
  const bytes = typeof value === "string" ? fromBase64url(value) : null;
  return bytes?.length === 32 ? bytes : null;
}

/** The verifier of a JSON Web Key for the JOSE algorithm given. */
function verifierOfJwk(jwk: Json | undefined, algorithm: Json | undefined): Verifier | null {
  if (!isObject(jwk)) return null;
  const x = coordinate(jwk.x);
  const y = coordinate(jwk.y);
  if (jwk.kty === "OKP" && jwk.crv === "Ed25519" && x && (algorithm === "EdDSA" || algorithm === "Ed25519")) {
    return guarded((message, signature) => ed25519.verify(signature, message, x));
  }
  if (jwk.kty === "EC" && jwk.crv === "P-256" && x && y && algorithm === "ES256") {
    const point = concat(Uint8Array.of(4), x, y);
    // ES256 hashes with SHA-256 and does not ask for the lower s (RFC 7518 section 3.4).
    return guarded((message, signature) =>
      p256.verify(signature, sha256(message), point, { prehash: false, lowS: false }),
    );
  }
  return null;
}

/** The digest of the issuer's signed part: what an issuer records on the ledger. */
export function credentialDigest(algorithm: Algorithm, jwt: string): string {
  return digestText(algorithm, hash(algorithm, utf8(jwt)));
}

/** The signed part, the disclosures, and whether a text has the form at all. */
export function splitPresentation(text: string): { jwt: string; disclosures: string[] } | null {
  const parts = text.trim().split("~");
  const [jwt = ""] = parts;
  // The last part is the holder's key binding, or nothing.
  return parts.length < 2 || readJwt(jwt) === null ? null : { jwt, disclosures: parts.slice(1, -1) };
}

interface Disclosed {
  readonly digest: string;
  readonly name: string;
  readonly value: Json;
}

function readDisclosure(text: string): Disclosed | null {
  const bytes = fromBase64url(text);
  const value = bytes === null ? null : parseJson(bytes);
  if (!Array.isArray(value) || value.length !== 3) return null;
  const [salt, name, given] = value as readonly Json[];
  if (typeof salt !== "string" || typeof name !== "string" || name === "_sd" || name === "...") return null;
  return { digest: toBase64url(sha256(utf8(text))), name, value: given ?? null };
}

/** Names that are the issuer's own and may not be disclosed piece by piece. */
const PLAIN = new Set(["iss", "iat", "nbf", "exp", "cnf", "vct", "status", "_sd", "_sd_alg", "sub"]);

/** The claims that the disclosures open, or `null` where one does not belong to the certificate. */
function openClaims(payload: JsonObject, disclosures: readonly string[]): Record<string, Json> | null {
  if (payload._sd_alg !== undefined && payload._sd_alg !== "sha-256") return null;
  const digests = Array.isArray(payload._sd) ? (payload._sd as readonly Json[]) : [];
  if (new Set(digests).size !== digests.length) return null;
  const claims: Record<string, Json> = Object.create(null);
  for (const [name, value] of Object.entries(payload)) if (!PLAIN.has(name)) claims[name] = value;
  const seen = new Set<string>();
  for (const text of disclosures) {
    const one = readDisclosure(text);
    if (one === null || !digests.includes(one.digest) || seen.has(one.digest)) return null;
    if (PLAIN.has(one.name) || Object.hasOwn(claims, one.name)) return null;
    seen.add(one.digest);
    claims[one.name] = one.value;
  }
  return claims;
}

function secondsOf(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value * 1000 : null;
}

function referenceOf(payload: JsonObject): CertificateVerdict["statusReference"] {
  const list = isObject(payload.status) ? payload.status.status_list : undefined;
  if (!isObject(list)) return null;
  const { idx, uri } = list;
  return typeof idx === "number" && typeof uri === "string" ? { uri, index: idx } : null;
}

/** How certificates that a department keeps name a list, and how their copies in wallets do, below the address of its node. */
const STATUS_URIS = [
  /^urn:yinxin:status-list:([0-9A-Z]{18}):(0|[1-9]\d{0,3})$/,
  /^https:\/\/[a-z0-9.:-]+\/wallets\/status-lists\/([0-9A-Z]{18})\/(0|[1-9]\d{0,3})$/,
];

interface StatusPlace {
  readonly issuer: string;
  readonly list: number;
}

function placeOf(uri: string): StatusPlace | null {
  for (const form of STATUS_URIS) {
    const [, issuer, list] = form.exec(uri) ?? [];
    if (issuer !== undefined) return { issuer, list: Number(list) };
  }
  return null;
}

/** In which list of which department a certificate says that its state stands. */
export function statusPlace(text: string): StatusPlace | null {
  const payload = readJwt(splitPresentation(text)?.jwt ?? "")?.payload;
  return placeOf((payload && referenceOf(payload)?.uri) ?? "");
}

/** Whether two names are of one list: a department signs one list under a name for the ledger and under one for wallets. */
function sameList(left: Json | undefined, right: string): boolean {
  if (left === right) return true;
  const [one, other] = [typeof left === "string" ? placeOf(left) : null, placeOf(right)];
  return one !== null && other !== null && one.issuer === other.issuer && one.list === other.list;
}

const BITS = [1, 2, 4, 8];
/** A list that says no more than this is not read: 16 MiB of states. */
const MOST_STATES = 16 * 1024 * 1024;

/** The number at one place of a Token Status List, or `null` where the list has no such place. */
export function statusAt(list: Json | undefined, index: number): number | null {
  if (!isObject(list)) return null;
  const { bits, lst } = list;
  const packed = typeof lst === "string" ? fromBase64url(lst) : null;
  if (typeof bits !== "number" || !BITS.includes(bits) || packed === null || index < 0) return null;
  let bytes: Uint8Array;
  try {
    bytes = unzlibSync(packed);
  } catch {
    return null;
  }
  if (bytes.length > MOST_STATES) return null;
  const perByte = 8 / bits;
  const byte = bytes[Math.floor(index / perByte)];
  return byte === undefined ? null : (byte >> (bits * (index % perByte))) & (2 ** bits - 1);
}

function statusOf(
  reference: NonNullable<CertificateVerdict["statusReference"]>,
  basis: CertificateBasis,
  verifiers: (algorithm: Json | undefined) => readonly Verifier[],
): CertificateStatus {
  const token = basis.statusList === null ? null : readJwt(basis.statusList.trim());
  if (token === null || token.header.typ !== "statuslist+jwt") return "unknown";
  if (!verifiers(token.header.alg).some(verify => verify(token.signed, token.signature))) return "unknown";
  if (!sameList(token.payload.sub, reference.uri)) return "unknown";
  const issued = secondsOf(token.payload.iat);
  const life = secondsOf(token.payload.ttl);
  const end = secondsOf(token.payload.exp) ?? (issued !== null && life !== null ? issued + life : null);
  if (end !== null && end < basis.now) return "stale";
  const value = statusAt(token.payload.status_list, reference.index);
  if (value === null) return "unknown";
  return value === 0 ? "valid" : value === 2 ? "suspended" : "revoked";
}

/** Whether the monthly sum follows from base and rates; `absent` where not all of them were shown. */
function arithmeticOf(claims: Readonly<Record<string, Json>>): CheckState {
  const texts = ["basenum", "unitprop", "indiprop", "indipaysum"].map(name => claims[name]);
  if (texts.some(text => typeof text !== "string")) return "absent";
  const [base, unit, person, sum] = texts as string[];
  const expected = monthlyOf(base ?? "", unit ?? "", person ?? "");
  return expected !== null && expected === sum ? "passed" : "failed";
}

const NOTHING: CertificateVerdict = {
  good: false,
  steps: CHECKS.map((check, at) => ({ check, state: at === 0 ? "failed" : "absent" })),
  status: null,
  claims: {},
  issuer: null,
  type: null,
  issued: null,
  until: null,
  statusReference: null,
  credential: "",
};

/** A clock may be off by this much. */
const LEEWAY_MS = 60_000;

/** Checks a shown certificate. Never throws: whatever the text is, the answer is a verdict. */
export function verifyCertificate(text: string, basis: CertificateBasis): CertificateVerdict {
  const parts = splitPresentation(text);
  const jwt = parts === null ? null : readJwt(parts.jwt);
  if (parts === null || jwt === null) return NOTHING;
  const { header, payload } = jwt;
  const credential = credentialDigest(basis.algorithm, parts.jwt);
  const recorded = basis.credential === null ? null : basis.credential === credential;
  // A key that the certificate itself brings counts only where the seal has put the certificate's digest on the ledger.
  const brought = recorded === true ? header.jwk : undefined;
  const verifiers = (algorithm: Json | undefined) =>
    [...basis.keys.map(key => verifierOfText(key, algorithm)), verifierOfJwk(brought, algorithm)].filter(
      one => one !== null,
    );
  const signed = verifiers(header.alg).some(verify => verify(jwt.signed, jwt.signature));
  const claims = openClaims(payload, parts.disclosures);
  const from = secondsOf(payload.nbf) ?? secondsOf(payload.iat);
  const until = secondsOf(payload.exp);
  const inTime =
    (from === null || from <= basis.now + LEEWAY_MS) && (until === null || basis.now < until + LEEWAY_MS);
  const reference = referenceOf(payload);
  const status = reference === null ? null : statusOf(reference, basis, verifiers);
  const states: Record<CertificateCheck, CheckState> = {
    signature: signed ? "passed" : "failed",
    digest: recorded === null ? "absent" : recorded ? "passed" : "failed",
    disclosures: claims === null ? "failed" : "passed",
    validity: inTime ? "passed" : "failed",
    status: status === null || status === "unknown" ? "absent" : status === "valid" ? "passed" : "failed",
    arithmetic: claims === null ? "absent" : arithmeticOf(claims),
  };
  return {
    good: Object.values(states).every(state => state !== "failed"),
    steps: CHECKS.map(check => ({ check, state: states[check] })),
    status,
    claims: claims ?? {},
    issuer: typeof payload.iss === "string" ? payload.iss : null,
    type: typeof payload.vct === "string" ? payload.vct : null,
    issued: secondsOf(payload.iat),
    until,
    statusReference: reference,
    credential,
  };
}
