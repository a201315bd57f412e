// Questions to the scenarios, all answered from the state of one height.

import { queryOptions } from "@tanstack/react-query";
import { postJson } from "./client";
import { Problem } from "./problem";
import type { Messages } from "./types";

export interface Question {
  readonly question: string;
  readonly about: Readonly<Record<string, unknown>>;
}

interface Refusal {
  readonly status?: number;
  readonly code?: string;
  readonly name?: string;
  readonly detail?: string;
  readonly messages?: Messages;
  readonly source?: string;
}

interface Answers {
  readonly height: number;
  readonly time: number;
  readonly answers: readonly ({ readonly answer: unknown } | { readonly problem: Refusal })[];
}

/** One answer: what the records say, or why there is none. */
export type Answer<T> =
  | { readonly value: T; readonly problem: null }
  | { readonly value: null; readonly problem: Problem };

/** Answers with the height and the block time they were drawn at. */
export interface At<T> {
  readonly height: number;
  readonly time: number;
  readonly value: T;
}

function problemOf(refusal: Refusal): Problem {
  return new Problem({
    status: refusal.status ?? 404,
    code: refusal.name ?? refusal.code ?? "ANSWER_UNREADABLE",
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    messages: refusal.messages ?? null,
    source: refusal.source ?? null,
  });
}

/** As many as the node takes at once. */
const MOST = 50;

/** Asks up to 50 questions of one height; more are asked in further rounds, and the lowest height counts. */
export async function ask(
  questions: readonly Question[],
  signal?: AbortSignal,
): Promise<At<readonly Answer<unknown>[]>> {
  const rounds: Answers[] = [];
  for (let at = 0; at < questions.length; at += MOST) {
    const round = { questions: questions.slice(at, at + MOST) };
    rounds.push(await postJson<Answers>("/api/v1/ask", round, signal));
  }
  return {
    height: rounds.length === 0 ? 0 : Math.min(...rounds.map(round => round.height)),
    time: rounds.length === 0 ? 0 : Math.min(...rounds.map(round => round.time)),
    value: rounds.flatMap(round =>
      round.answers.map(one =>
        "problem" in one
          ? { value: null, problem: problemOf(one.problem) }
          : { value: one.answer, problem: null },
      ),
    ),
  };
}

/** One question; refused answers are thrown. `read` gives the answer its form. */
export function askQuery<T>(
  question: string,
  about: Readonly<Record<string, unknown>>,
  read: (value: unknown) => T,
) {
  return queryOptions({
    queryKey: ["ask", question, about],
    queryFn: async ({ signal }): Promise<At<T>> => {
      const { height, time, value } = await ask([{ question, about }], signal);
      const [first] = value;
      if (first === undefined) throw new Problem({ status: 200, code: "ANSWER_UNREADABLE" });
      if (first.problem !== null) throw first.problem;
      return { height, time, value: read(first.value) };
    },
  });
}
