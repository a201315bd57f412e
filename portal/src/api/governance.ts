// Answers of the scenario governance in the form the rooms use.

import { queryOptions } from "@tanstack/react-query";
import { type At, ask, askQuery } from "./ask";
import { type Concern, concernPage } from "./concerns";
import { fieldsOf, listOf, numberOf, textOf } from "./reading";

export interface Proposal {
  readonly id: string;
  /** The transaction that made it; its receipt holds the content. */
  readonly transaction: string;
  readonly kind: string;
  readonly member: string;
  readonly status: string;
  readonly deadline: number;
  readonly votes: readonly { readonly code: string; readonly choice: string }[];
  /** How the votes stood after the newest one, and how many are needed; null before the first vote. */
  readonly tally: Tally | null;
  /** When it was decided, and in which block where one of the newest transactions tells. */
  readonly decided: { readonly time: number; readonly height: number | null } | null;
}

export interface Tally {
  readonly approve: number;
  readonly against: number;
  readonly members: number;
  readonly needed: number;
}

function readTally(outcome: Concern["outcome"]): Tally | null {
  const fields = fieldsOf(outcome);
  const [approve, against] = [numberOf(fields, "for"), numberOf(fields, "against")];
  const [members, needed] = [numberOf(fields, "members"), numberOf(fields, "needed")];
  return approve === null || against === null || members === null || needed === null
    ? null
    : { approve, against, members, needed };
}

/** A proposal as it stands; `votes` are the transactions that voted on it or took it back, the newest first. */
export function readProposal(
  value: unknown,
  id: string,
  transaction: string,
  votes: readonly Concern[] = [],
): Proposal | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const decided = numberOf(fields, "decided");
  return {
    id,
    transaction,
    tally: votes.map(one => readTally(one.outcome)).find(one => one !== null) ?? null,
    decided:
      decided === null
        ? null
        : { time: decided, height: votes.find(one => one.time === decided)?.height ?? null },
    kind: textOf(fields, "kind") ?? "",
    member: textOf(fields, "member") ?? "",
    status: textOf(fields, "status") ?? "",
    deadline: numberOf(fields, "deadline") ?? 0,
    votes: Object.entries(fieldsOf(fields.votes) ?? {}).map(([code, vote]) => ({
      code,
      choice: textOf(fieldsOf(vote), "choice") ?? "",
    })),
  };
}

/** The newest proposals, as they stand. */
export const proposalsQuery = queryOptions({
  queryKey: ["found", "governance"],
  queryFn: async ({ signal }): Promise<At<readonly Proposal[]>> => {
    const [page, votes, withdrawals] = await Promise.all(
      ["governance.propose", "governance.vote", "governance.withdraw"].map(operation =>
        concernPage("governance", operation, null, signal),
      ),
    );
    if (page === undefined) return { height: 0, time: 0, value: [] };
    const steps = [...(votes?.items ?? []), ...(withdrawals?.items ?? [])].filter(one => one.code === 0);
    const ids = page.items.flatMap((one: Concern) => {
      const proposal = one.outcome?.proposal;
      return one.code === 0 && typeof proposal === "string" ? [{ proposal, transaction: one.id }] : [];
    });
    if (ids.length === 0) return { height: page.height, time: 0, value: [] };
    const { height, time, value } = await ask(
      ids.map(({ proposal }) => ({ question: "governance.proposal", about: { proposal } })),
      signal,
    );
    const proposals = ids.flatMap(({ proposal, transaction }, at) => {
      const answer = value[at];
      return answer?.problem === null
        ? (readProposal(
            answer.value,
            proposal,
            transaction,
            steps.filter(one => one.outcome?.proposal === proposal),
          ) ?? [])
        : [];
    });
    return { height, time, value: proposals };
  },
});

/** So many validators vote from a height on. */
export interface SetSize {
  readonly height: number;
  readonly validators: number;
  readonly quorum: number;
}

/** Whether a decision, as JSON, would be allowed now, and how many would vote from which height on; refused as the proposal would be. */
export function checkQuery(decision: string) {
  const about = decision === "" ? {} : { decision: JSON.parse(decision) as unknown };
  return askQuery("governance.check", about, (value): readonly SetSize[] =>
    listOf(fieldsOf(value), "sets").flatMap(one => {
      const fields = fieldsOf(one);
      const [height, validators] = [numberOf(fields, "height"), numberOf(fields, "validators")];
      const quorum = numberOf(fields, "quorum");
      return height === null || validators === null || quorum === null
        ? []
        : [{ height, validators, quorum }];
    }),
  );
}

/** The parameters that members decide. */
export const PARAMETERS = [
  "document_bytes",
  "proposal_days",
  "proposals_open",
  "upgrade_notice",
  "validator_notice",
  "withdraw_voted",
] as const;
export type Parameter = (typeof PARAMETERS)[number];

export const parametersQuery = queryOptions({
  queryKey: ["ask", "governance.parameter"],
  queryFn: async (): Promise<At<readonly { name: Parameter; value: unknown; standard: unknown }[]>> => {
    const { height, time, value } = await ask(
      PARAMETERS.map(name => ({ question: "governance.parameter", about: { name } })),
    );
    const parameters = PARAMETERS.flatMap((name, at) => {
      const answer = value[at];
      const fields = answer?.problem === null ? fieldsOf(answer.value) : null;
      return fields === null ? [] : [{ name, value: fields.value, standard: fields.default }];
    });
    return { height, time, value: parameters };
  },
});

export interface PublishedYear {
  readonly year: number;
  readonly published: boolean;
}

/** Whether the calendar years around a moment are published: a date in an unpublished year is provisional. */
export function yearsQuery(now: number) {
  const year = new Date(now + 8 * 3_600_000).getUTCFullYear();
  const years = [year - 1, year, year + 1];
  return queryOptions({
    queryKey: ["ask", "governance.due", year],
    queryFn: async (): Promise<At<readonly PublishedYear[]>> => {
      const { height, time, value } = await ask(
        years.map(one => ({
          question: "governance.due",
          about: { days: 1, from_ms: Date.UTC(one, 5, 1), kind: "working" },
        })),
      );
      return {
        height,
        time,
        value: years.map((one, at) => {
          const answer = value[at];
          const fields = answer?.problem === null ? fieldsOf(answer.value) : null;
          return { year: one, published: fields !== null && fields.provisional !== true };
        }),
      };
    },
  });
}

export interface PolicyDocument {
  readonly name: string;
  readonly version: number;
  readonly since: number | null;
  readonly digest: string;
  readonly content: string | null;
}

export async function fetchDocument(name: string): Promise<At<PolicyDocument | null>> {
  const { height, time, value } = await ask([{ question: "governance.document", about: { name } }]);
  const [answer] = value;
  if (answer !== undefined && answer.problem !== null) throw answer.problem;
  const fields = fieldsOf(answer?.value);
  const digest = textOf(fields, "digest");
  if (fields === null || digest === null) return { height, time, value: null };
  return {
    height,
    time,
    value: {
      name,
      version: numberOf(fields, "version") ?? 0,
      since: numberOf(fields, "since") ?? numberOf(fieldsOf(fields.since), "time"),
      digest,
      content: textOf(fields, "content"),
    },
  };
}
