// The identities of this browser: several keys of several kinds, one of them current. Whoever is current signs.

import { ed25519 } from "@noble/curves/ed25519.js";
import {
  currentIdentityId,
  findIdentity,
  type IdentityKind,
  type StoredIdentity,
  saveIdentity,
  setCurrentIdentity,
} from "../store/identities";
import { concat, fromHex, toHex } from "../verify/bytes";
import type { KeyedSignature } from "../verify/signature";
import {
  type Account,
  ensureBrowserKey,
  generateKey,
  KeyUnavailable,
  loadBrowserKey,
  requireKeys,
  signEd25519,
} from "./account";
import { createPasskey, type Passkey, signWithPasskey } from "./passkey";

/** A key that can sign now, with what this browser knows about it. */
export interface Identity extends Account {
  readonly kind: IdentityKind;
  readonly label: StoredIdentity["label"];
  readonly persona: string | null;
}

/** Signs with a stored identity of one kind. It may ask the person, for a passphrase or a touch. */
export type Signer = (stored: StoredIdentity, message: Uint8Array<ArrayBuffer>) => Promise<KeyedSignature>;

const signers = new Map<IdentityKind, Signer>([
  [
    "browser",
    async ({ id, secret }, message) => ({
      key: id,
      signature: await signEd25519(secret as CryptoKey, message),
    }),
  ],
  ["passkey", ({ secret }, message) => signWithPasskey(secret as Passkey, message)],
]);

/** Teaches the portal to sign with another kind of identity, such as an encrypted SM2 key file. */
export function provideSigner(kind: IdentityKind, signer: Signer): void {
  signers.set(kind, signer);
}

/** The identity that signs with what is stored. */
export function identityOf(stored: StoredIdentity): Identity {
  const { id, kind, label, persona } = stored;
  return {
    id,
    kind,
    label,
    persona,
    sign: message => {
      const signer = signers.get(kind);
      if (signer === undefined) throw new KeyUnavailable("unsupported");
      return signer(stored, message);
    },
  };
}

/** The current identity, or `null` where the nameless key of the browser is used. */
export async function loadIdentity(): Promise<Identity | null> {
  const id = await currentIdentityId();
  const stored = id === null ? undefined : await findIdentity(id);
  return stored === undefined ? null : identityOf(stored);
}

/** Whoever signs in this browser now, or `null` where no key has been made yet. */
export async function loadAccount(): Promise<Account | null> {
  return (await loadIdentity()) ?? (await loadBrowserKey());
}

/** Whoever signs in this browser now; the nameless key is made if there is none. */
export async function ensureAccount(): Promise<Account> {
  return (await loadIdentity()) ?? (await ensureBrowserKey());
}

/** Makes a key that cannot be read out, under a name. Whose turn it is does not change. */
export async function addBrowserIdentity(name: string): Promise<Identity> {
  const { id, privateKey } = await generateKey();
  const stored: StoredIdentity = {
    id,
    kind: "browser",
    label: labelOf(name),
    persona: null,
    createdAt: Date.now(),
    secret: privateKey,
  };
  await saveIdentity(stored);
  return identityOf(stored);
}

function labelOf(name: string): StoredIdentity["label"] {
  return name === "" ? null : { "zh-CN": name, en: name };
}

/** Has the device make a passkey (通行密钥) under a name. What is kept of it is no secret. */
export async function addPasskeyIdentity(name: string): Promise<Identity> {
  const passkey = await createPasskey(name === "" ? location.hostname : name);
  const stored: StoredIdentity = {
    id: passkey.id,
    kind: "passkey",
    label: labelOf(name),
    persona: null,
    createdAt: Date.now(),
    secret: passkey,
  };
  await saveIdentity(stored);
  return identityOf(stored);
}

/** What stands before a seed of 32 bytes in the PKCS #8 form of an Ed25519 key (RFC 8410). */
const PKCS8_HEAD = fromHex("302e020100300506032b657004220420") ?? new Uint8Array();

/** The account and the private key of a seed; the key cannot be read out again. */
export async function keyOfSeed(seed: string): Promise<{ id: string; privateKey: CryptoKey }> {
  requireKeys();
  const bytes = fromHex(seed);
  if (bytes?.length !== 32) throw new KeyUnavailable("unsupported");
  const encoded = concat(PKCS8_HEAD, bytes) as Uint8Array<ArrayBuffer>;
  try {
    const privateKey = await crypto.subtle.importKey("pkcs8", encoded, { name: "Ed25519" }, false, ["sign"]);
    return { id: `ed25519:${toHex(ed25519.getPublicKey(bytes))}`, privateKey };
  } catch {
    throw new KeyUnavailable("unsupported");
  }
}

/** Takes a person of the demonstration into this browser and makes that identity current. */
export async function importPersona(persona: {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly seed: string;
}): Promise<Identity> {
  const { id, privateKey } = await keyOfSeed(persona.seed);
  const known = await findIdentity(id);
  const stored: StoredIdentity = known ?? {
    id,
    kind: "browser",
    label: { "zh-CN": persona.name.zh, en: persona.name.en },
    persona: persona.id,
    createdAt: Date.now(),
    secret: privateKey,
  };
  if (known === undefined) await saveIdentity(stored);
  await setCurrentIdentity(id);
  return identityOf(stored);
}
