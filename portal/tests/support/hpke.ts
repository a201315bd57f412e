// The sender's side of HPKE (RFC 9180), for tests: seals to a reader key as a holder's node does. Written without the code it tests.

import { createCipheriv } from "node:crypto";
import { x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, fromHex, utf8 } from "../../src/verify/bytes";

const EMPTY = new Uint8Array();
const KEM = concat(utf8("KEM"), Uint8Array.of(0, 0x20));
const HPKE = concat(utf8("HPKE"), Uint8Array.of(0, 0x20, 0, 1, 0, 2));

function extracted(suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return extract(sha256, concat(utf8("HPKE-v1"), suite, utf8(label), ikm), salt);
}

function expanded(suite: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, length: number) {
  return expand(
    sha256,
    prk,
    concat(Uint8Array.of(0, length), utf8("HPKE-v1"), suite, utf8(label), info),
    length,
  );
}

/** `encapsulated || ciphertext` for the holder of a reader key. */
export async function sealHpke(
  reader: string,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const recipient = fromHex(reader.replace("x25519:", "")) ?? EMPTY;
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const encapsulated = x25519.getPublicKey(secret);
  const shared = x25519.getSharedSecret(secret, recipient);
  const eae = extracted(KEM, EMPTY, "eae_prk", shared);
  const sharedSecret = expanded(KEM, eae, "shared_secret", concat(encapsulated, recipient), 32);
  const context = concat(
    Uint8Array.of(0),
    extracted(HPKE, EMPTY, "psk_id_hash", EMPTY),
    extracted(HPKE, EMPTY, "info_hash", info),
  );
  const root = extracted(HPKE, sharedSecret, "secret", EMPTY);
  const key = expanded(HPKE, root, "key", context, 32);
  const nonce = expanded(HPKE, root, "base_nonce", context, 12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(aad);
  return concat(encapsulated, cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}
