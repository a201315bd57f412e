// What is filled in for the answers of a form that conditions read.

import type { NeededAnswer } from "../../api/types";

/** What was typed for each answer, by its name; `true` and `false` for a yes and a no. */
export type Typed = Readonly<Record<string, string>>;

/** Whether what was typed can be an answer of its kind. Variables of cases are whole numbers. */
export function fits({ of }: NeededAnswer, typed: string): boolean {
  return of !== "number" || typed.trim() === "" || /^-?\d{1,15}$/.test(typed.trim());
}

/** The variables with which a trial begins. An answer that is left empty is not given, as in a form. */
export function variablesOf(
  answers: readonly NeededAnswer[],
  typed: Typed,
): Readonly<Record<string, string | number | boolean>> {
  const answerOf = (of: string, text: string) => {
    if (of === "number") return Number(text);
    return of === "boolean" ? text === "true" : text;
  };
  const given = answers.map(({ name, of }) => ({ name, of, text: (typed[name] ?? "").trim() }));
  const filled = given.filter(({ text }) => text !== "");
  return Object.fromEntries(filled.map(({ name, of, text }) => [name, answerOf(of, text)] as const));
}
