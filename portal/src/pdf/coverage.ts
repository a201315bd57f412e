// Which piece of the font has a character, and which characters none has. See scripts/fonts.mjs for how it is cut.

import lists from "../../fonts/coverage.json";

const core = new Set(lists.core);
const common = new Set(lists.common);
const signs = new Set(lists.signs);
const rare = new Set(lists.rare);
const gaps = new Set(lists.gaps);

/** The piece that every document loads. */
export const CORE = "core";

/** Controls and marks that only steer other characters: drawn, they would be nothing, or turn a line around. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u;

/** The name of the piece with this character, or `null` where the font has no sign for it. */
export function pieceOf(character: string): string | null {
  if (INVISIBLE.test(character)) return null;
  if (core.has(character)) return CORE;
  if (common.has(character)) return "common";
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x3400 && code < 0xa000) return gaps.has(character) ? null : `han-${(code >> 8).toString(16)}`;
  if (signs.has(character)) return "signs";
  return rare.has(character) ? "rare" : null;
}

/** A character as its number, the way the standard writes it: U+20BB7. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

export interface Needs {
  /** The pieces to load, `core` first. */
  readonly pieces: readonly string[];
  /** The characters that no piece has, each once, in order of first use. */
  readonly missing: readonly string[];
}

/** What it takes to set a text. */
export function needsOf(text: string): Needs {
  const pieces = new Set<string>();
  const missing: string[] = [];
  for (const character of new Set(text)) {
    if (character === "\n" || character === "\t") continue;
    const piece = pieceOf(character);
    if (piece === null) missing.push(character);
    else pieces.add(piece);
  }
  pieces.delete(CORE);
  return { pieces: [CORE, ...[...pieces].sort()], missing };
}

/** Characters of a line that are drawn with one piece. */
export interface Run {
  readonly piece: string;
  readonly text: string;
  /** The character itself, where its number stands in for it: what copying the line gives. */
  readonly actual?: string;
}

/** A text as runs. A character that the font lacks is shown by its number, in brackets of its own. */
export function runsOf(text: string): readonly Run[] {
  const runs: Run[] = [];
  let piece = CORE;
  let held = "";
  const flush = () => {
    if (held !== "") runs.push({ piece, text: held });
    held = "";
  };
  for (const character of text) {
    const next = pieceOf(character);
    if (next === null) {
      flush();
      const actual = /\p{Cs}/u.test(character) ? "\uFFFD" : character;
      runs.push({ piece: CORE, text: `〔${codePoint(character)}〕`, actual });
    } else {
      if (next !== piece) flush();
      piece = next;
      held += character;
    }
  }
  flush();
  return runs;
}
