import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex, utf8 } from "../../src/verify/bytes";
import { hash, parseDigest } from "../../src/verify/digest";
import { canonical, type Json, parseCanonical, parseJson } from "../../src/verify/json";
import { isKey, signatureValid } from "../../src/verify/signature";
import { SM2_PRIME } from "../../src/verify/sm2";
import { Sm3 } from "../../src/verify/sm3";
import { pathLeads, pathLeadsFrom, Tree } from "../../src/verify/tree";
import { ed25519Key, sm2Key, sm2Sign } from "../support/keys";

/** Public vectors that lie beside the repository; absent on other machines. */
const vectors = join(import.meta.dirname, "../../../../shared/vectors");
const withVectors = existsSync(vectors);

const parse = (text: string): Json => parseJson(utf8(text));

describe("canonical JSON", () => {
  test("accepts exactly what it writes", () => {
    for (const text of [
      "{}",
      '{"a":1,"b":[true,false,null,"印信"]}',
      '"\\b\\t\\n\\f\\r\\"\\\\\\u001f\u007f/\u2028"',
      "-9007199254740991",
      '{"__proto__":1,"constructor":2}',
    ]) {
      const value = parseCanonical(text);
      expect(value).not.toBeNull();
      expect(new TextDecoder().decode(canonical(value) ?? undefined)).toBe(text);
    }
  });

  test.each([
    ["a space between tokens", '{"a": 1}'],
    ["a space at the end", "{} "],
    ["names out of order", '{"b":1,"a":2}'],
    ["a repeated name", '{"a":1,"a":1}'],
    ["a repeated name hidden by an escape", '{"a":1,"\\u0061":1}'],
    ["a needless escape", '"\\u0041"'],
    ["an escaped solidus", '"\\/"'],
    ["an upper-case escape", '"\\u001F"'],
    ["a long escape where a short one exists", '"\\u000a"'],
    ["a name outside ASCII", '{"é":1}'],
    ["a fraction", "1.0"],
    ["an exponent", "1e2"],
    ["a leading zero", "01"],
    ["a negative zero", "-0"],
    ["an integer above 2^53 - 1", "9007199254740992"],
    ["a plus sign", "+1"],
    ["a lone surrogate", '"\\ud800"'],
    ["a byte order mark", "\ufeff{}"],
    ["text after the end", "{}{}"],
    ["an unfinished document", '{"a":'],
    ["a trailing comma", "[1,]"],
    ["nothing", ""],
    ["17 levels", `${"[".repeat(17)}${"]".repeat(17)}`],
  ])("refuses %s", (_, text) => {
    expect(parseCanonical(text)).toBeNull();
  });

  test("accepts 16 levels", () => {
    expect(parseCanonical(`${"[".repeat(16)}${"]".repeat(16)}`)).not.toBeNull();
  });

  test("a file may have white space and any order, but repeats no name", () => {
    expect(parse(' { "b" : 1 ,\n"a":"\\u0041\\/" } ')).toEqual({ a: "A/", b: 1 });
    expect(parse('{"a":1,"b":{"c":1,"c":2}}')).toBeNull();
    expect(parse('{"a":1.5}')).toBeNull();
  });

  test("bytes that are not UTF-8 are refused", () => {
    expect(parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toBeNull();
    expect(parseJson(Uint8Array.of(0x22, 0xc0, 0x80, 0x22))).toBeNull();
  });

  test("a document nested a million levels deep is refused, not a full stack", () => {
    expect(parse("[".repeat(1_000_000))).toBeNull();
  });
});

describe("SM3", () => {
  test("gives the examples of GB/T 32905", () => {
    expect(toHex(hash("sm3", utf8("abc")))).toBe(
      "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    );
    expect(toHex(hash("sm3", utf8("abcd".repeat(16))))).toBe(
      "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
    );
  });

  test("gives the same digest however the message is cut", () => {
    const message = Uint8Array.from({ length: 300 }, (_, at) => at);
    for (let length = 0; length <= message.length; length += 1) {
      const whole = hash("sm3", message.subarray(0, length));
      for (const cut of [1, 55, 63, 64, 65, 128]) {
        const running = new Sm3();
        for (let at = 0; at < length; at += cut)
          running.update(message.subarray(at, Math.min(at + cut, length)));
        expect(running.digest()).toEqual(whole);
      }
    }
  });
});

describe("signatures", () => {
  test("SM2 gives the example of GB/T 32918.5 annex A", () => {
    const secret = 0x3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8n;
    const nonce = 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n;
    const { r, s } = sm2Sign(secret, nonce, utf8("message digest"));
    expect(r.toString(16)).toBe("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3");
    expect(s.toString(16)).toBe("b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
    const key = "sm2:0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020";
    const signature = `sm2:${r.toString(16)}${s.toString(16)}`;
    expect(signatureValid(key, utf8("message digest"), signature)).toBe(true);
    expect(signatureValid(key, utf8("message digesT"), signature)).toBe(false);
  });

  test.each([ed25519Key("one"), sm2Key("one")])(
    "a signature holds for its key, message and bytes only",
    pair => {
      const message = utf8("存证");
      const signature = pair.sign(message);
      expect(signatureValid(pair.key, message, signature)).toBe(true);
      const other = pair.key.startsWith("sm2") ? sm2Key("two") : ed25519Key("two");
      expect(signatureValid(other.key, message, signature)).toBe(false);
      expect(signatureValid(pair.key, utf8("存證"), signature)).toBe(false);
      const [algorithm, digits] = signature.split(":") as [string, string];
      for (let at = 0; at < digits.length; at += 7) {
        const flipped = (Number.parseInt(digits.charAt(at), 16) ^ 1).toString(16);
        const broken = `${algorithm}:${digits.slice(0, at)}${flipped}${digits.slice(at + 1)}`;
        expect(signatureValid(pair.key, message, broken)).toBe(false);
      }
    },
  );

  test("a signature of another algorithm, or of no algorithm, is refused", () => {
    const message = utf8("x");
    const [one, two] = [ed25519Key("one"), sm2Key("one")];
    expect(signatureValid(one.key, message, two.sign(message))).toBe(false);
    expect(signatureValid(one.key, message, one.sign(message).replace("ed25519", "rsa"))).toBe(false);
    expect(signatureValid("", message, "")).toBe(false);
    expect(signatureValid(`sm2:05${"0".repeat(64)}`, message, `sm2:${"1".repeat(128)}`)).toBe(false);
    expect(signatureValid(two.key, message, `sm2:${"0".repeat(128)}`)).toBe(false);
    expect(signatureValid(two.key, message, `sm2:${"f".repeat(128)}`)).toBe(false);
  });

  test("Ed25519 follows ZIP 215: R of small order in a non-canonical encoding is admitted", () => {
    // With R the identity the equation is S = k a: whoever holds the key can satisfy it. RFC 8032 readers differ here.
    const secret = hash("sha256", utf8("holder"));
    const key = ed25519.getPublicKey(secret);
    const { scalar } = ed25519.utils.getExtendedPublicKey(secret);
    const identity = fromHex(`ee${"ff".repeat(30)}7f`) ?? utf8("");
    const message = utf8("any");
    const { Fn } = ed25519.Point;
    const k = Fn.create(bytesToNumberLE(sha512(concat(identity, key, message))));
    const s = numberToBytesLE(Fn.mul(k, Fn.create(scalar)), 32);
    const account = `ed25519:${toHex(key)}`;
    expect(signatureValid(account, message, `ed25519:${toHex(identity)}${toHex(s)}`)).toBe(true);
    expect(signatureValid(account, utf8("other"), `ed25519:${toHex(identity)}${toHex(s)}`)).toBe(false);
  });

  test("one key has one text, and a key that everybody can sign for is none", () => {
    const prime = 2n ** 255n - 19n;
    const key = (y: bigint, sign = 0n) => `ed25519:${toHex(numberToBytesLE(y + sign * 2n ** 255n, 32))}`;
    const order8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
    const small = [0n, 1n, prime - 1n, bytesToNumberLE(fromHex(order8) ?? utf8(""))];
    for (const sign of [0n, 1n]) {
      for (const y of small) expect(isKey(key(y, sign))).toBe(false);
      for (let above = 0n; above < 19n; above += 1n) expect(isKey(key(prime + above, sign))).toBe(false);
      expect(isKey(key(prime - 2n, sign))).toBe(true);
    }
    expect(isKey(`sm2:02${(SM2_PRIME - 1n).toString(16)}`)).toBe(true);
    expect(isKey(`sm2:02${SM2_PRIME.toString(16)}`)).toBe(false);
    expect(isKey(`sm2:04${"11".repeat(32)}`)).toBe(false);
  });

  test.skipIf(!withVectors)(
    "Ed25519 agrees with Wycheproof, apart from the encoding that ZIP 215 admits",
    () => {
      // R = 1 with the sign bit set: refused by RFC 8032 section 5.1.3, a valid encoding of the point in ZIP 215.
      const admitted = 151;
      const suite = JSON.parse(readFileSync(join(vectors, "wycheproof/ed25519_test.json"), "utf8"));
      let run = 0;
      for (const group of suite.testGroups) {
        for (const { msg, sig, result, tcId } of group.tests) {
          const valid = signatureValid(
            `ed25519:${group.publicKey.pk}`,
            fromHex(msg) ?? utf8(""),
            `ed25519:${sig}`,
          );
          expect(valid, `case ${tcId}`).toBe(result === "valid" || tcId === admitted);
          run += 1;
        }
      }
      expect(run).toBe(suite.numberOfTests);
    },
  );
});

describe("trees of RFC 9162", () => {
  const leaves = (size: number) => Array.from({ length: size }, (_, at) => utf8(`leaf ${at}`));

  test("every path of every small tree leads to its root, and no other leaf takes it there", () => {
    for (let size = 1; size <= 33; size += 1) {
      const data = leaves(size);
      const tree = new Tree("sha256", data);
      data.forEach((leaf, at) => {
        const path = tree.path(at);
        expect(pathLeads("sha256", leaf, path, tree.root())).toBe(true);
        expect(pathLeads("sha256", utf8("other"), path, tree.root())).toBe(false);
        expect(pathLeads("sm3", leaf, path, tree.root())).toBe(false);
        expect(pathLeads("sha256", leaf, { ...path, index: size }, tree.root())).toBe(false);
        const extra = { ...path, siblings: [...path.siblings, "00".repeat(32)] };
        expect(pathLeads("sha256", leaf, extra, tree.root())).toBe(false);
        if (size > 1) {
          const short = { ...path, siblings: path.siblings.slice(0, -1) };
          expect(pathLeads("sha256", leaf, short, tree.root())).toBe(false);
        }
      });
    }
  });

  test("one of 10,000 items needs at most 14 siblings", () => {
    const data = leaves(10_000);
    const tree = new Tree("sha256", data);
    expect(Math.max(...data.map((_, at) => tree.path(at).siblings.length))).toBe(14);
  });

  test("the root of no leaves is the digest of the empty string", () => {
    expect(new Tree("sha256", []).root()).toEqual(hash("sha256"));
    expect(pathLeads("sha256", utf8(""), { index: 0, size: 0, siblings: [] }, hash("sha256"))).toBe(false);
  });

  test.skipIf(!withVectors)("inclusion agrees with transparency-dev/merkle", () => {
    const raw = (text: string | null) => Uint8Array.from(Buffer.from(text ?? "", "base64"));
    const folder = join(vectors, "merkle/inclusion");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(name =>
      name.endsWith(".json"),
    );
    expect(files.length).toBeGreaterThan(50);
    for (const name of files) {
      const one = JSON.parse(readFileSync(join(folder, name), "utf8"));
      const path = {
        index: one.leafIdx,
        size: one.treeSize,
        siblings: (one.proof ?? []).map((part: string) => toHex(raw(part))),
      };
      expect(pathLeadsFrom("sha256", raw(one.leafHash), path, raw(one.root)), name).toBe(!one.wantErr);
    }
  });
});

test("a digest names its algorithm and has 64 lower-case digits", () => {
  expect(parseDigest(`sm3:${"0a".repeat(32)}`)?.algorithm).toBe("sm3");
  for (const text of [
    "",
    "sha256:",
    `sha256:${"0A".repeat(32)}`,
    `sha1:${"0a".repeat(32)}`,
    `sha256:${"0a".repeat(33)}`,
  ]) {
    expect(parseDigest(text)).toBeNull();
  }
});
