// What a person fills in for the inputs of a decision, as variables of a case hold it (docs/reference/rules.md).

/** The types whose values are written as JSON: what no single field can hold. */
const WRITTEN = ["list", "context", "range", "function", "Null"];

export function isWritten(type: string): boolean {
  return WRITTEN.includes(type);
}

/** A value as the node takes it; `undefined` where nothing was filled in, `null` in `wrong` where it cannot be one. */
export function factOf(type: string, text: string): { readonly value: unknown } | "nothing" | "wrong" {
  const given = text.trim();
  if (given === "") return "nothing";
  if (type === "boolean") return { value: given === "true" };
  if (isWritten(type)) {
    try {
      const value: unknown = JSON.parse(given);
      return { value };
    } catch {
      return "wrong";
    }
  }
  // Numbers go as texts: JSON would round them.
  return { value: type === "string" ? text : given };
}

/** An answer as a person reads it: names and values. */
export function linesOf(answer: unknown): readonly (readonly [string, string])[] {
  const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  if (typeof answer === "object" && answer !== null && !Array.isArray(answer)) {
    return Object.entries(answer).map(([name, value]) => [name, textOf(value)] as const);
  }
  return [["", textOf(answer)]];
}
