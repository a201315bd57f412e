// The key of this browser: an Ed25519 key made by WebCrypto, non-extractable, kept in IndexedDB.
//
// The private key can sign but cannot be read, by this page or any other; deleting the browser's data ends the account.

import { read, write } from "../store/database";
import { tellIdentities } from "../store/identities";
import { toHex } from "../verify/bytes";
import type { KeyedSignature } from "../verify/signature";

const KEY = "account";
const ED25519 = { name: "Ed25519" };

export interface Account {
  /** The account's text: its public key. */
  readonly id: string;
  /** Signs bytes: the signature as it stands in an envelope. */
  sign(message: Uint8Array<ArrayBuffer>): Promise<KeyedSignature>;
}

interface StoredKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
}

/** Why no key can be used in this window: served without TLS, or a browser without the algorithm. */
export type KeyObstacle = "insecure" | "unsupported";

/** Signing is not possible here, for the reason given. */
export class KeyUnavailable extends Error {
  readonly obstacle: KeyObstacle;

  constructor(obstacle: KeyObstacle) {
    super(obstacle);
    this.name = "KeyUnavailable";
    this.obstacle = obstacle;
  }
}

/** Fails where this window may not use keys at all. */
export function requireKeys(): void {
  if (globalThis.isSecureContext === false || globalThis.crypto?.subtle === undefined)
    throw new KeyUnavailable("insecure");
}

/** The text of an Ed25519 signature by a WebCrypto key. */
export async function signEd25519(key: CryptoKey, message: Uint8Array<ArrayBuffer>): Promise<string> {
  return `ed25519:${toHex(new Uint8Array(await crypto.subtle.sign(ED25519, key, message)))}`;
}

/** A new Ed25519 key that nobody can read out, with its account. */
export async function generateKey(): Promise<StoredKey> {
  requireKeys();
  let pair: CryptoKeyPair;
  try {
    pair = (await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"])) as CryptoKeyPair;
  } catch {
    throw new KeyUnavailable("unsupported");
  }
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { id: `ed25519:${toHex(publicKey)}`, privateKey: pair.privateKey };
}

function accountOf({ id, privateKey }: StoredKey): Account {
  return { id, sign: async message => ({ key: id, signature: await signEd25519(privateKey, message) }) };
}

/** The nameless account of this browser, or `null` where none has been made. */
export async function loadBrowserKey(): Promise<Account | null> {
  const stored = await read<StoredKey>("keys", KEY);
  return stored === undefined ? null : accountOf(stored);
}

/** The nameless account of this browser, made now if there is none. */
export async function ensureBrowserKey(): Promise<Account> {
  const existing = await loadBrowserKey();
  if (existing !== null) return existing;
  const stored = await generateKey();
  await write("keys", stored, KEY);
  tellIdentities();
  return accountOf(stored);
}
