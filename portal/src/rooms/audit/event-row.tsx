import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { AccessEvent } from "../../api/usage";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { FieldChips } from "../../components/field-chips";
import { formatCount } from "../../components/format";
import { kindText, purposeText, useNames } from "../../components/names";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";

/** One access event: who, for whom, what for, on which basis, and what the ledger said. */
export function EventRow({ event }: { event: AccessEvent }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const source = event.source === "self" ? t("audit.self") : nameOf(event.source);
  return (
    <li className={event.allowed ? undefined : "row-refused"}>
      <p className="row-title">
        <strong>{source}</strong>{" "}
        <span className="hint">{t("audit.sequence", { n: formatCount(event.sequence, language) })}</span>{" "}
        <Badge tone={event.allowed ? "good" : "bad"}>
          {event.allowed ? t("person.looks.allowed") : t("audit.refusedCode", { code: event.code })}
        </Badge>{" "}
        {event.withheld && <Badge tone="warn">{t("audit.isWithheld")}</Badge>}
      </p>
      <FieldChips fields={event.fields} />
      <p className="receipt-facts hint">
        <Time ms={event.time} />
        <span>{kindText(t, event.class)}</span>
        <span>
          {t("common.pair", {
            name: t("act.argument.purpose"),
            value: event.purpose === "" ? "–" : purposeText(t, event.purpose),
          })}
        </span>
        {event.case && <span>{t("common.pair", { name: t("act.argument.case"), value: event.case })}</span>}
        <Link to={`/blocks/${event.height}`}>
          {t("receipts.final", { height: formatCount(event.height, language) })}
        </Link>
      </p>
      {event.withheld && (
        <p className="hint">
          {t("audit.withheldUntil", { basis: event.withheld.basis })} <Time ms={event.withheld.review} />
        </p>
      )}
      <details>
        <summary>{t("receipts.details")}</summary>
        <Facts
          items={[
            [t("audit.officer"), event.officer && <Digest key="o" value={event.officer} />],
            [t("audit.post"), event.post && <Digest key="p" value={event.post} />],
            [t("audit.subject"), event.subject && <Digest key="s" value={event.subject} />],
            [t("audit.basis"), t(`audit.basisKind.${event.basis.kind}`)],
            [
              t("audit.reference"),
              event.basis.reference?.includes(":") ? (
                <Digest key="r" value={event.basis.reference} />
              ) : (
                event.basis.reference
              ),
            ],
            [t("audit.records"), formatCount(event.count, language)],
            [t("audit.previous"), event.previous && <Digest key="v" value={event.previous} />],
            [t("transaction.id"), <Digest key="t" value={event.transaction} />],
          ]}
        />
      </details>
    </li>
  );
}
