// The identities (身份) this browser keeps: whose keys it can sign with, and which one is current.

import { read, readAll, remove, write } from "./database";

/**
 * Where the private key lies: in this browser as a WebCrypto key that cannot be read out, in a passkey (通行密钥) of the
 * device, or in an encrypted SM2 key file (密钥文件).
 */
export type IdentityKind = "browser" | "passkey" | "sm2file";

export interface StoredIdentity {
  /** The account: the text of the public key. */
  readonly id: string;
  readonly kind: IdentityKind;
  /** What the person calls it; a name of the demonstration in both languages, or null for a key without a name. */
  readonly label: { readonly "zh-CN": string; readonly en: string } | null;
  /** The person of the demonstration whose key it is. */
  readonly persona: string | null;
  readonly createdAt: number;
  /** What signing needs; its form is a matter of the kind. For `browser` a non-extractable `CryptoKey`, for `passkey` what finds it again. */
  readonly secret: unknown;
}

const CURRENT = "current-identity";

const listeners = new Set<() => void>();

/** Tells everybody who follows that something about the keys has changed. */
export function tellIdentities(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` after every change, until the returned function is called. */
export function onIdentitiesChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All identities but the nameless key of the browser, oldest first. */
export async function listIdentities(): Promise<StoredIdentity[]> {
  const all = await readAll<StoredIdentity>("identities");
  return all.sort((a, b) => a.createdAt - b.createdAt);
}

export function findIdentity(id: string): Promise<StoredIdentity | undefined> {
  return read<StoredIdentity>("identities", id);
}

export async function saveIdentity(identity: StoredIdentity): Promise<void> {
  await write("identities", identity);
  tellIdentities();
}

/** Forgets a key for good. What it signed stays on the ledger. */
export async function deleteIdentity(id: string): Promise<void> {
  await remove("identities", id);
  if ((await currentIdentityId()) === id) await remove("settings", CURRENT);
  tellIdentities();
}

/** The account of the current identity, or `null` where the nameless key of the browser is used. */
export async function currentIdentityId(): Promise<string | null> {
  return (await read<string>("settings", CURRENT)) ?? null;
}

export async function setCurrentIdentity(id: string | null): Promise<void> {
  if (id === null) await remove("settings", CURRENT);
  else await write("settings", id, CURRENT);
  tellIdentities();
}
