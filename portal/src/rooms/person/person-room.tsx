import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { concernsQuery } from "../../api/concerns";
import { listingsQuery } from "../../api/listings";
import { covers, type Session } from "../../api/session";
import { certificatesQuery, leasesQuery, requestsQuery } from "../../api/sharing";
import { usageQuery } from "../../api/usage";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { RecentActs } from "../../components/act/recent-acts";
import { ActFor } from "../../components/acting/act-for";
import { useActing, useTitle } from "../../components/acting/use-acting";
import { Answered } from "../../components/answered";
import { type InName, PersonGate } from "../../components/gate";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { CertificateRow, LeaseRow, RequestRow } from "./rows";
import { UsageList } from "./usage-list";
import { Waiting } from "./waiting";

const LATEST_LOOKS = 5;

function Mine({ session, party, inName }: { session: Session; party: string; inName: InName }) {
  const { t } = useTranslation();
  const own = party === session.party;
  const [asked, askFor] = useState<Asked | null>(null);
  const setAsked = (wanted: Asked | null) => askFor(wanted === null ? null : inName(wanted));
  const scope = useActing().mandate?.scope ?? null;
  // A mandate opens what it covers and nothing else; what it does not cover is not asked for.
  const may = (operation: string) => scope === null || covers(scope, operation);
  const [sees, looks, lends] = [may("sharing.issue"), may("sharing.view"), may("sharing.lease")];
  const requests = useQuery(requestsQuery(may("sharing.request") ? party : null));
  const certificates = useQuery(certificatesQuery(sees ? party : null));
  const leases = useQuery(leasesQuery(lends ? party : null));
  const usage = useQuery({ ...usageQuery(party, null), enabled: looks });
  // What only the person itself may know and do is not asked for in its name.
  const concerns = useQuery(concernsQuery(own ? party : null));
  const listings = useQuery({ ...listingsQuery(party), enabled: own });
  const open = requests.data?.value.filter(({ value }) => value.state !== "issued") ?? [];
  return (
    <>
      <p className="actions">
        <Link className="button button-main" to="/me/ask">
          {t("person.ask.name")}
        </Link>
        {looks && (
          <Link className="button" to="/me/looks">
            {t("person.looks.name")}
          </Link>
        )}
        {own && (
          <>
            <Link className="button" to="/me/listings">
              {t("listings.own")}
            </Link>
            <Link className="button" to="/me/mandates">
              {t("mandates.name")}
            </Link>
            <Link className="button" to="/keys">
              {t("person.devices")}
            </Link>
          </>
        )}
      </p>
      {own && <ActFor session={session} />}
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
      {!(sees && lends && looks) && <Notice tone="info" title={t("acting.narrow")} />}
      <section aria-labelledby="certificates" hidden={!sees}>
        <h2 id="certificates">{t("person.certificates")}</h2>
        <Answered query={certificates}>
          {data =>
            data.value.length === 0 ? (
              <p className="empty">{t("person.noCertificates")}</p>
            ) : (
              <ul className="row-list">
                {data.value.map(({ value }) => (
                  <CertificateRow key={value.id} certificate={value} own={own} />
                ))}
              </ul>
            )
          }
        </Answered>
      </section>
      <section aria-labelledby="leases" hidden={!lends}>
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
      <section aria-labelledby="latest-looks" hidden={!looks}>
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
  const title = useTitle(t("person.title"), name => t("acting.matters", { name }));
  return (
    <Page title={title} lead={t("person.lead")}>
      <PersonGate>
        {(session, party, inName) => <Mine key={party} session={session} party={party} inName={inName} />}
      </PersonGate>
    </Page>
  );
}
