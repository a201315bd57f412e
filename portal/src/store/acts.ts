// Acts (办理) signed in this browser, kept from the moment before they are sent until they are final, and for a while after.

import type { Messages } from "../api/types";
import type { Envelope } from "../verify/document";
import type { JsonObject } from "../verify/json";
import { readAll, remove, write } from "./database";

/** What became of a final act. */
export interface ActEnd {
  readonly height: number;
  readonly time: number;
  /** The parsed outcome of the verified receipt; a refusal may have one, too. */
  readonly outcome: JsonObject | null;
}

export interface ActRejection {
  readonly code: string;
  readonly messages: Messages | null;
  readonly source: string | null;
}

export interface StoredAct {
  /** The transaction identifier. */
  readonly id: string;
  readonly chain: string;
  readonly account: string;
  readonly operation: string;
  readonly arguments: JsonObject;
  readonly envelope: Envelope;
  /** `seal`: the department's node adds its seal before it submits. */
  readonly way: "submit" | "seal";
  readonly validUntil: number;
  readonly createdAt: number;
  readonly state: "waiting" | "final" | "rejected" | "expired";
  readonly end: ActEnd | null;
  readonly rejection: ActRejection | null;
  /** What only this browser has and the answer needs later: the reader key of a look, for one. Structured-clonable. */
  readonly keep: unknown;
  /** The name of the form that is forgotten once the act is final; acts of an older page have none. */
  readonly draft?: string | null;
}

const listeners = new Set<() => void>();

export function onActsChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All acts, newest first. */
export async function listActs(): Promise<StoredAct[]> {
  const all = await readAll<StoredAct>("acts");
  return all.sort((a, b) => b.createdAt - a.createdAt);
}

export async function saveAct(act: StoredAct): Promise<void> {
  await write("acts", act);
  for (const listener of listeners) listener();
}

export async function deleteAct(id: string): Promise<void> {
  await remove("acts", id);
  for (const listener of listeners) listener();
}
