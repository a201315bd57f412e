import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Entry } from "../../api/types";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { formatCount, formatSize } from "../../components/format";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";

/** Deposits found, the first-in-time marked. */
export function EntryList({ entries }: { entries: readonly Entry[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <ul className="receipt-list">
      {entries.map(one => (
        <li key={one.entry} className="card">
          <p className="receipt-facts">
            <Link to={`/evidence/${one.entry}`}>
              <Time ms={one.time} />
            </Link>
            <span>{t("receipts.final", { height: formatCount(one.height, language) })}</span>
            {one.first.entry === one.entry ? (
              <Badge tone="good">{t("search.first")}</Badge>
            ) : (
              <Badge tone="warn">{t("search.later")}</Badge>
            )}
            {one.hidden && <Badge tone="warn">{t("filing.hiddenMark")}</Badge>}
          </p>
          <p className="receipt-facts">
            <span>{t(`receipts.kind.${one.kind}`)}</span>
            <span>
              {one.items === null
                ? `${one.media_type ?? ""} ${one.size === null ? "" : formatSize(one.size, language)}`
                : t("search.items", { n: formatCount(one.items, language) })}
            </span>
          </p>
          <p className="receipt-facts">
            <span>{t("transaction.account")}</span> <Digest value={one.account} />
          </p>
        </li>
      ))}
    </ul>
  );
}
