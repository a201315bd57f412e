// In whose name the person who is signed in acts: for itself, or as guardian (监护人) or agent (代理人) under a mandate that is alive.

import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { demoQuery } from "../../api/demo";
import type { Post, Session } from "../../api/session";
import { actingChoice, onActingChange, partyNames } from "../../store/acting";
import { shorten } from "../format";
import { useLanguage } from "../use-language";
import { useSession } from "../use-session";

/** The mandates under which a session can act in the name of persons. */
export function representationsOf(session: Session | null | undefined): readonly Post[] {
  return (
    session?.posts.filter(
      post => post.body === null && (post.kind === "guardian" || post.kind === "agent"),
    ) ?? []
  );
}

export interface Acting {
  /** The mandate under which one acts; null: for oneself. */
  readonly mandate: Post | null;
  /** Somebody was chosen, and the mandate is not alive any more. */
  readonly ended: boolean;
}

/** Under which mandate the session acts now. */
export function actingOf(
  session: Session | null | undefined,
  choice: ReturnType<typeof actingChoice>,
): Acting {
  if (session == null || choice === null || choice.account !== session.account)
    return { mandate: null, ended: false };
  const mandate = representationsOf(session).find(post => post.mandate === choice.mandate) ?? null;
  return { mandate, ended: mandate === null };
}

export function useActing(): Acting {
  const session = useSession();
  return actingOf(session, useSyncExternalStore(onActingChange, actingChoice));
}

/** The title of a page about somebody's matters: one's own, or those of whom one acts for. */
export function useTitle(own: string, others: (name: string) => string): string {
  const { mandate } = useActing();
  const nameOf = usePartyName();
  return mandate === null ? own : others(nameOf(mandate.principal));
}

/** Gives the name of a party: what this browser calls it, its name in the demonstration, or the ends of its identifier. */
export function usePartyName(): (party: string) => string {
  const language = useLanguage();
  const names = useSyncExternalStore(onActingChange, partyNames);
  const { data: demo } = useQuery(demoQuery);
  return party => {
    const persona = demo?.personas.find(one => one.party === party)?.name;
    return names[party] ?? (language === "en" ? persona?.en : persona?.zh) ?? shorten(party);
  };
}
