import { useTranslation } from "react-i18next";
import { formatCount } from "./format";
import { useLanguage } from "./use-language";

type Tone = "good" | "bad" | "warn" | "plain";

/** A short state in words, with a mark so that colour is never the only sign. */
export function Badge({ tone, children }: { tone: Tone; children: React.ReactNode }) {
  const mark = { good: "✓", bad: "✕", warn: "!", plain: "·" }[tone];
  return (
    <span className={`badge badge-${tone}`}>
      <span aria-hidden="true">{mark}</span> <span>{children}</span>
    </span>
  );
}

/** Says whether this browser has itself verified what is shown. */
export function ProofBadge({ state }: { state: "verified" | "checking" | "unverified" | "refuted" }) {
  const { t } = useTranslation();
  const tone = ({ verified: "good", checking: "plain", unverified: "plain", refuted: "bad" } as const)[state];
  return <Badge tone={tone}>{t(`proof.${state}`)}</Badge>;
}

/** The height that an answer was drawn from. */
export function AtHeight({ height }: { height: number }) {
  const { t } = useTranslation();
  return <p className="at-height">{t("common.atHeight", { height: formatCount(height, useLanguage()) })}</p>;
}
