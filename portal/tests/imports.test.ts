import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { expect, test } from "vitest";

/** Which folders of `src` a folder may import from, itself included. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  verify: ["verify"],
  store: ["store", "api", "verify"],
  api: ["api", "store", "verify"],
  ledger: ["ledger", "api", "store", "verify"],
  diagrams: ["diagrams"],
  components: ["components", "diagrams", "i18n", "ledger", "api", "store", "verify"],
  rooms: ["components", "diagrams", "i18n", "ledger", "api", "store", "verify"],
  pdf: ["pdf", "..", "components", "i18n", "locales", "ledger", "api", "verify"],
};

const root = join(import.meta.dirname, "../src");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(name => /\.tsx?$/.test(name));

/** What a file imports for good. Types are gone before anything is loaded, and `import()` loads on demand. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8").replaceAll(/import type [^;]*;/g, "");
  const paths = [...text.matchAll(/from "(\.[^"]+)"/g)].map(found => found[1] ?? "");
  return paths.map(path => normalize(join(file, "..", path)));
}

test("imports point downwards, and the verifier stands alone", () => {
  for (const file of files) {
    const [folder = ""] = file.split("/");
    const allowed = ALLOWED[folder];
    if (allowed === undefined) continue;
    for (const target of importsOf(file)) {
      const [into = ""] = target.split("/");
      const sameRoom = folder === "rooms" && target.split("/")[1] === file.split("/")[1];
      expect(sameRoom || allowed.includes(into), `${file} imports ${target}`).toBe(true);
    }
  }
});

test("the drawing tools are loaded by who shows a drawing or a table, and by nobody else", () => {
  for (const file of files.filter(name => !name.startsWith("diagrams/"))) {
    const heavy = importsOf(file).filter(target =>
      /^diagrams\/(drawing|words|tables\/(board|domify|read|styles|words))$/.test(target),
    );
    expect(heavy, file).toEqual([]);
  }
});

test("what makes PDF files is loaded by who asks for one, and by nobody else", () => {
  for (const file of files.filter(name => !name.startsWith("pdf/"))) {
    expect(
      importsOf(file).filter(target => target.startsWith("pdf/")),
      file,
    ).toEqual([]);
  }
});

test("no file has more than 800 lines", () => {
  for (const file of files) {
    expect(readFileSync(join(root, file), "utf8").split("\n").length, file).toBeLessThanOrEqual(800);
  }
});
