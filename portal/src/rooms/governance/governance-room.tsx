import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { nodeNow } from "../../api/client";
import { parametersQuery, proposalsQuery, yearsQuery } from "../../api/governance";
import { membersQuery } from "../../api/members";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { rolesText, settingText } from "../../components/act/decision-facts";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { usePost, useSession } from "../../components/use-session";
import { Documents } from "./documents";
import { ProposalRow } from "./proposal-row";
import { Propose } from "./propose";
import { Upgrades } from "./upgrades";

function Members() {
  const { t } = useTranslation();
  const members = useQuery(membersQuery);
  return (
    <section aria-labelledby="members">
      <h2 id="members">{t("governance.members")}</h2>
      <Answered query={members}>
        {data => (
          <div className="table-frame">
            <table className="stack">
              <thead>
                <tr>
                  <th scope="col">{t("governance.memberName")}</th>
                  <th scope="col">{t("governance.code")}</th>
                  <th scope="col">{t("governance.roles")}</th>
                  <th scope="col">{t("governance.status")}</th>
                </tr>
              </thead>
              <tbody>
                {data.members.map(one => (
                  <tr key={one.code}>
                    <td data-label={t("governance.memberName")}>{one.name}</td>
                    <td data-label={t("governance.code")}>
                      <span className="code">{one.code}</span>
                    </td>
                    <td data-label={t("governance.roles")}>
                      <Roles roles={one.roles} />
                    </td>
                    <td data-label={t("governance.status")}>
                      <MemberStatus status={one.status} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answered>
    </section>
  );
}

function Roles({ roles }: { roles: readonly string[] }) {
  const { t } = useTranslation();
  return roles.length === 0 ? "–" : rolesText(t, roles);
}

const STATUSES = ["active", "suspended", "removed"] as const;

function MemberStatus({ status }: { status: string }) {
  const { t } = useTranslation();
  const known = STATUSES.find(one => one === status);
  if (known === undefined) return status;
  return <Badge tone={known === "active" ? "good" : "bad"}>{t(`governance.memberStatus.${known}`)}</Badge>;
}

function Proposals({ onAct }: { onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const signedIn = session?.state === "active";
  const proposals = useQuery({ ...proposalsQuery, enabled: signedIn });
  const post = usePost("governance.vote");
  return (
    <section aria-labelledby="proposals">
      <h2 id="proposals">{t("governance.proposals")}</h2>
      {!signedIn && (
        <Notice tone="info" title={t("governance.signIn")}>
          <Link to="/keys">{t("identity.signIn")}</Link>
        </Notice>
      )}
      {signedIn && post === null && <p className="hint">{t("governance.readOnly")}</p>}
      {signedIn && (
        <Answered query={proposals}>
          {data => {
            const ordered = data.value.toSorted(
              (a, b) => Number(b.status === "open") - Number(a.status === "open"),
            );
            return ordered.length === 0 ? (
              <p className="empty">{t("governance.noProposals")}</p>
            ) : (
              <ul className="row-list">
                {ordered.map(one => (
                  <ProposalRow key={one.id} proposal={one} post={post} onAct={onAct} />
                ))}
              </ul>
            );
          }}
        </Answered>
      )}
    </section>
  );
}

/** Whether the calendar of the next year is there: deadlines that reach into it are provisional until then. */
function Years() {
  const { t } = useTranslation();
  const years = useQuery(yearsQuery(nodeNow()));
  return (
    <section aria-labelledby="years">
      <h2 id="years">{t("governance.years")}</h2>
      <Answered query={years}>
        {data => (
          <>
            {data.value.some(one => !one.published) && (
              <Notice tone="warn" title={t("governance.yearMissing")}>
                <p>{t("governance.yearMissingHint")}</p>
              </Notice>
            )}
            <ul className="plain-list">
              {data.value.map(one => (
                <li key={one.year}>
                  {one.year}{" "}
                  <Badge tone={one.published ? "good" : "warn"}>
                    {t(one.published ? "governance.yearPublished" : "governance.yearUnpublished")}
                  </Badge>
                </li>
              ))}
            </ul>
          </>
        )}
      </Answered>
    </section>
  );
}

function Parameters() {
  const { t } = useTranslation();
  const parameters = useQuery(parametersQuery);
  return (
    <section aria-labelledby="parameters">
      <h2 id="parameters">{t("governance.parameters")}</h2>
      <Answered query={parameters}>
        {data => (
          <dl className="facts card">
            {data.value.map(one => (
              <div key={one.name}>
                <dt>{t(`governance.parameter.${one.name}`)}</dt>
                <dd>
                  {settingText(t, one.value)}{" "}
                  <span className="hint">
                    {t("governance.standard", { value: settingText(t, one.standard) })}
                  </span>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Answered>
    </section>
  );
}

/** Governance (治理): members, proposals and votes, calendar years, documents, parameters. */
export function GovernanceRoom() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const post = usePost("governance.propose");
  return (
    <Page title={t("governance.title")} lead={t("governance.lead")}>
      <Proposals onAct={setAsked} />
      {post && <Propose post={post} />}
      <p className="actions">
        <Link className="button" to="/governance/processes">
          {t("modeller.enter")}
        </Link>
        <Link className="button" to="/governance/decisions">
          {t("decisions.enter")}
        </Link>
      </p>
      <Members />
      <Years />
      <Documents />
      <Upgrades />
      <Parameters />
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </Page>
  );
}
