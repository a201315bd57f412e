// What is known here of the steps that were done: from the ledger by way of whoever is signed in, and from this browser's own acts.

import { useQuery } from "@tanstack/react-query";
import { concernsQuery } from "../../api/concerns";
import { usageQuery } from "../../api/usage";
import { useActs } from "../../components/act/recent-acts";
import { useSession } from "../../components/use-session";
import type { Proof } from "./steps";

const REFRESH_MS = 5_000;

/** Final transactions that show steps, with the height they were read at; `null` while nobody is signed in. */
export function useProofs(): { readonly height: number; readonly proofs: readonly Proof[] } | null {
  const session = useSession();
  const body = session?.posts.find(post => post.body !== null)?.body ?? null;
  const party = session?.party ?? null;
  const concerns = useQuery({ ...concernsQuery(body ?? party), refetchInterval: REFRESH_MS });
  const usage = useQuery({
    ...usageQuery(party ?? "", null),
    enabled: party !== null && body === null,
    refetchInterval: REFRESH_MS,
  });
  const acts = useActs();
  const own = acts.flatMap(({ operation, end, state }): Proof[] =>
    end === null ? [] : [{ operation, code: state === "final" ? 0 : 1, height: end.height }],
  );
  if (concerns.data === undefined) return own.length === 0 ? null : { height: 0, proofs: own };
  // A look names the person in its access event; a person's own looks are views.
  const looks = (usage.data?.items ?? []).map(
    ({ receiver_code, code, height }): Proof => ({
      operation: receiver_code === "self" ? "sharing.view" : "sharing.disclose",
      code,
      height,
    }),
  );
  return { height: concerns.data.height, proofs: [...own, ...looks, ...concerns.data.items] };
}
