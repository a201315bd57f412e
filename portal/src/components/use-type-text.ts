import { useTranslation } from "react-i18next";

const TYPES = ["string", "number", "boolean", "date", "time", "list", "context", "range"] as const;
/** What FEEL calls a type, and what documents call it. */
const OTHER: Readonly<Record<string, "dateTime" | "dayTimeDuration" | "yearMonthDuration">> = {
  "date and time": "dateTime",
  "days and time duration": "dayTimeDuration",
  "years and months duration": "yearMonthDuration",
  dateTime: "dateTime",
  dayTimeDuration: "dayTimeDuration",
  yearMonthDuration: "yearMonthDuration",
};

/** A type of FEEL in words. */
export function useTypeText(): (type: string) => string {
  const { t } = useTranslation();
  return type => {
    const known = TYPES.find(one => one === type) ?? OTHER[type];
    if (known !== undefined) return t(`decisions.type.${known}`);
    return type === "" || type === "Any" ? t("decisions.type.any") : type;
  };
}
