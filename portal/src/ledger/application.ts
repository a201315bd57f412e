// An application for enrolment (登记申请): name and number sealed for the authority alone, and the consent that the key signs. The ledger
// sees the consent; it says nothing about anybody.

import { utf8 } from "../verify/bytes";
import { canonicalBytes } from "../verify/chain";
import { type Algorithm, digestText, hash, taggedDigest } from "../verify/digest";
import type { KeyedSignature } from "../verify/signature";
import type { Account } from "./account";
import { toBase64url } from "./base64url";
import { sealHpke, X25519_ENVELOPE } from "./hpke";

/** What the facts are sealed for; an envelope made for another purpose does not open. */
const FACTS_INFO = "yinxin/application/1";

export interface Application {
  readonly account: string;
  readonly authority: string;
  readonly sealed: string;
  readonly signature: KeyedSignature;
  readonly until: number;
}

/** What a consent says: whose key, to which authority, on which chain, for which application, until when. */
export interface Consent {
  readonly account: string;
  readonly application: string;
  readonly authority: string;
  readonly chain: string;
  readonly until: number;
}

/** The exact bytes that the key of an application signs; they can be taken for nothing else. */
export function consentBytes(consent: Consent): Uint8Array<ArrayBuffer> {
  const { account, application, authority, chain, until } = consent;
  return canonicalBytes({
    account,
    application,
    authority,
    chain,
    purpose: "yinxin/enrol/1",
    until,
  }) as Uint8Array<ArrayBuffer>;
}

/** The eight digits that show an officer that the person before him, or on the telephone, holds the device of an application. */
export function checkCode(consent: Consent, algorithm: Algorithm): string {
  const digest = taggedDigest(algorithm, "yinxin/application/code/1", consentBytes(consent));
  const first = digest.slice(digest.indexOf(":") + 1).slice(0, 16);
  return String(BigInt(`0x${first}`) % 100_000_000n).padStart(8, "0");
}

/** Seals the facts for an authority and signs the consent. */
export async function makeApplication(
  account: Account,
  chain: string,
  algorithm: Algorithm,
  to: { readonly authority: string; readonly key: string; readonly until: number },
  facts: { readonly name: string; readonly number: string },
): Promise<Application> {
  const { authority, key, until } = to;
  const plain = utf8(JSON.stringify(facts));
  const sealed = await sealHpke(key, plain, utf8(FACTS_INFO), utf8(account.id));
  const envelope = Uint8Array.of(X25519_ENVELOPE, ...sealed);
  const application = digestText(algorithm, hash(algorithm, envelope));
  const consent = { account: account.id, application, authority, chain, until };
  const signature = await account.sign(consentBytes(consent));
  return { account: account.id, authority, sealed: toBase64url(envelope), signature, until };
}

/** Signs that an application is taken back. */
export function signWithdrawal(
  account: Account,
  chain: string,
  authority: string,
  application: string,
): Promise<KeyedSignature> {
  const statement = { account: account.id, application, authority, chain, purpose: "yinxin/withdraw/1" };
  return account.sign(canonicalBytes(statement) as Uint8Array<ArrayBuffer>);
}
