import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { Problem } from "../../api/problem";
import type { OfficerPost, Session } from "../../api/session";
import { type Lease, type Loan, leasesQuery, loanQuery } from "../../api/sharing";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { useOwnActs } from "../../components/act/recent-acts";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { OpenedLook } from "../../components/certificate/opened-look";
import { Digest } from "../../components/digest";
import { DueLamp } from "../../components/due-lamp";
import { Facts } from "../../components/facts";
import { PostGate, usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { Decide } from "./decide";
import { ListingPart } from "./listing-part";
import { ReadPart } from "./read-part";

function Accept({
  post,
  name,
  lease,
  onAct,
}: {
  post: OfficerPost;
  name: string;
  lease: Lease;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  return (
    <section className="card" aria-labelledby="accept">
      <h2 id="accept">{t("act.op.acceptLoan.name")}</h2>
      <p>{t("loans.acceptHint")}</p>
      <p className="actions">
        <button
          type="button"
          className="button button-main"
          disabled={seal === null}
          onClick={() =>
            seal !== null &&
            onAct({
              operation: "sharing.accept_loan",
              arguments: { for: post.body, case: name, applicant: lease.subject, lease: lease.id },
              seal: { key: seal, asAccount: false },
              as: postText(post),
            })
          }
        >
          {t("act.toCheck")}
        </button>
      </p>
    </section>
  );
}

const TONES = { accepted: "warn", approved: "good", refused: "bad" } as const;

function LoanState({ loan }: { loan: Loan }) {
  const { t } = useTranslation();
  return (
    <section className="card" aria-labelledby="loan">
      <h2 id="loan">{t("loans.case")}</h2>
      <Facts
        items={[
          [
            t("loans.stateName"),
            <Badge key="state" tone={TONES[loan.state]}>
              {t(`loans.state.${loan.state}`)}
            </Badge>,
          ],
          [
            t("loans.due"),
            loan.due && loan.state === "accepted" ? <DueLamp key="due" due={loan.due} /> : loan.due?.date,
          ],
          [t("window.applicant"), <Digest key="who" value={loan.applicant} />],
          [t("act.argument.reason"), loan.reason],
          [t("act.argument.remedy"), loan.remedy],
        ]}
      />
      {loan.due?.provisional && <p className="hint">{t("due.provisional")}</p>}
    </section>
  );
}

function Case({ name, post, session }: { name: string; post: OfficerPost; session: Session }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const leases = useQuery(leasesQuery(post.body));
  const loan = useQuery({ ...loanQuery(post.body, name), retry: false });
  const acts = useOwnActs().filter(act => act.arguments.case === name);
  const opened = acts.find(act => act.operation === "sharing.disclose" && act.state === "final");
  const listing = acts.find(act => act.operation === "sharing.listing_query" && act.end !== null);
  const own =
    leases.data?.value
      .map(({ value }) => value)
      .filter(one => one.case === name && one.grantee === post.body) ?? [];
  const lease = own.find(one => one.state === "living") ?? own[0];
  const unknown = loan.error instanceof Problem && loan.error.status === 404;
  const applicant = loan.data?.value?.applicant ?? lease?.subject ?? null;
  return (
    <>
      {loan.data?.value && <LoanState loan={loan.data.value} />}
      {loan.error && !unknown && <Failure error={loan.error} retry={() => void loan.refetch()} />}
      {loan.error && lease && <Accept post={post} name={name} lease={lease} onAct={setAsked} />}
      <Answered query={leases}>
        {() =>
          lease === undefined ? (
            <Notice tone="warn" title={t("loans.noLease")} />
          ) : (
            <ReadPart lease={lease} post={post} onAct={setAsked} />
          )
        }
      </Answered>
      {opened && <OpenedLook key={opened.id} act={opened} />}
      {applicant !== null && (
        <ListingPart subject={applicant} name={name} post={post} done={listing ?? null} onAct={setAsked} />
      )}
      {loan.data?.value?.state === "accepted" && (
        <Decide
          loan={loan.data.value}
          post={post}
          same={loan.data.value.officer === session.party}
          onAct={setAsked}
        />
      )}
      <p>
        <Link to={`/wallet?case=${encodeURIComponent(name)}`}>{t("wallet.ask")}</Link>
      </p>
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

/** One loan case: acceptance with its clock, the leased look, the blacklist, the decision by another officer. */
export function CasePage() {
  const { t } = useTranslation();
  const { name = "" } = useParams();
  return (
    <Page title={t("loans.caseTitle", { name })} lead={t("loans.caseLead")}>
      <p className="crumbs">
        <Link to="/loans">{t("loans.name")}</Link>
      </p>
      <PostGate operation="sharing.disclose">
        {(session, post) => <Case key={name} name={name} post={post} session={session} />}
      </PostGate>
    </Page>
  );
}
