// Sealed drafts (草稿): what a form holds, encrypted before it touches the disk, with a key of the node that this window has in memory only.

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { concat, fromHex, fromUtf8, utf8 } from "../verify/bytes";

const KEY_BYTES = 32;
const NONCE_BYTES = 24;
/** Sizes on the disk are multiples of this: else the growth from key to key would tell what kind of characters was typed. */
const STEP_BYTES = 512;
/** What a browser's storage keeps of one draft at most, before it is encrypted. */
export const MOST_BYTES = 512 << 10;
const SPACE = 0x20;
const AT = /^\d{1,16}$/;

/** A value as the storage has it: when it was written, and what only the key opens. */
export interface SealedDraft {
  readonly at: number;
  readonly sealed: string;
}

/** The time and the rest of a stored value, or `null` where it is none of ours. */
export function readSealed(value: string): SealedDraft | null {
  const dot = value.indexOf(".");
  const at = value.slice(0, Math.max(0, dot));
  return AT.test(at) ? { at: Number(at), sealed: value.slice(dot + 1) } : null;
}

/**
 * Seals and opens the drafts of one account: XChaCha20-Poly1305 with a random nonce, bound to the account, the form and the time. WebCrypto
 * would keep the key out of reach of scripts, but answers later; a draft must be written when the keystroke returns.
 */
export class DraftBox {
  readonly account: string;
  /** Says on the disk whose drafts are beside each other, without saying whose. */
  readonly owner: string;
  readonly #sealing: Uint8Array;
  readonly #naming: Uint8Array;

  private constructor(account: string, key: Uint8Array) {
    this.account = account;
    this.#sealing = hmac(sha256, key, utf8("yinxin/draft/seal/1"));
    this.#naming = hmac(sha256, key, utf8("yinxin/draft/name/1"));
    this.owner = bytesToHex(hmac(sha256, this.#naming, utf8("")).subarray(0, 8));
  }

  /** The box of an account whose key has these hexadecimal digits, or `null` where they are no key. */
  static of(account: string, digits: string): DraftBox | null {
    const key = fromHex(digits);
    if (key === null || key.length !== KEY_BYTES) return null;
    const box = new DraftBox(account, key);
    key.fill(0);
    return box;
  }

  /** What stands for the name of a form on the disk; names of forms may hold numbers of cases. */
  placeOf(name: string): string {
    return bytesToHex(hmac(sha256, this.#naming, utf8(`form ${name}`)).subarray(0, 16));
  }

  #bound(name: string, at: number): Uint8Array {
    return utf8(JSON.stringify(["yinxin/draft/1", this.account, name, at]));
  }

  /** A form as a value for the storage, or `null` where it is too large to be kept. */
  seal(name: string, form: object, at: number): string | null {
    const text = utf8(JSON.stringify(form));
    if (text.length > MOST_BYTES) return null;
    const padded = new Uint8Array(Math.ceil(text.length / STEP_BYTES) * STEP_BYTES).fill(SPACE);
    padded.set(text);
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const sealed = xchacha20poly1305(this.#sealing, nonce, this.#bound(name, at)).encrypt(padded);
    return `${at}.${bytesToHex(concat(nonce, sealed))}`;
  }

  /** The form in a value of the storage, or `null` where it was not sealed here, for this account and form, or was changed since. */
  open(name: string, value: string): { readonly at: number; readonly form: unknown } | null {
    const found = readSealed(value);
    const bytes = found === null ? null : fromHex(found.sealed);
    if (found === null || bytes === null) return null;
    try {
      const bound = this.#bound(name, found.at);
      const box = xchacha20poly1305(this.#sealing, bytes.subarray(0, NONCE_BYTES), bound);
      const text = fromUtf8(box.decrypt(bytes.subarray(NONCE_BYTES)));
      return text === null ? null : { at: found.at, form: JSON.parse(text) };
    } catch {
      return null;
    }
  }

  /** Overwrites the keys. What the engine copied meanwhile is beyond reach. */
  destroy(): void {
    this.#sealing.fill(0);
    this.#naming.fill(0);
  }
}
