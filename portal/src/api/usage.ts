// Who looked: the person's own list, after the Estonian Data Tracker, and the auditor's trail.

import { queryOptions } from "@tanstack/react-query";
import { getJson } from "./client";
import type { Both } from "./demo";

/** One look at a person's data. Newest first; refused looks too. */
export interface Usage {
  readonly logtime: string | number;
  readonly action: Both;
  readonly receiver_code: string;
  readonly receiver_name: string;
  readonly receiver_system: string | null;
  readonly purpose: string;
  readonly case: string | null;
  readonly class: string;
  readonly fields: readonly string[];
  readonly allowed: boolean;
  readonly code: number | string;
  readonly height: number;
  readonly transaction: string;
}

export interface UsagePage {
  readonly height: number;
  readonly total: number;
  readonly items: readonly Usage[];
}

export const USAGE_PAGE = 20;

export function usageQuery(offset: number) {
  return queryOptions({
    queryKey: ["usage", offset],
    queryFn: ({ signal }) => getJson<UsagePage>(`/api/v1/usage?offset=${offset}&limit=${USAGE_PAGE}`, signal),
  });
}

/** An access event as formats.md section 8 has it, with where it lies. */
export interface AccessEvent {
  readonly allowed: boolean;
  readonly basis: { readonly kind: "lease" | "own" | "duty"; readonly reference: string | null };
  readonly case: string | null;
  readonly class: string;
  readonly code: number;
  readonly count: number;
  readonly fields: readonly string[];
  readonly officer: string | null;
  readonly post: string | null;
  readonly previous: string | null;
  readonly purpose: string;
  readonly sequence: number;
  readonly source: string;
  readonly subject: string | null;
  readonly withheld: { readonly basis: string; readonly review: number } | null;
  readonly height: number;
  readonly time: number;
  readonly transaction: string;
}

/** Numbers of a source's sequence that are missing in the index: an alarm. */
export interface Gap {
  readonly source: string;
  readonly from: number;
  readonly to: number;
}

export interface AccessPage {
  readonly height: number;
  readonly items: readonly AccessEvent[];
  readonly gaps: readonly Gap[];
  readonly next: string | null;
}

export interface AccessFilter {
  readonly source: string;
  readonly officer: string;
  readonly subject: string;
  readonly allowed: "" | "true" | "false";
}

export function accessPage(
  filter: AccessFilter,
  before: string | null,
  signal?: AbortSignal,
): Promise<AccessPage> {
  const parameters = new URLSearchParams({ limit: "100" });
  for (const [name, value] of Object.entries(filter)) if (value !== "") parameters.set(name, value);
  if (before !== null) parameters.set("before", before);
  return getJson<AccessPage>(`/api/v1/access?${parameters}`, signal);
}
