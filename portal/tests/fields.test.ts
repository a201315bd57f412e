// What is typed about people must not come back as a suggestion of the browser.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const sources = join(import.meta.dirname, "../src");

/** Where a line of text may be typed without the browser being told whether to remember it. */
function forgetful(source: string): string[] {
  return [...source.matchAll(/<(?:input|textarea)\b[\s\S]*?\/>/g)]
    .map(([tag]) => tag)
    .filter(tag => !/type="(?:file|radio|checkbox)"/.test(tag) && !tag.includes("autoComplete="));
}

describe("fields", () => {
  it("tell the browser what it may remember, and by default that is nothing", () => {
    const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter(name =>
      name.endsWith(".tsx"),
    );
    const found = files.flatMap(name =>
      forgetful(readFileSync(join(sources, name), "utf8")).map(tag => `${name}: ${tag}`),
    );
    expect(files.length).toBeGreaterThan(50);
    expect(found).toEqual([]);
    expect(readFileSync(join(sources, "components/field.tsx"), "utf8")).toContain('autoComplete = "off"');
  });

  it("without a word about it are found", () => {
    expect(forgetful('<input type="text" value={number} onChange={change} />')).toHaveLength(1);
    expect(forgetful('<input type="file" /> <textarea autoComplete="off" />')).toEqual([]);
  });
});
