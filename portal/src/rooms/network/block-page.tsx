import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type BlockDetail, blockQuery, homeChainQuery } from "../../api/queries";
import { operationKey } from "../../components/act/operations";
import { AtHeight, Badge, ProofBadge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { formatCount } from "../../components/format";
import { NotFound } from "../../components/not-found";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import type { HomeChain } from "../../store/chains";
import { blockHash, certifies, founders, validatorsDigest } from "../../verify/chain";

/** Whether this browser can confirm the block from its header and certificate alone. */
function proofOf(block: BlockDetail | undefined, home: HomeChain | undefined) {
  if (block === undefined || home === undefined) return "checking";
  const { header, certificate } = block;
  if (header === null) return "refuted";
  if (header.chain !== home.chain || block.hash !== blockHash(home.genesis, header)) return "refuted";
  // Finalised through a descendant, or the block of height 0: no certificate of its own to check.
  if (certificate === null) return "unverified";
  // Where others than the founders vote, who they are is proven by a receipt and not by this page.
  const set = founders(home.genesis);
  if (header.validators !== validatorsDigest(home.genesis, set)) return "unverified";
  return certifies(home.genesis, certificate, header, set) ? "verified" : "refuted";
}

function BlockHeader({ block }: { block: BlockDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: home } = useQuery(homeChainQuery);
  const { header, certificate } = block;
  const names = new Map(home?.genesis.members.map(member => [member.validator, member.name]));
  if (header === null) return <Notice tone="bad" title={t("block.unreadable")} />;
  return (
    <section className="card" aria-labelledby="header">
      <h2 id="header">{t("block.header")}</h2>
      <Facts
        items={[
          [t("block.time"), <Time key="time" ms={header.time} />],
          [t("block.leader"), names.get(header.leader) ?? <Digest key="leader" value={header.leader} />],
          [t("block.transactions"), formatCount(header.transactions, language)],
          [
            t("block.signers"),
            certificate &&
              t("block.signed", {
                m: certificate.signatures.length,
                n: home?.genesis.members.length ?? "?",
                names: certificate.signatures
                  .map(one => names.get(one.validator) ?? "?")
                  .join(t("common.listSeparator")),
              }),
          ],
          [t("block.hash"), <Digest key="hash" value={block.hash} />],
          [t("block.receiptsRoot"), <Digest key="receipts" value={header.receipts_root} />],
          [t("block.historyRoot"), <Digest key="history" value={header.history_root} />],
        ]}
      />
    </section>
  );
}

function BlockTransactions({ block }: { block: BlockDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (block.transactions.length + block.withheld === 0) return <p className="empty">{t("block.empty")}</p>;
  const withheld = t("block.withheld", { n: formatCount(block.withheld, language) });
  if (block.transactions.length === 0) return <p className="empty">{withheld}</p>;
  return (
    <div className="table-frame">
      <table className="stack">
        <thead>
          <tr>
            <th scope="col">{t("transaction.operation")}</th>
            <th scope="col">{t("transaction.result")}</th>
            <th scope="col">{t("transaction.account")}</th>
            <th scope="col">{t("transaction.id")}</th>
          </tr>
        </thead>
        <tbody>
          {block.transactions.map(one => (
            <tr key={one.id}>
              <td data-label={t("transaction.operation")}>
                {t(operationKey(one.operation), { id: one.operation })}
              </td>
              <td data-label={t("transaction.result")}>
                {one.code === 0 ? (
                  <Badge tone="good">{t("transaction.executed")}</Badge>
                ) : (
                  <Badge tone="bad">{t("transaction.rejected", { code: one.code })}</Badge>
                )}
              </td>
              <td data-label={t("transaction.account")}>
                <Digest value={one.account} />
              </td>
              <td data-label={t("transaction.id")}>
                <Digest value={one.id} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {block.withheld > 0 && <p className="hint">{withheld}</p>}
    </div>
  );
}

/** What the ledger itself did because a time had come; a block in which nothing fell due says nothing about it. */
function BlockOccurrences({ block }: { block: BlockDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { occurrences, withheld_occurrences: withheld } = block;
  if (occurrences.length + withheld === 0) return null;
  return (
    <>
      <h2>{t("block.occurrences")}</h2>
      {occurrences.length > 0 && (
        <div className="table-frame">
          <table className="stack">
            <thead>
              <tr>
                <th scope="col">{t("occurrence.due")}</th>
                <th scope="col">{t("transaction.result")}</th>
                <th scope="col">{t("occurrence.scenario")}</th>
                <th scope="col">{t("occurrence.key")}</th>
                <th scope="col">{t("occurrence.id")}</th>
              </tr>
            </thead>
            <tbody>
              {occurrences.map(one => (
                <tr key={one.id}>
                  <td data-label={t("occurrence.due")}>
                    <Time ms={one.due} />
                  </td>
                  <td data-label={t("transaction.result")}>
                    {one.code === 0 ? (
                      <Badge tone="good">{t("transaction.executed")}</Badge>
                    ) : (
                      <Badge tone="bad">{t("transaction.rejected", { code: one.code })}</Badge>
                    )}
                  </td>
                  <td data-label={t("occurrence.scenario")}>{one.scenario}</td>
                  <td data-label={t("occurrence.key")}>
                    <Digest value={one.key} />
                  </td>
                  <td data-label={t("occurrence.id")}>
                    <Digest value={one.id} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {withheld > 0 && (
        <p className="hint">{t("block.withheldOccurrences", { n: formatCount(withheld, language) })}</p>
      )}
    </>
  );
}

/** One block: header, who signed it, its transactions; the browser checks the certificate itself. */
function Block({ height }: { height: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: block, error, refetch } = useQuery(blockQuery(height));
  const { data: home } = useQuery(homeChainQuery);
  const proof = useMemo(() => proofOf(block, home), [block, home]);
  return (
    <Page title={t("block.title", { height: formatCount(height, language) })}>
      <p className="crumbs">
        <Link to="/network">{t("network.name")}</Link>
        {height > 0 && <Link to={`/blocks/${height - 1}`}>{t("block.previous")}</Link>}
        {block && block.at_height > height && <Link to={`/blocks/${height + 1}`}>{t("block.next")}</Link>}
      </p>
      {error && !block && <Failure error={error} retry={() => void refetch()} />}
      {!block && !error && <Notice tone="info" title={t("common.loading")} />}
      {block && (
        <>
          <p>
            <ProofBadge state={proof} /> <span className="hint">{t(`block.proof.${proof}`)}</span>
          </p>
          <BlockHeader block={block} />
          <h2>{t("block.transactions")}</h2>
          <BlockTransactions block={block} />
          <BlockOccurrences block={block} />
          <AtHeight height={block.at_height} />
        </>
      )}
    </Page>
  );
}

export function BlockPage() {
  const { height = "" } = useParams();
  return /^\d{1,15}$/.test(height) ? <Block key={height} height={Number(height)} /> : <NotFound />;
}
