import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useLiveBlocks } from "../../api/live";
import { blocksQuery, statusQuery, whyQuery } from "../../api/queries";
import type { Status } from "../../api/types";
import { AtHeight, Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { formatCount, formatSize } from "../../components/format";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";

/** One plain sentence: is the chain running, and if not, why. */
function StateSentence({ status }: { status: Status }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: why } = useQuery(whyQuery);
  const online = status.validators.filter(one => one.connected || one.self).length;
  const state = why?.state ?? "running";
  return (
    <p className={`state state-${state}`} role="status">
      <span className="lamp" aria-hidden="true" />
      {state === "running" || why === undefined
        ? t("network.running", { n: status.validators.length, online })
        : why.messages[language]}
    </p>
  );
}

function Departments({ status }: { status: Status }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="departments">
      <h2 id="departments">{t("network.departments")}</h2>
      <ul className="departments">
        {status.validators.map(one => (
          <li key={one.validator} className="card">
            <p className="department-name">{one.name}</p>
            <p className="department-facts">
              <Badge tone={one.connected || one.self ? "good" : "bad"}>
                {one.self
                  ? t("network.self")
                  : one.connected
                    ? t("network.connected")
                    : t("network.disconnected")}
              </Badge>
              <span className="code">{one.code}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Mempool({ status }: { status: Status }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { transactions, bytes, limit_transactions, limit_bytes } = status.mempool;
  return (
    <section aria-labelledby="mempool">
      <h2 id="mempool">{t("network.mempool.title")}</h2>
      <p>
        {transactions === 0
          ? t("network.mempool.empty")
          : t("network.mempool.some", {
              n: formatCount(transactions, language),
              size: formatSize(bytes, language),
            })}
      </p>
      <progress
        aria-labelledby="mempool"
        max={1}
        value={Math.max(transactions / limit_transactions, bytes / limit_bytes)}
      />
      <p className="hint">
        {t("network.mempool.limit", {
          n: formatCount(limit_transactions, language),
          size: formatSize(limit_bytes, language),
        })}
      </p>
    </section>
  );
}

function LatestBlocks({ live }: { live: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data, error, refetch } = useQuery(blocksQuery);
  return (
    <section aria-labelledby="blocks">
      <h2 id="blocks">
        {t("network.blocks.title")}{" "}
        <Badge tone={live ? "good" : "plain"}>{live ? t("network.live") : t("network.notLive")}</Badge>
      </h2>
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {data && (
        <>
          <div className="table-frame">
            <table className="stack">
              <thead>
                <tr>
                  <th scope="col">{t("block.height")}</th>
                  <th scope="col">{t("block.time")}</th>
                  <th scope="col">{t("block.transactions")}</th>
                  <th scope="col">{t("block.hash")}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map(row => (
                  <tr key={row.height}>
                    <td data-label={t("block.height")}>
                      <Link to={`/blocks/${row.height}`}>{formatCount(row.height, language)}</Link>
                    </td>
                    <td data-label={t("block.time")}>
                      <Time ms={row.time} />
                    </td>
                    <td data-label={t("block.transactions")}>{formatCount(row.transactions, language)}</td>
                    <td data-label={t("block.hash")}>
                      <Digest value={row.hash} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <AtHeight height={data.at_height} />
        </>
      )}
    </section>
  );
}

/** Network (网络): who keeps the chain, is it running, what is new. */
export function NetworkRoom() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: status, error, refetch } = useQuery(statusQuery);
  const live = useLiveBlocks();
  return (
    <Page title={status?.name ?? t("network.title")} lead={t("network.lead")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!status && !error && <Notice tone="info" title={t("common.loading")} />}
      {status && (
        <>
          <section className="hero card" aria-label={t("network.state")}>
            <div>
              <p className="hero-label">{t("network.height")}</p>
              <p className="hero-height">{formatCount(status.height, language)}</p>
              <p className="hint">
                {t("network.lastBlock")} <Time ms={status.time} />
              </p>
            </div>
            <div className="hero-side">
              <StateSentence status={status} />
              <p className="actions">
                <Link className="button button-main" to="/deposit">
                  {t("network.toDeposit")}
                </Link>
                <Link className="button" to="/verify">
                  {t("network.toVerify")}
                </Link>
              </p>
            </div>
          </section>
          <Departments status={status} />
          <LatestBlocks live={live} />
          <Mempool status={status} />
        </>
      )}
    </Page>
  );
}
