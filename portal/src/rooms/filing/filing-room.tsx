import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { filingNoticeQuery, filingSheetsQuery, hidingOrdersQuery } from "../../api/filing";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { AtHeight, Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { inLanguage } from "../../components/filing/filing-line";
import { useNames } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import { postsOfRoom, usePost, useSession } from "../../components/use-session";
import { RegisterService } from "./forms";
import { ServiceSheet } from "./service-sheet";

/** What everybody may know. */
function Public() {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const { data, error, refetch } = useQuery(filingNoticeQuery);
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Notice tone="info" title={t("common.loading")} />;
  return (
    <>
      <Notice tone="info" title={inLanguage(data.value.statement, language)} />
      {data.value.services.length === 0 && <p className="empty">{t("filing.none")}</p>}
      {data.value.services.map(one => (
        <section key={one.operator} className="card" aria-label={inLanguage(one.name, language)}>
          <h2>{inLanguage(one.name, language)}</h2>
          <Facts
            items={[
              [t("filing.field.operator"), nameOf(one.operator)],
              [t("filing.field.domain"), one.domain],
              [t("filing.field.number"), one.number ?? t("filing.unfiled")],
              [t("filing.field.filed"), one.filed],
              [t("filing.field.ends"), one.ends],
            ]}
          />
        </section>
      ))}
    </>
  );
}

/** Which content is hidden or was, by whose order. */
function Orders() {
  const { t } = useTranslation();
  const nameOf = useNames();
  const { data } = useQuery(hidingOrdersQuery);
  const orders = data?.value ?? [];
  return (
    <section aria-labelledby="orders">
      <h2 id="orders">{t("filing.orders")}</h2>
      <p className="hint">{t("filing.ordersHint")}</p>
      {orders.length === 0 && <p className="empty">{t("filing.noOrders")}</p>}
      <ul className="row-list">
        {orders.map(one => (
          <li key={`${one.transaction} ${one.time}`} className="card">
            <p className="receipt-facts">
              <Badge tone={one.lifted === null ? "warn" : "plain"}>
                {t(one.lifted === null ? "filing.inForce" : "filing.lifted")}
              </Badge>
              <Time ms={one.time} />
            </p>
            <p>{t("filing.hiddenBy", { name: nameOf(one.by), number: one.number, basis: one.basis })}</p>
            <p className="hint">{one.reason}</p>
            <p className="receipt-facts">
              <span>{t("filing.transaction")}</span> <Digest value={one.transaction} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Profiles, duties and history, for operators and whoever supervises them. */
function Supervised() {
  const { t } = useTranslation();
  const post = usePost("filing.register");
  const { data, error, refetch } = useQuery(filingSheetsQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Notice tone="info" title={t("common.loading")} />;
  const mine = data.value.find(one => one.operator === post?.body);
  return (
    <>
      {data.value.map(sheet => (
        <ServiceSheet
          key={sheet.operator}
          sheet={sheet}
          post={sheet.operator === post?.body ? post : null}
          onAct={setAsked}
        />
      ))}
      {post !== null && (mine === undefined || mine.state === "stopped") && (
        <RegisterService post={post} onAct={setAsked} />
      )}
      <AtHeight height={data.height} />
      <ActSheet asked={asked} onClose={() => setAsked(null)} onDone={() => void refetch()} />
    </>
  );
}

/** Filing and duties of the platform (备案与平台义务): open to everybody, with more for those concerned. */
export function FilingRoom() {
  const { t } = useTranslation();
  const concerned = postsOfRoom(useSession(), ["filing.amend", "governance.vote"], "audit").length > 0;
  return (
    <Page title={t("filing.title")} lead={t("filing.lead")}>
      <Public />
      {concerned && <Supervised />}
      <Orders />
    </Page>
  );
}
