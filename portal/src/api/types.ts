// The answers of the HTTP interface, docs/reference/http-api.md.

import type { Messages } from "./problem";

export interface NodeName {
  readonly code: string;
  readonly name: string;
  readonly validator: string;
}

export interface Status {
  readonly chain: string;
  readonly name: string;
  readonly suite: "intl" | "gm";
  readonly version: string;
  readonly height: number;
  readonly hash: string;
  readonly time: number;
  readonly node: NodeName;
  readonly validators: readonly (NodeName & { readonly connected: boolean; readonly self: boolean })[];
  readonly mempool: {
    readonly transactions: number;
    readonly bytes: number;
    readonly limit_transactions: number;
    readonly limit_bytes: number;
  };
}

export interface Why {
  readonly state: "running" | "halted" | "starting";
  readonly height: number;
  readonly stalled_ms: number;
  readonly quorum: number;
  readonly messages: Messages;
}

export interface BlockRow {
  readonly height: number;
  readonly hash: string;
  readonly time: number;
  readonly transactions: number;
  readonly leader: string;
}

export interface BlockPage {
  readonly at_height: number;
  readonly items: readonly BlockRow[];
}

export interface BlockTransaction {
  readonly id: string;
  readonly operation: string;
  readonly account: string;
  readonly code: number;
}

export type TransactionStatus = "unknown" | "pending" | "committed" | "rejected";

export interface TransactionAnswer {
  readonly id: string;
  readonly status: TransactionStatus;
  readonly height?: number;
  readonly code?: number;
  readonly name?: string;
  readonly messages?: Messages;
  readonly outcome?: unknown;
}

export interface EntryLink {
  readonly entry: string;
  readonly relation: "supplements" | "replaces" | "relates";
  readonly height: number;
}

export interface Challenge {
  readonly challenge: string;
  readonly account: string;
  readonly grounds: "before_chain" | "technical" | "authority" | "other";
  readonly statement: string;
  readonly height: number;
  readonly time: number;
  readonly finding: "upheld" | "dismissed" | "withdrawn" | null;
  readonly finding_statement: string | null;
  readonly finding_height: number | null;
}

export interface Capture {
  readonly details: string;
  readonly environment: string;
  readonly from: number;
  readonly to: number;
  readonly tool: string;
  readonly tool_digest: string | null;
  readonly tool_version: string;
}

export interface Entry {
  readonly entry: string;
  readonly account: string;
  readonly commitment: string;
  readonly kind: "sealed" | "open";
  readonly items: number | null;
  readonly size: number | null;
  readonly media_type: string | null;
  readonly capture: Capture | null;
  readonly transaction: string;
  readonly height: number;
  readonly index: number;
  readonly time: number;
  readonly first: { readonly entry: string; readonly height: number; readonly time: number };
  readonly links?: readonly EntryLink[];
  readonly challenges?: readonly Challenge[];
}

/** One entry with its links and challenges. */
export interface EntryDetail extends Entry {
  readonly at_height: number;
}

export interface EntryPage {
  readonly at_height: number;
  readonly items: readonly Entry[];
  readonly next: string | number | null;
}
