// The account of this browser: an Ed25519 key made by WebCrypto, non-extractable, kept in IndexedDB.
//
// The private key can sign but cannot be read, by this page or any other; deleting the browser's data ends the account.

import { read, write } from "../store/database";
import { toHex } from "../verify/bytes";

const KEY = "account";
const ED25519 = { name: "Ed25519" };

export interface Account {
  /** The account's text: its public key. */
  readonly id: string;
  /** Signs bytes; the signature's text. */
  sign(message: Uint8Array<ArrayBuffer>): Promise<string>;
}

interface StoredKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
}

/** Why no key can be used in this window: served without TLS, or a browser without Ed25519. */
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

function accountOf({ id, privateKey }: StoredKey): Account {
  return {
    id,
    sign: async message => {
      const signature = await crypto.subtle.sign(ED25519, privateKey, message);
      return `ed25519:${toHex(new Uint8Array(signature))}`;
    },
  };
}

/** The account of this browser, or `null` where none has been made. */
export async function loadAccount(): Promise<Account | null> {
  const stored = await read<StoredKey>("keys", KEY);
  return stored === undefined ? null : accountOf(stored);
}

/** The account of this browser, made now if there is none. */
export async function ensureAccount(): Promise<Account> {
  const existing = await loadAccount();
  if (existing !== null) return existing;
  if (!globalThis.isSecureContext || globalThis.crypto?.subtle === undefined)
    throw new KeyUnavailable("insecure");
  let pair: CryptoKeyPair;
  try {
    pair = (await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"])) as CryptoKeyPair;
  } catch {
    throw new KeyUnavailable("unsupported");
  }
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const stored: StoredKey = { id: `ed25519:${toHex(publicKey)}`, privateKey: pair.privateKey };
  await write("keys", stored, KEY);
  return accountOf(stored);
}
