import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import english from "../../src/locales/pdf/en.json";
import chinese from "../../src/locales/pdf/zh-CN.json";

function flatten(texts: object, prefix = ""): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]) =>
    typeof value === "string"
      ? [[prefix + name, value] as [string, string]]
      : flatten(value, `${prefix}${name}.`),
  );
}

const zh = new Map(flatten(chinese));
const en = new Map(flatten(english));

test("the documents speak both languages alike", () => {
  expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
  const values = (text = "") => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
  for (const [key, text] of zh) {
    expect(text.trim(), key).not.toBe("");
    expect(values(en.get(key)), key).toEqual(values(text));
    expect(text, key).not.toMatch(/[\u3400-\u9fff][,;:?!()]|[,;:?!()][\u3400-\u9fff]/);
  }
});

test("every text of the documents is used", () => {
  const folder = join(import.meta.dirname, "../../src/pdf");
  const sources = readdirSync(folder)
    .map(name => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const literals = sources.match(/own\(\s*"[^"]+"|"(?:receipt|report)\.[\w.]+"|`[a-z]+\.[^`]*`/g) ?? [];
  const used = literals.map(literal => {
    const key = literal.replace(/^own\(\s*/, "").slice(1, -1);
    return new RegExp(`^${key.replaceAll(".", "\\.").replaceAll(/\$\{[^}]*\}/g, "\\w+")}$`);
  });
  expect([...zh.keys()].filter(key => !used.some(pattern => pattern.test(key)))).toEqual([]);
});
