import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { filingNoticeQuery, type Label } from "../../api/filing";
import type { Language } from "../../i18n";
import { useLanguage } from "../use-language";

export function inLanguage(label: Label, language: Language): string {
  return language === "en" ? (label.en ?? label.zh) : label.zh;
}

/** The filing numbers and that they are no endorsement, in one line; `null` while the node has not told them. */
export function useFilingText(): string | null {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data } = useQuery(filingNoticeQuery);
  if (data === undefined) return null;
  const numbers = data.value.services.flatMap(one => one.number ?? []);
  const first =
    numbers.length === 0
      ? t("filing.unfiled")
      : t("filing.number", { numbers: numbers.join(t("common.listSeparator")) });
  return `${first} ${inLanguage(data.value.statement, language)}`;
}

/** At the foot of every page, on screen and on paper (区块链信息服务管理规定 §13). */
export function FilingLine() {
  const { t } = useTranslation();
  const text = useFilingText();
  if (text === null) return null;
  return (
    <p className="footer-filing">
      {text} <Link to="/filing">{t("filing.more")}</Link>
    </p>
  );
}
