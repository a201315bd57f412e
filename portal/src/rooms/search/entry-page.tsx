import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { getBytes } from "../../api/client";
import { entryQuery, homeChainQuery } from "../../api/queries";
import type { Challenge, Entry, EntryDetail } from "../../api/types";
import { AtHeight, Badge, ProofBadge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { formatCount, formatSize } from "../../components/format";
import { useNames } from "../../components/names";
import { NotFound } from "../../components/not-found";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { saveAs } from "../../components/save";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import { entryIdentifier } from "../../verify/commitment";
import { parseDigest } from "../../verify/digest";
import { verifyReceipt } from "../../verify/receipt";

/** Whether the receipt of the entry's transaction proves what the index says about it. */
async function proveEntry(entry: Entry, chain: string, signal: AbortSignal): Promise<"verified" | "refuted"> {
  const bytes = await getBytes(`/api/v1/receipts/${entry.transaction}`, signal);
  const { result, body, file } = await verifyReceipt(bytes, [chain]);
  const given = body?.arguments;
  const agrees =
    result === "VERIFIED" &&
    body?.account === entry.account &&
    (given?.commitment ?? given?.root) === entry.commitment &&
    given?.kind === entry.kind &&
    file?.receipt.transaction === entry.transaction &&
    file.header.height === entry.height &&
    file.header.time === entry.time &&
    entryIdentifier(chain, entry.account, entry.commitment) === entry.entry;
  return agrees ? "verified" : "refuted";
}

function useEntryProof(entry: Entry | undefined): "verified" | "refuted" | "checking" | "unverified" {
  const { data: home } = useQuery(homeChainQuery);
  const chain = home?.chain;
  const { data, error } = useQuery({
    queryKey: ["entry-proof", entry?.entry, chain],
    // Of a hidden entry the node gives no receipt to the public.
    enabled: entry !== undefined && entry.hidden === undefined && chain !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      entry === undefined || chain === undefined
        ? Promise.reject(new Error())
        : proveEntry(entry, chain, signal),
  });
  if (entry?.hidden !== undefined) return "unverified";
  return data ?? (error ? "unverified" : "checking");
}

function Challenges({ challenges }: { challenges: readonly Challenge[] }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="challenges">
      <h2 id="challenges">{t("entry.challenges")}</h2>
      {challenges.length === 0 && <p className="empty">{t("entry.noChallenges")}</p>}
      <ul className="receipt-list">
        {challenges.map(one => (
          <li key={one.challenge} className="card">
            <p className="receipt-facts">
              <strong>{t(`entry.grounds.${one.grounds}`)}</strong>
              <Badge tone={one.finding === null ? "warn" : one.finding === "upheld" ? "bad" : "good"}>
                {t(one.finding === null ? "entry.finding.open" : `entry.finding.${one.finding}`)}
              </Badge>
              <Time ms={one.time} />
            </p>
            <Facts
              items={[
                [t("entry.challenger"), <Digest key="account" value={one.account} />],
                [t("entry.statement"), <Digest key="statement" value={one.statement} />],
                [
                  t("entry.findingStatement"),
                  one.finding_statement && <Digest key="finding" value={one.finding_statement} />,
                ],
              ]}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Report({ entry }: { entry: string }) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);
  async function download(): Promise<void> {
    setError(null);
    try {
      const bytes = await getBytes(`/api/v1/evidence/${entry}/report`);
      saveAs(`${entry.replace(":", "-")}.report.json`, bytes as Uint8Array<ArrayBuffer>, "application/json");
    } catch (caught) {
      setError(caught);
    }
  }
  return (
    <>
      <button type="button" className="button" onClick={() => void download()}>
        {t("entry.report")}
      </button>
      {error !== null && <Failure error={error} />}
    </>
  );
}

function EntryView({ entry }: { entry: EntryDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const proof = useEntryProof(entry);
  const first = entry.first.entry === entry.entry;
  const { capture } = entry;
  return (
    <>
      <p>
        <ProofBadge state={proof} /> <span className="hint">{t(`entry.proof.${proof}`)}</span>
      </p>
      {first ? (
        <Notice tone="good" title={t("entry.first")} />
      ) : (
        <Notice
          tone="warn"
          title={t("entry.notFirst", { height: formatCount(entry.first.height, language) })}
        >
          <p>
            <Time ms={entry.first.time} />{" "}
            <Link to={`/evidence/${entry.first.entry}`}>{t("common.open")}</Link>
          </p>
        </Notice>
      )}
      {entry.hidden && (
        <Notice
          tone="warn"
          title={t("filing.hiddenBy", {
            name: nameOf(entry.hidden.by),
            number: entry.hidden.number,
            basis: entry.hidden.basis,
          })}
        >
          <p>{t("filing.ordersHint")}</p>
        </Notice>
      )}
      <section className="card" aria-label={t("entry.title")}>
        <Facts
          items={[
            [t("receipts.time"), <Time key="time" ms={entry.time} />],
            [
              t("receipts.height"),
              <Link key="height" to={`/blocks/${entry.height}`}>
                {formatCount(entry.height, language)}
              </Link>,
            ],
            [t("receipts.way"), t(`receipts.kind.${entry.kind}`)],
            [
              t("entry.content"),
              entry.hidden
                ? t("filing.hiddenMark")
                : entry.items === null
                  ? `${entry.media_type ?? ""} · ${formatSize(entry.size ?? 0, language)}`
                  : t("search.items", { n: formatCount(entry.items, language) }),
            ],
            [
              t("transaction.account"),
              <span key="account">
                <Digest value={entry.account} label={t("transaction.account")} />{" "}
                <Link to={`/search?account=${entry.account}`}>{t("entry.byAccount")}</Link>
              </span>,
            ],
            [
              t("entry.commitment"),
              <Digest key="commitment" value={entry.commitment} label={t("entry.commitment")} />,
            ],
            [t("receipts.entry"), <Digest key="entry" value={entry.entry} label={t("receipts.entry")} />],
            [t("transaction.id"), <Digest key="id" value={entry.transaction} label={t("transaction.id")} />],
          ]}
        />
        <p className="actions">
          <Report entry={entry.entry} />
        </p>
      </section>
      {capture && (
        <section className="card" aria-labelledby="capture">
          <h2 id="capture">{t("entry.capture")}</h2>
          <Facts
            items={[
              [t("deposit.capture.tool"), `${capture.tool} ${capture.tool_version}`],
              [t("deposit.capture.environment"), capture.environment],
              [t("deposit.capture.from"), <Time key="from" ms={capture.from} />],
              [t("deposit.capture.to"), <Time key="to" ms={capture.to} />],
              [t("entry.details"), <Digest key="details" value={capture.details} />],
            ]}
          />
        </section>
      )}
      <section aria-labelledby="links">
        <h2 id="links">{t("entry.links")}</h2>
        {(entry.links ?? []).length === 0 && <p className="empty">{t("entry.noLinks")}</p>}
        <ul className="plain-list">
          {(entry.links ?? []).map(one => (
            <li key={`${one.relation} ${one.entry}`}>
              {t(`entry.relation.${one.relation}`)}{" "}
              <Link to={`/evidence/${one.entry}`}>{t("common.open")}</Link> <Digest value={one.entry} />
            </li>
          ))}
        </ul>
      </section>
      <Challenges challenges={entry.challenges ?? []} />
      <AtHeight height={entry.at_height} />
    </>
  );
}

/** One entry: what was deposited when, whether it was the first, its links and challenges. */
export function EntryPage() {
  const { t } = useTranslation();
  const { entry: id = "" } = useParams();
  const known = parseDigest(id) !== null;
  const { data: entry, error, refetch } = useQuery({ ...entryQuery(id), enabled: known });
  if (!known) return <NotFound />;
  return (
    <Page key={id} title={t("entry.title")}>
      <p className="crumbs">
        <Link to="/search">{t("search.name")}</Link>
      </p>
      {error && !entry && <Failure error={error} retry={() => void refetch()} />}
      {!entry && !error && <Notice tone="info" title={t("common.loading")} />}
      {entry && <EntryView entry={entry} />}
    </Page>
  );
}
