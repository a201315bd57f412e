// Making a passkey and signing with it, against an authenticator in software.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { p256 } from "@noble/curves/nist.js";
import { afterEach, expect, test, vi } from "vitest";
import {
  createPasskey,
  type Passkey,
  PasskeyUnavailable,
  passkeyAccount,
  rawSignature,
  signBodyWithPasskey,
} from "../src/ledger/passkey";
import { concat, fromHex, toHex, utf8 } from "../src/verify/bytes";
import { hash } from "../src/verify/digest";
import { p256Verify } from "../src/verify/passkey";
import { keyedSignatureValid } from "../src/verify/signature";
import { Authenticator, toDer } from "./support/passkey";

const SITE = "portal.example.cn";
const ORIGIN = "https://portal.example.cn";
const BODY = '{"account":"…","operation":"evidence.deposit"}';
const SPKI = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
const device = new Authenticator("phone", SITE, ORIGIN);

const bytes = (digits: string) => fromHex(digits) ?? utf8("");
const spki = () => concat(bytes(SPKI), p256.getPublicKey(device.secret, false));

type Creation = PublicKeyCredentialCreationOptions;
type Request = PublicKeyCredentialRequestOptions;

/** A browser whose authenticator is the one above. */
function browser(answers: {
  create?: (options: Creation) => unknown;
  get?: (options: Request) => unknown;
}): void {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("PublicKeyCredential", class {});
  vi.stubGlobal("location", { hostname: SITE });
  vi.stubGlobal("navigator", {
    credentials: {
      create: async ({ publicKey }: { publicKey: Creation }) => answers.create?.(publicKey) ?? null,
      get: async ({ publicKey }: { publicKey: Request }) => answers.get?.(publicKey) ?? null,
    },
  });
}

afterEach(() => vi.unstubAllGlobals());

const passkey: Passkey = { id: device.key, credential: "c0ffee", relyingParty: SITE };

/** The honest answer to a request, perhaps over another message or of another ceremony. */
function answer(message: string, type = "webauthn.get", der: (raw: Uint8Array) => Uint8Array = toDer) {
  const draft = device.draft(utf8(message), type);
  const response = {
    authenticatorData: draft.data.buffer,
    clientDataJSON: utf8(draft.client).buffer,
    signature: der(device.raw(draft)).buffer,
  };
  return { type: "public-key", rawId: new Uint8Array([0xc0, 0xff, 0xee]).buffer, response };
}

async function obstacle(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    reason => reason,
  );
  return error instanceof PasskeyUnavailable ? error.obstacle : String(error);
}

test("the account of a public key is its compressed point and the digest of the site", () => {
  // The generator of P-256.
  const x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
  const y = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
  const key = bytes(`${SPKI}04${x}${y}`);
  expect(passkeyAccount(key, "localhost")).toBe(
    `passkey:03${x}49960de5880e8c687434170f6476605b8fe4aeb9a28632c7995cf3ba831d9763`,
  );
  for (const wrong of [
    key.subarray(1),
    key.subarray(0, -1),
    concat(key, Uint8Array.of(0)),
    bytes(`${SPKI}04${x}${x}`),
    bytes(`${SPKI}03${x}${y}`),
    // Named as a key of the curve secp256k1.
    bytes(`3056301006072a8648ce3d020106052b8104000a03420004${x}${y}`),
    new Uint8Array(),
  ])
    expect(passkeyAccount(wrong, "localhost")).toBeNull();
});

test("DER becomes 64 bytes, whatever the sizes of the numbers", () => {
  const pad = (digits: string) => digits.padStart(64, "0");
  for (const [der, r, s] of [
    ["3006020101020102", "01", "02"],
    ["3008020200ff02020080", "ff", "80"],
    [`30460221008${"0".repeat(63)}022100${"f".repeat(64)}`, `8${"0".repeat(63)}`, "f".repeat(64)],
    [`304402207${"0".repeat(63)}0220${"1".repeat(64)}`, `7${"0".repeat(63)}`, "1".repeat(64)],
    ["3006020100020100", "00", "00"],
  ] as const) {
    const raw = rawSignature(bytes(der));
    expect(raw && toHex(raw)).toBe(pad(r) + pad(s));
    expect(toHex(toDer(bytes(pad(r) + pad(s))))).toBe(der);
  }
  for (const wrong of [
    "",
    "30",
    "3006020101",
    "300602010102010200",
    "3106020101020102",
    "3007020101020102",
    "3006030101020102",
    "300702020001020102",
    "3006020181020102",
    "3006020101020002",
    "300402000200",
    "308106020101020102",
    `3026022101${"0".repeat(64)}020102`,
  ])
    expect(rawSignature(bytes(wrong)), wrong).toBeNull();
});

const vectors = join(
  import.meta.dirname,
  "../../../shared/vectors/wycheproof/ecdsa_secp256r1_sha256_test.json",
);

test.skipIf(!existsSync(vectors))("ECDSA gives the verdicts of C2SP Wycheproof", () => {
  const { testGroups } = JSON.parse(readFileSync(vectors, "utf8"));
  let valid = 0;
  for (const { publicKey, tests } of testGroups) {
    const uncompressed = bytes(publicKey.uncompressed);
    const even = ((uncompressed[64] ?? 0) & 1) === 0;
    const point = concat(Uint8Array.of(even ? 2 : 3), uncompressed.subarray(1, 33));
    for (const { tcId, msg, sig, result } of tests) {
      const raw = rawSignature(bytes(sig));
      const verdict = raw !== null && p256Verify(point, bytes(msg), raw);
      expect(verdict, `${tcId}`).toBe(result === "valid");
      valid += verdict ? 1 : 0;
    }
  }
  expect(valid).toBeGreaterThan(100);
});

test("a passkey is made for this site, by a device that verifies its user", async () => {
  const asked: Creation[] = [];
  browser({
    create: options => {
      asked.push(options);
      const key = new Uint8Array(spki()).buffer;
      return {
        type: "public-key",
        rawId: new Uint8Array([0xc0, 0xff, 0xee]).buffer,
        response: { getPublicKey: () => key },
      };
    },
  });
  expect(await createPasskey("我的手机")).toEqual(passkey);
  const [options] = asked;
  expect(options?.rp.id).toBe(SITE);
  expect(options?.pubKeyCredParams).toEqual([{ type: "public-key", alg: -7 }]);
  expect(options?.authenticatorSelection).toEqual({
    residentKey: "preferred",
    userVerification: "required",
  });
  expect(options?.attestation).toBe("none");
});

test("a transaction is signed by unlocking the device, and verifies everywhere", async () => {
  const asked: Request[] = [];
  browser({
    get: options => {
      asked.push(options);
      return answer(BODY);
    },
  });
  const signed = await signBodyWithPasskey(passkey, BODY);
  expect(keyedSignatureValid(signed, utf8(BODY))).toBe(true);
  expect(signed.key).toBe(device.key);
  const [options] = asked;
  expect(options?.rpId).toBe(SITE);
  expect(options?.userVerification).toBe("required");
  const challenge = new Uint8Array(options?.challenge as ArrayBuffer);
  expect(toHex(challenge)).toBe(toHex(hash("sha256", utf8(BODY))));
  const [allowed] = options?.allowCredentials ?? [];
  expect(toHex(new Uint8Array(allowed?.id as ArrayBuffer))).toBe("c0ffee");
});

test("an answer that the nodes would refuse is refused here", async () => {
  for (const get of [
    () => answer("another body"),
    () => answer(BODY, "webauthn.create"),
    () => answer(BODY, "webauthn.get", raw => raw),
  ]) {
    browser({ get });
    expect(await obstacle(signBodyWithPasskey(passkey, BODY))).toBe("unusable");
  }
  browser({ get: () => answer(BODY) });
  const other = { ...passkey, id: new Authenticator("laptop", SITE, ORIGIN).key };
  expect(await obstacle(signBodyWithPasskey(other, BODY))).toBe("unusable");
  browser({
    create: () => ({
      type: "public-key",
      rawId: new ArrayBuffer(1),
      response: { getPublicKey: () => null },
    }),
  });
  expect(await obstacle(createPasskey("x"))).toBe("unusable");
});

test("what keeps a passkey from being used is named", async () => {
  const refusing = (name: string) => () => {
    throw new DOMException("", name);
  };
  browser({ get: refusing("NotAllowedError"), create: refusing("NotSupportedError") });
  expect(await obstacle(signBodyWithPasskey(passkey, BODY))).toBe("declined");
  expect(await obstacle(createPasskey("x"))).toBe("unsupported");
  browser({});
  expect(await obstacle(signBodyWithPasskey(passkey, BODY))).toBe("declined");
  expect(await obstacle(createPasskey("x", "127.0.0.1"))).toBe("insecure");
  vi.stubGlobal("PublicKeyCredential", undefined);
  expect(await obstacle(createPasskey("x"))).toBe("unsupported");
  vi.stubGlobal("isSecureContext", false);
  expect(await obstacle(createPasskey("x"))).toBe("insecure");
});
