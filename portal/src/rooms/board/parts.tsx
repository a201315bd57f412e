import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Standing } from "../../api/board";
import { formatCount } from "../../components/format";
import { useLanguage } from "../../components/use-language";

const LAMPS = ["red", "yellow", "green"] as const;
const SIGNS = { red: "✕", yellow: "!", green: "✓" } as const;

/** How many cases have which lamp: colour, form, sign and word. */
export function Lamps({ standing }: { standing: Standing }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <span className="lights">
      {LAMPS.map(lamp => (
        <span key={lamp} className={`light light-${lamp}${standing[lamp] === 0 ? " light-none" : ""}`}>
          <span className="light-sign" aria-hidden="true">
            {SIGNS[lamp]}
          </span>{" "}
          {t(`board.lamp.${lamp}`)} <strong>{formatCount(standing[lamp], language)}</strong>
        </span>
      ))}
    </span>
  );
}

/** A figure with at most one digit behind the point; a dash where there is none. */
export function useFigure(): (value: number | null) => string {
  const language = useLanguage();
  return value => (value === null ? "–" : value.toLocaleString(language, { maximumFractionDigits: 1 }));
}

/** How long something took, in hours or days. */
export function useDuration(): (seconds: number | null) => string {
  const { t } = useTranslation();
  const figure = useFigure();
  return seconds => {
    if (seconds === null) return "–";
    if (seconds < 3600) return t("board.minutes", { n: figure(seconds / 60) });
    if (seconds < 48 * 3600) return t("board.hours", { n: figure(seconds / 3600) });
    return t("board.days", { n: figure(seconds / 86_400) });
  };
}

/** A month or a year in words. */
export function usePeriodText(): (period: string) => string {
  const { t } = useTranslation();
  return period => {
    const [year = "", month] = period.split("-");
    return month === undefined ? t("board.year", { year }) : t("board.month", { year, month });
  };
}

/** The address of an item's steps. */
export function StepsLink({
  item,
  version,
  period,
  children,
}: {
  item: string;
  version: number;
  period: string;
  children: React.ReactNode;
}) {
  return <Link to={`/board/${item}/${version}?period=${period}`}>{children}</Link>;
}
