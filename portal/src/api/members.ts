// The members of the consortium, as decided until now.

import { queryOptions } from "@tanstack/react-query";
import { getJson } from "./client";

export interface Member {
  readonly code: string;
  readonly name: string;
  readonly level: string | null;
  readonly roles: readonly string[];
  readonly status: string;
  readonly account: string;
  readonly validator: string | null;
}

export interface Members {
  readonly height: number;
  readonly members: readonly Member[];
}

export const membersQuery = queryOptions({
  queryKey: ["members"],
  queryFn: ({ signal }) => getJson<Members>("/api/v1/members", signal),
  staleTime: 30_000,
});
