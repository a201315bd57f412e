// Who is signed in, and the ways in and out.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Persona } from "../api/demo";
import { homeChainQuery } from "../api/queries";
import {
  closeSession,
  covers,
  type OfficerPost,
  type Session,
  sessionQuery,
  unlockDrafts,
} from "../api/session";
import type { Account } from "../ledger/account";
import { identityOf, importPersona } from "../ledger/identity";
import { lockKeyFiles } from "../ledger/keyfile/key-file";
import { signIn } from "../ledger/session";
import { setActing } from "../store/acting";
import { leaveWindow, lockDrafts } from "../store/drafts";
import { type StoredIdentity, setCurrentIdentity } from "../store/identities";

/** The key of the session in the cache, without the type that the query gives it: here it may become `null`. */
const SESSION_KEY: readonly unknown[] = sessionQuery.queryKey;

/** The session at this node: `undefined` while it is being asked for, `null` where nobody is signed in. */
export function useSession(): Session | null | undefined {
  return useQuery(sessionQuery).data;
}

/** Whether it is known who is signed in, or that the node does not say: a form that works without a sign-in opens with the right draft. */
export function useSessionAsked(): boolean {
  return !useQuery(sessionQuery).isPending;
}

/** The posts that a room is for: those that cover one of its operations, and those at a body with its role. */
export function postsOfRoom(
  session: Session | null | undefined,
  operations: readonly string[],
  role: string | null,
): readonly OfficerPost[] {
  return (
    session?.posts.filter(
      (post): post is OfficerPost =>
        post.body !== null &&
        (operations.some(operation => covers(post.scope, operation)) ||
          (role !== null && post.roles.includes(role))),
    ) ?? []
  );
}

/** Bodies with these roles supervise all departments. */
const SUPERVISING: readonly string[] = ["data", "audit"];

/** Whether a post has the grade for the board of supervision: a head that of his department, the officers of bodies that supervise a lower one. */
export function supervises(post: OfficerPost): boolean {
  return post.grade >= 3 || (post.grade >= 2 && post.roles.some(role => SUPERVISING.includes(role)));
}

/** The post under which an operation may be done, or that a body with the role gives. */
export function usePost(operation: string, role: string | null = null): OfficerPost | null {
  return postsOfRoom(useSession(), [operation], role)[0] ?? null;
}

/** What is read in somebody's name. */
const OWN = ["concerns", "found", "ask", "usage", "access", "applications"] as const;

/** Stops what is being read in somebody's name, so that nothing asks for it after the end of the session. */
async function stopped(client: ReturnType<typeof useQueryClient>): Promise<void> {
  // A session that is still being asked for would come back after it was closed.
  await Promise.all([...OWN, "session"].map(key => client.cancelQueries({ queryKey: [key] })));
}

/** Forgets what was read in somebody else's name. */
function cleared(client: ReturnType<typeof useQueryClient>): void {
  for (const key of OWN) client.removeQueries({ queryKey: [key] });
}

export interface SignInOut {
  readonly enter: (account: Account) => Promise<void>;
  readonly switchTo: (identity: StoredIdentity) => Promise<void>;
  readonly enterAs: (persona: Persona) => Promise<void>;
  readonly leave: () => Promise<void>;
}

export function useSignInOut(): SignInOut {
  const client = useQueryClient();
  async function enter(account: Account): Promise<void> {
    const home = await client.ensureQueryData(homeChainQuery);
    const session: Session = await signIn(account, home.chain);
    await unlockDrafts(session);
    cleared(client);
    client.setQueryData<Session | null>(SESSION_KEY, session);
  }
  async function leave(): Promise<void> {
    lockDrafts();
    // Before the node is asked: a key must not stay open because the network is down.
    lockKeyFiles();
    setActing(null);
    await stopped(client);
    await closeSession();
    // A page may have been written in until now.
    lockDrafts();
    leaveWindow();
    cleared(client);
    client.setQueryData<Session | null>(SESSION_KEY, null);
  }
  return {
    enter,
    leave,
    switchTo: async stored => {
      await leave();
      await setCurrentIdentity(stored.id);
      await enter(identityOf(stored));
    },
    enterAs: async persona => enter(await importPersona(persona)),
  };
}
