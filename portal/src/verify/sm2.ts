// SM2 signatures (GB/T 32918.2-2016) on the curve of GB/T 32918.5, with the default identity.

import { weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { concat, toHex, utf8 } from "./bytes";
import { hash } from "./digest";

/** The prime of the field. */
export const SM2_PRIME = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;

/** The curve sm2p256v1 (OID 1.2.156.10197.1.301). */
export const Sm2Point = weierstrass({
  p: SM2_PRIME,
  a: SM2_PRIME - 3n,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
});
type Point = InstanceType<typeof Sm2Point>;

/** The order of the group. */
export const SM2_ORDER = Sm2Point.Fn.ORDER;
/** The identity that GB/T 35276 prescribes where none is agreed. */
const SM2_IDENTITY = utf8("1234567812345678");

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

/** `e = SM3(ZA || message)` as a number, GB/T 32918.2 section 5.5 and 6.1. */
export function sm2MessageNumber(key: Point, message: Uint8Array): bigint {
  const field = Sm2Point.Fp;
  const curve = Sm2Point.CURVE();
  const { x, y } = key.toAffine();
  const bits = SM2_IDENTITY.length * 8;
  const za = hash(
    "sm3",
    Uint8Array.of(bits >> 8, bits & 0xff),
    SM2_IDENTITY,
    ...[curve.a, curve.b, curve.Gx, curve.Gy, x, y].map(value => field.toBytes(value)),
  );
  return number(hash("sm3", concat(za, message)));
}

/** Whether `signature` (`r || s`) is the key's signature of the message. Wrong lengths and points off the curve are not. */
export function sm2Verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== 33 || signature.length !== 64) return false;
  const r = number(signature.subarray(0, 32));
  const s = number(signature.subarray(32));
  if (r < 1n || r >= SM2_ORDER || s < 1n || s >= SM2_ORDER) return false;
  const t = (r + s) % SM2_ORDER;
  if (t === 0n) return false;
  try {
    const point = Sm2Point.fromBytes(key);
    const sum = Sm2Point.BASE.multiplyUnsafe(s).add(point.multiplyUnsafe(t));
    if (sum.is0()) return false;
    return (sm2MessageNumber(point, message) + sum.toAffine().x) % SM2_ORDER === r;
  } catch {
    // The library throws for bytes that are no point of the curve.
    return false;
  }
}
