// How each kind of block is set.

import { qrRows } from "../components/qr-code";
import type { Block, Cell, Table } from "./content";
import {
  BODY,
  type Element,
  GREEN,
  INK,
  LEFT,
  QUIET,
  RED,
  RULE,
  type Sheet,
  SMALL,
  type Style,
  WIDTH,
} from "./sheet";

const PAD = { x: 6, y: 2.5 };
const CELL: Style = { size: 9.5, leading: 13.5 };
const NAME: Style = { size: 9, leading: 13.5, colour: QUIET };
const FINE: Style = { size: 8.4, leading: 13.5 };
const HEADED: Style = { size: 8.5, leading: 13, colour: QUIET };
const UNDER: Style = { size: 7, leading: 9, colour: QUIET };
const TONES = { good: GREEN, bad: RED };

interface SetLine {
  readonly text: string;
  readonly style: Style;
}

interface SetCell {
  readonly lines: readonly SetLine[];
  readonly x: number;
  readonly width: number;
  readonly align: "left" | "right" | "center";
}

function heightOf(lines: readonly SetLine[]): number {
  return lines.reduce((sum, { style }) => sum + style.leading, 0);
}

/** How many of these lines fit into a height; at least one. */
function fitting(lines: readonly SetLine[], height: number): number {
  let sum = 0;
  let count = 0;
  for (const { style } of lines) {
    sum += style.leading;
    if (sum > height && count > 0) break;
    count += 1;
  }
  return count;
}

function setCells(sheet: Sheet, table: Table, row: readonly Cell[], plain: Style): SetCell[] {
  let x = LEFT;
  let column = 0;
  return row.map(cell => {
    const spanned = table.columns.slice(column, column + (cell.span ?? 1));
    const share = spanned.reduce((sum, one) => sum + one.share, 0);
    const style: Style = {
      ...(cell.names ? NAME : cell.fine ? FINE : plain),
      ...(cell.tone ? { colour: TONES[cell.tone] } : {}),
    };
    const width = share * WIDTH - 2 * PAD.x;
    const lines: SetLine[] = sheet.break(cell.text, width, style).map(text => ({ text, style }));
    if (cell.under) {
      lines.push(...sheet.break(cell.under, width, UNDER).map(text => ({ text, style: UNDER })));
    }
    const set = { lines, x: x + PAD.x, width, align: spanned[0]?.align ?? "left" };
    x += share * WIDTH;
    column += spanned.length;
    return set;
  });
}

/** The lines around a part of a row, and its ground. */
function frame(sheet: Sheet, cells: readonly SetCell[], height: number, ground: string | null): void {
  sheet.artifact("Layout", () => {
    if (ground !== null) sheet.doc.rect(LEFT, sheet.y, WIDTH, height).fill(ground);
    sheet.rule(LEFT, sheet.y, WIDTH, RULE);
    sheet.rule(LEFT, sheet.y + height, WIDTH, RULE);
    for (const x of [...cells.map(one => one.x - PAD.x), LEFT + WIDTH]) {
      sheet.doc
        .moveTo(x, sheet.y)
        .lineTo(x, sheet.y + height)
        .lineWidth(0.5)
        .strokeColor(RULE)
        .stroke();
    }
  });
}

function drawPart(
  sheet: Sheet,
  cells: readonly SetCell[],
  draw: (at: number, lines: () => void) => void,
): void {
  cells.forEach(({ lines, x, width, align }, at) => {
    let y = sheet.y + PAD.y;
    for (const { text, style } of lines) {
      const top = y;
      draw(at, () => sheet.line(text, x, top, width, style, align));
      y += style.leading;
    }
  });
}

function drawHead(sheet: Sheet, table: Table, element: Element | null): void {
  const cells = setCells(
    sheet,
    table,
    table.columns.map(one => ({ text: one.head })),
    HEADED,
  );
  const height = Math.max(...cells.map(one => heightOf(one.lines))) + 2 * PAD.y;
  frame(sheet, cells, height, "#f5f2ed");
  const row = element === null ? null : sheet.element("TR", element);
  const heads = row === null ? [] : cells.map(() => sheet.element("TH", row, { scope: "Column" }));
  drawPart(sheet, cells, (at, lines) => {
    const head = heads[at];
    // On a further page the head is repeated for the eye only.
    if (head === undefined) sheet.artifact("Pagination", lines);
    else sheet.tagged(head, "TH", lines);
  });
  sheet.y += height;
}

function drawTable(sheet: Sheet, table: Table): void {
  const element = sheet.element("Table");
  const turned = () => {
    sheet.turn();
    if (table.headed) drawHead(sheet, table, null);
  };
  if (table.headed) {
    sheet.need(60);
    drawHead(sheet, table, element);
  }
  for (const given of table.rows) {
    const row = sheet.element("TR", element);
    const elements = given.map(cell =>
      cell.names
        ? sheet.element("TH", row, { scope: "Row" })
        : sheet.element("TD", row, {}, cell.span === undefined ? undefined : { ColSpan: cell.span }),
    );
    let cells = setCells(sheet, table, given, CELL);
    const full = Math.max(...cells.map(one => heightOf(one.lines))) + 2 * PAD.y;
    if (full > sheet.left && full < sheet.whole - 40) turned();
    // A row higher than a page goes on over the next ones.
    while (cells.some(one => one.lines.length > 0)) {
      if (sheet.left < 40) turned();
      const room = sheet.left - 2 * PAD.y;
      const parts = cells.map(one => ({ ...one, lines: one.lines.slice(0, fitting(one.lines, room)) }));
      const height = Math.max(...parts.map(one => heightOf(one.lines))) + 2 * PAD.y;
      frame(sheet, parts, height, null);
      drawPart(sheet, parts, (at, lines) => {
        const cell = elements[at];
        if (cell !== undefined) sheet.tagged(cell, "TD", lines);
      });
      sheet.y += height;
      cells = cells.map((one, at) => ({ ...one, lines: one.lines.slice(parts[at]?.lines.length ?? 0) }));
    }
  }
  sheet.y += 6;
}

const QR_SIDE = 86;

function drawQr(sheet: Sheet, block: Extract<Block, { kind: "qr" }>): void {
  sheet.need(QR_SIDE + 8);
  const top = sheet.y + 4;
  const figure = sheet.element("Figure", undefined, {
    alt: block.alt,
    bbox: [LEFT, top, LEFT + QR_SIDE, top + QR_SIDE],
    placement: "Block",
  });
  const { rows, side } = qrRows(block.address);
  const unit = QR_SIDE / side;
  sheet.tagged(figure, "Figure", () => {
    for (const { row, column, length } of rows) {
      sheet.doc.rect(LEFT + column * unit, top + row * unit, length * unit, unit);
    }
    sheet.doc.fill("#000000");
  });
  const x = LEFT + QR_SIDE + 12;
  const width = WIDTH - QR_SIDE - 12;
  sheet.y = top + 8;
  sheet.paragraph(sheet.element("P"), block.caption, BODY, { x, width });
  sheet.paragraph(sheet.element("P"), block.address, SMALL, { x, width });
  sheet.y = Math.max(sheet.y, top + QR_SIDE) + 8;
}

/** Sets one block at the cursor. */
export function drawBlock(sheet: Sheet, block: Block): void {
  switch (block.kind) {
    case "title": {
      const style: Style = { size: 18, leading: 26, colour: INK, bold: true };
      sheet.paragraph(sheet.element("H1"), block.text, style, { align: "center" });
      if (block.under !== null) {
        const under: Style = { size: 9.5, leading: 15, colour: QUIET };
        sheet.paragraph(sheet.element("P"), block.under, under, { align: "center" });
      }
      sheet.y += 4;
      return;
    }
    case "verdict": {
      const colour = block.good ? GREEN : RED;
      const inner = { x: LEFT + 14, width: WIDTH - 14 };
      const head: Style = { size: 13, leading: 21, colour, bold: true };
      const lines = sheet.break(block.meaning, inner.width, BODY).length;
      const height = sheet.break(block.text, inner.width, head).length * head.leading + lines * BODY.leading;
      sheet.need(height + 10);
      sheet.artifact("Layout", () => sheet.doc.rect(LEFT, sheet.y, 3.5, height).fill(colour));
      sheet.paragraph(sheet.element("P"), block.text, head, inner);
      sheet.paragraph(sheet.element("P"), block.meaning, BODY, inner);
      sheet.y += 10;
      return;
    }
    case "heading": {
      // A heading stays with the beginning of what it names.
      sheet.need(72);
      sheet.y += 2;
      const style: Style = { size: 11, leading: 17, bold: true };
      sheet.paragraph(sheet.element("H2"), block.text, style);
      sheet.y += 2;
      return;
    }
    case "text":
      sheet.paragraph(sheet.element("P"), block.text, block.quiet ? SMALL : BODY);
      sheet.y += 4;
      return;
    case "list": {
      const list = sheet.element("L");
      block.items.forEach((item, at) => {
        const entry = sheet.element("LI", list);
        sheet.need(BODY.leading);
        const label = block.ordered ? `${at + 1}.` : "•";
        sheet.tagged(sheet.element("Lbl", entry), "Lbl", () => sheet.line(label, LEFT, sheet.y, 14, BODY));
        sheet.paragraph(sheet.element("LBody", entry), item, BODY, { x: LEFT + 16, width: WIDTH - 16 });
      });
      sheet.y += 6;
      return;
    }
    case "qr":
      drawQr(sheet, block);
      return;
    case "table":
      drawTable(sheet, block);
  }
}
