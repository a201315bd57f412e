// An authenticator in software: answers as a browser and a phone together answer, and drafts of answers to be broken.

import { p256 } from "@noble/curves/nist.js";
import { concat, toBase64Url, toHex, utf8 } from "../../src/verify/bytes";
import { hash } from "../../src/verify/digest";
import { passkeyText } from "../../src/verify/passkey";
import type { KeyedSignature } from "../../src/verify/signature";

/** What is about to be signed. */
export interface Draft {
  data: Uint8Array;
  client: string;
}

export class Authenticator {
  readonly key: string;
  readonly secret: Uint8Array;
  private readonly relyingParty: string;
  private readonly origin: string;

  constructor(seed: string, relyingParty = "example.cn", origin = "https://portal.example.cn:8443") {
    this.secret = hash("sha256", utf8(seed));
    this.relyingParty = relyingParty;
    this.origin = origin;
    this.key = passkeyText(p256.getPublicKey(this.secret, true), relyingParty);
  }

  draft(message: Uint8Array, type = "webauthn.get"): Draft {
    const challenge = toBase64Url(hash("sha256", message));
    return {
      data: concat(hash("sha256", utf8(this.relyingParty)), Uint8Array.of(5, 0, 0, 0, 7)),
      client: JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }),
    };
  }

  /** `r || s` over a draft. */
  raw(draft: Draft): Uint8Array {
    const message = concat(draft.data, hash("sha256", utf8(draft.client)));
    return p256.sign(message, this.secret, { lowS: false, prehash: true, format: "compact" });
  }

  signDraft(draft: Draft): KeyedSignature {
    return {
      assertion: { authenticator_data: toHex(draft.data), client_data: draft.client },
      key: this.key,
      signature: `passkey:${toHex(this.raw(draft))}`,
    };
  }

  sign(message: Uint8Array): KeyedSignature {
    return this.signDraft(this.draft(message));
  }
}

/** DER of `r || s`, as authenticators give it. */
export function toDer(raw: Uint8Array): Uint8Array {
  const integer = (digits: Uint8Array) => {
    const from = digits.findIndex(digit => digit !== 0);
    const short = from < 0 ? Uint8Array.of(0) : digits.subarray(from);
    const value = (short[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), short) : short;
    return concat(Uint8Array.of(2, value.length), value);
  };
  const both = concat(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
  return concat(Uint8Array.of(0x30, both.length), both);
}
