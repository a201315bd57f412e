import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import english from "../src/locales/en.json";
import chinese from "../src/locales/zh-CN.json";

function flatten(texts: object, prefix = ""): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]) =>
    typeof value === "string"
      ? [[prefix + name, value] as [string, string]]
      : flatten(value, `${prefix}${name}.`),
  );
}

const both = [new Map(flatten(chinese)), new Map(flatten(english))] as const;
const [zh, en] = both;

test("both languages have the same texts", () => {
  expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
});

test("no text is empty, and both languages fill in the same values", () => {
  const values = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
  for (const [key, text] of zh) {
    expect(text.trim(), key).not.toBe("");
    expect(en.get(key)?.trim(), key).not.toBe("");
    expect(values(en.get(key) ?? ""), key).toEqual(values(text));
  }
});

test("Chinese texts use Chinese punctuation", () => {
  for (const [key, text] of zh) {
    const plain = text.replaceAll(/(?:ed25519|sm2|sha256|sm3):/g, "");
    expect(plain, key).not.toMatch(/[\u3400-\u9fff][,;:?!()]|[,;:?!()][\u3400-\u9fff]/);
  }
});

test("every text is used", () => {
  const folder = join(import.meta.dirname, "../src");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(name => /\.tsx?$/.test(name))
    .map(name => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const literals = sources.match(/"[a-zA-Z]+\.[\w.]+"|`(?:[a-zA-Z]+\.|\$\{room\}\.)[^`\s]*`/g) ?? [];
  const used = [...new Set(literals)].map(
    literal =>
      new RegExp(
        `^${literal
          .slice(1, -1)
          .replaceAll(".", "\\.")
          .replaceAll(/\$\{[^}]*\}/g, "\\w+")}$`,
      ),
  );
  const unused = [...zh.keys()].filter(key => !used.some(pattern => pattern.test(key)));
  expect(unused).toEqual([]);
});
