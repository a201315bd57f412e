import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { filingSheetsQuery } from "../../api/filing";
import { useNames } from "../names";
import { Notice } from "../notice";
import { postsOfRoom, useSession } from "../use-session";

/** Who is told: officers of operators, whoever supervises, and whoever decides for a member. */
const CONCERNED = ["filing.amend", "governance.vote"];

function Overdue() {
  const { t } = useTranslation();
  const session = useSession();
  const nameOf = useNames();
  const concerned = postsOfRoom(session, CONCERNED, "audit").length > 0;
  const { data } = useQuery({ ...filingSheetsQuery, enabled: concerned });
  const overdue = concerned
    ? (data?.value ?? []).flatMap(sheet =>
        sheet.duties.filter(duty => duty.overdue).map(duty => ({ sheet, duty })),
      )
    : [];
  if (overdue.length === 0) return null;
  return (
    <div className="no-print">
      <Notice tone="bad" title={t("filing.banner")}>
        <ul>
          {overdue.map(({ sheet, duty }) => (
            <li key={`${sheet.operator} ${duty.duty}`}>
              {t("filing.overdue", {
                name: nameOf(sheet.operator),
                duty: t(`filing.duty.${duty.duty}`),
                date: duty.due.date,
                basis: duty.basis,
              })}
            </li>
          ))}
        </ul>
        <Link to="/filing">{t("filing.more")}</Link>
      </Notice>
    </div>
  );
}

/** Above every page of those concerned while a duty of the platform is overdue; each page asks anew. */
export function FilingBanner() {
  const { pathname } = useLocation();
  return <Overdue key={pathname} />;
}
