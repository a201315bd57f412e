// An officer's queue (待办): what waits for the department, by time left, with lamps.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { byTimeLeft, queueQuery } from "../../api/cases";
import { itemsQuery, said, spoken } from "../../api/items";
import type { OfficerPost } from "../../api/session";
import { Answered } from "../../components/answered";
import { PostGate, usePostText } from "../../components/gate";
import { Page } from "../../components/page";
import { Pager } from "../../components/pager";
import { useLanguage } from "../../components/use-language";
import { CaseDue, StateBadge } from "./state";

const PAGE = 20;

function Queue({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const postText = usePostText();
  const [page, setPage] = useState(0);
  const queue = useQuery(queueQuery(post.body, page));
  const { data: items } = useQuery(itemsQuery);
  const nameOf = (code: string) => {
    const item = items?.value.find(one => one.code === code);
    return item === undefined ? code : said(item.name, language);
  };
  return (
    <>
      <p className="hint">{postText(post)}</p>
      <Answered query={queue}>
        {({ value }) => (
          <>
            <h2>{t("cases.queue", { n: value.length })}</h2>
            {value.rows.length === 0 ? (
              <p className="empty">{t("cases.queueEmpty")}</p>
            ) : (
              <ul className="row-list">
                {byTimeLeft(value.rows).map(row => (
                  <li key={row.number}>
                    <p className="row-title">
                      <Link to={`/cases/${row.number}`}>
                        <strong>{nameOf(row.item)}</strong>
                      </Link>{" "}
                      <StateBadge state={row.state} /> <CaseDue clocks={row.clocks} />
                    </p>
                    <p className="receipt-facts">
                      <span className="code">{row.number}</span>
                      {row.steps.map(step => (
                        <span key={`${step.step} ${step.work}`}>{spoken(step.name, language)}</span>
                      ))}
                    </p>
                  </li>
                ))}
              </ul>
            )}
            <Pager
              page={page}
              length={value.length}
              size={PAGE}
              onPage={setPage}
              before={t("cases.pageBefore")}
              after={t("cases.pageAfter")}
            />
          </>
        )}
      </Answered>
    </>
  );
}

export function QueueRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("cases.queueTitle")} lead={t("cases.queueLead")}>
      <PostGate operation="approval.act" or={["approval.accept", "approval.decide"]}>
        {(_, post) => <Queue key={post.body} post={post} />}
      </PostGate>
    </Page>
  );
}
