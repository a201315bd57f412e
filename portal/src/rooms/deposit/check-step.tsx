import { useTranslation } from "react-i18next";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { formatCount, formatSize } from "../../components/format";
import { Failure, Notice } from "../../components/notice";
import { StepHeading } from "../../components/step-heading";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import type { CaptureInput, DepositContext, PlannedDeposit } from "../../ledger/deposit";

const SHOWN = 20;

/** Second step: what will be signed, in plain words, and the exact bytes on demand. */
export function CheckStep({
  planned,
  context,
  capture,
  isNewAccount,
  renewed,
  error,
  busy,
  onBack,
  onSign,
}: {
  planned: readonly PlannedDeposit[];
  context: DepositContext;
  capture: CaptureInput | null;
  isNewAccount: boolean;
  renewed: boolean;
  error: unknown;
  busy: boolean;
  onBack: () => void;
  onSign: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const files = planned.flatMap(one => one.files);
  const kind = planned[0]?.kind ?? "sealed";
  const size = formatSize(
    files.reduce((sum, one) => sum + one.size, 0),
    language,
  );
  const names = files.slice(0, SHOWN).map(one => one.name);
  const mode = planned[0]?.batch ? "batch" : planned.length > 1 ? "each" : "single";
  return (
    <section aria-labelledby="check">
      <StepHeading id="check">{t("deposit.check.title")}</StepHeading>
      {isNewAccount && (
        <Notice tone="info" title={t("deposit.check.newAccount")}>
          <p>{t("deposit.check.newAccountHint")}</p>
        </Notice>
      )}
      {renewed && <Notice tone="warn" title={t("deposit.check.renewed")} />}
      <div className="card">
        <p className="statement">
          {t(`deposit.check.says.${mode}`, {
            n: formatCount(files.length, language),
            chain: context.genesis.name,
            size,
          })}
        </p>
        <Facts
          items={[
            [
              t("deposit.check.files"),
              <ul key="files" className="plain-list">
                {names.map((name, at) => (
                  <li key={files[at]?.commitment}>{name}</li>
                ))}
                {files.length > SHOWN && (
                  <li>{t("common.andMore", { n: formatCount(files.length - SHOWN, language) })}</li>
                )}
              </ul>,
            ],
            [t("deposit.check.way"), t(`deposit.check.${kind}`)],
            [t("deposit.check.leavesLabel"), t(`deposit.check.leaves.${kind}`)],
            [t("deposit.check.account"), <Digest key="account" value={context.account} />],
            [t("deposit.check.until"), <Time key="until" ms={context.validUntil} />],
            [
              t("deposit.check.capture"),
              capture && (
                <>
                  {capture.tool} {capture.tool_version} · {capture.environment} · <Time ms={capture.from} /> —{" "}
                  <Time ms={capture.to} />
                  <br />
                  <span className="hint">{t("deposit.check.capturePrivate")}</span>
                </>
              ),
            ],
          ]}
        />
        <details className="bytes">
          <summary>{t("deposit.check.bytes")}</summary>
          <p className="hint">{t("deposit.check.bytesHint")}</p>
          {planned.slice(0, SHOWN).map(one => (
            <pre key={one.id}>{one.body}</pre>
          ))}
        </details>
      </div>
      {error !== null && <Failure error={error} />}
      <p className="actions">
        <button type="button" className="button button-main" disabled={busy} onClick={onSign}>
          {t("deposit.check.sign")}
        </button>
        <button type="button" className="button" disabled={busy} onClick={onBack}>
          {t("deposit.check.back")}
        </button>
      </p>
    </section>
  );
}
