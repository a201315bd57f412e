import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type At, ask } from "../api/ask";
import { postsQuery } from "../api/mandates";
import { fieldsOf, listOf, textOf } from "../api/reading";
import { covers, type OfficerPost } from "../api/session";
import { usePartyName } from "./acting/use-acting";
import { SelectField } from "./field";
import { Failure } from "./notice";
import { useSession } from "./use-session";

/** A key that is in force, of each of these parties. */
function keysQuery(parties: readonly string[]) {
  return queryOptions({
    queryKey: ["ask", "identity.party", ...parties],
    enabled: parties.length > 0,
    queryFn: async ({ signal }): Promise<At<Readonly<Record<string, string>>>> => {
      const questions = parties.map(party => ({ question: "identity.party", about: { party } }));
      const { height, time, value } = await ask(questions, signal);
      const keys = value.flatMap((answer, at) => {
        const all = answer.problem === null ? listOf(fieldsOf(answer.value), "keys") : [];
        const active = all.map(fieldsOf).find(one => one?.state === "active");
        const [party, key] = [parties[at], textOf(active ?? null, "key")];
        return party === undefined || key === null ? [] : [[party, key] as const];
      });
      return { height, time, value: Object.fromEntries(keys) };
    },
  });
}

/** A choice among the colleagues whose posts at the same body cover an operation. */
export function ColleagueField({
  post,
  scope,
  by,
  label,
  hint,
  value,
  onChange,
}: {
  post: OfficerPost;
  /** What the colleague's mandate must cover. */
  scope: string;
  /** Whether the key of the colleague is chosen, which signs beside, or the party. */
  by: "key" | "party";
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const nameOf = usePartyName();
  const session = useSession();
  const posts = useQuery(postsQuery(post.principal));
  const able = (posts.data?.value ?? []).filter(
    one => one.alive && one.holder !== session?.party && covers(one.scope, scope),
  );
  const parties = [...new Set(able.map(one => one.holder))].toSorted();
  const keys = useQuery(keysQuery(by === "key" ? parties : []));
  const options = parties.flatMap(party => {
    const chosen = by === "party" ? party : keys.data?.value[party];
    return chosen === undefined ? [] : [[chosen, nameOf(party)] as const];
  });
  const error = posts.error ?? keys.error;
  if (error) return <Failure error={error} />;
  return (
    <SelectField
      label={label}
      hint={posts.data !== undefined && parties.length === 0 ? t("cases.noColleague") : hint}
      value={value}
      options={[["", t("cases.chooseColleague")], ...options]}
      onChange={onChange}
    />
  );
}
