import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { setActing } from "../../store/acting";
import { Notice } from "../notice";
import { Time } from "../time";
import { useActing, usePartyName } from "./use-acting";

/** Where the pages lie on which one acts for another; everywhere else one acts in one's own name all the same. */
const FOR_OTHERS = /^\/me(?:$|\/)/;

/** Above every page while one acts for another: for whom, as what, until when, and the way back to oneself. */
export function ActingBanner() {
  const { t } = useTranslation();
  const { mandate, ended } = useActing();
  const nameOf = usePartyName();
  const { pathname } = useLocation();
  const back = (
    <button type="button" className="button" onClick={() => setActing(null)}>
      {t("acting.back")}
    </button>
  );
  if (ended) {
    return (
      <Notice tone="bad" title={t("acting.ended")}>
        <p>{t("acting.endedHint")}</p>
        {back}
      </Notice>
    );
  }
  if (mandate === null) return null;
  const kind = mandate.kind === "guardian" ? "guardian" : "agent";
  return (
    <aside className="acting" aria-label={t("acting.label")}>
      <p>
        <strong>{t("acting.for", { name: nameOf(mandate.principal) })}</strong>{" "}
        <span>{t(`acting.as.${kind}`)}</span>
        {mandate.until !== null && (
          <span>
            {" "}
            {t("acting.until")} <Time ms={mandate.until} />
          </span>
        )}
        {!FOR_OTHERS.test(pathname) && <strong className="acting-own">{t("acting.ownName")}</strong>}
      </p>
      {back}
    </aside>
  );
}
