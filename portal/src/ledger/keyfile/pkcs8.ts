// Key files of other programs: EncryptedPrivateKeyInfo (RFC 5958) under PBES2 (RFC 8018 section 6.2), in DER or in PEM (RFC 7468),
// with an SM2 key (GB/T 35276) in it: the form that OpenSSL 3 writes, and with HMAC-SM3 that of GM/T 0091.

import { equal, fromHex, fromUtf8, toHex } from "../../verify/bytes";
import { Sm2Point } from "../../verify/sm2";
import {
  BIT_STRING,
  type Element,
  elements,
  encode,
  encodeNumber,
  members,
  NULL,
  OBJECT,
  OCTET_STRING,
  SEQUENCE,
  sequence,
  smallNumber,
} from "./der";
import { ITERATIONS, type Prf, pbkdf2 } from "./derive";
import { KeyFileRefused } from "./refused";
import { SM2_SECRET_BYTES, sm2PublicKey } from "./sm2-key";
import { SM4_BLOCK, sm4CbcDecrypt, sm4CbcEncrypt } from "./sm4";

const PBES2 = "2a864886f70d01050d";
const PBKDF2 = "2a864886f70d01050c";
const EC_KEY = "2a8648ce3d0201";
const SM2_CURVE = "2a811ccf5501822d";
const PRFS: Readonly<Record<string, Prf>> = {
  "2a864886f70d0209": "sha256",
  "2a811ccf5501831102": "sm3",
};
const SHA256_PRF = "2a864886f70d0209";
const SM4_CBC = "2a811ccf55016802";
const AES256_CBC = "60864801650304012a";
/** What may follow the number in an ECPrivateKey. */
const [PARAMETERS, PUBLIC_HALF] = [0xa0, 0xa1] as const;
/** What the key of each cipher takes, in bytes. */
const KEY_BYTES: Readonly<Record<string, number>> = { [SM4_CBC]: 16, [AES256_CBC]: 32 };
/** A shorter salt lets tables of passphrases be made beforehand (RFC 8018 section 4.1). */
const LEAST_SALT = 8;
const MADE_SALT = 16;

const LABEL = "ENCRYPTED PRIVATE KEY";
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/;
const LINE = 64;

function objectOf(element: Element | undefined): string | null {
  return element?.tag === OBJECT ? toHex(element.content) : null;
}

function octetsOf(element: Element | undefined): Uint8Array | null {
  return element?.tag === OCTET_STRING ? element.content : null;
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text.replaceAll(/\s/g, "")), letter => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

/** The encrypted bytes of a file in PEM or DER; a key that lies open, or in another envelope, is refused by its label. */
function envelopeOf(file: Uint8Array): Uint8Array {
  const [, label, body] = PEM.exec(fromUtf8(file) ?? "") ?? [];
  if (label === undefined) return file;
  if (label !== LABEL) throw new KeyFileRefused(label.endsWith("PRIVATE KEY") ? "open" : "format");
  const der = fromBase64(body ?? "");
  if (der === null) throw new KeyFileRefused("format");
  return der;
}

interface Scheme {
  readonly prf: Prf;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly cipher: string;
  readonly iv: Uint8Array;
  readonly sealed: Uint8Array;
}

function readScheme(der: Uint8Array): Scheme {
  const [algorithm, data] = sequence(der) ?? [];
  // An unencrypted PrivateKeyInfo begins with its version.
  if (smallNumber(algorithm) !== null) throw new KeyFileRefused("open");
  const [pbes, parameters] = members(algorithm) ?? [];
  const sealed = octetsOf(data);
  if (objectOf(pbes) === null || sealed === null) throw new KeyFileRefused("format");
  if (objectOf(pbes) !== PBES2) throw new KeyFileRefused("algorithm");
  const [derivation, encryption] = members(parameters) ?? [];
  const [kdf, kdfParameters] = members(derivation) ?? [];
  const [cipherId, ivElement] = members(encryption) ?? [];
  const [saltElement, iterationsElement, ...rest] = members(kdfParameters) ?? [];
  const [salt, iv] = [octetsOf(saltElement), octetsOf(ivElement)];
  const cipher = objectOf(cipherId);
  if (objectOf(kdf) !== PBKDF2 || cipher === null || KEY_BYTES[cipher] === undefined)
    throw new KeyFileRefused("algorithm");
  const iterations = smallNumber(iterationsElement);
  if (salt === null || iv?.length !== SM4_BLOCK || iterations === null) throw new KeyFileRefused("format");
  // The length of the key is that of the cipher; a file may say so again.
  const [prfElement, ...surplus] = smallNumber(rest[0]) === KEY_BYTES[cipher] ? rest.slice(1) : rest;
  if (surplus.length > 0) throw new KeyFileRefused("format");
  const prf = PRFS[objectOf(members(prfElement)?.[0]) ?? ""];
  // Without a name it is HMAC with SHA-1.
  if (prf === undefined) throw new KeyFileRefused("algorithm");
  if (salt.length < LEAST_SALT || iterations < ITERATIONS.least) throw new KeyFileRefused("weak");
  if (iterations > ITERATIONS.most) throw new KeyFileRefused("algorithm");
  return { prf, salt, iterations, cipher, iv, sealed };
}

async function decrypt(scheme: Scheme, passphrase: string): Promise<Uint8Array | null> {
  const { prf, salt, iterations, cipher, iv, sealed } = scheme;
  const key = await pbkdf2(prf, passphrase, salt, iterations, KEY_BYTES[cipher] ?? 0);
  if (cipher === SM4_CBC) return sm4CbcDecrypt(key, iv, sealed);
  const aes = await crypto.subtle.importKey("raw", new Uint8Array(key), "AES-CBC", false, ["decrypt"]);
  try {
    const parameters = { name: "AES-CBC", iv: new Uint8Array(iv) };
    return new Uint8Array(await crypto.subtle.decrypt(parameters, aes, new Uint8Array(sealed)));
  } catch {
    // WebCrypto throws where the padding is wrong.
    return null;
  }
}

/** The private key in a PrivateKeyInfo (RFC 5958) with an ECPrivateKey (RFC 5915). */
function readPrivateKey(plain: Uint8Array): Uint8Array {
  const [version, algorithm, octets] = sequence(plain) ?? [];
  const key = octetsOf(octets);
  // With a wrong passphrase one try in 256 has good padding; what is under it is then no structure.
  if (smallNumber(version) === null || key === null) throw new KeyFileRefused("passphrase");
  const [kind, curve] = members(algorithm) ?? [];
  if (objectOf(kind) !== EC_KEY || objectOf(curve) !== SM2_CURVE) throw new KeyFileRefused("kind");
  const [one, number, ...optional] = sequence(key) ?? [];
  const secret = octetsOf(number);
  if (smallNumber(one) !== 1 || secret?.length !== SM2_SECRET_BYTES) throw new KeyFileRefused("format");
  const own = sm2PublicKey(secret);
  if (own === null) throw new KeyFileRefused("kind");
  // CBC authenticates nothing: what else stands there must be right, or a changed file could give another key.
  for (const element of optional) {
    const [inner] = elements(element.content) ?? [];
    const good =
      (element.tag === PARAMETERS && objectOf(inner) === SM2_CURVE) ||
      (element.tag === PUBLIC_HALF && isPoint(inner, own));
    if (!good) throw new KeyFileRefused("halves");
  }
  return secret;
}

/** Whether a public key that a file names is the one that its private key has. */
function isPoint(bits: Element | undefined, own: Uint8Array): boolean {
  if (bits?.tag !== BIT_STRING || bits.content[0] !== 0) return false;
  const point = bits.content.subarray(1);
  return equal(point, own) || equal(point, Sm2Point.fromBytes(own).toBytes(false));
}

/** Opens a key file and gives the private key. Throws `KeyFileRefused`. */
export async function openPkcs8(file: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const scheme = readScheme(envelopeOf(file));
  const plain = await decrypt(scheme, passphrase);
  if (plain === null) throw new KeyFileRefused("passphrase");
  return readPrivateKey(plain);
}

/** Whether bytes look like a file of this form, or of another key in PEM, so that its own words say what is wrong with it. */
export function isPkcs8(file: Uint8Array): boolean {
  return file[0] === SEQUENCE || PEM.test(fromUtf8(file) ?? "");
}

function object(digits: string): Uint8Array {
  return encode(OBJECT, fromHex(digits) ?? new Uint8Array());
}

function privateKeyInfo(secret: Uint8Array, key: Uint8Array): Uint8Array {
  const point = Sm2Point.fromBytes(key).toBytes(false);
  const inner = encode(
    SEQUENCE,
    encodeNumber(1),
    encode(OCTET_STRING, secret),
    encode(PUBLIC_HALF, encode(BIT_STRING, Uint8Array.of(0), point)),
  );
  const algorithm = encode(SEQUENCE, object(EC_KEY), object(SM2_CURVE));
  return encode(SEQUENCE, encodeNumber(0), algorithm, encode(OCTET_STRING, inner));
}

/**
 * Encrypts a private key under a passphrase: PBKDF2 with HMAC-SHA-256, then SM4 in CBC, in PEM. HMAC-SM3 would be the purer
 * choice, but OpenSSL 3.0 does not open it.
 */
export async function sealPkcs8(secret: Uint8Array, passphrase: string): Promise<string> {
  const key = sm2PublicKey(secret);
  if (key === null) throw new KeyFileRefused("kind");
  const salt = crypto.getRandomValues(new Uint8Array(MADE_SALT));
  const iv = crypto.getRandomValues(new Uint8Array(SM4_BLOCK));
  const iterations = ITERATIONS.usual;
  const wrapping = await pbkdf2("sha256", passphrase, salt, iterations, 16);
  const prf = encode(SEQUENCE, object(SHA256_PRF), encode(NULL));
  const kdf = encode(SEQUENCE, encode(OCTET_STRING, salt), encodeNumber(iterations), prf);
  const parameters = encode(
    SEQUENCE,
    encode(SEQUENCE, object(PBKDF2), kdf),
    encode(SEQUENCE, object(SM4_CBC), encode(OCTET_STRING, iv)),
  );
  const sealed = sm4CbcEncrypt(wrapping, iv, privateKeyInfo(secret, key));
  const algorithm = encode(SEQUENCE, object(PBES2), parameters);
  const der = encode(SEQUENCE, algorithm, encode(OCTET_STRING, sealed));
  const text = btoa(String.fromCharCode(...der));
  const lines = Array.from({ length: Math.ceil(text.length / LINE) }, (_, at) =>
    text.slice(at * LINE, (at + 1) * LINE),
  );
  return `-----BEGIN ${LABEL}-----\n${lines.join("\n")}\n-----END ${LABEL}-----\n`;
}
