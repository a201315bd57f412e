import type { DecisionFile } from "./read";

/** Where something stands in the tables of a file: the decision, and of a rule its number and of a cell its column. */
export interface Place {
  readonly decision: string;
  readonly rule: number | null;
  readonly column: string | null;
}

/** Where the cell, rule, column or decision with an identifier stands. */
export function placeOf(file: DecisionFile, id: string): Place | null {
  for (const { id: decision, table } of file.decisions) {
    if (decision === id) return { decision, rule: null, column: null };
    if (table === null) continue;
    const columns = [...table.inputs, ...table.outputs];
    const nameOf = (at: number) => columns[at]?.label || columns[at]?.expression || String(at + 1);
    const column = columns.findIndex(one => one.id === id);
    if (column >= 0) return { decision, rule: null, column: nameOf(column) };
    for (const [number, rule] of table.rules.entries()) {
      if (rule.id === id) return { decision, rule: number + 1, column: null };
      const cell = rule.cells.indexOf(id);
      if (cell >= 0) return { decision, rule: number + 1, column: nameOf(cell) };
    }
  }
  return null;
}
