// Canonical JSON (规范 JSON), formats.md section 1.
//
// JSON.parse keeps the last of two equal names and rounds large numbers, so two readers could see two documents in the
// same bytes. This reader refuses both instead.

import { fromUtf8, utf8 } from "./bytes";

/** A decoded document. Objects have no prototype, so that a name such as `__proto__` is an ordinary name. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** An object of a decoded document. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** How deep a canonical document may nest, the outermost array or object counting as one. */
const MAX_DEPTH = 16;
/** How deep a receipt file may nest: it holds canonical documents at depth four at most. */
const MAX_FILE_DEPTH = MAX_DEPTH + 4;

const WHITE_SPACE = /[ \t\n\r]*/y;
const INTEGER = /-?(?:0|[1-9][0-9]*)/y;
// Everything a string may hold unescaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must be excluded.
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Thrown and caught inside this file only. */
class Unreadable extends Error {}

class Reader {
  private at = 0;
  private readonly text: string;
  private readonly maxDepth: number;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  document(): Json {
    const value = this.value(0);
    this.take(WHITE_SPACE);
    if (this.at !== this.text.length) throw new Unreadable();
    return value;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  private skip(token: string): boolean {
    this.take(WHITE_SPACE);
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private require(token: string): void {
    if (!this.skip(token)) throw new Unreadable();
  }

  private value(depth: number): Json {
    if (this.skip("{")) return this.object(depth + 1);
    if (this.skip("[")) return this.array(depth + 1);
    if (this.skip('"')) return this.string();
    if (this.skip("null")) return null;
    if (this.skip("true")) return true;
    if (this.skip("false")) return false;
    return this.integer();
  }

  private object(depth: number): Json {
    if (depth > this.maxDepth) throw new Unreadable();
    const object: Record<string, Json> = Object.create(null);
    if (this.skip("}")) return object;
    do {
      this.require('"');
      const name = this.string();
      if (Object.hasOwn(object, name)) throw new Unreadable();
      this.require(":");
      object[name] = this.value(depth);
    } while (this.skip(","));
    this.require("}");
    return object;
  }

  private array(depth: number): Json {
    if (depth > this.maxDepth) throw new Unreadable();
    const items: Json[] = [];
    if (this.skip("]")) return items;
    do items.push(this.value(depth));
    while (this.skip(","));
    this.require("]");
    return items;
  }

  /** The rest of a string whose opening quotation mark has been read. */
  private string(): string {
    let whole = "";
    for (;;) {
      whole += this.take(PLAIN);
      const next = this.text[this.at];
      this.at += 1;
      if (next === '"') break;
      if (next !== "\\") throw new Unreadable();
      const letter = this.text[this.at] ?? "";
      this.at += 1;
      if (letter === "u") {
        const digits = this.text.slice(this.at, this.at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new Unreadable();
        whole += String.fromCharCode(Number.parseInt(digits, 16));
        this.at += 4;
      } else {
        const character = ESCAPES[letter];
        if (character === undefined) throw new Unreadable();
        whole += character;
      }
    }
    if (LONE_SURROGATE.test(whole)) throw new Unreadable();
    return whole;
  }

  private integer(): number {
    const digits = this.take(INTEGER);
    const value = Number(digits);
    // Empty also covers any token that is not JSON; a fraction or exponent is left over and refused by the caller.
    if (digits === "" || digits === "-0" || !Number.isSafeInteger(value)) throw new Unreadable();
    return value;
  }
}

/**
 * Reads a JSON document that need not be canonical but repeats no name, nests at most `maxDepth` levels and holds only
 * the integers that canonical JSON allows. `null` where it is anything else (a document that is JSON's `null` included).
 */
export function parseJson(bytes: Uint8Array, maxDepth = MAX_FILE_DEPTH): Json {
  const text = fromUtf8(bytes);
  if (text === null) return null;
  try {
    return new Reader(text, maxDepth).document();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** Whether a value is an object of a decoded document. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function write(value: Json, depth: number): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new Unreadable();
    return String(value);
  }
  if (typeof value === "string") {
    if (LONE_SURROGATE.test(value)) throw new Unreadable();
    // ECMAScript's own escaping is what RFC 8785 section 3.2.2.2 prescribes.
    return JSON.stringify(value);
  }
  if (depth >= MAX_DEPTH) throw new Unreadable();
  if (!isObject(value)) return `[${value.map(item => write(item, depth + 1)).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .map(name => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the rule being checked.
      if (!/^[\u0000-\u007f]*$/.test(name)) throw new Unreadable();
      return `${JSON.stringify(name)}:${write(value[name] ?? null, depth + 1)}`;
    });
  return `{${members.join(",")}}`;
}

/** `JCS(value)`, or `null` where the value has no canonical form (a fraction, a name outside ASCII, too deep). */
export function canonical(value: Json): Uint8Array | null {
  try {
    return utf8(write(value, 0));
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** Reads bytes that must be exactly the canonical form of what they decode to; `null` for any others. */
export function parseCanonical(text: string): Json {
  const bytes = utf8(text);
  const value = parseJson(bytes, MAX_DEPTH);
  const again = canonical(value);
  return again !== null && fromUtf8(again) === text ? value : null;
}
