import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Usage } from "../../api/usage";
import { Badge } from "../../components/badge";
import { FieldChips } from "../../components/field-chips";
import { formatCount } from "../../components/format";
import { kindText, purposeText } from "../../components/names";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";

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
            <strong>
              {one.receiver_code === "self"
                ? t(one.basis.kind === "mandate" ? "person.looks.representative" : "person.looks.self")
                : (one.receiver_name ?? one.receiver_code)}
            </strong>{" "}
            <Badge tone={one.allowed ? "good" : "bad"}>
              {t(one.allowed ? "person.looks.allowed" : "person.looks.refused")}
            </Badge>
          </p>
          <p>{one.action[language]}</p>
          <FieldChips fields={one.fields} />
          <p className="receipt-facts hint">
            <Time ms={one.logtime} />
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
