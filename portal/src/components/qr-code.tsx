import qrcode from "qrcode-generator";
import { useMemo } from "react";

const QUIET = 4;

export interface QrRow {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

/** The dark modules of a QR code (GB/T 18284) as stretches of its rows, with the number of modules along a side, margin included. */
export function qrRows(text: string): { readonly rows: readonly QrRow[]; readonly side: number } {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const rows: QrRow[] = [];
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      let length = 0;
      while (column + length < count && code.isDark(row, column + length)) length += 1;
      if (length > 0) rows.push({ row: row + QUIET, column: column + QUIET, length });
      column += length;
    }
  }
  return { rows, side: count + 2 * QUIET };
}

/** The same as one SVG path. */
export function qrPath(text: string): { readonly path: string; readonly side: number } {
  const { rows, side } = qrRows(text);
  const path = rows.map(({ row, column, length }) => `M${column} ${row}h${length}v1h-${length}z`).join("");
  return { path, side };
}

/** A QR code, drawn as a path: no image, no style. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { path, side } = useMemo(() => qrPath(text), [text]);
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
