// What the rooms ask the node, each with its key in the query cache.

import { queryOptions } from "@tanstack/react-query";
import { homeChainOf, rememberedHome, rememberHome } from "../store/chains";
import { type Certificate, type Header, readCertificate, readHeader } from "../verify/document";
import { isObject, parseJson } from "../verify/json";
import { getBytes, getJson } from "./client";
import { Problem } from "./problem";
import type {
  BlockOccurrence,
  BlockPage,
  BlockTransaction,
  EntryDetail,
  EntryPage,
  Status,
  Why,
} from "./types";

const LIVE_MS = 5_000;

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => getJson<Status>("/api/v1/status", signal),
  refetchInterval: LIVE_MS,
});

export const whyQuery = queryOptions({
  queryKey: ["why"],
  queryFn: ({ signal }) => getJson<Why>("/api/v1/why", signal),
  refetchInterval: LIVE_MS,
});

export const LATEST_BLOCKS = 12;

export const blocksQuery = queryOptions({
  queryKey: ["blocks"],
  queryFn: ({ signal }) => getJson<BlockPage>(`/api/v1/blocks?limit=${LATEST_BLOCKS}`, signal),
});

/**
 * The chain of the node that serves this page, from its genesis. Kept for the times without a network, because it is
 * what receipts are verified against.
 */
export const homeChainQuery = queryOptions({
  queryKey: ["home-chain"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => {
    try {
      const bytes = await getBytes("/api/v1/genesis", signal);
      const home = homeChainOf(bytes);
      if (home === null) throw new Problem({ status: 200, code: "ANSWER_UNREADABLE" });
      // A window that may not store anything still works while it is open.
      await rememberHome(bytes).catch(() => {});
      return home;
    } catch (error) {
      const kept = await rememberedHome().catch(() => null);
      if (kept === null) throw error;
      return kept;
    }
  },
});

export interface BlockDetail {
  readonly at_height: number;
  readonly hash: string;
  readonly header: Header | null;
  readonly certificate: Certificate | null;
  readonly transactions: readonly BlockTransaction[];
  /** How many more it has, which concern others. */
  readonly withheld: number;
  /** What the ledger itself did in it because a time had come. */
  readonly occurrences: readonly BlockOccurrence[];
  /** How many more of these it has, which concern others. */
  readonly withheld_occurrences: number;
}

/** A block with header and certificate read strictly, so that the browser can verify them itself. */
export function blockQuery(height: number) {
  return queryOptions({
    queryKey: ["block", height],
    queryFn: async ({ signal }): Promise<BlockDetail> => {
      const document = parseJson(await getBytes(`/api/v1/blocks/${height}`, signal));
      if (!isObject(document)) throw new Problem({ status: 200, code: "ANSWER_UNREADABLE" });
      return {
        ...(document as unknown as BlockDetail),
        header: readHeader(document.header ?? null),
        certificate: readCertificate(document.certificate ?? null),
      };
    },
  });
}

const PAGE = 20;

export interface EvidenceSearch {
  readonly commitment?: string;
  readonly account?: string;
}

/** The first page of a search, or the page that `before` points to. */
export function evidencePage(
  search: EvidenceSearch,
  before: string | null,
  signal?: AbortSignal,
): Promise<EntryPage> {
  const parameters = new URLSearchParams({ ...search, limit: String(PAGE) });
  if (before !== null) parameters.set("before", before);
  return getJson<EntryPage>(`/api/v1/evidence?${parameters}`, signal);
}

export function entryQuery(entry: string) {
  return queryOptions({
    queryKey: ["entry", entry],
    queryFn: ({ signal }) => getJson<EntryDetail>(`/api/v1/evidence/${encodeURIComponent(entry)}`, signal),
  });
}
