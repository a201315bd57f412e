// What is written in the files of a browser of somebody's own.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The bytes that a text is written with: UTF-8, and UTF-16 as browsers have it in memory. */
function forms(text) {
  return [Buffer.from(text, "utf8"), Buffer.from(text, "utf16le")];
}

/** Which of these texts, or byte strings, stand in a file below a folder, and in which. */
export function foundBelow(folder, needles) {
  const found = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    for (const [name, needle] of Object.entries(needles)) {
      const all = typeof needle === "string" ? forms(needle) : [needle];
      if (all.some(form => bytes.includes(form))) found.push(`${name} in ${path}`);
    }
  }
  return found;
}
