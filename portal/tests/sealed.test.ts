import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test, vi } from "vitest";
import { DraftBox, MOST_BYTES, readSealed } from "../src/store/sealed";
import { fromHex, toHex } from "../src/verify/bytes";

const KEY = "07".repeat(32);

function boxOf(account: string, key = KEY): DraftBox {
  const box = DraftBox.of(account, key);
  if (box === null) throw new Error("no key");
  return box;
}

function hex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === null) throw new Error("no digits");
  return bytes;
}

/** Bytes that look random and are the same each time. */
function* noise(): Generator<number, never> {
  let state = 1;
  for (;;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield state >>> 24;
  }
}

describe("the cipher", () => {
  test("it is the XChaCha20-Poly1305 of draft-irtf-cfrg-xchacha-03, appendix A.3.1", () => {
    const plain = new TextEncoder().encode(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    );
    const cipher = xchacha20poly1305(
      hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"),
      hex("404142434445464748494a4b4c4d4e4f5051525354555657"),
      hex("50515253c0c1c2c3c4c5c6c7"),
    );
    const sealed = toHex(cipher.encrypt(plain));
    expect(sealed.slice(0, 32)).toBe("bd6d179d3e83d43b9576579493c0e939");
    expect(sealed.slice(-32)).toBe("c0875924c1c7987947deafd8780acf49");
  });
});

describe("a sealed draft", () => {
  test("it opens for its account, form and time, and for no other", () => {
    const sealed = boxOf("a").seal("n", { text: "字" }, 7) ?? "";
    expect(boxOf("a").open("n", sealed)).toEqual({ at: 7, form: { text: "字" } });
    expect(boxOf("a").open("m", sealed)).toBeNull();
    expect(boxOf("b").open("n", sealed)).toBeNull();
    expect(boxOf("a", "08".repeat(32)).open("n", sealed)).toBeNull();
    expect(boxOf("a").open("n", `8${sealed.slice(1)}`)).toBeNull();
  });

  test("it is written as the formats say, and what earlier versions wrote opens", () => {
    vi.spyOn(crypto, "getRandomValues").mockImplementation(bytes => {
      if (bytes instanceof Uint8Array) bytes.fill(9);
      return bytes;
    });
    const box = boxOf("ed25519:00");
    const sealed = box.seal("issue 1", { text: "字" }, 1_795_627_257_703) ?? "";
    vi.restoreAllMocks();
    expect([box.owner, box.placeOf("issue 1")]).toEqual([
      "7ddda150dd08d4d2",
      "7fa0168b3260511d9f70f628f59b7469",
    ]);
    const digest = toHex(sha256(new TextEncoder().encode(sealed)));
    expect([sealed.slice(0, 62), sealed.length, digest]).toEqual([
      `1795627257703.${"09".repeat(24)}`,
      1118,
      "7b7431f62883f0ba6978999abb4977c5fb1db7d9cd0a46e49e2537c5328fa5e6",
    ]);
    expect(box.open("issue 1", sealed)?.form).toEqual({ text: "字" });
  });

  test("the same form is never sealed to the same text twice", () => {
    const box = boxOf("a");
    const all = Array.from({ length: 100 }, () => box.seal("n", { text: "x" }, 7));
    expect(new Set(all).size).toBe(100);
  });

  test("every form comes back as it was, up to the limit, and none beyond it", () => {
    const box = boxOf("a");
    const frame = JSON.stringify({ text: "" }).length;
    for (const length of [0, 1, 511 - frame, 512 - frame, 513 - frame, 5_000, MOST_BYTES - frame]) {
      const form = { text: "x".repeat(length) };
      expect(box.open("n", box.seal("n", form, 7) ?? "")?.form, `${length}`).toEqual(form);
    }
    expect(box.seal("n", { text: "x".repeat(MOST_BYTES - frame + 1) }, 7)).toBeNull();
  });

  test("no text that anybody makes up opens, and none throws", () => {
    const box = boxOf("a");
    const good = box.seal("n", { text: "x" }, 7) ?? "";
    const source = noise();
    const byte = () => source.next().value;
    for (let round = 0; round < 500; round += 1) {
      const length = byte() * (round % 8);
      const digits = toHex(Uint8Array.from({ length }, byte));
      const characters = String.fromCharCode(...Array.from({ length: byte() }, () => byte() * 256 + byte()));
      const place = (byte() * 256 + byte()) % good.length;
      const texts = [
        digits,
        `7.${digits}`,
        characters,
        `7.${characters}`,
        good.slice(0, place),
        good.slice(0, place) + String.fromCharCode(byte() + 0x80) + good.slice(place + 1),
      ];
      for (const text of texts) expect(box.open("n", text), text).toBeNull();
    }
    expect(box.open("n", good)).not.toBeNull();
  });

  test("the time is read without the key, and only of what has one", () => {
    expect(readSealed("12.ab")).toEqual({ at: 12, sealed: "ab" });
    for (const text of ["", ".", ".ab", "ab", "-1.ab", "1e3.ab", `${"9".repeat(17)}.ab`]) {
      expect(readSealed(text), text).toBeNull();
    }
  });

  test("places and owners say nothing and differ for every form, account and key", () => {
    const boxes = [boxOf("a"), boxOf("a", "08".repeat(32))];
    const names = ["n", "m", ""].flatMap(name => boxes.map(box => box.placeOf(name)));
    expect(new Set(names).size).toBe(6);
    expect(boxes[0]?.owner).toMatch(/^[0-9a-f]{16}$/);
    expect(boxes[0]?.owner).not.toBe(boxes[1]?.owner);
  });

  test("a key that was destroyed opens nothing any more", () => {
    const box = boxOf("a");
    const sealed = box.seal("n", { text: "x" }, 7) ?? "";
    box.destroy();
    expect(box.open("n", sealed)).toBeNull();
  });
});
