// Issues certificates for tests: SD-JWT VC with the disclosures given, and Token Status Lists.

import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { zlibSync } from "fflate";
import { toBase64url } from "../../src/ledger/base64url";
import { toHex, utf8 } from "../../src/verify/bytes";
import { hash } from "../../src/verify/digest";

export const STATUS_URI = "urn:yinxin:status-list:12990100000001011T:0";

export interface Issuer {
  readonly key: string;
  readonly jwk: Record<string, string> | null;
  jwt(header: Record<string, unknown>, payload: Record<string, unknown>): string;
}

function encode(value: unknown): string {
  return toBase64url(utf8(JSON.stringify(value)));
}

function signer(algorithm: string, sign: (message: Uint8Array) => Uint8Array): Issuer["jwt"] {
  return (header, payload) => {
    const head = `${encode({ alg: algorithm, ...header })}.${encode(payload)}`;
    return `${head}.${toBase64url(sign(utf8(head)))}`;
  };
}

export function edIssuer(seed: string): Issuer {
  const secret = hash("sha256", utf8(seed));
  return {
    key: `ed25519:${toHex(ed25519.getPublicKey(secret))}`,
    jwk: null,
    jwt: signer("EdDSA", message => ed25519.sign(message, secret)),
  };
}

export function p256Issuer(seed: string): Issuer {
  const secret = hash("sha256", utf8(seed));
  const point = p256.getPublicKey(secret, false);
  return {
    key: "",
    jwk: {
      kty: "EC",
      crv: "P-256",
      x: toBase64url(point.slice(1, 33)),
      y: toBase64url(point.slice(33)),
    },
    jwt: signer("ES256", message => p256.sign(sha256(message), secret, { prehash: false })),
  };
}

/** A certificate with one disclosure for each field; `jwt~d1~d2~`. */
export function issue(
  issuer: Issuer,
  fields: Record<string, string>,
  more: Record<string, unknown> = {},
): { readonly jwt: string; readonly disclosures: Record<string, string> } {
  const disclosures = Object.fromEntries(
    Object.entries(fields).map(([name, value], at) => [name, encode([`salt-${at}`, name, value])]),
  );
  const payload = {
    iss: "12990100000001011T",
    vct: "hpf-certificate",
    iat: 1_790_000_000,
    exp: 1_797_000_000,
    _sd_alg: "sha-256",
    _sd: Object.values(disclosures)
      .map(text => toBase64url(sha256(utf8(text))))
      .sort(),
    status: { status_list: { idx: 5, uri: STATUS_URI } },
    ...more,
  };
  const header = { typ: "dc+sd-jwt", ...(issuer.jwk === null ? {} : { jwk: issuer.jwk }) };
  return { jwt: issuer.jwt(header, payload), disclosures };
}

/** What a holder hands over: only the fields named. */
export function present(issued: ReturnType<typeof issue>, names: readonly string[]): string {
  return [issued.jwt, ...names.map(name => issued.disclosures[name] ?? ""), ""].join("~");
}

/** A signed list of states with two bits for each place. */
export function statusList(
  issuer: Issuer,
  states: Readonly<Record<number, number>>,
  more: Record<string, unknown> = {},
): string {
  const bytes = new Uint8Array(16);
  for (const [place, state] of Object.entries(states)) {
    const at = Number(place);
    bytes[at >> 2] = (bytes[at >> 2] ?? 0) | (state << (2 * (at % 4)));
  }
  return issuer.jwt(
    { typ: "statuslist+jwt" },
    {
      sub: STATUS_URI,
      iat: 1_790_000_000,
      ttl: 43_200,
      status_list: { bits: 2, lst: toBase64url(zlibSync(bytes)) },
      ...more,
    },
  );
}
