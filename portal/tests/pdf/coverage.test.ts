import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "fflate";
import { create } from "fontkit";
import { expect, test } from "vitest";
import { codePoint, needsOf, pieceOf, runsOf } from "../../src/pdf/coverage";

test("every character of GB/T 2312 has a sign, and so do characters of names that are rarer", () => {
  const decoder = new TextDecoder("gbk");
  for (let row = 0xb0; row <= 0xf7; row += 1) {
    for (let cell = 0xa1; cell <= 0xfe; cell += 1) {
      const character = decoder.decode(Uint8Array.of(row, cell));
      // Row 55 is not full; what the decoder knows beyond the standard is for private use.
      if (!/\p{Script=Han}/u.test(character)) continue;
      expect(pieceOf(character), character).not.toBe(null);
    }
  }
  for (const character of "㐀㐂䶮𬭚喆堃喵镕頔鿍〇犟𫖯𬱖")
    expect(pieceOf(character), character).not.toBe(null);
});

test("a piece is known to hold a character only where it does", () => {
  const held = new Map<string, Set<number>>();
  const holds = (piece: string) => {
    let known = held.get(piece);
    if (known === undefined) {
      const file = readFileSync(join(import.meta.dirname, `../../fonts/${piece}.ttf.gz`));
      known = new Set(create(Buffer.from(gunzipSync(file))).characterSet);
      held.set(piece, known);
    }
    return known;
  };
  const samples = [..."aé，。（国龘㐀䶮𬭚✓×→あ‰￥犟"];
  for (let code = 0x3400; code < 0xa000; code += 97) samples.push(String.fromCodePoint(code));
  for (const character of samples) {
    const piece = pieceOf(character);
    if (piece === null) continue;
    expect(holds(piece).has(character.codePointAt(0) ?? 0), `${character} in ${piece}`).toBe(true);
  }
});

test("what no piece has is named once, and what only steers a line is never hidden", () => {
  expect(needsOf("王𠮷吉𠮷").missing).toEqual(["𠮷"]);
  for (const steering of ["\u202e", "\u200b", "\u0007", "\ue000", "\ud800"]) {
    expect(needsOf(`a${steering}b`).missing, codePoint(steering)).toEqual([steering]);
  }
  expect(needsOf("王小示，甲市。").missing).toEqual([]);
});

test("a rare character loads one small piece more, and a missing one shows its number and copies as itself", () => {
  expect(needsOf("㐀a").pieces).toEqual(["core", "han-34"]);
  expect(needsOf("𬭚").pieces).toEqual(["core", "rare"]);
  expect(needsOf("abc 1.00").pieces).toEqual(["core"]);
  expect(runsOf("㐀𠮷a")).toEqual([
    { piece: "han-34", text: "㐀" },
    { piece: "core", text: "〔U+20BB7〕", actual: "𠮷" },
    { piece: "core", text: "a" },
  ]);
});

test("the licence of the font is served with it, word for word", () => {
  const root = join(import.meta.dirname, "../..");
  const served = readFileSync(join(root, "public/licences/noto-sans-sc.txt"), "utf8");
  expect(served).toContain("SIL Open Font License, Version 1.1");
  expect(served).toBe(
    readFileSync(join(root, "node_modules/@expo-google-fonts/noto-sans-sc/LICENSE_FONT"), "utf8"),
  );
});
