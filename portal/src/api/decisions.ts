// What a node says of decisions (决策) before they are enacted, and which are.

import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask";
import { postJson } from "./client";
import { fieldsOf, numberOf } from "./reading";
import type { DecisionVerdict, TriedDecision } from "./types";

/** What would keep the document from being enacted. */
export function checkDecisions(document: string, signal?: AbortSignal): Promise<DecisionVerdict> {
  return postJson("/api/v1/decisions/check", { document }, signal);
}

/** What comes out of a decision for facts; nothing is kept. */
export function tryDecision(
  document: string,
  decision: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<TriedDecision> {
  return postJson("/api/v1/decisions/try", { document, decision, facts });
}

export interface Enacted {
  readonly name: string;
  readonly version: number;
}

/** The newest versions of documents by their names; those that are not enacted are left out. */
export function enactedQuery(names: readonly string[]) {
  return queryOptions({
    queryKey: ["ask", "governance.document", "versions", ...names],
    enabled: names.length > 0,
    queryFn: async ({ signal }): Promise<readonly Enacted[]> => {
      const { value } = await ask(
        names.map(name => ({ question: "governance.document", about: { name, content: false } })),
        signal,
      );
      return names.flatMap((name, at) => {
        const answer = value[at];
        const version = answer?.problem === null ? numberOf(fieldsOf(answer.value), "version") : null;
        return version === null ? [] : [{ name, version }];
      });
    },
  });
}
