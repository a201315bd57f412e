// From the content of a document to the bytes of its file.

import { toBytes } from "pdfkit/output";
import { drawBlock } from "./blocks";
import { type Content, textsOf } from "./content";
import { codePoint, needsOf } from "./coverage";
import type { FontSource } from "./fonts";
import { Sheet } from "./sheet";

export interface Made {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Characters that the font lacks; the document shows their numbers instead and says so. */
  readonly missing: readonly string[];
}

/** Sets a document. The same content gives the same bytes. */
export async function makePdf(content: Content, font: FontSource): Promise<Made> {
  const { pieces, missing } = needsOf(textsOf(content));
  const loaded = await Promise.all(pieces.map(async name => [name, await font(name)] as const));
  const sheet = new Sheet(content, new Map(loaded));
  const bytes = toBytes(sheet.doc);
  for (const block of content.blocks) drawBlock(sheet, block);
  if (missing.length > 0) {
    const codes = missing.map(codePoint).join(content.language === "en" ? ", " : "、");
    drawBlock(sheet, { kind: "text", text: content.words.missing(codes), quiet: true });
  }
  sheet.finish(content);
  return { bytes: new Uint8Array(await bytes), missing };
}
