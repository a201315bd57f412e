import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type Certificate, certificateQuery, type Erasure, erasureQuery } from "../../api/sharing";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { useOwnActs } from "../../components/act/recent-acts";
import { useTitle } from "../../components/acting/use-acting";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { OpenedLook } from "../../components/certificate/opened-look";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { type InName, PersonGate } from "../../components/gate";
import { kindText, useNames } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { saveAs } from "../../components/save";
import { Time } from "../../components/time";
import { FUND_FIELDS } from "../../ledger/fund";
import { planLook } from "../../ledger/look";
import { CertificateBadge } from "./rows";
import { WalletPart } from "./wallet-part";

/** Holders confirm within moments; until all have, the page asks again. */
const WAIT_MS = 2_000;

function ErasurePart({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  return (
    <section className="card" aria-labelledby="erasure">
      <h2 id="erasure">{t("erasure.title")}</h2>
      <p>{t(erasure.complete ? "erasure.complete" : "erasure.running")}</p>
      <ul className="row-list">
        {erasure.holders.map(({ code, confirmed }) => (
          <li key={code}>
            {nameOf(code)}{" "}
            <Badge tone={confirmed === null ? "warn" : "good"}>
              {t(confirmed === null ? "erasure.waiting" : "erasure.confirmed")}
            </Badge>{" "}
            {confirmed !== null && <Time ms={confirmed} />}
          </li>
        ))}
      </ul>
      {erasure.complete && (
        <p className="actions no-print">
          <button
            type="button"
            className="button"
            onClick={() =>
              saveAs(`${t("erasure.file")}.json`, JSON.stringify(erasure, null, 2), "application/json")
            }
          >
            {t("erasure.save")}
          </button>
        </p>
      )}
    </section>
  );
}

function Actions({ certificate, onAct }: { certificate: Certificate; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);
  const gone = certificate.state === "erasing" || certificate.state === "erased";

  async function view(): Promise<void> {
    try {
      onAct(
        await planLook("sharing.view", {
          certificate: certificate.id,
          fields: FUND_FIELDS.toSorted(),
          purpose: "own-look",
        }),
      );
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <>
      <p className="actions no-print">
        {!gone && (
          <button type="button" className="button button-main" onClick={() => void view()}>
            {t("certificate.view")}
          </button>
        )}
        {certificate.state === "valid" && (
          <Link className="button" to={`/me/lease?certificate=${encodeURIComponent(certificate.id)}`}>
            {t("person.lease.name")}
          </Link>
        )}
        {!gone && (
          <button
            type="button"
            className="button"
            onClick={() =>
              onAct({
                operation: "sharing.erase",
                arguments: { certificate: certificate.id },
                warning: t("erasure.warning"),
              })
            }
          >
            {t("act.op.erase.name")}
          </button>
        )}
      </p>
      {error !== null && <Failure error={error} />}
    </>
  );
}

function Mine({ id, own, inName }: { id: string; own: boolean; inName: InName }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const record = useQuery({
    ...certificateQuery(id),
    refetchInterval: ({ state }) => (state.data?.value?.state === "erasing" ? WAIT_MS : false),
  });
  const erasure = useQuery({
    ...erasureQuery(id),
    refetchInterval: ({ state }) => (state.data?.value?.complete === false ? WAIT_MS : false),
  });
  const [asked, setAsked] = useState<Asked | null>(null);
  const looks = useOwnActs().filter(
    act => act.operation === "sharing.view" && act.arguments.certificate === id && act.state === "final",
  );
  const [newest] = looks;
  return (
    <>
      <Answered query={record}>
        {({ value }) =>
          value === null ? (
            <Notice tone="bad" title={t("failure.ANSWER_UNREADABLE.title")} />
          ) : (
            <>
              <p className="row-title">
                <CertificateBadge state={value.state} />
              </p>
              <Facts
                items={[
                  [t("certificate.kindName"), kindText(t, value.kind)],
                  [t("certificate.issuer"), nameOf(value.issuer)],
                  [
                    t("certificate.issued"),
                    value.issued === null ? null : <Time key="i" ms={value.issued} />,
                  ],
                  [t("certificate.until"), value.until === null ? null : <Time key="u" ms={value.until} />],
                  [t("act.argument.reason"), value.reason],
                  [t("certificate.number"), <Digest key="id" value={value.id} />],
                ]}
              />
              <Actions certificate={value} onAct={wanted => setAsked(inName(wanted))} />
              {own && <WalletPart certificate={value} onAct={setAsked} />}
            </>
          )
        }
      </Answered>
      {erasure.data?.value && <ErasurePart erasure={erasure.data.value} />}
      {newest && !erasure.data?.value && <OpenedLook act={newest} own />}
      {!newest && <p className="hint">{t("certificate.viewHint")}</p>}
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

/** One's own certificate: its state, its content opened here, printing, leasing, erasing. */
export function CertificatePage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const title = useTitle(t("certificate.own"), name => t("acting.certificate", { name }));
  return (
    <Page title={title} lead={t("certificate.ownLead")}>
      <p className="crumbs no-print">
        <Link to="/me">{t("person.name")}</Link>
      </p>
      <PersonGate>
        {(session, party, inName) => (
          <Mine key={`${party} ${id}`} id={id} own={party === session.party} inName={inName} />
        )}
      </PersonGate>
    </Page>
  );
}
