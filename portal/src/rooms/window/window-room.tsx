import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { OfficerPost } from "../../api/session";
import { certificatesQuery, requestsQuery } from "../../api/sharing";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { RecentActs } from "../../components/act/recent-acts";
import { Answered } from "../../components/answered";
import { PostGate, usePostText } from "../../components/gate";
import { Page } from "../../components/page";
import { Erasures } from "./erasures";
import { IssuedRow } from "./issued-row";
import { QueueRow } from "./queue-row";

function Desk({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const requests = useQuery({ ...requestsQuery(post.body), refetchInterval: 10_000 });
  const certificates = useQuery(certificatesQuery(post.body));
  const postText = usePostText();
  return (
    <>
      <p className="hint">{postText(post)}</p>
      <p>
        <Link to="/wallet">{t("wallet.ask")}</Link>
      </p>
      <section aria-labelledby="queue">
        <h2 id="queue">{t("window.queue")}</h2>
        <Answered query={requests}>
          {data => {
            const open = data.value
              .filter(({ value }) => value.state === "open" && value.holder === post.body)
              .toSorted((a, b) => (a.value.due?.end ?? 0) - (b.value.due?.end ?? 0));
            return open.length === 0 ? (
              <p className="empty">{t("window.empty")}</p>
            ) : (
              <ul className="row-list">
                {open.map(({ value }) => (
                  <QueueRow key={value.id} request={value} post={post} onAct={setAsked} />
                ))}
              </ul>
            );
          }}
        </Answered>
      </section>
      <Erasures post={post} onAct={setAsked} />
      <section aria-labelledby="issued">
        <h2 id="issued">{t("window.issued")}</h2>
        <Answered query={certificates}>
          {data => {
            const own = data.value.filter(({ value }) => value.issuer === post.body);
            return own.length === 0 ? (
              <p className="empty">{t("window.noneIssued")}</p>
            ) : (
              <ul className="row-list">
                {own.map(({ value }) => (
                  <IssuedRow key={value.id} certificate={value} post={post} onAct={setAsked} />
                ))}
              </ul>
            );
          }}
        </Answered>
      </section>
      <RecentActs />
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

/** Window (窗口): the queue of requests by time left, issuing, and what was issued. */
export function WindowRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("window.title")} lead={t("window.lead")}>
      <PostGate operation="sharing.issue">{(_, post) => <Desk key={post.body} post={post} />}</PostGate>
    </Page>
  );
}
