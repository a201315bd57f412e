// The warning that a licence could be decided and not issued, before anybody decides.

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { accreditationQuery, accreditedType } from "../../api/licences";
import { useNames } from "../names";
import { Notice } from "../notice";

/** Says that the department may not issue licences of a kind; nothing where it may. */
export function AccreditationWarning({ department, kind }: { department: string; kind: string }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const { data: accredited } = useQuery(accreditationQuery(department, kind));
  if (accredited !== false) return null;
  return (
    <Notice tone="warn" title={t("licence.desk.notAccredited", { name: nameOf(department) })}>
      <p>{t("licence.desk.notAccreditedHint", { type: accreditedType(kind) })}</p>
    </Notice>
  );
}
