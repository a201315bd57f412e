import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { demoQuery } from "../../api/demo";
import { homeChainQuery, statusQuery } from "../../api/queries";
import type { Certificate } from "../../api/sharing";
import {
  type CopyState,
  copiesQuery,
  offerQuery,
  takenQuery,
  type WalletCopy,
  walletAddressQuery,
} from "../../api/wallets";
import type { Asked } from "../../components/act/act-sheet";
import { useOwnActs } from "../../components/act/recent-acts";
import { Badge } from "../../components/badge";
import { CheckList } from "../../components/field";
import { FieldChips } from "../../components/field-chips";
import { fieldText, useNames } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Time } from "../../components/time";
import { useDraft } from "../../components/use-draft";
import { useSession } from "../../components/use-session";
import { HandOver, useSeconds } from "../../components/wallet/hand-over";
import { AGE_FIELD, FUND_FIELDS, LOAN_FIELDS } from "../../ledger/fund";
import { codeOf, planTake, WALLET_MS } from "../../ledger/wallet";
import type { StoredAct } from "../../store/acts";
import { suiteAlgorithm } from "../../verify/digest";

/** How often it is looked whether the wallet has fetched it. */
const FOLLOW_MS = 2_000;

const COPY_TONES: Readonly<Record<CopyState, "good" | "bad" | "warn" | "plain">> = {
  valid: "good",
  suspended: "warn",
  expired: "plain",
  ended: "plain",
  revoked: "bad",
  erasing: "warn",
  erased: "plain",
};

function CopyRow({ copy, onAct }: { copy: WalletCopy; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  return (
    <li>
      <p className="row-title">
        <strong>{t("wallet.copy")}</strong>{" "}
        <Badge tone={COPY_TONES[copy.state]}>{t(`wallet.copyState.${copy.state}`)}</Badge>
      </p>
      <FieldChips fields={copy.fields} />
      <p className="receipt-facts hint">
        {copy.issued !== null && (
          <span>
            {t("wallet.taken")} <Time ms={copy.issued} />
          </span>
        )}
        {copy.until !== null && (
          <span>
            {t("certificate.until")} <Time ms={copy.until} />
          </span>
        )}
      </p>
      {(copy.state === "valid" || copy.state === "suspended") && (
        <p className="actions">
          <button
            type="button"
            className="button"
            onClick={() =>
              onAct({
                operation: "sharing.wallet_end",
                arguments: { copy: copy.id },
                warning: t("wallet.endWarning"),
              })
            }
          >
            {t("act.op.walletEnd.name")}
          </button>
        </p>
      )}
    </li>
  );
}

/** The offer itself: its QR code, and the transaction code that is typed in by hand. */
function Offered({ take, code }: { take: StoredAct; code: string }) {
  const { t } = useTranslation();
  const offer = useQuery(offerQuery(take.id, code));
  if (offer.data === undefined) {
    if (offer.error) return <Failure error={offer.error} retry={() => void offer.refetch()} />;
    return <Notice tone="info" title={t("wallet.offering")} />;
  }
  const { link, tx_code, until } = offer.data;
  return (
    <>
      <HandOver link={link} until={until} label={t("wallet.offerQr")} own />
      <div className="tx-code">
        <p id="tx-code-name">{t("wallet.txCode")}</p>
        <output aria-labelledby="tx-code-name">
          <strong>{tx_code}</strong>
        </output>
        <p className="hint">{t("wallet.txCodeHint")}</p>
      </div>
    </>
  );
}

/** What became of the newest thing that was taken: offered, in the wallet, or over. */
function Following({ take }: { take: StoredAct }) {
  const { t } = useTranslation();
  const now = useSeconds();
  const end = (take.end?.time ?? 0) + WALLET_MS;
  const taken = useQuery({
    ...takenQuery(take.id),
    refetchInterval: ({ state }) => (state.data?.value?.copy || now >= end ? false : FOLLOW_MS),
  });
  const code = codeOf(take);
  const client = useQueryClient();
  const copied = taken.data?.value?.copy ?? null;
  // The wallet did that, not this page: what is listed below has changed.
  useEffect(() => {
    if (copied !== null) void client.invalidateQueries({ queryKey: ["found"] });
  }, [copied, client]);
  // A network that is away for a moment takes nothing from the page.
  if (taken.data === undefined) {
    if (taken.error) return <Failure error={taken.error} retry={() => void taken.refetch()} />;
    return <Notice tone="info" title={t("common.loading")} />;
  }
  return (
    <>
      <div role="status">
        {copied !== null && <Notice tone="good" title={t("wallet.inWallet")} />}
        {copied === null && now >= end && <Notice tone="warn" title={t("wallet.offerOver")} />}
        {copied === null && now < end && code !== null && <Badge tone="warn">{t("wallet.waiting")}</Badge>}
      </div>
      {copied === null && now < end && code !== null && <Offered take={take} code={code} />}
    </>
  );
}

/** Where the certificate can be taken, when it is not here. */
function Elsewhere({ issuer }: { issuer: string }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const { data: demo } = useQuery(demoQuery);
  const home = demo?.departments.find(one => one.code === issuer)?.url.replace(/\/$/, "");
  return (
    <Notice tone="info" title={t("wallet.elsewhere", { name: nameOf(issuer) })}>
      {home && (
        <a className="button" href={`${home}${location.pathname}`}>
          {t("common.open")} <span aria-hidden="true">↗</span>
        </a>
      )}
    </Notice>
  );
}

/** Taking fields of one's own certificate into a wallet, following that, and ending what is in one. */
export function WalletPart({
  certificate,
  onAct,
}: {
  certificate: Certificate;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const party = useSession()?.party ?? "";
  const { data: home } = useQuery(homeChainQuery);
  const { data: status } = useQuery(statusQuery);
  const address = useQuery(walletAddressQuery);
  const copies = useQuery(copiesQuery(party));
  // Who comes from the list wants to take it.
  const [parameters] = useSearchParams();
  const [open, setOpen] = useState(parameters.has("wallet"));
  const { form, change } = useDraft(`wallet ${certificate.id}`, {
    fields: [AGE_FIELD, ...LOAN_FIELDS] as readonly string[],
  });
  const acts = useOwnActs();
  const take = acts.find(
    act =>
      act.operation === "sharing.wallet_take" &&
      act.arguments.certificate === certificate.id &&
      act.state === "final",
  );
  const own = copies.data?.value.map(({ value }) => value) ?? [];
  const carried = own.filter(one => one.certificate === certificate.id);
  const now = useSeconds();
  const offered = take !== undefined && now < (take.end?.time ?? 0) + WALLET_MS;
  const here = status?.node.code === certificate.issuer;
  if (certificate.state !== "valid" && carried.length === 0) return null;
  return (
    <section className="card no-print" aria-labelledby="wallet">
      <h2 id="wallet">{t("wallet.title")}</h2>
      <p>{t("wallet.lead")}</p>
      {certificate.state === "valid" && status && !here && <Elsewhere issuer={certificate.issuer} />}
      {here && address.data === null && <Notice tone="info" title={t("wallet.closed")} />}
      {address.error && <Failure error={address.error} retry={() => void address.refetch()} />}
      {certificate.state === "valid" && here && typeof address.data === "string" && (
        <>
          <p className="actions">
            <button
              type="button"
              className={open || offered ? "button" : "button button-main"}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {t("wallet.take")}
            </button>
          </p>
          {open && (
            <form
              className="inset"
              onSubmit={event => {
                event.preventDefault();
                if (home === undefined || form.fields.length === 0) return;
                onAct(planTake(certificate.id, form.fields, suiteAlgorithm(home.genesis.suite)));
                setOpen(false);
              }}
            >
              <CheckList
                legend={t("wallet.fields")}
                hint={t("wallet.fieldsHint")}
                options={[AGE_FIELD, ...FUND_FIELDS].map(field => [field, fieldText(t, field)] as const)}
                chosen={form.fields}
                onChange={fields => change({ fields })}
              />
              {form.fields.length === 0 && <p className="error">{t("lease.error.fields")}</p>}
              <p className="actions">
                <button type="submit" className="button button-main" disabled={form.fields.length === 0}>
                  {t("act.toCheck")}
                </button>
              </p>
            </form>
          )}
          {take && <Following key={take.id} take={take} />}
        </>
      )}
      {carried.length > 0 && (
        <>
          <h3>{t("wallet.copies")}</h3>
          <ul className="row-list">
            {carried.map(one => (
              <CopyRow key={one.id} copy={one} onAct={onAct} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
