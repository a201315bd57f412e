// Parts that several documents share.

import type { Block, Cell, Table } from "./content";
import type { Words } from "./words";

/** About how wide a text is, in halves of a Chinese character. */
function halves(text: string): number {
  let sum = 0;
  for (const character of text) sum += (character.codePointAt(0) ?? 0) < 0x2e80 ? 1.15 : 2;
  return sum;
}

/** What fits beside its name into half a line. */
const SHORT = 27;
const DIGEST = /^[a-z0-9]+:[0-9a-f]{64,}$/;

/** Names and values, two to a line where both are short; rows without a value are left out. */
export function factsTable(rows: readonly (readonly [string | Cell, string | null | undefined])[]): Table {
  const lines: Cell[][] = [];
  let half: Cell[] | null = null;
  const close = () => {
    const [name, value] = half ?? [];
    if (name !== undefined && value !== undefined) lines.push([name, { ...value, span: 3 }]);
    half = null;
  };
  for (const [name, value] of rows) {
    if (value === null || value === undefined || value === "") continue;
    const pair: Cell[] = [
      { ...(typeof name === "string" ? { text: name } : name), names: true },
      { text: value, ...(DIGEST.test(value) ? { fine: true } : {}) },
    ];
    if (halves(value) > SHORT) {
      close();
      half = pair;
      close();
    } else if (half === null) half = pair;
    else {
      lines.push([...half, ...pair]);
      half = null;
    }
  }
  close();
  const column = (share: number) => ({ head: "", share });
  return {
    kind: "table",
    headed: false,
    columns: [column(0.19), column(0.31), column(0.19), column(0.31)],
    rows: lines,
  };
}

export type CheckMark = "passed" | "failed" | "absent" | "skipped";

export interface CheckRow {
  readonly what: string;
  /** What the result rests on. */
  readonly basis?: string;
  readonly state: CheckMark;
  readonly note?: string;
}

const MARKS: Readonly<Record<CheckMark, string>> = {
  passed: "✓ ",
  failed: "× ",
  absent: "– ",
  skipped: "· ",
};

/** What was checked, one by one, each with its result in words. */
export function checksTable({ own, t }: Words, rows: readonly CheckRow[]): Table {
  return {
    kind: "table",
    headed: true,
    columns: [
      { head: own("columns.number"), share: 0.09, align: "center" },
      { head: own("columns.check"), share: 0.66 },
      { head: own("columns.result"), share: 0.25 },
    ],
    rows: rows.map(({ what, basis, state, note }, at) => [
      { text: String(at + 1) },
      { text: what, ...(basis === undefined ? {} : { under: basis }) },
      {
        text: MARKS[state] + t(`verify.state.${state}`),
        ...(note === undefined ? {} : { under: note }),
        ...(state === "passed" ? { tone: "good" } : state === "failed" ? { tone: "bad" } : {}),
      },
    ]),
  };
}

export function heading(text: string): Block {
  return { kind: "heading", text };
}
