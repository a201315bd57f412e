import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { getJson } from "../../api/client";
import type { TransactionAnswer } from "../../api/types";
import { copyQuery, type WalletRequestState, walletRequestQuery, walletStandQuery } from "../../api/wallets";
import { Badge } from "../../components/badge";
import { CertificateView } from "../../components/certificate/certificate-view";
import { useCertificateVerdict } from "../../components/certificate/use-certificate-verdict";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { FieldChips } from "../../components/field-chips";
import { formatCount } from "../../components/format";
import { kindText, purposeText, useNames } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { ReceiptOf } from "../../components/receipt-of";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import { HandOver, useSeconds } from "../../components/wallet/hand-over";
import { SealedContentRefused } from "../../ledger/reader-key";
import { openPresented, type Presented, WALLET_MS } from "../../ledger/wallet";
import type { StoredAct } from "../../store/acts";

/** How often it is asked how a request stands. */
const FOLLOW_MS = 2_000;

const TONES: Readonly<Record<WalletRequestState, "good" | "bad" | "warn" | "plain">> = {
  waiting: "warn",
  shown: "good",
  refused: "bad",
  declined: "plain",
  over: "plain",
};

const textOf = (value: unknown) => (typeof value === "string" ? value : "");

/** Who asked for what, and what for: fixed before any wallet was asked. */
export function AskFacts({ ask }: { ask: StoredAct }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const { fields } = ask.arguments;
  return (
    <Facts
      items={[
        [t("wallet.asker"), nameOf(textOf(ask.arguments.for))],
        [t("act.argument.purpose"), purposeText(t, textOf(ask.arguments.purpose))],
        [t("act.argument.case"), textOf(ask.arguments.case)],
        [t("certificate.kindName"), kindText(t, textOf(ask.arguments.kind))],
        [
          t("act.argument.fields"),
          Array.isArray(fields) && (
            <FieldChips key="f" fields={fields.filter(one => typeof one === "string")} />
          ),
        ],
        [t("wallet.askedAt"), ask.end && <Time key="t" ms={ask.end.time} />],
        [
          t("transaction.id"),
          ask.end && (
            <span key="h">
              <Digest value={ask.id} />{" "}
              <Link to={`/blocks/${ask.end.height}`}>
                {t("receipts.final", { height: formatCount(ask.end.height, language) })}
              </Link>
            </span>
          ),
        ],
      ]}
    />
  );
}

/** What was shown, checked by this browser against the issuer's keys and the ledger's record of the copy. */
function Claims({ presented, look }: { presented: Presented; look: string }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const copy = useQuery(copyQuery(presented.copy));
  const record = copy.data?.value ?? null;
  const verdict = useCertificateVerdict(presented.text, record?.issuer ?? "", record?.credential ?? null);
  if (copy.error) return <Failure error={copy.error} retry={() => void copy.refetch()} />;
  if (record === null || verdict === null) return <Notice tone="info" title={t("verify.working")} />;
  return (
    <CertificateView verdict={verdict} issuerName={nameOf(record.issuer)}>
      <section aria-labelledby="shown-proof">
        <h3 id="shown-proof">{t("wallet.proof")}</h3>
        <p className="hint">{t("wallet.proofHint")}</p>
        <Facts
          items={[
            [t("wallet.look"), <Digest key="l" value={look} />],
            [t("wallet.copy"), <Digest key="c" value={presented.copy} />],
          ]}
        />
        <ReceiptOf transaction={look} />
      </section>
    </CertificateView>
  );
}

function Shown({ ask, look }: { ask: StoredAct; look: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["look", look],
    // Opened content is not kept longer than the page shows it.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => openPresented(ask, look),
  });
  if (data) return <Claims presented={data} look={look} />;
  if (error instanceof SealedContentRefused) {
    return (
      <Notice tone="bad" title={t("look.sealed")}>
        <p>{t("look.sealedHint")}</p>
      </Notice>
    );
  }
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return <Notice tone="info" title={t("look.fetching")} />;
}

/** How a request stands for whoever looks at the clock as well: what waits no longer in time is over. */
function standOf(said: WalletRequestState | null, waits: boolean): WalletRequestState | null {
  if (waits) return "waiting";
  return said === "waiting" ? "over" : said;
}

/** One request to wallets: its QR code while it waits, and what came of it. */
export function RequestPart({ ask }: { ask: StoredAct }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useSeconds();
  const end = (ask.end?.time ?? 0) + WALLET_MS;
  const stand = useQuery({
    ...walletStandQuery(ask.id),
    refetchInterval: ({ state }) => {
      const said = state.data?.state;
      return now < end && (said === "waiting" || said === "over" || said === undefined) ? FOLLOW_MS : false;
    },
  });
  // A request that was never opened, or was forgotten by a restart, stands at `over` although it can be answered yet.
  const unopened = stand.data?.state === "over" && stand.data.look === null;
  const waits = now < end && (stand.data?.state === "waiting" || unopened);
  const request = useQuery({ ...walletRequestQuery(ask.id), enabled: waits });
  // The sentence of the rule that refused it stands with the transaction.
  const refusal = stand.data?.state === "refused" ? stand.data.look : null;
  const reason = useQuery({
    queryKey: ["transaction", refusal],
    enabled: refusal !== null,
    queryFn: ({ signal }) =>
      getJson<TransactionAnswer>(`/api/v1/transactions/${encodeURIComponent(refusal ?? "")}`, signal),
  });
  const state = standOf(stand.data?.state ?? null, waits);
  return (
    <section className="card" aria-labelledby="wallet-request">
      <h2 id="wallet-request">{t("wallet.request")}</h2>
      <div role="status">
        {state !== null && <Badge tone={TONES[state]}>{t(`wallet.state.${state}`)}</Badge>}
      </div>
      {stand.error && !stand.data && <Failure error={stand.error} retry={() => void stand.refetch()} />}
      {request.error && !request.data && (
        <Failure error={request.error} retry={() => void request.refetch()} />
      )}
      {waits && request.data && (
        <HandOver
          link={request.data.link}
          until={request.data.until}
          label={t("wallet.requestQr")}
          own={false}
        />
      )}
      {state === "refused" && (
        <Notice tone="bad" title={t("wallet.refused")}>
          {reason.data?.messages && <p>{reason.data.messages[language]}</p>}
          <p>{t("wallet.refusedHint")}</p>
          <p className="code">{stand.data?.code}</p>
        </Notice>
      )}
      {state === "declined" && <Notice tone="info" title={t("wallet.declined")} />}
      {state === "over" && (
        <Notice tone="warn" title={t(stand.data?.look ? "wallet.gone" : "wallet.requestOver")} />
      )}
      {state === "shown" && stand.data?.look && <Shown ask={ask} look={stand.data.look} />}
      <AskFacts ask={ask} />
    </section>
  );
}
