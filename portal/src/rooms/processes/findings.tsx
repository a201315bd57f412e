import { useTranslation } from "react-i18next";
import type { ProcessVerdict } from "../../api/types";
import { Badge } from "../../components/badge";
import { Notice } from "../../components/notice";
import type { Selected } from "../../diagrams/elements";
import { useWords } from "./use-words";

const TONES = { error: "bad", warning: "warn", note: "plain" } as const;

/** What the check found; each finding leads to its element. */
export function Findings({
  verdict,
  parts,
  onShow,
}: {
  verdict: ProcessVerdict;
  parts: readonly Selected[];
  onShow: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { label, told } = useWords(parts);
  const errors = verdict.findings.filter(one => one.severity === "error").length;
  return (
    <>
      <Notice
        tone={verdict.accepted ? "good" : "bad"}
        title={verdict.accepted ? t("modeller.accepted") : t("modeller.refused", { n: errors })}
      />
      <ul className="row-list">
        {verdict.findings.map(one => {
          const severity = one.severity === "error" || one.severity === "warning" ? one.severity : "note";
          return (
            <li key={`${one.code} ${one.element} ${one.id} ${one.en}`}>
              <p>
                <Badge tone={TONES[severity]}>{t(`modeller.severity.${severity}`)}</Badge> {told(one)}
              </p>
              {parts.some(part => part.id === one.id) && (
                <button type="button" className="button" onClick={() => onShow(one.id)}>
                  {t("modeller.show", { id: label(one.id) })}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
