import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { checkQuery } from "../../api/governance";
import { Problem } from "../../api/problem";
import { formatCount } from "../../components/format";
import { Failure, Notice } from "../../components/notice";
import { useLanguage } from "../../components/use-language";
import { bears } from "../../ledger/decision";
import type { JsonObject } from "../../verify/json";

/** How long somebody must have stopped typing before the node is asked. */
const PAUSE_MS = 400;

/** A text once it has not changed for a while. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

/** What the rules say to a decision before anybody signs it. */
export function useGuard(decision: JsonObject | null) {
  const text = decision === null ? "" : JSON.stringify(decision);
  const rested = useRested(text);
  const query = useQuery({
    ...checkQuery(rested),
    enabled: rested !== "",
    retry: false,
    placeholderData: keepPreviousData,
  });
  const settled = text !== "" && rested === text && !query.isPlaceholderData;
  const refused = settled && query.error instanceof Problem && query.error.status < 500;
  return { query, settled, refused };
}

/** Says whether the decision could be made now and, where it changes who votes on blocks, what the quorum guard (法定多数护栏) counts. */
export function Guard({ guard, changesSet }: { guard: ReturnType<typeof useGuard>; changesSet: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { query, settled, refused } = guard;
  const { error, data } = query;
  if (refused && error instanceof Problem) {
    return (
      <Notice tone="bad" title={error.messages?.[language] ?? t("governance.guard.refused")}>
        <p>{t("governance.guard.refused")}</p>
        <p className="code">
          {error.code} · {error.message}
        </p>
      </Notice>
    );
  }
  if (settled && error) return <Failure error={error} retry={() => void query.refetch()} />;
  if (!settled || data === undefined) return <p className="hint">{t("governance.guard.asking")}</p>;
  return (
    <Notice tone="good" title={t("governance.guard.allowed")}>
      {changesSet && (
        <>
          <p>{t("governance.guard.sets")}</p>
          <ul className="plain-list">
            {data.value.map(one => (
              <li key={one.height}>
                {t("governance.guard.set", {
                  height: formatCount(one.height, language),
                  n: one.validators,
                  quorum: one.quorum,
                  failures: bears(one.validators),
                })}
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}
