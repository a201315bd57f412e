import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { concernsQuery } from "../../api/concerns";
import { listingsQuery } from "../../api/listings";
import { certificatesQuery, leasesQuery, requestsQuery } from "../../api/sharing";
import { usageQuery } from "../../api/usage";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { RecentActs } from "../../components/act/recent-acts";
import { Answered } from "../../components/answered";
import { PersonGate } from "../../components/gate";
import { Page } from "../../components/page";
import { CertificateRow, LeaseRow, RequestRow } from "./rows";
import { UsageList } from "./usage-list";
import { Waiting } from "./waiting";

const LATEST_LOOKS = 5;

function Mine({ party }: { party: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const requests = useQuery(requestsQuery(party));
  const certificates = useQuery(certificatesQuery(party));
  const leases = useQuery(leasesQuery(party));
  const usage = useQuery(usageQuery(null));
  const concerns = useQuery(concernsQuery(party));
  const listings = useQuery(listingsQuery(party));
  const open = requests.data?.value.filter(({ value }) => value.state !== "issued") ?? [];
  return (
    <>
      <p className="actions">
        <Link className="button button-main" to="/me/ask">
          {t("person.ask.name")}
        </Link>
        <Link className="button" to="/me/looks">
          {t("person.looks.name")}
        </Link>
        <Link className="button" to="/me/listings">
          {t("listings.own")}
        </Link>
        <Link className="button" to="/keys">
          {t("person.devices")}
        </Link>
      </p>
      <Waiting
        requests={requests.data?.value ?? []}
        certificates={certificates.data?.value ?? []}
        leases={leases.data?.value ?? []}
        usage={usage.data?.items ?? []}
        concerns={concerns.data?.items ?? []}
        listings={listings.data?.value ?? []}
        onAct={setAsked}
      />
      <RecentActs />
      <section aria-labelledby="requests">
        <h2 id="requests">{t("person.requests")}</h2>
        <Answered query={requests}>
          {() =>
            open.length === 0 ? (
              <p className="empty">{t("person.noRequests")}</p>
            ) : (
              <ul className="row-list">
                {open.map(({ value }) => (
                  <RequestRow key={value.id} request={value} onAct={setAsked} />
                ))}
              </ul>
            )
          }
        </Answered>
      </section>
      <section aria-labelledby="certificates">
        <h2 id="certificates">{t("person.certificates")}</h2>
        <Answered query={certificates}>
          {data =>
            data.value.length === 0 ? (
              <p className="empty">{t("person.noCertificates")}</p>
            ) : (
              <ul className="row-list">
                {data.value.map(({ value }) => (
                  <CertificateRow key={value.id} certificate={value} />
                ))}
              </ul>
            )
          }
        </Answered>
      </section>
      <section aria-labelledby="leases">
        <h2 id="leases">{t("person.leases")}</h2>
        <Answered query={leases}>
          {data =>
            data.value.length === 0 ? (
              <p className="empty">{t("person.noLeases")}</p>
            ) : (
              <ul className="row-list">
                {data.value.map(({ value }) => (
                  <LeaseRow key={value.id} lease={value} onAct={setAsked} />
                ))}
              </ul>
            )
          }
        </Answered>
      </section>
      <section aria-labelledby="latest-looks">
        <h2 id="latest-looks">{t("person.looks.latest")}</h2>
        <Answered query={usage}>
          {data => <UsageList items={data.items.slice(0, LATEST_LOOKS)} height={data.height} />}
        </Answered>
        <p>
          <Link to="/me/looks">{t("person.looks.all")}</Link>
        </p>
      </section>
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

/** Mine (我的): what waits for the person, papers, leases, and who looked. */
export function PersonRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("person.title")} lead={t("person.lead")}>
      <PersonGate>{(_, party) => <Mine key={party} party={party} />}</PersonGate>
    </Page>
  );
}
