// Who is signed in at this node: the challenge that is signed, the session it opens, and its end.

import { queryOptions } from "@tanstack/react-query";
import { draftsOf, expectDrafts, lockDrafts, openDrafts } from "../store/drafts";
import type { KeyedSignature } from "../verify/signature";
import { deleteAt, getJson, postJson } from "./client";
import { Problem } from "./problem";
import type { DraftKey } from "./types";

/** How long the node keeps a session that is not used. */
export const IDLE_MS = 15 * 60_000;

/** A post (岗位): under which mandate the person acts for a body. */
export interface Post {
  /** The unified social credit code of the body, or null for the mandate of a person. */
  readonly body: string | null;
  /** Its name and roles where it is a member. */
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly mandate: string;
  /** The party in whose name it acts. */
  readonly principal: string;
  readonly kind: string;
  readonly grade: number;
  readonly scope: readonly string[];
  readonly until: number | null;
}

/** A post at a body. */
export type OfficerPost = Post & { readonly body: string };

export interface Session {
  readonly account: string;
  /** The party that the account belongs to, or null where nobody has enrolled it. */
  readonly party: string | null;
  readonly kind: string | null;
  readonly code: string | null;
  /** `active`, or why the key cannot act. */
  readonly state: string | null;
  readonly posts: readonly Post[];
  readonly height: number;
}

export interface Challenge {
  readonly challenge: string;
  /** For how many milliseconds it can be answered. */
  readonly expires_ms: number;
}

/** Nobody is signed in: an answer, not a fault. */
function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && (error.status === 401 || error.status === 404);
}

/**
 * Asks for the key of the drafts of whoever is signed in, before any page knows of the session: a form that opens finds what was left in it.
 * Without the key, forms are held by their window until it comes.
 */
export async function unlockDrafts({ account, state }: Session, signal?: AbortSignal): Promise<void> {
  expectDrafts(account);
  if (draftsOf() === account) return;
  // The node refuses it to a key that cannot act.
  if (state !== null && state !== "active") return;
  try {
    const answer = await getJson<DraftKey>("/api/v1/session/draft-key", signal);
    // The session may have become another's meanwhile.
    if (!signal?.aborted && answer.account === account) openDrafts(account, answer.key);
  } catch {
    // Asked for again with the next look at the session.
  }
}

async function fetchSession(signal?: AbortSignal): Promise<Session | null> {
  try {
    const session = await getJson<Session>("/api/v1/session", signal);
    await unlockDrafts(session, signal);
    return session;
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    if (!signal?.aborted) lockDrafts();
    return null;
  }
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => fetchSession(signal),
  staleTime: 60_000,
});

export function askChallenge(account: string): Promise<Challenge> {
  return postJson<Challenge>("/api/v1/session/challenge", { account });
}

export function openSession(challenge: string, signature: KeyedSignature): Promise<Session> {
  return postJson<Session>("/api/v1/session", { challenge, signature });
}

export async function closeSession(): Promise<void> {
  try {
    await deleteAt("/api/v1/session");
  } catch (error) {
    if (!isSignedOut(error)) throw error;
  }
}

/** Whether a scope covers an operation: by its name, or by its scenario with the point. */
export function covers(scope: readonly string[], operation: string): boolean {
  return scope.some(one => one === operation || (one.endsWith(".") && operation.startsWith(one)));
}
