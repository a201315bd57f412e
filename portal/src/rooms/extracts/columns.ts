// What columns hold that do not show it, as it is written in the form: `name=kind`, one to a line.

const DECLARED = /^([^=\s]+)=(\S+)$/;

/** What was written about columns, or `null` where a line has another form. */
export function declaredColumns(text: string): Readonly<Record<string, string>> | null {
  const lines = text
    .split("\n")
    .map(one => one.trim())
    .filter(one => one !== "");
  const pairs = lines.map(one => DECLARED.exec(one));
  if (pairs.some(one => one === null)) return null;
  return Object.fromEntries(pairs.map(one => [one?.[1] ?? "", one?.[2] ?? ""]));
}
