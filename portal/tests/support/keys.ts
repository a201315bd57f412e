// Key pairs for tests: real signatures of both algorithms.

import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, fromHex, toHex, utf8 } from "../../src/verify/bytes";
import { hash } from "../../src/verify/digest";
import { SM2_ORDER, Sm2Point, sm2MessageNumber } from "../../src/verify/sm2";

export interface KeyPair {
  readonly key: string;
  sign(message: Uint8Array): string;
}

function secretFrom(seed: string): Uint8Array {
  return hash("sha256", utf8(seed));
}

export function ed25519Key(seed: string): KeyPair {
  const secret = secretFrom(seed);
  return {
    key: `ed25519:${toHex(ed25519.getPublicKey(secret))}`,
    sign: message => `ed25519:${toHex(ed25519.sign(message, secret))}`,
  };
}

/** Signs with a given nonce, so that the example of GB/T 32918.5 can be reproduced. */
export function sm2Sign(secret: bigint, nonce: bigint, message: Uint8Array): { r: bigint; s: bigint } {
  const field = Sm2Point.Fn;
  const e = sm2MessageNumber(Sm2Point.BASE.multiply(secret), message);
  const r = (e + Sm2Point.BASE.multiply(nonce).toAffine().x) % SM2_ORDER;
  const s = field.mul(field.inv(field.add(1n, secret)), field.sub(nonce, field.mul(r, secret)));
  return { r, s };
}

export function sm2Key(seed: string): KeyPair {
  const number = (bytes: Uint8Array) => (BigInt(`0x${toHex(bytes)}`) % (SM2_ORDER - 2n)) + 1n;
  const secret = number(secretFrom(seed));
  const digits = (value: bigint) => value.toString(16).padStart(64, "0");
  return {
    key: `sm2:${toHex(Sm2Point.BASE.multiply(secret).toBytes(true))}`,
    sign: message => {
      const nonce = number(hash("sha256", fromHex(digits(secret)) ?? utf8(seed), concat(message)));
      const { r, s } = sm2Sign(secret, nonce, message);
      return `sm2:${digits(r)}${digits(s)}`;
    },
  };
}
