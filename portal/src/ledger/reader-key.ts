// Reader keys (读取密钥): a fresh X25519 key for one look, to which the holder seals the content. Nobody on the way can read it.

import { toHex, utf8 } from "../verify/bytes";
import { isObject, type JsonObject, parseJson } from "../verify/json";
import { KeyUnavailable, requireKeys } from "./account";
import { fromBase64url } from "./base64url";
import { openHpke, type ReaderKey, X25519_ENVELOPE } from "./hpke";

export type { ReaderKey } from "./hpke";

const X25519 = { name: "X25519" };
/** What a sealed disclosure is bound to; an envelope made for another purpose does not open. */
const PURPOSE = "yinxin/release/1";

/** A fresh key for one look. */
export async function makeReaderKey(): Promise<ReaderKey> {
  requireKeys();
  try {
    const pair = (await crypto.subtle.generateKey(X25519, false, ["deriveBits"])) as CryptoKeyPair;
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    return { text: `x25519:${toHex(raw)}`, privateKey: pair.privateKey };
  } catch {
    throw new KeyUnavailable("unsupported");
  }
}

/** The content of a look could not be opened: changed on its way, or sealed for another look. */
export class SealedContentRefused extends Error {
  constructor() {
    super("the sealed content does not open");
    this.name = "SealedContentRefused";
  }
}

/** What a holder released for a look. */
export interface Released {
  readonly certificate: string;
  /** The SD-JWT with exactly the disclosures of the fields. */
  readonly presentation: string;
}

/** Opens whatever was sealed for a look: formats.md section 10, bound to the transaction of the look. */
export async function openSealed(key: ReaderKey, transaction: string, content: string): Promise<JsonObject> {
  const envelope = fromBase64url(content);
  if (envelope?.[0] !== X25519_ENVELOPE) throw new SealedContentRefused();
  try {
    const opened = await openHpke(key, envelope.slice(1), utf8(PURPOSE), utf8(transaction));
    const released = parseJson(opened);
    if (isObject(released) && released.transaction === transaction) return released;
  } catch {
    // The reason tells nothing that a person could use.
  }
  throw new SealedContentRefused();
}

/** Opens the content of a certificate that a holder sealed for a look. */
export async function openRelease(key: ReaderKey, transaction: string, content: string): Promise<Released> {
  const { certificate, presentation } = await openSealed(key, transaction, content);
  if (typeof certificate !== "string" || typeof presentation !== "string") throw new SealedContentRefused();
  return { certificate, presentation };
}
