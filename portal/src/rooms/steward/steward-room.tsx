import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type Resource,
  type ResourceRequest,
  resourceRequestsQuery,
  resourcesQuery,
} from "../../api/catalogue";
import type { OfficerPost, Session } from "../../api/session";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { RecentActs } from "../../components/act/recent-acts";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { DueLamp } from "../../components/due-lamp";
import { SelectField, TextField } from "../../components/field";
import { PostGate, usePostText } from "../../components/gate";
import { fieldsText, fieldText, purposeText, useNames, useSeals } from "../../components/names";
import { Page } from "../../components/page";
import { useDraft } from "../../components/use-draft";
import { forgetDraft } from "../../store/drafts";
import { ApplicationQueue } from "./applications";
import { Enrol } from "./enrol";
import { AppointGuardian, guardianDraft } from "./guardians";
import { PostList } from "./post-list";
import { GivePost } from "./posts";
import { Recover } from "./recover";

function ResourceRow({
  resource,
  post,
  onAct,
}: {
  resource: Resource;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  return (
    <li>
      <p className="row-title">
        <strong>{resource.resource}</strong>{" "}
        {resource.sharing && <span className="hint">{t(`catalogue.class.${resource.sharing}`)}</span>}{" "}
        {resource.stale && <Badge tone="warn">{t("catalogue.stale")}</Badge>}
      </p>
      <ul className="chips">
        {resource.fields.map(one => (
          <li key={one.name}>
            {fieldText(t, one.name)} · {t("catalogue.grade", { n: one.grade })}
          </li>
        ))}
      </ul>
      <p className="hint">{t("catalogue.version", { n: resource.version })}</p>
      {resource.stale && seal !== null && (
        <p className="actions">
          <button
            type="button"
            className="button"
            onClick={() =>
              onAct({
                operation: "sharing.resource_refresh",
                arguments: { for: post.body, resource: resource.resource },
                seal: { key: seal, asAccount: false },
                as: postText(post),
              })
            }
          >
            {t("act.op.resourceRefresh.name")}
          </button>
        </p>
      )}
    </li>
  );
}

function Answer({
  request,
  post,
  onAct,
}: {
  request: ResourceRequest;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const { form, change } = useDraft(`answer ${request.id}`, { kind: "grant", reason: "", remedy: "" });
  const refuse = form.kind === "refuse";
  const ready = seal !== null && (!refuse || (form.reason.trim() !== "" && form.remedy.trim() !== ""));
  return (
    <form
      className="inset"
      onSubmit={event => {
        event.preventDefault();
        if (!ready) return;
        onAct({
          operation: "sharing.resource_answer",
          arguments: {
            for: post.body,
            request: request.id,
            answer: refuse
              ? { kind: "refuse", reason: form.reason.trim(), remedy: form.remedy.trim() }
              : { kind: "grant" },
          },
          seal: { key: seal, asAccount: false },
          as: postText(post),
        });
      }}
    >
      <SelectField
        label={t("act.argument.answer")}
        value={form.kind}
        options={[
          ["grant", t("act.answer.grant")],
          ["refuse", t("act.answer.refuse")],
        ]}
        onChange={kind => change({ kind })}
      />
      {refuse && (
        <>
          <TextField
            label={t("act.argument.reason")}
            value={form.reason}
            onChange={reason => change({ reason })}
          />
          <TextField
            label={t("act.argument.remedy")}
            value={form.remedy}
            onChange={remedy => change({ remedy })}
          />
        </>
      )}
      <p className="actions">
        <button type="submit" className="button button-main" disabled={!ready}>
          {t("act.toCheck")}
        </button>
      </p>
    </form>
  );
}

function RequestRow({
  request,
  post,
  onAct,
}: {
  request: ResourceRequest;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const nameOf = useNames();
  return (
    <li>
      <p className="row-title">
        <strong>{nameOf(request.requester)}</strong> {request.due && <DueLamp due={request.due} />}
      </p>
      <p>{t("catalogue.wants", { resource: request.resource, fields: fieldsText(t, request.fields) })}</p>
      <p className="receipt-facts hint">
        <span>{request.need}</span>
        <span>{t("common.pair", { name: t("act.argument.basis"), value: request.basis })}</span>
        <span>
          {t("common.pair", { name: t("act.argument.purpose"), value: purposeText(t, request.purpose) })}
        </span>
      </p>
      <Answer request={request} post={post} onAct={onAct} />
    </li>
  );
}

function Desk({ session, post }: { session: Session; post: OfficerPost }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  /** Another round is an empty form. */
  const [round, setRound] = useState(0);
  const resources = useQuery(resourcesQuery(post.body));
  const requests = useQuery(resourceRequestsQuery(post.body));
  const postText = usePostText();
  return (
    <>
      <p className="hint">{postText(post)}</p>
      <ApplicationQueue post={post} onAct={setAsked} />
      <Enrol post={post} onAct={setAsked} />
      <GivePost post={post} onAct={setAsked} />
      <AppointGuardian key={round} post={post} onAct={setAsked} />
      <PostList post={post} party={session.party} onAct={setAsked} />
      <Recover post={post} onAct={setAsked} />
      <section aria-labelledby="requests">
        <h2 id="requests">{t("catalogue.requests")}</h2>
        <Answered query={requests}>
          {data =>
            data.value.length === 0 ? (
              <p className="empty">{t("catalogue.noRequests")}</p>
            ) : (
              <ul className="row-list">
                {data.value.map(one => (
                  <RequestRow key={one.id} request={one} post={post} onAct={setAsked} />
                ))}
              </ul>
            )
          }
        </Answered>
      </section>
      <section aria-labelledby="resources">
        <h2 id="resources">{t("catalogue.resources")}</h2>
        <Answered query={resources}>
          {data =>
            data.value.length === 0 ? (
              <p className="empty">{t("catalogue.noResources")}</p>
            ) : (
              <ul className="row-list">
                {data.value.map(one => (
                  <ResourceRow key={one.resource} resource={one} post={post} onAct={setAsked} />
                ))}
              </ul>
            )
          }
        </Answered>
      </section>
      <RecentActs />
      <ActSheet
        asked={asked}
        onClose={() => setAsked(null)}
        onDone={act => {
          if (act.state !== "final" || act.arguments.kind !== "guardian") return;
          forgetDraft(guardianDraft(post.body));
          setRound(round + 1);
        }}
      />
    </>
  );
}

/** Data desk (数据管理): enrolment, the catalogue, requests to answer. */
export function StewardRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("steward.title")} lead={t("steward.lead")}>
      <PostGate operation="identity.enrol">
        {(session, post) => <Desk key={post.body} session={session} post={post} />}
      </PostGate>
    </Page>
  );
}
