// Encrypted SM2 key files: the ciphers under them by their standards' examples, files of OpenSSL and of the program, and what is
// refused.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { identityOf } from "../src/ledger/identity";
import { pbkdf2 } from "../src/ledger/keyfile/derive";
import {
  isUnlocked,
  LOCK_AFTER_MS,
  lockKeyFiles,
  openKeyFile,
  signWithKeyFiles,
  unlock,
} from "../src/ledger/keyfile/key-file";
import { sealPkcs8 } from "../src/ledger/keyfile/pkcs8";
import { KeyFileRefused } from "../src/ledger/keyfile/refused";
import { generateSm2, sm2Account, sm2Sign } from "../src/ledger/keyfile/sm2-key";
import { Sm4, sm4CbcDecrypt, sm4CbcEncrypt, sm4GcmOpen, sm4GcmSeal } from "../src/ledger/keyfile/sm4";
import { sealYinxinKey } from "../src/ledger/keyfile/yinxin-key";
import type { StoredIdentity } from "../src/store/identities";
import { fromHex, toHex, utf8 } from "../src/verify/bytes";
import { signatureValid } from "../src/verify/signature";
import made from "./fixtures/key-files.json";

const bytes = (digits: string) => fromHex(digits) ?? new Uint8Array(1);
const der = (text: string) => Uint8Array.from(Buffer.from(text, "base64"));
const PROGRAM = readFileSync(
  join(import.meta.dirname, "../../crates/crypto/src/keyfile/pinned.json"),
  "utf8",
);

/** The reason for which a file is refused, or the account of the key that it gave. */
async function opened(content: Uint8Array, passphrase = made.passphrase): Promise<string | null> {
  try {
    return sm2Account(await openKeyFile(content, passphrase));
  } catch (error) {
    if (error instanceof KeyFileRefused) return error.reason;
    throw error;
  }
}

describe("SM4", () => {
  const key = bytes("0123456789abcdeffedcba9876543210");

  test("gives the example of GB/T 32907 appendix A.1, in both directions", () => {
    const sealed = new Sm4(key).encrypt(key);
    expect(toHex(sealed)).toBe("681edf34d206965e86b3e94f536e4246");
    expect(toHex(new Sm4(key).decrypt(sealed))).toBe(toHex(key));
  });

  test("comes back from a thousand encryptions", () => {
    const cipher = new Sm4(key);
    let block: Uint8Array = key;
    for (let round = 0; round < 1000; round += 1) block = cipher.encrypt(block);
    for (let round = 0; round < 1000; round += 1) block = cipher.decrypt(block);
    expect(toHex(block)).toBe(toHex(key));
  });

  test("in GCM gives the example of RFC 8998 appendix A.1, and refuses it with any byte changed", () => {
    const nonce = bytes("00001234567800000000abcd");
    const beside = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const plain = bytes(
      "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd" +
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
    );
    const sealed = sm4GcmSeal(key, nonce, beside, plain);
    expect(toHex(sealed)).toBe(
      "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735" +
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
        "83de3541e4c2b58177e065a9bf7b62ec",
    );
    expect(sm4GcmOpen(key, nonce, beside, sealed)).toEqual(plain);
    for (const at of [0, 40, sealed.length - 1]) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(sm4GcmOpen(key, nonce, beside, changed)).toBeNull();
    }
    expect(sm4GcmOpen(key, nonce, utf8("other"), sealed)).toBeNull();
    expect(sm4GcmOpen(key, nonce, beside, new Uint8Array(15))).toBeNull();
  });

  test("in CBC opens what it sealed at every length, and nothing whose padding is broken", () => {
    const iv = bytes("000102030405060708090a0b0c0d0e0f");
    for (let length = 0; length < 40; length += 1) {
      const plain = new Uint8Array(length).fill(length);
      expect(sm4CbcDecrypt(key, iv, sm4CbcEncrypt(key, iv, plain))).toEqual(plain);
    }
    const sealed = sm4CbcEncrypt(key, iv, utf8("0123456789abcdef"));
    expect(sm4CbcDecrypt(key, iv, sealed.subarray(0, 16))).toBeNull();
    expect(sm4CbcDecrypt(key, iv, sealed.subarray(0, 17))).toBeNull();
    expect(sm4CbcDecrypt(key, iv, new Uint8Array())).toBeNull();
  });
});

test("PBKDF2 with HMAC-SM3 gives what OpenSSL gives", async () => {
  const key = await pbkdf2("sm3", made.passphrase, bytes("0123456789abcdef0011223344556677"), 3, 32);
  expect(toHex(key)).toBe("687020c1cf6c2c804ce140e4a4a00dc52e3ff11cca0a336ad6fc72cbbb46ee0b");
});

describe("SM2", () => {
  test("signs the example of GB/T 32918.5 appendix A.2", () => {
    const secret = bytes("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    const nonce = bytes("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21");
    expect(toHex(sm2Sign(secret, utf8("message digest"), () => nonce))).toBe(
      "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3" +
        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
    );
  });

  test("draws again where the random number is out of range, and signs what verifies", () => {
    const secret = generateSm2();
    const draws = [new Uint8Array(32), new Uint8Array(32).fill(0xff), bytes("01".repeat(32))];
    const signature = sm2Sign(secret, utf8("message"), () => draws.shift() ?? new Uint8Array(32));
    expect(draws).toEqual([]);
    expect(signatureValid(sm2Account(secret) ?? "", utf8("message"), `sm2:${toHex(signature)}`)).toBe(true);
  });

  test("has no account for zero, for n-1 and for numbers of another length", () => {
    const highest = bytes("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122");
    for (const secret of [new Uint8Array(32), highest, new Uint8Array(31).fill(1)])
      expect(sm2Account(secret)).toBeNull();
  });
});

describe("a key file is opened", () => {
  test("of OpenSSL, with SM4 or AES, in PEM or DER", async () => {
    expect(await opened(utf8(made.sm4_cbc_sha256_pem))).toBe(made.account);
    expect(await opened(utf8(`\ufeffBag Attributes\n${made.sm4_cbc_sha256_pem}`))).toBe(made.account);
    expect(await opened(der(made.aes_256_cbc_sha256_der))).toBe(made.account);
  });

  test("with the algorithms of GM/T 0091, HMAC-SM3 and SM4", async () => {
    expect(await opened(der(made.gm_t_0091_der))).toBe(made.account);
  });

  test("of the program yinxin, as an earlier build wrote it", async () => {
    const secret = await openKeyFile(utf8(PROGRAM), "正确的口令 horse battery");
    expect(toHex(secret)).toBe("07".repeat(32));
  });

  test("that was made here, in both forms", async () => {
    const secret = generateSm2();
    const files = [await sealPkcs8(secret, "一个足够长的口令,真的够长"), await sealYinxinKey(secret, "x")];
    expect(await openKeyFile(utf8(files[0] ?? ""), "一个足够长的口令,真的够长")).toEqual(secret);
    expect(await openKeyFile(utf8(files[1] ?? ""), "x")).toEqual(secret);
    for (const file of files) expect(file).not.toContain(toHex(secret));
  }, 60_000);
});

describe("a key file is refused", () => {
  test("with a wrong passphrase, or with none", async () => {
    for (const wrong of ["", "正确的口令", `${made.passphrase} `]) {
      expect(await opened(utf8(made.sm4_cbc_sha256_pem), wrong)).toBe("passphrase");
      expect(await opened(der(made.aes_256_cbc_sha256_der), wrong)).toBe("passphrase");
      expect(await opened(utf8(PROGRAM), wrong)).toBe("passphrase");
    }
  });

  test("where guessing the passphrase costs too little", async () => {
    expect(await opened(utf8(made.few_iterations_pem))).toBe("weak");
    expect(await opened(utf8(PROGRAM.replace('"memory_kib": 1024', '"memory_kib": 1023')))).toBe("weak");
  });

  test("where it asks for more work than any honest file, or for algorithms that are not known", async () => {
    expect(await opened(utf8(made.hmac_sha1_pem))).toBe("algorithm");
    expect(await opened(utf8(PROGRAM.replace('"memory_kib": 1024', '"memory_kib": 262145')))).toBe(
      "algorithm",
    );
    expect(await opened(utf8(PROGRAM.replace("sm4-gcm", "sm4-ctr")))).toBe("algorithm");
  });

  test("where the key lies open in it", async () => {
    expect(await opened(utf8(made.unencrypted_pem))).toBe("open");
    const open = Buffer.from(made.unencrypted_pem.split("\n").slice(1, -2).join(""), "base64");
    expect(await opened(new Uint8Array(open))).toBe("open");
    expect(await opened(utf8("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"))).toBe(
      "open",
    );
  });

  test("where it holds a key of another kind", async () => {
    expect(await opened(utf8(made.p256_pem))).toBe("kind");
    const edwards = PROGRAM.replace(/"sm2:[0-9a-f]+"/, `"ed25519:${"0a".repeat(32)}"`);
    expect(await opened(utf8(edwards))).toBe("kind");
  });

  test("where another account was written into it", async () => {
    const other = sm2Account(new Uint8Array(32).fill(9)) ?? "";
    expect(await opened(utf8(PROGRAM.replace(/sm2:[0-9a-f]+/, other)))).toBe("passphrase");
  });

  test("where it is no key file at all", async () => {
    const certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (const text of ["", "hello", "{}", '{"format":"yinxin-key/2"}', certificate])
      expect(await opened(utf8(text)), text).toBe("format");
    expect(await opened(new Uint8Array(20_000))).toBe("format");
    expect(await opened(Uint8Array.of(0x30, 0x80, 0, 0))).toBe("format");
  });

  test("or gives the right key, whichever single bit of it was changed", async () => {
    const whole = der(made.aes_256_cbc_sha256_der);
    const refusals = ["format", "open", "algorithm", "weak", "passphrase", "kind", "halves"];
    for (let bit = 0; bit < 8 * whole.length; bit += 1) {
      const changed = whole.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([...refusals, made.account], `bit ${bit}`).toContain((await opened(changed)) ?? "");
    }
    for (let length = 0; length < whole.length; length += 1)
      expect(await opened(whole.subarray(0, length))).toBe("format");
  }, 60_000);
});

describe("an identity of a key file", () => {
  const stored: StoredIdentity = {
    id: made.account,
    kind: "sm2file",
    label: null,
    persona: null,
    createdAt: 0,
    secret: { name: "key.pem", content: utf8(made.sm4_cbc_sha256_pem) },
  };
  const message = utf8("body") as Uint8Array<ArrayBuffer>;

  test("asks to be unlocked before it signs, then signs without asking until it is locked", async () => {
    let asked = 0;
    signWithKeyFiles(async one => {
      asked += 1;
      await unlock(one, made.passphrase);
    });
    const identity = identityOf(stored);
    for (let time = 0; time < 2; time += 1) {
      const { key, signature } = await identity.sign(message);
      expect(key).toBe(made.account);
      expect(signatureValid(key, message, signature)).toBe(true);
    }
    expect(asked).toBe(1);
    lockKeyFiles();
    expect(isUnlocked(made.account)).toBe(false);
    await identity.sign(message);
    expect(asked).toBe(2);
    lockKeyFiles();
  });

  test("is locked again after a quarter of an hour without a signature, and each signature begins it anew", async () => {
    vi.useFakeTimers();
    try {
      signWithKeyFiles(async () => {});
      await unlock(stored, made.passphrase);
      vi.advanceTimersByTime(LOCK_AFTER_MS - 1);
      await identityOf(stored).sign(message);
      vi.advanceTimersByTime(LOCK_AFTER_MS - 1);
      expect(isUnlocked(made.account)).toBe(true);
      vi.advanceTimersByTime(1);
      expect(isUnlocked(made.account)).toBe(false);
      await expect(identityOf(stored).sign(message)).rejects.toMatchObject({ reason: "locked" });
    } finally {
      vi.useRealTimers();
    }
  });

  test("does not sign where the person declines or the passphrase is wrong", async () => {
    signWithKeyFiles(async one => unlock(one, "wrong"));
    await expect(identityOf(stored).sign(message)).rejects.toMatchObject({ reason: "passphrase" });
    signWithKeyFiles(async () => {});
    await expect(identityOf(stored).sign(message)).rejects.toMatchObject({ reason: "locked" });
  });

  test("is not unlocked by the file of another key", async () => {
    const other = { ...stored, id: sm2Account(new Uint8Array(32).fill(9)) ?? "" };
    await expect(unlock(other, made.passphrase)).rejects.toMatchObject({ reason: "halves" });
    expect(isUnlocked(other.id)).toBe(false);
  });
});
