// The published vector of RFC 9180 for DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM in base mode, first encryption.

import { expect, test } from "vitest";
import { fromBase64url, toBase64url } from "../src/ledger/base64url";
import { openHpke, sealHpke as sealHere } from "../src/ledger/hpke";
import { makeReaderKey, openRelease, SealedContentRefused } from "../src/ledger/reader-key";
import { concat, fromHex, toHex, utf8 } from "../src/verify/bytes";
import { sealHpke } from "./support/hpke";

const VECTOR = {
  info: "4f6465206f6e2061204772656369616e2055726e",
  secret: "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d",
  public: "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c",
  encapsulated: "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256",
  aad: "436f756e742d30",
  ciphertext: "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a",
  plaintext: "4265617574792069732074727574682c20747275746820626561757479",
};

function bytes(hexadecimal: string): Uint8Array<ArrayBuffer> {
  return (fromHex(hexadecimal) ?? new Uint8Array()) as Uint8Array<ArrayBuffer>;
}

/** What stands before 32 bytes in the PKCS #8 form of an X25519 key (RFC 8410). */
const PKCS8_HEAD = "302e020100300506032b656e04220420";

async function vectorKey() {
  const encoded = bytes(PKCS8_HEAD + VECTOR.secret);
  const privateKey = await crypto.subtle.importKey("pkcs8", encoded, { name: "X25519" }, false, [
    "deriveBits",
  ]);
  return { text: `x25519:${VECTOR.public}`, privateKey };
}

test("the vector of RFC 9180 opens", async () => {
  const sealed = bytes(VECTOR.encapsulated + VECTOR.ciphertext);
  const opened = await openHpke(await vectorKey(), sealed, bytes(VECTOR.info), bytes(VECTOR.aad));
  expect(toHex(opened)).toBe(VECTOR.plaintext);
});

test("what was changed, or is bound to something else, does not open", async () => {
  const key = await vectorKey();
  const sealed = bytes(VECTOR.encapsulated + VECTOR.ciphertext);
  for (const at of [0, 40, sealed.length - 1]) {
    const changed = sealed.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(openHpke(key, changed, bytes(VECTOR.info), bytes(VECTOR.aad))).rejects.toThrow();
  }
  await expect(openHpke(key, sealed, utf8("other"), bytes(VECTOR.aad))).rejects.toThrow();
  await expect(openHpke(key, sealed, bytes(VECTOR.info), utf8("other"))).rejects.toThrow();
});

test("a fresh reader key opens what was sealed for its look, and for no other", async () => {
  const key = await makeReaderKey();
  expect(key.text).toMatch(/^x25519:[0-9a-f]{64}$/);
  expect(key.privateKey.extractable).toBe(false);
  const transaction = `sha256:${"ab".repeat(32)}`;
  const released = { certificate: "sha256:00", presentation: "a.b.c~", transaction };
  const seal = (what: object, info = "yinxin/release/1") =>
    sealHpke(key.text, utf8(info), utf8(transaction), utf8(JSON.stringify(what)));
  const sealed = await seal(released);
  const content = toBase64url(concat(Uint8Array.of(1), sealed));
  expect(await openRelease(key, transaction, content)).toEqual({
    certificate: "sha256:00",
    presentation: "a.b.c~",
  });
  for (const wrong of [await seal({ ...released, transaction: "sha256:11" }), await seal(released, "other")])
    await expect(openRelease(key, transaction, toBase64url(concat(Uint8Array.of(1), wrong)))).rejects.toThrow(
      SealedContentRefused,
    );
  const other = await makeReaderKey();
  await expect(openRelease(other, transaction, content)).rejects.toThrow(SealedContentRefused);
  await expect(openRelease(key, "sha256:other", content)).rejects.toThrow(SealedContentRefused);
  for (const wrong of ["", "***", toBase64url(concat(Uint8Array.of(2), sealed))])
    await expect(openRelease(key, transaction, wrong)).rejects.toThrow(SealedContentRefused);
});

test("base64url has one text for one byte string", () => {
  expect(fromBase64url("AA")).toEqual(new Uint8Array([0]));
  for (const wrong of ["A", "AB", "A=", "A+", "AAB"]) expect(fromBase64url(wrong), wrong).toBeNull();
});

test("what is sealed here opens with the key it is for, for its purpose, and with nothing else", async () => {
  const [key, other] = [await makeReaderKey(), await makeReaderKey()];
  const [message, info, aad] = [utf8("facts"), utf8("purpose"), utf8("account")];
  const sealed = await sealHere(key.text, message, info, aad);
  expect(await openHpke(key, sealed, info, aad)).toEqual(message);
  expect(await sealHere(key.text, message, info, aad)).not.toEqual(sealed);
  await expect(openHpke(other, sealed, info, aad)).rejects.toThrow();
  await expect(openHpke(key, sealed, utf8("another"), aad)).rejects.toThrow();
  await expect(openHpke(key, sealed, info, utf8("another"))).rejects.toThrow();
  await expect(sealHere(`x25519:${"00".repeat(32)}`, message, info, aad)).rejects.toThrow();
});
