// Encrypted SM2 key files (密钥文件) as identities: made or brought here, kept encrypted, opened with a passphrase for a while.
//
// The open key is in this module's memory and nowhere else. It is locked again by signing out, by closing the page, and after as
// long without a signature as a session lasts without use.

import { type StoredIdentity, saveIdentity, tellIdentities } from "../../store/identities";
import { toHex, utf8 } from "../../verify/bytes";
import { requireKeys } from "../account";
import { type Identity, identityOf, provideSigner } from "../identity";
import { isPkcs8, openPkcs8, sealPkcs8 } from "./pkcs8";
import { KeyFileRefused } from "./refused";
import { generateSm2, sm2Account, sm2Sign } from "./sm2-key";
import { isYinxinKey, openYinxinKey, sealYinxinKey } from "./yinxin-key";

/** `pkcs8` opens in OpenSSL and in the tools of certificate authorities, `yinxin` in the program of this ledger. */
export const KEY_FILE_FORMATS = ["pkcs8", "yinxin"] as const;
export type KeyFileFormat = (typeof KEY_FILE_FORMATS)[number];

/** What the browser keeps of a key file: the file, as it was encrypted. */
export interface KeptKeyFile {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** A larger file is no key. */
const MOST_BYTES = 16 << 10;
/** A passphrase can be guessed on stolen files without haste, so it must be longer than a password. */
export const LEAST_PASSPHRASE = 12;
/** How long an open key waits for its next use. */
export const LOCK_AFTER_MS = 15 * 60_000;

/** Opens the content of a key file of either form. Throws `KeyFileRefused`. */
export async function openKeyFile(content: Uint8Array, passphrase: string): Promise<Uint8Array> {
  if (content.length > MOST_BYTES) throw new KeyFileRefused("format");
  if (passphrase === "") throw new KeyFileRefused("passphrase");
  if (isPkcs8(content)) return openPkcs8(content, passphrase);
  if (isYinxinKey(content)) return openYinxinKey(content, passphrase);
  throw new KeyFileRefused("format");
}

const unlocked = new Map<string, { secret: Uint8Array; timer: ReturnType<typeof setTimeout> }>();

function lock(id: string): void {
  const open = unlocked.get(id);
  if (open === undefined) return;
  clearTimeout(open.timer);
  open.secret.fill(0);
  unlocked.delete(id);
}

/** Forgets every open key; the files stay. */
export function lockKeyFiles(): void {
  if (unlocked.size === 0) return;
  for (const id of [...unlocked.keys()]) lock(id);
  tellIdentities();
}

export function isUnlocked(id: string): boolean {
  return unlocked.has(id);
}

function hold(id: string, secret: Uint8Array): void {
  lock(id);
  const timer = setTimeout(() => {
    lock(id);
    tellIdentities();
  }, LOCK_AFTER_MS);
  // The tests' process must not wait for it; browsers give a number, which has no such method.
  if (typeof timer === "object") timer.unref();
  unlocked.set(id, { secret, timer });
}

/** Opens the key of a stored identity for a while. Throws `KeyFileRefused`. */
export async function unlock(stored: StoredIdentity, passphrase: string): Promise<void> {
  const secret = await openKeyFile((stored.secret as KeptKeyFile).content, passphrase);
  if (sm2Account(secret) !== stored.id) throw new KeyFileRefused("halves");
  hold(stored.id, secret);
  tellIdentities();
}

/** Lets the portal sign with key files. `ask` has the person unlock one, and fails where he does not. */
export function signWithKeyFiles(ask: (stored: StoredIdentity) => Promise<void>): void {
  provideSigner("sm2file", async (stored, message) => {
    if (!unlocked.has(stored.id)) await ask(stored);
    const open = unlocked.get(stored.id);
    if (open === undefined) throw new KeyFileRefused("locked");
    const signature = `sm2:${toHex(sm2Sign(open.secret, message))}`;
    hold(stored.id, open.secret.slice());
    return { key: stored.id, signature };
  });
}

async function keep(label: string, file: KeptKeyFile, secret: Uint8Array): Promise<Identity> {
  const id = sm2Account(secret);
  if (id === null) throw new KeyFileRefused("kind");
  const stored: StoredIdentity = {
    id,
    kind: "sm2file",
    label: label === "" ? null : { "zh-CN": label, en: label },
    persona: null,
    createdAt: Date.now(),
    secret: file,
  };
  hold(id, secret);
  await saveIdentity(stored);
  return identityOf(stored);
}

async function seal(secret: Uint8Array, passphrase: string, format: KeyFileFormat): Promise<KeptKeyFile> {
  if ([...passphrase].length < LEAST_PASSPHRASE) throw new KeyFileRefused("short");
  const text = await (format === "pkcs8" ? sealPkcs8 : sealYinxinKey)(secret, passphrase);
  const short = (sm2Account(secret) ?? "").slice(-8);
  const name = `yinxin-sm2-${short}.${format === "pkcs8" ? "pem" : "json"}`;
  return { name, content: utf8(text) as Uint8Array<ArrayBuffer> };
}

/** Makes a key, encrypts it under a passphrase, and keeps the file here. */
export async function addKeyFile(
  label: string,
  passphrase: string,
  format: KeyFileFormat,
): Promise<{ identity: Identity; file: KeptKeyFile }> {
  requireKeys();
  const secret = generateSm2();
  const file = await seal(secret, passphrase, format);
  return { identity: await keep(label, file, secret), file };
}

/** Takes a key file into this browser, as it is encrypted. Throws `KeyFileRefused`. */
export async function importKeyFile(
  label: string,
  name: string,
  content: Uint8Array<ArrayBuffer>,
  passphrase: string,
): Promise<Identity> {
  requireKeys();
  const secret = await openKeyFile(content, passphrase);
  return keep(label, { name, content }, secret);
}

/** Encrypts the kept key anew, in the form that it had. The old file still opens with the old passphrase. Throws `KeyFileRefused`. */
export async function changePassphrase(
  stored: StoredIdentity,
  old: string,
  passphrase: string,
): Promise<KeptKeyFile> {
  const { content } = stored.secret as KeptKeyFile;
  const secret = await openKeyFile(content, old);
  if (sm2Account(secret) !== stored.id) throw new KeyFileRefused("halves");
  const file = await seal(secret, passphrase, isPkcs8(content) ? "pkcs8" : "yinxin");
  await saveIdentity({ ...stored, secret: file });
  secret.fill(0);
  return file;
}

/** The kept file of an identity, to be saved again. */
export function keyFileOf(stored: StoredIdentity): KeptKeyFile | null {
  return stored.kind === "sm2file" ? (stored.secret as KeptKeyFile) : null;
}
