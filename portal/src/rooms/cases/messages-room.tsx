// Messages (消息): what departments told a person, the newest first. Opening one is signed, and serves it.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { said } from "../../api/items";
import { messagesQuery } from "../../api/notices";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { PersonGate } from "../../components/gate";
import { Page } from "../../components/page";
import { Pager } from "../../components/pager";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";

function Own({ party }: { party: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [page, setPage] = useState(0);
  const [asked, setAsked] = useState<Asked | null>(null);
  const found = useQuery(messagesQuery(party, page));
  return (
    <>
      <Answered query={found}>
        {({ value }) =>
          value.length === 0 ? (
            <p className="empty">{t("messages.none")}</p>
          ) : (
            <>
              <p role="status">{t("messages.unread", { n: value.unread })}</p>
              <ul className="row-list">
                {value.messages.map(one => (
                  <li key={`${one.case} ${one.notice}`}>
                    <p className="row-title">
                      <Link to={`/cases/${one.case}`}>
                        <strong>{t(`notices.kind.${one.kind}`)}</strong>
                      </Link>{" "}
                      {one.opened === null && <Badge tone="warn">{t("messages.new")}</Badge>}{" "}
                      <span className="hint">
                        <Time ms={one.time} />
                      </span>
                    </p>
                    <p className="receipt-facts">
                      <span>{said(one.name, language)}</span> <span className="code">{one.case}</span>
                    </p>
                    {one.opened === null && (
                      <p className="actions">
                        <button
                          type="button"
                          className="button button-main"
                          onClick={() =>
                            setAsked({
                              operation: "approval.notice_opened",
                              arguments: { case: one.case, notice: one.notice },
                            })
                          }
                        >
                          {t("notices.open")}
                        </button>
                      </p>
                    )}
                  </li>
                ))}
              </ul>
              <Pager
                page={page}
                length={value.length}
                size={value.pageSize}
                onPage={setPage}
                before={t("messages.newer")}
                after={t("messages.older")}
              />
            </>
          )
        }
      </Answered>
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

export function MessagesRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("messages.title")} lead={t("messages.lead")}>
      <PersonGate own>{(_, party) => <Own key={party} party={party} />}</PersonGate>
    </Page>
  );
}
