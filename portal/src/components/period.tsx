import { useTranslation } from "react-i18next";
import type { Period } from "../api/items";

/** A period in words: working days are told apart from days. */
export function usePeriodText(): (period: Period) => string {
  const { t } = useTranslation();
  return ({ count, unit }) => t(`modeller.period.${unit}`, { n: count });
}
