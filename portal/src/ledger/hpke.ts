// HPKE (RFC 9180) in base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, single shot: both ends.

import { concat, fromHex, utf8 } from "../verify/bytes";

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
export const X25519_ENVELOPE = 1;

/** The private half stays in the browser and cannot be read out; it can be stored in IndexedDB. */
export interface ReaderKey {
  /** The public half as it stands in the look: `x25519:` and 64 digits. */
  readonly text: string;
  readonly privateKey: CryptoKey;
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

/** The secret that both ends share: by one's own private key and the other's public one. */
async function sharedSecret(
  privateKey: CryptoKey,
  other: Uint8Array,
  recipient: Uint8Array,
  encapsulated: Uint8Array,
): Promise<Bytes> {
  const publicKey = await crypto.subtle.importKey("raw", other as Bytes, X25519, true, []);
  const parameters = { name: "X25519", public: publicKey };
  const shared = new Uint8Array(await crypto.subtle.deriveBits(parameters, privateKey, 256));
  // A point of small order gives zeros whatever the key is.
  if (shared.every(byte => byte === 0)) throw new Error("the encapsulated key is of small order");
  const extracted = await labeledExtract(KEM_SUITE, EMPTY, "eae_prk", shared);
  const context = concat(encapsulated, recipient);
  return labeledExpand(KEM_SUITE, extracted, "shared_secret", context, HASH_LENGTH);
}

/** Key and nonce of the one message that a secret is for, bound to its purpose. */
async function schedule(secret: Uint8Array, info: Uint8Array): Promise<{ key: Bytes; nonce: Bytes }> {
  const pskIdHash = await labeledExtract(HPKE_SUITE, EMPTY, "psk_id_hash", EMPTY);
  const infoHash = await labeledExtract(HPKE_SUITE, EMPTY, "info_hash", info);
  // Mode base is 0.
  const context = concat(Uint8Array.of(0), pskIdHash, infoHash);
  const root = await labeledExtract(HPKE_SUITE, secret, "secret", EMPTY);
  return {
    key: await labeledExpand(HPKE_SUITE, root, "key", context, KEY_LENGTH),
    nonce: await labeledExpand(HPKE_SUITE, root, "base_nonce", context, NONCE_LENGTH),
  };
}

function publicBytes(text: string): Uint8Array {
  return fromHex(text.replace(/^x25519:/, "")) ?? EMPTY;
}

/** Opens an HPKE message of the suite: `encapsulated || ciphertext`. Throws where it was changed or is for another key. */
export async function openHpke(
  key: ReaderKey,
  sealed: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
): Promise<Bytes> {
  const encapsulated = sealed.slice(0, ENCAPSULATED_LENGTH);
  const recipient = publicBytes(key.text);
  const secret = await sharedSecret(key.privateKey, encapsulated, recipient, encapsulated);
  const { key: content, nonce } = await schedule(secret, info);
  const cipher = await crypto.subtle.importKey("raw", content, "AES-GCM", false, ["decrypt"]);
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: aad as Bytes };
  return new Uint8Array(
    await crypto.subtle.decrypt(parameters, cipher, sealed.slice(ENCAPSULATED_LENGTH) as Bytes),
  );
}

/** Seals a message for whoever holds the private half of a key, `x25519:` and 64 digits. Each call gives another message. */
export async function sealHpke(
  recipient: string,
  message: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
): Promise<Bytes> {
  const to = publicBytes(recipient);
  const pair = (await crypto.subtle.generateKey(X25519, false, ["deriveBits"])) as CryptoKeyPair;
  const encapsulated = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const secret = await sharedSecret(pair.privateKey, to, to, encapsulated);
  const { key, nonce } = await schedule(secret, info);
  const cipher = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: aad as Bytes };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(parameters, cipher, message as Bytes));
  return concat(encapsulated, sealed) as Bytes;
}
