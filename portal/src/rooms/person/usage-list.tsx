import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Usage } from "../../api/usage";
import { Badge } from "../../components/badge";
import { formatCount } from "../../components/format";
import { fieldText, kindText, purposeText } from "../../components/names";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";

function timeOf(one: Usage): number {
  return typeof one.logtime === "number" ? one.logtime : Date.parse(one.logtime);
}

/** Who looked at the person's data, newest first; refused attempts are marked. */
export function UsageList({ items }: { items: readonly Usage[]; height: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (items.length === 0) return <p className="empty">{t("person.looks.none")}</p>;
  return (
    <ul className="row-list">
      {items.map(one => (
        <li key={one.transaction} className={one.allowed ? undefined : "row-refused"}>
          <p className="row-title">
            <strong>{one.receiver_name}</strong>{" "}
            <Badge tone={one.allowed ? "good" : "bad"}>
              {t(one.allowed ? "person.looks.allowed" : "person.looks.refused")}
            </Badge>
          </p>
          <p>{language === "en" ? one.action.en : one.action.zh}</p>
          <ul className="chips" aria-label={t("act.argument.fields")}>
            {one.fields.map(field => (
              <li key={field}>{fieldText(t, field)}</li>
            ))}
          </ul>
          <p className="receipt-facts hint">
            <Time ms={timeOf(one)} />
            <span>{kindText(t, one.class)}</span>
            <span>
              {t("common.pair", {
                name: t("act.argument.purpose"),
                value: one.purpose === "" ? "–" : purposeText(t, one.purpose),
              })}
            </span>
            {one.case && <span>{t("common.pair", { name: t("act.argument.case"), value: one.case })}</span>}
            <Link to={`/blocks/${one.height}`}>
              {t("receipts.final", { height: formatCount(one.height, language) })}
            </Link>
          </p>
        </li>
      ))}
    </ul>
  );
}
