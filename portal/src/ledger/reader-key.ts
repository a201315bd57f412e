// Reader keys (读取密钥): a fresh X25519 key for one look, to which the holder seals the content. HPKE (RFC 9180) in base mode,
// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, single shot. Nobody on the way can read what is sealed.

import { concat, fromHex, toHex, utf8 } from "../verify/bytes";
import { isObject, type JsonObject, parseJson } from "../verify/json";
import { KeyUnavailable, requireKeys } from "./account";
import { fromBase64url } from "./base64url";

type Bytes = Uint8Array<ArrayBuffer>;

const X25519 = { name: "X25519" };
/** `"KEM" || kem_id`, and `"HPKE" || kem_id || kdf_id || aead_id`. */
const KEM_SUITE = concat(utf8("KEM"), Uint8Array.of(0x00, 0x20));
const HPKE_SUITE = concat(utf8("HPKE"), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x02));
const VERSION = utf8("HPKE-v1");
const EMPTY = new Uint8Array();
const HASH_LENGTH = 32;
const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const ENCAPSULATED_LENGTH = 32;
/** The first byte of an envelope (信封) for an X25519 key. */
const X25519_ENVELOPE = 1;

/** What a sealed disclosure is bound to; an envelope made for another purpose does not open. */
const PURPOSE = "yinxin/release/1";

/** The private half stays in the browser and cannot be read out; it can be stored in IndexedDB. */
export interface ReaderKey {
  /** The public half as it stands in the look: `x25519:` and 64 digits. */
  readonly text: string;
  readonly privateKey: CryptoKey;
}

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

async function hmac(key: Uint8Array, data: Uint8Array): Promise<Bytes> {
  // WebCrypto takes no empty key; HMAC pads with zeros anyway.
  const bytes = (key.length === 0 ? new Uint8Array(HASH_LENGTH) : key) as Bytes;
  const imported = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data as Bytes));
}

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Promise<Bytes> {
  return hmac(salt, concat(VERSION, suite, utf8(label), ikm));
}

/** One block of HKDF-Expand: none of the lengths here needs two. */
async function labeledExpand(
  suite: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Promise<Bytes> {
  const head = Uint8Array.of(Math.floor(length / 256), length % 256);
  const block = await hmac(prk, concat(head, VERSION, suite, utf8(label), info, Uint8Array.of(1)));
  return block.slice(0, length);
}

async function decapsulate(
  privateKey: CryptoKey,
  recipient: Uint8Array,
  encapsulated: Uint8Array,
): Promise<Bytes> {
  const sender = await crypto.subtle.importKey("raw", encapsulated as Bytes, X25519, true, []);
  const parameters = { name: "X25519", public: sender };
  const shared = new Uint8Array(await crypto.subtle.deriveBits(parameters, privateKey, 256));
  // A point of small order gives zeros whatever the key is.
  if (shared.every(byte => byte === 0)) throw new Error("the encapsulated key is of small order");
  const extracted = await labeledExtract(KEM_SUITE, EMPTY, "eae_prk", shared);
  const context = concat(encapsulated, recipient);
  return labeledExpand(KEM_SUITE, extracted, "shared_secret", context, HASH_LENGTH);
}

/** Opens an HPKE message of the suite: `encapsulated || ciphertext`. Throws where it was changed or is for another key. */
export async function openHpke(
  key: ReaderKey,
  sealed: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
): Promise<Bytes> {
  const recipient = fromHex(key.text.replace(/^x25519:/, "")) ?? EMPTY;
  const encapsulated = sealed.slice(0, ENCAPSULATED_LENGTH);
  const secret = await decapsulate(key.privateKey, recipient, encapsulated);
  const pskIdHash = await labeledExtract(HPKE_SUITE, EMPTY, "psk_id_hash", EMPTY);
  const infoHash = await labeledExtract(HPKE_SUITE, EMPTY, "info_hash", info);
  // Mode base is 0.
  const context = concat(Uint8Array.of(0), pskIdHash, infoHash);
  const root = await labeledExtract(HPKE_SUITE, secret, "secret", EMPTY);
  const content = await labeledExpand(HPKE_SUITE, root, "key", context, KEY_LENGTH);
  const nonce = await labeledExpand(HPKE_SUITE, root, "base_nonce", context, NONCE_LENGTH);
  const cipher = await crypto.subtle.importKey("raw", content, "AES-GCM", false, ["decrypt"]);
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: aad as Bytes };
  return new Uint8Array(
    await crypto.subtle.decrypt(parameters, cipher, sealed.slice(ENCAPSULATED_LENGTH) as Bytes),
  );
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
