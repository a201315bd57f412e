import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { StoredAct } from "../../store/acts";
import type { JsonObject } from "../../verify/json";
import { ProofBadge } from "../badge";
import { Digest } from "../digest";
import { Facts } from "../facts";
import { formatCount } from "../format";
import { Notice } from "../notice";
import { Time } from "../time";
import { useLanguage } from "../use-language";

/** The node's sentence about a refusal: what was wrong and who can mend it, first in the language of the page. */
export function Refused({ act }: { act: StoredAct }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const other = language === "en" ? "zh-CN" : "en";
  const { rejection } = act;
  return (
    <Notice tone="bad" title={rejection?.messages?.[language] ?? t("act.refused")}>
      {rejection?.messages && (
        <p className="hint" lang={other}>
          {rejection.messages[other]}
        </p>
      )}
      <p>{t(act.end === null ? "act.refusedBefore" : "act.refusedRecorded")}</p>
      <p className="code">
        {rejection?.code}
        {rejection?.source ? ` · ${rejection.source}` : ""}
      </p>
    </Notice>
  );
}

/** What an act gave that somebody needs later: the number of a recovery and until when it can be stopped, a new party, a case. */
function Given({ operation, outcome }: { operation: string; outcome: JsonObject | null }) {
  const { t } = useTranslation();
  const [recovery, party, until] = [outcome?.recovery, outcome?.party, outcome?.until];
  const number = outcome?.case;
  if (operation === "approval.submit" && typeof number === "string")
    return (
      <Facts
        items={[
          [
            t("application.number"),
            <strong key="n" className="code">
              {number}
            </strong>,
          ],
        ]}
      />
    );
  if (operation === "identity.recover" && typeof recovery === "number")
    return (
      <Facts
        items={[
          [t("act.argument.recovery"), String(recovery)],
          [t("act.silence"), typeof until === "number" ? <Time key="u" ms={until} /> : null],
        ]}
      />
    );
  if (operation === "identity.enrol" && typeof party === "string")
    return <Facts items={[[t("act.argument.party"), <Digest key="p" value={party} />]]} />;
  return null;
}

/** What became of an act, and at which height. */
export function ActResult({ act }: { act: StoredAct }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { end } = act;
  return (
    <>
      {act.state === "final" && <Notice tone="good" title={t("act.done")} />}
      {act.state === "rejected" && <Refused act={act} />}
      {act.state === "expired" && (
        <Notice tone="warn" title={t("act.expired")}>
          <p>{t("act.expiredHint")}</p>
        </Notice>
      )}
      {act.state === "final" && <Given operation={act.operation} outcome={end?.outcome ?? null} />}
      {end && (
        <p className="receipt-facts">
          <ProofBadge state="verified" />
          <Link to={`/blocks/${end.height}`}>
            {t("receipts.final", { height: formatCount(end.height, language) })}
          </Link>
          <Time ms={end.time} />
        </p>
      )}
    </>
  );
}
