import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { extractsQuery } from "../../api/extracts";
import { covers, type OfficerPost, type Session } from "../../api/session";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { RecentActs } from "../../components/act/recent-acts";
import { Answered } from "../../components/answered";
import { PostGate, usePostText } from "../../components/gate";
import { Page } from "../../components/page";
import { forgetDraft } from "../../store/drafts";
import { Deliver, deliverDraft } from "./deliver";
import { DeliveredRow, ReceivedRow } from "./extract-row";

const REFRESH_MS = 10_000;

function Desk({ post, session }: { post: OfficerPost; session: Session }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const [asked, setAsked] = useState<Asked | null>(null);
  /** Another round is an empty form. */
  const [round, setRound] = useState(0);
  const works = covers(post.scope, "sharing.extract_fetch");
  const extracts = useQuery({
    ...extractsQuery(works ? post.body : null),
    refetchInterval: REFRESH_MS,
  });
  const all = extracts.data?.value.map(({ value }) => value) ?? [];
  const received = all.filter(one => one.recipient === post.body);
  const delivered = all.filter(one => one.owner === post.body);
  return (
    <>
      <p className="hint">{postText(post)}</p>
      <p className="actions">
        <Link className="button" to="/extracts/trace">
          {t("trace.title")}
        </Link>
      </p>
      {works && (
        <>
          <section aria-labelledby="received">
            <h2 id="received">{t("extracts.received")}</h2>
            <Answered query={extracts}>
              {() =>
                received.length === 0 ? (
                  <p className="empty">{t("extracts.noneReceived")}</p>
                ) : (
                  <ul className="row-list">
                    {received.map(one => (
                      <ReceivedRow
                        key={one.id}
                        extract={one}
                        mine={one.receiver === session.party}
                        post={post}
                        onAct={setAsked}
                      />
                    ))}
                  </ul>
                )
              }
            </Answered>
          </section>
          <Deliver key={round} post={post} onAct={setAsked} />
          {delivered.length > 0 && (
            <section aria-labelledby="delivered">
              <h2 id="delivered">{t("extracts.delivered")}</h2>
              <ul className="row-list">
                {delivered.map(one => (
                  <DeliveredRow key={one.id} extract={one} post={post} onAct={setAsked} />
                ))}
              </ul>
            </section>
          )}
          <RecentActs />
        </>
      )}
      <ActSheet
        asked={asked}
        onClose={() => setAsked(null)}
        onDone={act => {
          if (act.operation !== "sharing.extract_deliver" || act.state !== "final") return;
          forgetDraft(deliverDraft(String(act.arguments.request)));
          setRound(round + 1);
        }}
      />
    </>
  );
}

/** Extracts (摘录): delivering marked rows under a granted request, fetching what was delivered, tracing what was found outside. */
export function ExtractsRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("extracts.title")} lead={t("extracts.lead")}>
      <PostGate operation="sharing.extract_fetch" atBodyWith="audit">
        {(session, post) => <Desk key={post.body} post={post} session={session} />}
      </PostGate>
    </Page>
  );
}
