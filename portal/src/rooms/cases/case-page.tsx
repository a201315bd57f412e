// One case (办件), the same page for the applicant and for officers: state, clocks, lanes, materials, decisions, history.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type Case, type CaseClock, caseQuery, historyQuery } from "../../api/cases";
import { type Item, itemQuery, type Period, said } from "../../api/items";
import type { Session } from "../../api/session";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { procedureText } from "../../components/act/approval-facts";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { DueLamp } from "../../components/due-lamp";
import { Facts } from "../../components/facts";
import { PersonGate } from "../../components/gate";
import { useNames } from "../../components/names";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { usePeriodText } from "../../components/period";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import { postsOfRoom } from "../../components/use-session";
import { Lanes, useStepNames } from "./lanes";
import { Materials } from "./materials";
import { CaseNotices } from "./notices";
import { OfficerPart } from "./officer-part";
import { Resubmit } from "./resubmit";
import { StateBadge } from "./state";

/** How long the law gives to accept and to deliver (行政许可法 §32, §44), and to decide where the item says nothing else (§42). */
const BY_LAW: Readonly<Partial<Record<CaseClock["kind"], number>>> = {
  intake: 5,
  decision: 20,
  delivery: 10,
};

/** Periods that the applicant may use: past their end nobody is late. */
const APPLICANTS: readonly CaseClock["kind"][] = ["correction", "reconsideration"];

/** The period that a clock counts, as it was set: without the extension and without the time for which it stood. */
function periodOf(kind: CaseClock["kind"], item: Item | null): Period | null {
  const own = kind === "decision" ? item?.statutory : kind === "promise" ? item?.promised : null;
  if (kind === "reconsideration") return { count: 60, unit: "days" };
  const count = BY_LAW[kind];
  return own ?? (count === undefined ? null : { count, unit: "working_days" });
}

function Clocks({ value, item }: { value: Case; item: Item | null }) {
  const { t } = useTranslation();
  const periodText = usePeriodText();
  // What was counted anew, such as the intake after a correction, is shown once.
  const last = value.clocks.filter(
    (one, at) => !value.clocks.slice(at + 1).some(later => later.kind === one.kind),
  );
  const period = (kind: CaseClock["kind"]) => {
    const found = periodOf(kind, item);
    return found === null ? "" : t("cases.clockPeriod", { period: periodText(found) });
  };
  return (
    <section className="card case-clocks" aria-labelledby="clocks">
      <h2 id="clocks">{t("cases.clocks")}</h2>
      <ul className="plain-list">
        {last.map(clock => (
          <li key={clock.kind}>
            {t(`cases.clock.${clock.kind}`)}
            {period(clock.kind)}{" "}
            {clock.running && clock.due !== null && !(clock.lapsed && APPLICANTS.includes(clock.kind)) ? (
              <DueLamp due={clock.due} />
            ) : (
              <span className="hint">
                {t(clock.lapsed ? "cases.lapsed" : "cases.stopped", { date: clock.due?.date ?? "" })}
              </span>
            )}
            {clock.unpaused !== null && (
              <span className="hint"> {t("cases.unpaused", { date: clock.unpaused.date })}</span>
            )}
          </li>
        ))}
      </ul>
      {value.suspended !== null && (
        <Notice
          tone="info"
          title={t("cases.suspended", {
            procedure: procedureText(t, value.suspended.procedure),
            date: value.suspended.until?.date ?? "",
          })}
        />
      )}
    </section>
  );
}

function Decisions({ value, own }: { value: Case; own: boolean }) {
  const { t } = useTranslation();
  if (value.acts.length === 0) return null;
  return (
    <section aria-labelledby="acts">
      <h2 id="acts">{t("cases.decisions")}</h2>
      <ul className="row-list">
        {value.acts.map(act => (
          <li key={act.id}>
            <p className="row-title">
              <strong>
                {t(
                  act.what === "annulment"
                    ? "cases.annulment"
                    : act.outcome === "approve"
                      ? "cases.approved"
                      : "cases.refused",
                )}
              </strong>{" "}
              <Badge tone={act.inEffect ? "good" : "bad"}>
                {t(act.inEffect ? "cases.inEffect" : "cases.notInEffect")}
              </Badge>
            </p>
            <Facts
              items={[
                [t("act.argument.reason"), act.reason],
                [t("act.argument.remedy"), act.remedy],
                [t("cases.when"), act.at === null ? null : <Time key="at" ms={act.at} />],
                [
                  t("cases.licenceUntil"),
                  act.licence?.until == null ? null : <Time key="until" ms={act.licence.until} />,
                ],
              ]}
            />
            {act.licence !== null && act.inEffect && value.issued[act.id] === undefined && (
              <Notice tone="info" title={t("cases.licenceNotIssued")}>
                <p>{t(own ? "cases.licenceNotIssuedOwn" : "cases.licenceNotIssuedOfficer")}</p>
              </Notice>
            )}
            {act.licence !== null && !(own && value.issued[act.id] === undefined) && (
              <p className="actions">
                {own ? (
                  <Link className="button" to="/me/licences">
                    {t("cases.licenceOwn")}
                  </Link>
                ) : (
                  <Link className="button" to={`/licences/${value.number}`}>
                    {t("cases.licenceDesk")}
                  </Link>
                )}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const WHAT = [
  "submitted",
  "corrected",
  "supplied",
  "reopened",
  "withdrawn",
  "accepted",
  "deemed_accepted",
  "correction_asked",
  "not_competent",
  "not_needed",
  "step_opened",
  "acted",
  "step_lapsed",
  "message",
  "escalated",
  "delegated",
  "recused",
  "account_attested",
  "suspended",
  "resumed",
  "extended",
  "joined",
  "decided",
  "delivered",
  "superseded",
  "annulled",
  "overdue",
  "timer_failed",
  "renewed_by_lapse",
  "service_agreed",
  "service_ended",
  "served",
  "notice_sent",
  "notice_failed",
  "period_over",
] as const;

function History({ value }: { value: Case }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const stepName = useStepNames(value);
  const history = useQuery({ ...historyQuery(value.number), refetchInterval: 10_000 });
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t("cases.history")}</h2>
      <Answered query={history}>
        {data => (
          <ol className="plain-list">
            {data.value.map(entry => {
              const known = WHAT.find(one => one === entry.what);
              return (
                <li key={entry.place}>
                  <Time ms={entry.time} /> {known === undefined ? entry.what : t(`cases.what.${known}`)}
                  {entry.step !== null && ` · ${stepName(entry.step)}`}{" "}
                  <span className="hint">
                    {entry.department === null ? "" : nameOf(entry.department)}
                    {entry.height !== null && (
                      <>
                        {" "}
                        <Link to={`/blocks/${entry.height}`}>
                          {t("cases.block", { height: entry.height })}
                        </Link>
                      </>
                    )}
                  </span>
                </li>
              );
            })}
          </ol>
        )}
      </Answered>
    </section>
  );
}

function Shown({ value, session }: { value: Case; session: Session }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const [asked, setAsked] = useState<Asked | null>(null);
  const item = useQuery(itemQuery(value.item, value.version)).data?.value ?? null;
  const own = session.party === value.applicant;
  const posts = postsOfRoom(
    session,
    ["approval.accept", "approval.act", "approval.decide", "approval.look"],
    null,
  );
  const post =
    posts.find(one => one.body === value.department) ??
    posts.find(one => value.steps.some(step => step.department === one.body)) ??
    posts[0] ??
    null;
  const open = ["submitted", "correction", "in_review", "joined"].includes(value.state);
  return (
    <>
      <p className="row-title">
        <strong>{item === null ? value.item : said(item.name, language)}</strong>{" "}
        <StateBadge state={value.state} />
      </p>
      <Facts
        items={[
          [
            t("application.number"),
            <span key="n" className="code">
              {value.number}
            </span>,
          ],
          [t("services.department"), nameOf(value.department)],
          [t("cases.submittedAt"), value.submitted === null ? null : <Time key="s" ms={value.submitted} />],
          [
            t("cases.acceptedAt"),
            value.accepted?.at == null ? null : (
              <span key="a">
                <Time ms={value.accepted.at} /> {value.accepted.deemed && t("cases.deemed")}
              </span>
            ),
          ],
          [t("services.version"), String(value.version)],
        ]}
      />
      {own && value.correction !== null && value.state === "correction" && item !== null && (
        <Resubmit value={value} item={item} points={value.correction.points} onAct={setAsked} />
      )}
      {!own && post !== null && item !== null && (
        <OfficerPart value={value} item={item} post={post} party={session.party} onAct={setAsked} />
      )}
      <CaseNotices value={value} own={own} onAct={setAsked} />
      <Clocks value={value} item={item} />
      <Lanes value={value} />
      <Materials value={value} item={item} post={own ? null : post} onAct={setAsked} />
      <Decisions value={value} own={own} />
      <History value={value} />
      {own && open && (
        <p className="actions">
          <button
            type="button"
            className="button button-danger"
            onClick={() =>
              setAsked({
                operation: "approval.withdraw",
                arguments: { case: value.number },
                warning: t("cases.withdrawWarning"),
              })
            }
          >
            {t("cases.withdraw")}
          </button>
        </p>
      )}
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

export function CasePage() {
  const { t } = useTranslation();
  const { number = "" } = useParams();
  return (
    <Page title={t("cases.one")}>
      <PersonGate>{session => <Loaded key={number} number={number} session={session} />}</PersonGate>
    </Page>
  );
}

function Loaded({ number, session }: { number: string; session: Session }) {
  const { t } = useTranslation();
  const found = useQuery(caseQuery(number));
  return (
    <Answered query={found}>
      {({ value }) =>
        value === null ? (
          <Notice tone="bad" title={t("cases.unknown")} />
        ) : (
          <Shown value={value} session={session} />
        )
      }
    </Answered>
  );
}
