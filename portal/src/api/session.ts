// Who is signed in at this node: the challenge that is signed, the session it opens, and its end.

import { queryOptions } from "@tanstack/react-query";
import { deleteAt, getJson, postJson } from "./client";
import { Problem } from "./problem";

/** How long the node keeps a session that is not used. */
export const IDLE_MS = 15 * 60_000;

/** A post (岗位): under which mandate the person acts for a body. */
export interface Post {
  /** The unified social credit code of the body. */
  readonly body: string;
  readonly name: string;
  readonly mandate: string;
  readonly kind: string;
  readonly grade: number;
  readonly scope: readonly string[];
  readonly until: number | null;
}

export interface Session {
  readonly account: string;
  /** The party that the account belongs to, or null where nobody has enrolled it. */
  readonly party: string | null;
  readonly kind: string | null;
  readonly code: string | null;
  readonly posts: readonly Post[];
  readonly height: number;
}

export interface Challenge {
  readonly challenge: string;
  readonly expires: number;
}

/** Nobody is signed in: an answer, not a fault. */
function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && (error.status === 401 || error.status === 404);
}

async function fetchSession(signal?: AbortSignal): Promise<Session | null> {
  try {
    return whole(await getJson<Session>("/api/v1/session", signal));
  } catch (error) {
    if (isSignedOut(error)) return null;
    throw error;
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

/** Nobody has posts who is not told of any. */
function whole(session: Session): Session {
  return { ...session, posts: session.posts ?? [] };
}

export async function openSession(account: string, challenge: string, signature: string): Promise<Session> {
  return whole(await postJson<Session>("/api/v1/session", { account, challenge, signature }));
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

/** The posts under which a session may do an operation. */
export function postsFor(session: Session | null | undefined, operation: string): readonly Post[] {
  return session?.posts.filter(post => covers(post.scope, operation)) ?? [];
}
