// Paper: pages, the cursor, lines of type, and the tags by which a screen reader finds its way (ISO 32000-1 §14.8).

import PDFDocument from "pdfkit";
import type { Content } from "./content";
import { runsOf } from "./coverage";
import { breakLines } from "./lines";

/** A4, in points. */
const PAGE = { width: 595.28, height: 841.89 };
export const LEFT = 60;
export const WIDTH = PAGE.width - 2 * LEFT;
const TOP = 70;
const BOTTOM = PAGE.height - 58;
/** Where the lines of head and foot stand. */
const HEAD = 38;
const FOOT = PAGE.height - 38;
/** How far above its baseline a line of this font reaches, and how far below, as shares of its size. */
const ASCENT = 0.88;

export const INK = "#1a1a1a";
export const QUIET = "#565656";
export const RED = "#a8201a";
export const GREEN = "#1a6b3c";
export const RULE = "#bdb8b0";

export interface Style {
  readonly size: number;
  /** From one baseline to the next. */
  readonly leading: number;
  readonly colour?: string;
  readonly bold?: boolean;
}

export const BODY: Style = { size: 10, leading: 16 };
export const SMALL: Style = { size: 7.5, leading: 11, colour: QUIET };

/** The line of the filing, in the lower margin. */
const FILING: Style = { size: 6, leading: 8, colour: QUIET };

type Align = "left" | "right" | "center";
export type Element = PDFKit.PDFStructureElement & {
  readonly dictionary?: { readonly data: Record<string, unknown> };
};

/** The pages of one document. Coordinates are points from the upper left corner. */
export class Sheet {
  readonly doc: PDFKit.PDFDocument;
  /** The upper edge of what comes next. */
  y = TOP;
  private readonly root: Element;
  private readonly widths = new Map<string, number>();

  constructor(content: Content, fonts: ReadonlyMap<string, Uint8Array>) {
    const { language, title, time } = content;
    this.doc = new PDFDocument({
      size: "A4",
      margin: 0,
      pdfVersion: "1.7",
      tagged: true,
      lang: language,
      displayTitle: true,
      bufferPages: true,
      autoFirstPage: false,
      // No standard font: whatever is drawn is embedded.
      font: "",
      info: { Title: title, Creator: "Yinxin", Producer: "Yinxin", CreationDate: new Date(time) },
    });
    for (const [name, bytes] of fonts) {
      // The library reads the buffer from its beginning: a view into a larger one would be read wrongly.
      this.doc.registerFont(name, bytes.slice().buffer);
    }
    this.root = this.doc.struct("Document", { title });
    this.doc.addStructure(this.root);
    this.doc.addPage();
  }

  get left(): number {
    return BOTTOM - this.y;
  }

  /** How much fits on an empty page. */
  get whole(): number {
    return BOTTOM - TOP;
  }

  turn(): void {
    this.doc.addPage();
    this.y = TOP;
  }

  /** Begins a new page where less than this is left, so that what belongs together stays together. */
  need(height: number): void {
    if (this.left < height && this.y > TOP) this.turn();
  }

  /** How wide a text is. */
  width(text: string, { size }: Style): number {
    const known = this.widths.get(text);
    if (known !== undefined) return known * size;
    let width = 0;
    for (const run of runsOf(text)) width += this.doc.font(run.piece).fontSize(1).widthOfString(run.text);
    this.widths.set(text, width);
    return width * size;
  }

  break(text: string, width: number, style: Style): string[] {
    return breakLines(text, width, one => this.width(one, style));
  }

  /** A structure element below another, or below the document. */
  element(
    role: string,
    parent: Element = this.root,
    options: object = {},
    table?: { readonly ColSpan: number },
  ): Element {
    const made: Element = this.doc.struct(role, options);
    // The library has no option for the attributes of wide cells (ISO 32000-1 §14.8.5.7).
    if (table !== undefined && made.dictionary) made.dictionary.data.A = { O: "Table", ...table };
    parent.add(made);
    return made;
  }

  /** Draws as content of an element. */
  tagged(element: Element, role: string, draw: () => void): void {
    const content = this.doc.markStructureContent(role);
    draw();
    this.doc.endMarkedContent();
    element.add(content);
  }

  /** Draws what only decorates: rules, heads, feet. Screen readers pass over it. */
  artifact(type: "Layout" | "Pagination", draw: () => void): void {
    this.doc.markContent("Artifact", { type });
    draw();
    this.doc.endMarkedContent();
  }

  /** One line of type within the box that begins at (x, y). */
  line(text: string, x: number, y: number, width: number, style: Style, align: Align = "left"): void {
    const { size, leading, colour = INK, bold = false } = style;
    const free = width - this.width(text, style);
    let at = x + (align === "right" ? free : align === "center" ? free / 2 : 0);
    const baseline = y + (leading - size) / 2 + size * ASCENT;
    this.doc.fillColor(colour).strokeColor(colour);
    for (const { piece, text: run, actual } of runsOf(text)) {
      this.doc.font(piece).fontSize(size);
      if (actual !== undefined) this.doc.markContent("Span", { actual });
      // One weight is embedded; bold type is the same outline drawn with a pen.
      if (bold) this.doc.lineWidth(size * 0.035).lineJoin("round");
      this.doc.text(run, at, baseline, {
        lineBreak: false,
        baseline: "alphabetic",
        fill: true,
        stroke: bold,
      });
      if (actual !== undefined) this.doc.endMarkedContent();
      at += this.doc.widthOfString(run);
    }
  }

  /** Lines one under the other as content of one element, over as many pages as they take. */
  paragraph(
    element: Element,
    text: string,
    style: Style,
    { x = LEFT, width = WIDTH, align = "left" }: { x?: number; width?: number; align?: Align } = {},
  ): void {
    for (const line of this.break(text, width, style)) {
      this.need(style.leading);
      this.tagged(element, "P", () => this.line(line, x, this.y, width, style, align));
      this.y += style.leading;
    }
  }

  rule(x: number, y: number, width: number, colour: string, thickness = 0.5): void {
    this.doc
      .moveTo(x, y)
      .lineTo(x + width, y)
      .lineWidth(thickness)
      .strokeColor(colour)
      .stroke();
  }

  /** Head and foot of every page, once it is known how many there are; then the document is complete. */
  finish({ issuer, title, foot, filing, words }: Content): void {
    const { start, count } = this.doc.bufferedPageRange();
    const style: Style = { size: 8, leading: 12, colour: QUIET };
    const half = WIDTH / 2 - 8;
    const clip = (text: string, width: number) => {
      const [first = "", ...rest] = this.break(text, width - this.width("…", style), style);
      return rest.length === 0 ? first : `${first}…`;
    };
    for (let page = 0; page < count; page += 1) {
      this.doc.switchToPage(start + page);
      this.artifact("Pagination", () => {
        this.line(clip(issuer, half), LEFT, HEAD, half, style);
        this.line(clip(title, half), LEFT + WIDTH - half, HEAD, half, style, "right");
        this.rule(LEFT, HEAD + 15, WIDTH, RED, 0.9);
        this.rule(LEFT, FOOT - 5, WIDTH, RULE);
        const number = words.page(page + 1, count);
        const room = WIDTH - this.width(number, style) - 16;
        this.line(clip(foot, room), LEFT, FOOT, room, style);
        this.line(number, LEFT, FOOT, WIDTH, style, "right");
        const lines = filing === undefined ? [] : this.break(filing, WIDTH, FILING).slice(0, 3);
        for (const [at, line] of lines.entries())
          this.line(line, LEFT, FOOT + style.leading + at * FILING.leading, WIDTH, FILING);
      });
    }
    this.root.end();
    this.doc.end();
  }
}
