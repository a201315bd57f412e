// Applications for enrolment: to which authorities, how one's own stands, and the queue of an authority.

import { queryOptions } from "@tanstack/react-query";
import type { Application } from "../ledger/application";
import type { JsonObject } from "../verify/json";
import type { KeyedSignature } from "../verify/signature";
import { ask } from "./ask";
import { getJson, postJson } from "./client";
import { type Member, membersQuery } from "./members";

export const REFUSAL_REASONS = ["facts", "document", "enrolled", "elsewhere", "code"] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** How an application stands; `application` is null where there is none. */
export interface Standing {
  readonly application: string | null;
  readonly made: number | null;
  readonly reason: string | null;
  readonly state: "waiting" | "refused" | null;
  readonly until: number | null;
}

export interface Terms {
  readonly authority: string;
  readonly key: string;
  readonly most_ms: number;
}

/** How often somebody who waits looks what became of it. */
const FOLLOW_MS = 5_000;
/** How often an officer's queue is looked at. */
const QUEUE_MS = 10_000;

/** The members that enrol persons now. */
export const authoritiesQuery = queryOptions({
  queryKey: ["authorities"],
  staleTime: 60_000,
  queryFn: async ({ client, signal }): Promise<readonly Member[]> => {
    const { members } = await client.fetchQuery(membersQuery);
    const active = members.filter(one => one.status === "active");
    const { value } = await ask(
      active.map(one => ({
        question: "identity.issuer",
        about: { department: one.code, type: "enrol-person" },
      })),
      signal,
    );
    return active.filter((_, at) => value[at]?.problem === null);
  },
});

export function fetchTerms(authority: string): Promise<Terms> {
  return getJson<Terms>(`/api/v1/applications/terms?authority=${encodeURIComponent(authority)}`);
}

export function apply(application: Application): Promise<Standing> {
  return postJson<Standing>("/api/v1/applications", application);
}

/** How the application of whoever is signed in stands at an authority, followed as long as it waits. */
export function standingQuery(authority: string, account: string) {
  return queryOptions({
    queryKey: ["applications", "own", authority, account],
    queryFn: ({ signal }) =>
      getJson<Standing>(`/api/v1/applications?authority=${encodeURIComponent(authority)}`, signal),
    refetchInterval: query => (query.state.data?.state === "waiting" ? FOLLOW_MS : false),
  });
}

export function withdraw(
  authority: string,
  application: string,
  signature: KeyedSignature,
): Promise<unknown> {
  return postJson("/api/v1/applications/withdraw", { application, authority, signature });
}

/** An application in the queue of an authority. */
export interface Queued extends Standing {
  readonly account: string;
  readonly application: string;
  readonly made: number;
  readonly tries: number;
  readonly until: number;
}

export const queueQuery = queryOptions({
  queryKey: ["applications", "queue"],
  queryFn: ({ signal }) =>
    getJson<{ readonly items: readonly Queued[]; readonly most: number }>(
      "/api/v1/desk/applications",
      signal,
    ),
  refetchInterval: QUEUE_MS,
});

export interface Opened {
  readonly account: string;
  readonly application: string;
  readonly facts: { readonly name: string; readonly number: string };
}

export function openApplication(application: string): Promise<Opened> {
  return postJson<Opened>("/api/v1/desk/applications/open", { application });
}

/** The arguments of the enrolment, for the check code that the applicant's own device shows. */
export function confirmApplication(application: string, code: string): Promise<JsonObject> {
  return postJson<JsonObject>("/api/v1/desk/applications/confirm", { application, code });
}

export function refuseApplication(application: string, reason: RefusalReason): Promise<Standing> {
  return postJson<Standing>("/api/v1/desk/applications/refuse", { application, reason });
}
