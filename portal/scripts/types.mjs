// Writes src/api/types.ts from the interface description that the nodes serve (docs/reference/openapi.json).
//   npm run types
// An ordinary test fails where the file differs from what this writes.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..");
const source = join(root, "../docs/reference/openapi.json");
const target = join(root, "src/api/types.ts");

/** The answers that the portal believes; everything they are made of follows. What it verifies has its own readers. */
const WANTED = [
  "Status",
  "Why",
  "DraftKey",
  "BlockPage",
  "BlockTransaction",
  "BlockOccurrence",
  "EntryPage",
  "EntryDetail",
  "TransactionAnswer",
  "ProcessVerdict",
  "TrialAnswer",
  "DecisionVerdict",
  "TriedDecision",
];
const REFERENCE = "#/components/schemas/";

function typeOf(schema, seen) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(REFERENCE.length);
    seen.add(name);
    return name;
  }
  if (schema.enum !== undefined) return schema.enum.map(value => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return choices.map(one => typeOf(one, seen)).join(" | ");
  if (schema.allOf !== undefined) return schema.allOf.map(one => typeOf(one, seen)).join(" & ");
  return [schema.type ?? "unknown"]
    .flat()
    .map(type => plainType(type, schema, seen))
    .join(" | ");
}

function plainType(type, schema, seen) {
  if (type === "integer" || type === "number") return "number";
  if (type === "array") {
    const item = typeOf(schema.items ?? {}, seen);
    return `readonly ${/^\w+$/.test(item) ? item : `(${item})`}[]`;
  }
  if (type === "object") return schema.properties === undefined ? "object" : objectType(schema, seen);
  return type;
}

function objectType({ properties, required = [] }, seen) {
  const members = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? "" : "?";
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `  readonly ${key}${mark}: ${typeOf(schema, seen).replaceAll("\n", "\n  ")};\n`;
  });
  return `{\n${members.join("")}}`;
}

/** The text of the types. */
function renderTypes(description) {
  const { schemas } = description.components;
  const done = new Map();
  const queue = [...WANTED];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (done.has(name)) continue;
    const schema = schemas[name];
    if (schema === undefined) throw new Error(`the interface description has no schema ${name}`);
    const seen = new Set();
    const comment =
      schema.description === undefined ? "" : `/** ${schema.description.replaceAll(/\s+/g, " ")} */\n`;
    done.set(name, `${comment}export type ${name} = ${typeOf(schema, seen)};`);
    queue.push(...seen);
  }
  const texts = [...done.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return `// Written by \`npm run types\` from docs/reference/openapi.json.\n\n${texts.join("\n\n")}\n`;
}

/** The text that the file should have. */
export function wantedTypes() {
  return renderTypes(JSON.parse(readFileSync(source, "utf8")));
}

export function writtenTypes() {
  return readFileSync(target, "utf8");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(target, wantedTypes());
