import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Licence, licencesQuery } from "../../api/licences";
import { useTitle } from "../../components/acting/use-acting";
import { Answered } from "../../components/answered";
import { PersonGate } from "../../components/gate";
import { LicenceBadge, useLabel } from "../../components/licence/licence-parts";
import { useNames } from "../../components/names";
import { Page } from "../../components/page";
import { Time } from "../../components/time";

function LicenceRow({ licence }: { licence: Licence }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const label = useLabel();
  const until = licence.extended ? licence.extendedUntil : licence.until;
  return (
    <li>
      <p className="row-title">
        <Link to={`/me/licences/${encodeURIComponent(licence.id)}`}>
          <strong>{label(licence.name)}</strong>
        </Link>{" "}
        <LicenceBadge state={licence.state} />
      </p>
      <p className="receipt-facts">
        <span>{nameOf(licence.issuer)}</span>
        <span>{licence.number}</span>
        {until !== null && (
          <span>
            {t(licence.extended ? "licence.extended" : "certificate.until")} <Time ms={until} />
          </span>
        )}
      </p>
    </li>
  );
}

function Mine({ party }: { party: string }) {
  const { t } = useTranslation();
  const licences = useQuery(licencesQuery(party));
  return (
    <Answered query={licences}>
      {({ value }) =>
        value.length === 0 ? (
          <p className="empty">{t("licence.none")}</p>
        ) : (
          <ul className="row-list">
            {value.map(({ value: licence }) => (
              <LicenceRow key={licence.id} licence={licence} />
            ))}
          </ul>
        )
      }
    </Answered>
  );
}

/** My licences (我的证照): what departments permitted, each with its state. */
export function LicencesRoom() {
  const { t } = useTranslation();
  const title = useTitle(t("licence.title"), name => t("acting.matters", { name }));
  return (
    <Page title={title} lead={t("licence.lead")}>
      <p className="crumbs no-print">
        <Link to="/me">{t("person.name")}</Link>
      </p>
      <PersonGate>{(_, party) => <Mine key={party} party={party} />}</PersonGate>
    </Page>
  );
}
