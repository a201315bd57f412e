// What a node says of decisions (决策) before they are enacted, and which are.

import { queryOptions } from "@tanstack/react-query";
import { verifyReceipt } from "../verify/receipt";
import { ask } from "./ask";
import { getBytes, postJson } from "./client";
import { proposalsQuery } from "./governance";
import { homeChainQuery } from "./queries";
import { fieldsOf, numberOf, textOf } from "./reading";
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

/** The most proposals whose documents are looked at: those of one page of what concerns governance. */
const LOOKED_AT = 50;
/** How many receipts are asked for at a time. */
const AT_A_TIME = 5;

/**
 * The names that begin with a prefix, of the documents that were enacted by the newest proposals. The records know documents by name alone, so
 * that a list can only be drawn from what was proposed: the receipt of each proposal says which document it made, and never changes.
 */
export function enactedNamesQuery(prefix: string) {
  return queryOptions({
    queryKey: ["enacted-names", prefix],
    staleTime: 60_000,
    queryFn: async ({ client, signal }): Promise<readonly string[]> => {
      const { value } = await client.fetchQuery(proposalsQuery);
      const { chain } = await client.fetchQuery(homeChainQuery);
      const made = value
        .filter(one => one.kind === "document" && one.status === "enacted")
        .slice(0, LOOKED_AT);
      const names = new Set<string>();
      for (let at = 0; at < made.length; at += AT_A_TIME) {
        const found = await Promise.all(
          made.slice(at, at + AT_A_TIME).map(({ transaction }) =>
            client.fetchQuery({
              queryKey: ["document-name", transaction],
              staleTime: Number.POSITIVE_INFINITY,
              queryFn: async () => {
                const bytes = await getBytes(`/api/v1/receipts/${transaction}`, signal);
                const receipt = await verifyReceipt(bytes, [chain]);
                const decision = fieldsOf(receipt.body?.arguments.decision);
                return textOf(fieldsOf(decision?.content), "name") ?? "";
              },
            }),
          ),
        );
        for (const name of found) if (name.startsWith(prefix)) names.add(name);
      }
      return [...names].sort();
    },
  });
}
