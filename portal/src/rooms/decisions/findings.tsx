import { useTranslation } from "react-i18next";
import type { DecisionVerdict } from "../../api/types";
import { Badge } from "../../components/badge";
import { Notice } from "../../components/notice";
import { useLanguage } from "../../components/use-language";
import { type Place, placeOf } from "../../diagrams/tables/place";
import type { DecisionFile } from "../../diagrams/tables/read";

/** Where something stands in a table, in words. */
export function usePlaceText(): (place: Place) => string {
  const { t } = useTranslation();
  return ({ decision, rule, column }) => {
    if (rule !== null && column !== null) return t("decisions.place.cell", { rule, column });
    if (rule !== null) return t("decisions.place.rule", { rule });
    return column !== null ? t("decisions.place.column", { column }) : decision;
  };
}

/** What the check found; each finding leads to its cell, rule or column. */
export function Findings({
  verdict,
  file,
  onShow,
}: {
  verdict: DecisionVerdict;
  file: DecisionFile | null;
  onShow: (id: string) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const placeText = usePlaceText();
  const errors = verdict.findings.filter(one => one.severity === "error").length;
  return (
    <>
      <Notice
        tone={verdict.accepted ? "good" : "bad"}
        title={verdict.accepted ? t("modeller.accepted") : t("modeller.refused", { n: errors })}
      />
      <ul className="row-list">
        {verdict.findings.map(one => {
          const place = file === null ? null : placeOf(file, one.id);
          const error = one.severity === "error";
          return (
            <li key={`${one.code} ${one.element} ${one.id} ${one.detail}`}>
              <p>
                <Badge tone={error ? "bad" : "plain"}>
                  {t(error ? "modeller.severity.error" : "modeller.severity.note")}
                </Badge>{" "}
                {language === "en" ? one.en : one.zh}
              </p>
              <p className="hint">
                <span className="code">{one.code}</span> {one.detail}
              </p>
              {place !== null && (
                <button type="button" className="button" onClick={() => onShow(one.id)}>
                  {t("decisions.show", { place: placeText(place) })}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
