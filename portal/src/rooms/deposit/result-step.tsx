import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Badge, ProofBadge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { formatCount } from "../../components/format";
import { Failure, Notice } from "../../components/notice";
import { ReceiptDownload } from "../../components/receipt-download";
import { StepHeading } from "../../components/step-heading";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import type { Stage } from "../../ledger/finish";
import type { Deposited } from "../../store/receipts";

/** One deposit on its way: the record as it stands, where it is, and what stopped it. */
export interface Progress {
  readonly deposit: Deposited;
  readonly stage: Stage;
  readonly error: unknown;
}

function title(deposit: Deposited, t: TFunction, language: "zh-CN" | "en"): string {
  const first = deposit.files[0]?.name ?? "";
  return deposit.files.length === 1
    ? first
    : t("receipts.batchTitle", { first, n: formatCount(deposit.files.length, language) });
}

function FinalDeposit({ deposit }: { deposit: Deposited }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { finality } = deposit;
  if (finality === null) return null;
  return (
    <article className="card result" aria-label={title(deposit, t, language)}>
      <div className="stamp" aria-hidden="true">
        {t("deposit.result.stamp")}
      </div>
      <h3>{title(deposit, t, language)}</h3>
      <p>
        <ProofBadge state="verified" />
      </p>
      {finality.first && (
        <Notice
          tone="warn"
          title={t(finality.repeat ? "deposit.result.repeat" : "deposit.result.notFirst", {
            height: formatCount(finality.first.height, language),
          })}
        >
          <p>
            <Time ms={finality.first.time} />{" "}
            <Link to={`/evidence/${finality.first.entry}`}>{t("common.open")}</Link>
          </p>
        </Notice>
      )}
      <Facts
        items={[
          [t("receipts.height"), formatCount(finality.height, language)],
          [t("receipts.time"), <Time key="time" ms={finality.time} />],
          [
            t("receipts.entry"),
            <span key="entry">
              <Digest value={finality.entry} label={t("receipts.entry")} />{" "}
              <Link to={`/evidence/${finality.entry}`}>{t("common.open")}</Link>
            </span>,
          ],
        ]}
      />
      <p className="actions">
        <ReceiptDownload stored={deposit} main />
        <Link className="button" to={`/verify?receipt=${deposit.id}`}>
          {t("receipts.verify")}
        </Link>
      </p>
    </article>
  );
}

function UnfinishedDeposit({ progress, onRetry }: { progress: Progress; onRetry: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { deposit, stage, error } = progress;
  const { state, rejection } = deposit;
  return (
    <article className="card" aria-label={title(deposit, t, language)}>
      <h3>{title(deposit, t, language)}</h3>
      {state === "waiting" && error === null && (
        <p>
          <Badge tone="plain">{t(`deposit.stage.${stage}`)}</Badge>
        </p>
      )}
      {state === "waiting" && error !== null && (
        <>
          <Failure error={error} retry={onRetry} />
          <p>{t("deposit.result.kept")}</p>
        </>
      )}
      {state === "rejected" && (
        <Notice tone="bad" title={rejection?.messages?.[language] ?? t("deposit.result.rejected")}>
          <p>{t("deposit.result.nothing")}</p>
          <p className="code">{rejection?.code}</p>
        </Notice>
      )}
      {state === "expired" && (
        <Notice tone="bad" title={t("deposit.result.expired")}>
          <p>{t("deposit.result.nothing")}</p>
        </Notice>
      )}
    </article>
  );
}

/** Third step: each deposit on its way to finality, then its verified receipt. */
export function ResultStep({
  progress,
  onRetry,
  onAgain,
}: {
  progress: readonly Progress[];
  onRetry: (id: string) => void;
  onAgain: () => void;
}) {
  const { t } = useTranslation();
  const done = progress.filter(one => one.deposit.state === "final").length;
  const moving = progress.some(one => one.deposit.state === "waiting" && one.error === null);
  return (
    <section aria-labelledby="result">
      <StepHeading id="result">
        {t(moving ? "deposit.result.moving" : done > 0 ? "deposit.result.done" : "deposit.result.stopped")}
      </StepHeading>
      <p className="hint" role="status">
        {t("deposit.result.count", { done, n: progress.length })}
        {done > 0 && ` ${t("deposit.result.keep")}`}
      </p>
      {progress.map(one =>
        one.deposit.state === "final" ? (
          <FinalDeposit key={one.deposit.id} deposit={one.deposit} />
        ) : (
          <UnfinishedDeposit key={one.deposit.id} progress={one} onRetry={() => onRetry(one.deposit.id)} />
        ),
      )}
      <p className="actions">
        <button type="button" className="button" disabled={moving} onClick={onAgain}>
          {t("deposit.result.again")}
        </button>
        <Link className="button" to="/receipts">
          {t("receipts.name")}
        </Link>
      </p>
    </section>
  );
}
