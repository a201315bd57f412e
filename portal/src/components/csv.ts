// Tables as CSV (RFC 4180) that spreadsheets open without running anything.

/** What a spreadsheet takes for the beginning of a formula, in the wide forms too; a tab or a line break before it hides it from the eye. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // An apostrophe makes it a text, which it is.
  const text = FORMULA.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as a file: with the mark by which spreadsheets know UTF-8, and line ends of the standard. */
export function toCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return `\ufeff${rows.map(row => `${row.map(cell).join(",")}\r\n`).join("")}`;
}
