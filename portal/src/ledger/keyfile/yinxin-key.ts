// Key files of the program `yinxin`: `yinxin-key/1`, Argon2id (RFC 9106) and SM4-GCM or AES-256-GCM.
// The same format as `crates/crypto/src/keyfile.rs`.

import { argon2idAsync } from "@noble/hashes/argon2.js";
import { concat, fromHex, toHex, utf8 } from "../../verify/bytes";
import { isObject, type JsonObject, parseJson } from "../../verify/json";
import { isKey } from "../../verify/signature";
import { KeyFileRefused } from "./refused";
import { SM2_SECRET_BYTES, sm2Account } from "./sm2-key";
import { sm4GcmOpen, sm4GcmSeal } from "./sm4";

const FORMAT = "yinxin-key/1";
const ZERO = new Uint8Array(1);
const NONCE = 12;
const SALT = 16;
const TAG = 16;
const KEY_BYTES: Readonly<Record<string, number>> = { "sm4-gcm": 16, "aes-256-gcm": 32 };
/** The bounds of the program for reading: memory in KiB, passes, lanes. */
const BOUNDS = { memory_kib: [1_024, 262_144], iterations: [1, 16], parallelism: [1, 16] } as const;
/** The second recommended option of RFC 9106 section 4, as the program writes it. */
const RECOMMENDED = { memory_kib: 65_536, iterations: 3, parallelism: 4 } as const;

type Cost = Readonly<Record<keyof typeof BOUNDS, number>>;

function derive(passphrase: string, salt: Uint8Array, cost: Cost, length: number): Promise<Uint8Array> {
  return argon2idAsync(utf8(passphrase), salt, {
    m: cost.memory_kib,
    t: cost.iterations,
    p: cost.parallelism,
    dkLen: length,
  });
}

function associated(key: string, cipher: string): Uint8Array {
  return concat(utf8(FORMAT), ZERO, utf8(key), ZERO, utf8(cipher));
}

function bytesOf(value: unknown, length: number): Uint8Array {
  const bytes = typeof value === "string" ? fromHex(value) : null;
  if (bytes?.length !== length) throw new KeyFileRefused("format");
  return bytes;
}

function costOf(kdf: JsonObject): Cost {
  const read = (name: keyof typeof BOUNDS): number => {
    const value = kdf[name];
    if (typeof value !== "number") throw new KeyFileRefused("format");
    const [least, most] = BOUNDS[name];
    if (value < least) throw new KeyFileRefused("weak");
    if (value > most) throw new KeyFileRefused("algorithm");
    return value;
  };
  return {
    memory_kib: read("memory_kib"),
    iterations: read("iterations"),
    parallelism: read("parallelism"),
  };
}

/** Whether bytes are a JSON object, which is the form of these files. */
export function isYinxinKey(file: Uint8Array): boolean {
  return isObject(parseJson(file));
}

/** Opens a key file and gives the private key. Throws `KeyFileRefused`. */
export async function openYinxinKey(file: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const value = parseJson(file);
  if (!isObject(value) || value.format !== FORMAT || !isObject(value.kdf)) throw new KeyFileRefused("format");
  const { key, kdf, cipher } = value;
  if (typeof key !== "string" || !isKey(key) || typeof cipher !== "string" || kdf.name !== "argon2id")
    throw new KeyFileRefused("format");
  if (!key.startsWith("sm2:")) throw new KeyFileRefused("kind");
  const length = KEY_BYTES[cipher];
  if (length === undefined) throw new KeyFileRefused("algorithm");
  const cost = costOf(kdf);
  const salt = bytesOf(kdf.salt, SALT);
  const nonce = bytesOf(value.nonce, NONCE);
  const sealed = bytesOf(value.ciphertext, SM2_SECRET_BYTES + TAG);
  const wrapping = await derive(passphrase, salt, cost, length);
  const secret = await unseal(cipher, wrapping, nonce, associated(key, cipher), sealed);
  if (secret === null) throw new KeyFileRefused("passphrase");
  if (sm2Account(secret) !== key) throw new KeyFileRefused("halves");
  return secret;
}

async function unseal(
  cipher: string,
  key: Uint8Array,
  nonce: Uint8Array,
  beside: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array | null> {
  if (cipher === "sm4-gcm") return sm4GcmOpen(key, nonce, beside, sealed);
  const aes = await crypto.subtle.importKey("raw", new Uint8Array(key), "AES-GCM", false, ["decrypt"]);
  const parameters = { name: "AES-GCM", iv: new Uint8Array(nonce), additionalData: new Uint8Array(beside) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, aes, new Uint8Array(sealed)));
  } catch {
    // WebCrypto throws where the tag does not fit.
    return null;
  }
}

/** Encrypts a private key under a passphrase, as the program does it: the text of a key file. */
export async function sealYinxinKey(secret: Uint8Array, passphrase: string): Promise<string> {
  const key = sm2Account(secret);
  if (key === null) throw new KeyFileRefused("kind");
  const salt = crypto.getRandomValues(new Uint8Array(SALT));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const cipher = "sm4-gcm";
  const wrapping = await derive(passphrase, salt, RECOMMENDED, 16);
  const sealed = sm4GcmSeal(wrapping, nonce, associated(key, cipher), secret);
  const kdf = { name: "argon2id", ...RECOMMENDED, salt: toHex(salt) };
  const file = { format: FORMAT, key, kdf, cipher, nonce: toHex(nonce), ciphertext: toHex(sealed) };
  return `${JSON.stringify(file, null, 2)}\n`;
}
