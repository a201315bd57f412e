import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { finishActOnce } from "../../ledger/act";
import { listActs, onActsChange, type StoredAct } from "../../store/acts";
import { usePartyName } from "../acting/use-acting";
import { Badge } from "../badge";
import { formatCount } from "../format";
import { Time } from "../time";
import { useAccountId } from "../use-identity";
import { useLanguage } from "../use-language";
import { useActSentence } from "./act-words";
import { operationKey, principalOf } from "./operations";

/** All acts of this browser, following every change; empty where storage is forbidden. */
export function useActs(): readonly StoredAct[] {
  const [acts, setActs] = useState<readonly StoredAct[]>([]);
  useEffect(() => {
    const load = () => void listActs().then(setActs, () => setActs([]));
    load();
    return onActsChange(load);
  }, []);
  return acts;
}

/** The acts of the current identity: what another identity of this browser did or saw is none of its business. */
export function useOwnActs(): readonly StoredAct[] {
  const id = useAccountId();
  const acts = useActs();
  return id === null ? [] : acts.filter(act => act.account === id);
}

const SHOWN = 5;
const TONES = { waiting: "warn", final: "good", rejected: "bad", expired: "bad" } as const;

/** In whose name an act was done, where that was not the signer's own. */
function ForWhom({ act }: { act: StoredAct }) {
  const { t } = useTranslation();
  const nameOf = usePartyName();
  const principal = principalOf(act);
  return principal === null ? null : <p>{t("acting.signsFor", { name: nameOf(principal) })}</p>;
}

/** What the current identity has signed here: unfinished first, with a way to go on. */
export function RecentActs() {
  const { t } = useTranslation();
  const language = useLanguage();
  const sentence = useActSentence();
  const acts = useOwnActs();
  const shown = [
    ...acts.filter(act => act.state === "waiting"),
    ...acts.filter(act => act.state !== "waiting"),
  ].slice(0, SHOWN);
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="recent-acts">
      <h2 id="recent-acts">{t("act.recent")}</h2>
      <ul className="row-list">
        {shown.map(act => (
          <li key={act.id}>
            <p className="row-title">
              <strong>{t(operationKey(act.operation), { id: act.operation })}</strong>{" "}
              <Badge tone={TONES[act.state]}>{t(`act.state.${act.state}`)}</Badge>
            </p>
            <ForWhom act={act} />
            <p className="hint">{sentence(act.operation, act.arguments)}</p>
            {act.rejection?.messages && <p className="error">{act.rejection.messages[language]}</p>}
            <p className="receipt-facts hint">
              <Time ms={act.end?.time ?? act.createdAt} />
              {act.end && (
                <span>{t("receipts.final", { height: formatCount(act.end.height, language) })}</span>
              )}
              {act.state === "waiting" && (
                <button
                  type="button"
                  className="button button-quiet"
                  onClick={() => void finishActOnce(act).catch(() => {})}
                >
                  {t("act.goOn")}
                </button>
              )}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
