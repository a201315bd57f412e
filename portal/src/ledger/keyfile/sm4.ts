// SM4 (GB/T 32907-2016) with the two ways of using it that key files know: CBC with padding and GCM (NIST SP 800-38A and D).
//
// The tables make its time depend on the key; it runs for a few blocks, in the browser of the person whose key it is.

import { concat, fromHex } from "../../verify/bytes";

export const SM4_BLOCK = 16;
const TAG = 16;
const ROUNDS = 32;

/** The S-box, section 6.2. */
const SUBSTITUTE =
  fromHex(
    "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699" +
      "9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6" +
      "4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35" +
      "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e" +
      "eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3" +
      "1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51" +
      "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0" +
      "8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948",
  ) ?? new Uint8Array();
/** FK, section 7.3. */
const SYSTEM = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc] as const;

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The S-box over the four bytes of a word. */
function substitute(word: number): number {
  const of = (shift: number): number => (SUBSTITUTE[(word >>> shift) & 0xff] ?? 0) << shift;
  return of(24) | of(16) | of(8) | of(0);
}

/** CK_i, section 7.3: the bytes are multiples of seven. */
function constant(round: number): number {
  let word = 0;
  for (let byte = 0; byte < 4; byte += 1) word = (word << 8) | (((4 * round + byte) * 7) & 0xff);
  return word;
}

/** One key, expanded. */
export class Sm4 {
  private readonly rounds = new Int32Array(ROUNDS);

  /** `key` has 16 bytes. */
  constructor(key: Uint8Array) {
    if (key.length !== SM4_BLOCK) throw new RangeError("an SM4 key has 16 bytes");
    const view = new DataView(key.buffer, key.byteOffset, key.length);
    const words = SYSTEM.map((word, at) => view.getInt32(4 * at) ^ word);
    for (let round = 0; round < ROUNDS; round += 1) {
      const [first = 0, second = 0, third = 0, fourth = 0] = words.slice(round);
      const mixed = substitute(second ^ third ^ fourth ^ constant(round));
      const next = first ^ mixed ^ rotate(mixed, 13) ^ rotate(mixed, 23);
      this.rounds[round] = next;
      words.push(next);
    }
  }

  encrypt(block: Uint8Array): Uint8Array {
    return this.run(block, at => at);
  }

  decrypt(block: Uint8Array): Uint8Array {
    return this.run(block, at => ROUNDS - 1 - at);
  }

  private run(block: Uint8Array, order: (round: number) => number): Uint8Array {
    const view = new DataView(block.buffer, block.byteOffset, SM4_BLOCK);
    let [a, b, c, d] = [view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12)];
    for (let round = 0; round < ROUNDS; round += 1) {
      const mixed = substitute(b ^ c ^ d ^ (this.rounds[order(round)] ?? 0));
      const next = a ^ mixed ^ rotate(mixed, 2) ^ rotate(mixed, 10) ^ rotate(mixed, 18) ^ rotate(mixed, 24);
      [a, b, c, d] = [b, c, d, next];
    }
    const out = new DataView(new ArrayBuffer(SM4_BLOCK));
    [d, c, b, a].forEach((word, at) => {
      out.setInt32(4 * at, word);
    });
    return new Uint8Array(out.buffer);
  }
}

function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, at) => byte ^ (right[at] ?? 0));
}

function blocks(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / SM4_BLOCK) }, (_, at) =>
    bytes.subarray(at * SM4_BLOCK, (at + 1) * SM4_BLOCK),
  );
}

/** CBC with the padding of RFC 5652 section 6.3. */
export function sm4CbcEncrypt(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = new Sm4(key);
  const fill = SM4_BLOCK - (plain.length % SM4_BLOCK);
  let before = iv;
  return concat(
    ...blocks(concat(plain, new Uint8Array(fill).fill(fill))).map(block => {
      before = cipher.encrypt(xor(block, before));
      return before;
    }),
  );
}

/** What was encrypted, or `null` where the padding is none: the key is another, or the bytes were changed. */
export function sm4CbcDecrypt(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length === 0 || sealed.length % SM4_BLOCK !== 0) return null;
  const cipher = new Sm4(key);
  let before = iv;
  const padded = concat(
    ...blocks(sealed).map(block => {
      const plain = xor(cipher.decrypt(block), before);
      before = block;
      return plain;
    }),
  );
  const fill = padded.at(-1) ?? 0;
  const end = padded.length - fill;
  if (fill < 1 || fill > SM4_BLOCK || !padded.subarray(end).every(byte => byte === fill)) return null;
  return padded.slice(0, end);
}

function number(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function block(value: bigint): Uint8Array {
  return Uint8Array.from({ length: SM4_BLOCK }, (_, at) => Number((value >> BigInt(8 * (15 - at))) & 0xffn));
}

/** The product in GF(2^128), SP 800-38D section 6.3. */
function multiply(left: bigint, right: bigint): bigint {
  let product = 0n;
  let factor = right;
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((left >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ (0xe1n << 120n) : factor >> 1n;
  }
  return product;
}

function authenticate(
  cipher: Sm4,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  const subkey = number(cipher.encrypt(new Uint8Array(SM4_BLOCK)));
  const lengths = (BigInt(associated.length * 8) << 64n) | BigInt(sealed.length * 8);
  let sum = 0n;
  for (const part of [...blocks(associated), ...blocks(sealed)]) {
    const whole = new Uint8Array(SM4_BLOCK);
    whole.set(part);
    sum = multiply(sum ^ number(whole), subkey);
  }
  sum = multiply(sum ^ lengths, subkey);
  return xor(block(sum), cipher.encrypt(concat(nonce, Uint8Array.of(0, 0, 0, 1))));
}

/** The key stream over `bytes`; a nonce of 12 bytes leaves four for the counter, which begins at 2. */
function counted(cipher: Sm4, nonce: Uint8Array, bytes: Uint8Array): Uint8Array {
  return concat(
    ...blocks(bytes).map((part, at) => {
      const counter = new Uint8Array(SM4_BLOCK);
      counter.set(nonce);
      new DataView(counter.buffer).setUint32(12, at + 2);
      return xor(part, cipher.encrypt(counter));
    }),
  );
}

/** GCM with a nonce of 12 bytes: the ciphertext and, after it, the tag. */
export function sm4GcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  const cipher = new Sm4(key);
  const sealed = counted(cipher, nonce, plain);
  return concat(sealed, authenticate(cipher, nonce, associated, sealed));
}

/** What was sealed, or `null` where the tag does not fit: the key is another, or something was changed. */
export function sm4GcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  const end = sealed.length - TAG;
  if (end < 0) return null;
  const cipher = new Sm4(key);
  const tag = authenticate(cipher, nonce, associated, sealed.subarray(0, end));
  const difference = xor(tag, sealed.subarray(end)).reduce((sum, byte) => sum | byte, 0);
  return difference === 0 ? counted(cipher, nonce, sealed.subarray(0, end)) : null;
}
