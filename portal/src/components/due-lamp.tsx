import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeNow } from "../api/client";
import type { Due } from "../api/sharing";
import { daysLeft, lampOf } from "./due";
import { formatCount } from "./format";
import { useLanguage } from "./use-language";

const MINUTE_MS = 60_000;

/** The node's time, renewed every minute. */
export function useNow(): number {
  const [now, setNow] = useState(nodeNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(nodeNow()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** The lamp of a period and, always beside it, the time left in words. */
export function DueLamp({ due }: { due: Due }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const lamp = lampOf(due.end, now);
  const days = Math.abs(daysLeft(due.end, now));
  const left =
    lamp === "over"
      ? t("due.over", { n: formatCount(days, language) })
      : lamp === "red"
        ? t("due.today")
        : t("due.left", { n: formatCount(days, language) });
  return (
    <span className={`due due-${lamp}`}>
      <span className="due-lamp" aria-hidden="true" />
      <span>
        <strong>{left}</strong> <span className="hint">{t("due.date", { date: due.date })}</span>
        {due.provisional && <span className="hint"> {t("due.provisional")}</span>}
      </span>
    </span>
  );
}
