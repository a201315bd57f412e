// The rules of assertions, each kept and broken once; the vectors hold the same against the Rust verifier.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { concat, toBase64Url, utf8 } from "../../src/verify/bytes";
import { isAssertion, isDomain, passkeyText } from "../../src/verify/passkey";
import { isKey, isPasskey, keyedSignatureValid, signatureValid } from "../../src/verify/signature";
import { ed25519Key, sm2Key } from "../support/keys";
import { Authenticator, type Draft } from "../support/passkey";

const BODY = utf8('{"account":"passkey:..."}');
const passkey = new Authenticator("person");

function drafted(edit: (draft: Draft) => void): boolean {
  const draft = passkey.draft(BODY);
  edit(draft);
  return keyedSignatureValid(passkey.signDraft(draft), BODY);
}

function client(edit: (text: string) => string): boolean {
  return drafted(draft => {
    const changed = edit(draft.client);
    expect(changed).not.toBe(draft.client);
    draft.client = changed;
  });
}

function flags(byte: number): boolean {
  return drafted(draft => {
    draft.data[32] = byte;
  });
}

test("base64url has no padding and the letters of RFC 4648 section 5", () => {
  const texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(text => toBase64Url(utf8(text)));
  expect(texts).toEqual(["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"]);
  expect(toBase64Url(Uint8Array.of(0xfb, 0xff, 0xfe))).toBe("-__-");
});

test("the text of a passkey is its point and the digest of its relying party", () => {
  const x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
  const point = concat(
    Uint8Array.of(3),
    Uint8Array.from(x.match(/../g) ?? [], two => Number.parseInt(two, 16)),
  );
  const text = passkeyText(point, "localhost");
  expect(text).toBe(`passkey:03${x}49960de5880e8c687434170f6476605b8fe4aeb9a28632c7995cf3ba831d9763`);
  expect(isKey(text) && isPasskey(text)).toBe(true);
  const prime = `ffffffff00000001${"0".repeat(24)}${"f".repeat(24)}`;
  for (const wrong of [
    text.replace("passkey:03", "passkey:04"),
    text.slice(0, -2),
    `${text}00`,
    text.toUpperCase(),
    text.replace(x, prime),
    text.replace("passkey:", "sm2:"),
  ])
    expect(isKey(wrong), wrong).toBe(false);
  expect(isPasskey(sm2Key("seal").key)).toBe(false);
});

test("an honest answer counts for its message and its key only", () => {
  const signed = passkey.sign(BODY);
  expect(keyedSignatureValid(signed, BODY)).toBe(true);
  expect(keyedSignatureValid(signed, utf8("another"))).toBe(false);
  for (const key of [new Authenticator("other").key, new Authenticator("person", "localhost").key])
    expect(keyedSignatureValid({ ...signed, key }, BODY)).toBe(false);
  const { assertion: _, ...bare } = signed;
  expect(keyedSignatureValid(bare, BODY)).toBe(false);
  expect(signatureValid(signed.key, BODY, signed.signature)).toBe(false);
});

test("an assertion stands beside passkeys and nothing else", () => {
  const { assertion } = passkey.sign(BODY);
  for (const pair of [ed25519Key("plain"), sm2Key("plain")]) {
    const plain = { key: pair.key, signature: pair.sign(BODY) };
    expect(keyedSignatureValid(plain, BODY)).toBe(true);
    expect(assertion && keyedSignatureValid({ ...plain, assertion }, BODY)).toBe(false);
  }
});

test("what browsers and authenticators may write is accepted", () => {
  expect(client(text => text.replace(',"crossOrigin":false', ""))).toBe(true);
  expect(client(text => text.replace("{", '{"later":[{"a":null}], '))).toBe(true);
  expect(client(text => text.replace("https://", "https:\\/\\u002f"))).toBe(true);
  for (const byte of [0x0d, 0x1d, 0x27]) expect(flags(byte)).toBe(true);
  expect(
    drafted(draft => {
      draft.data[32] = 0x85;
      draft.data = concat(draft.data, Uint8Array.of(0xa0));
    }),
  ).toBe(true);
});

test.each<[string, (text: string) => string]>([
  ["no JSON", text => `${text}}`],
  ["a list", () => "[]"],
  ["a byte order mark", text => `\ufeff${text}`],
  ["a repeated name", text => text.replace("{", '{"type":"webauthn.get",')],
  ["a repeated name hidden by an escape", text => text.replace("{", '{"\\u0074ype":"webauthn.get",')],
  ["a fraction", text => text.replace("{", '{"later":1.5,')],
  ["17 levels", text => text.replace("{", `{"later":${"[".repeat(16)}${"]".repeat(16)},`)],
  ["another type", text => text.replace("webauthn.get", "webauthn.create")],
  ["no type", text => text.replace('"type":"webauthn.get",', "")],
  ["a padded challenge", text => text.replace('","origin"', '=","origin"')],
  ["a page inside another", text => text.replace("false", "true")],
  ["a page inside another, as a text", text => text.replace("false", '"false"')],
  ["an outer page", text => text.replace("{", '{"topOrigin":"https://portal.example.cn:8443",')],
  ["another site", text => text.replace("example.cn", "example.com")],
  ["a site with a like ending", text => text.replace("portal.example.cn", "portalexample.cn")],
  ["a site above", text => text.replace("portal.example.cn", "cn")],
  ["no encryption", text => text.replace("https:", "http:")],
  ["a path", text => text.replace(":8443", "/")],
  ["a port of zero", text => text.replace(":8443", ":0")],
  ["a port too large", text => text.replace(":8443", ":65536")],
  ["no text", text => text.replace(/"origin":"[^"]*"/, '"origin":1')],
])("client data with %s does not count", (_, edit) => {
  expect(client(edit)).toBe(false);
});

test("what the authenticator says must fit", () => {
  for (const byte of [0x00, 0x01, 0x04, 0x45, 0x15, 0x85]) expect(flags(byte), `${byte}`).toBe(false);
  expect(
    drafted(draft => {
      draft.data = concat(draft.data, Uint8Array.of(0));
    }),
  ).toBe(false);
  expect(
    drafted(draft => {
      draft.data[0] = (draft.data[0] ?? 0) ^ 1;
    }),
  ).toBe(false);
});

test("a passkey of localhost is used without encryption, by its name only", () => {
  const at = (party: string, origin: string) => {
    const local = new Authenticator("local", party, origin);
    return keyedSignatureValid(local.sign(BODY), BODY);
  };
  expect(at("localhost", "http://localhost:5173")).toBe(true);
  expect(at("localhost", "http://localhost")).toBe(true);
  expect(at("localhost", "http://a.localhost")).toBe(false);
  expect(at("127.0.0.1", "http://127.0.0.1:5173")).toBe(false);
  expect(at("127.0.0.1", "https://127.0.0.1")).toBe(false);
});

test("domains are those that browsers write", () => {
  const label = "a".repeat(63);
  const long = [label, label, label, "a".repeat(50), "example.cn"].join(".");
  for (const host of ["example.cn", "localhost", "xn--0zwm56d.cn", "a.b.c.d", "1.2.a", long])
    expect(isDomain(host), host).toBe(true);
  for (const host of [
    "",
    "a..cn",
    ".cn",
    "cn.",
    "-a.cn",
    "a-.cn",
    "a_b.cn",
    "A.cn",
    "印信.cn",
    "10.0.0.8",
    "[::1]",
    `a${label}.cn`,
    `a${long}`,
    "a\n",
  ])
    expect(isDomain(host), host).toBe(false);
});

test("parts have lengths within their limits", () => {
  const fits = (data: number, client_data: string) =>
    isAssertion({ authenticator_data: "00".repeat(data), client_data });
  expect([fits(37, "a"), fits(1024, "a".repeat(2048))]).toEqual([true, true]);
  expect([fits(36, "a"), fits(1025, "a"), fits(37, ""), fits(37, "印".repeat(683))]).toEqual(
    Array(4).fill(false),
  );
  expect(isAssertion({ authenticator_data: "0X".repeat(37), client_data: "a" })).toBe(false);
});

test("no flipped bit of an answer is accepted", () => {
  const signed = passkey.sign(BODY);
  const flip = (digits: string, at: number) => {
    const digit = Number.parseInt(digits[at] ?? "0", 16) ^ 1;
    return digits.slice(0, at) + digit.toString(16) + digits.slice(at + 1);
  };
  const { authenticator_data, client_data } = passkey.sign(BODY).assertion ?? {
    authenticator_data: "",
    client_data: "",
  };
  for (let at = 0; at < authenticator_data.length; at += 5) {
    const assertion = { authenticator_data: flip(authenticator_data, at), client_data };
    expect(keyedSignatureValid({ ...signed, assertion }, BODY)).toBe(false);
  }
  const digits = signed.signature.slice("passkey:".length);
  for (let at = 0; at < digits.length; at += 9)
    expect(keyedSignatureValid({ ...signed, signature: `passkey:${flip(digits, at)}` }, BODY)).toBe(false);
});

test("what a real browser answered is a signature", () => {
  const file = join(import.meta.dirname, "../../../docs/reference/vectors/passkeys/chromium.json");
  const { message, signatures } = JSON.parse(readFileSync(file, "utf8"));
  expect(signatures).toHaveLength(2);
  for (const one of signatures) {
    expect(keyedSignatureValid(one, utf8(message))).toBe(true);
    expect(keyedSignatureValid(one, utf8("another"))).toBe(false);
  }
});
