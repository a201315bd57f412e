// Reads members of an answer without believing its form: what is not of the wanted type is absent.

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The first of the named members that is a text. */
export function textOf(fields: Fields | null, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields?.[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}

/** The first of the named members that is a number. */
export function numberOf(fields: Fields | null, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = fields?.[name];
    if (typeof value === "number") return value;
  }
  return null;
}

/** The member as a list of texts. */
export function textsOf(fields: Fields | null, name: string): readonly string[] {
  const value = fields?.[name];
  return Array.isArray(value) ? value.filter(one => typeof one === "string") : [];
}

/** The member as a list of whatever is no more than JSON. */
export function listOf(fields: Fields | null, name: string): readonly unknown[] {
  const value = fields?.[name];
  return Array.isArray(value) ? value : [];
}

/** A time in milliseconds: a number, or the `time` of a mark of height and time. */
export function timeOf(fields: Fields | null, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = fields?.[name];
    if (typeof value === "number") return value;
    const inner = fieldsOf(value)?.time;
    if (typeof inner === "number") return inner;
  }
  return null;
}
