import { useTranslation } from "react-i18next";
import { clockSkewMs } from "../api/client";
import { Problem } from "../api/problem";
import { KeyUnavailable } from "../ledger/account";
import { ReceiptRefuted } from "../ledger/finish";
import { KeyFileRefused } from "../ledger/keyfile/refused";
import { PasskeyUnavailable } from "../ledger/passkey";
import { useLanguage } from "./use-language";

/** A framed message. `alert` tones are announced at once. */
export function Notice({
  tone,
  title,
  children,
}: {
  tone: "info" | "good" | "warn" | "bad";
  title?: string;
  children?: React.ReactNode;
}) {
  return (
    <div className={`notice notice-${tone}`} role={tone === "bad" ? "alert" : undefined}>
      {title && <p className="notice-title">{title}</p>}
      {children}
    </div>
  );
}

/** A clock that is off by more makes a signed window miss the node's. */
const SKEW_WORTH_SAYING_MS = 30_000;

/** What a person can do about it, by the kind of the problem; the node's own sentence says what it was. */
function kindOf({ status, code }: Problem) {
  if (code === "OFFLINE" || code === "ANSWER_UNREADABLE") return code;
  if (code === "TX_EXPIRED" || code === "TX_WINDOW") return "CLOCK";
  if (status === 503) return "BUSY";
  if (status === 429) return "RATE";
  return status === 404 ? "NOT_FOUND" : "other";
}

/** What went wrong, in words, with what to do and the code for whoever is asked for help. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const again = retry && (
    <button type="button" className="button" onClick={retry}>
      {t("common.retry")}
    </button>
  );
  if (error instanceof KeyUnavailable) {
    return (
      <Notice tone="bad" title={t(`failure.key.${error.obstacle}.title`)}>
        <p>{t(`failure.key.${error.obstacle}.remedy`)}</p>
      </Notice>
    );
  }
  if (error instanceof PasskeyUnavailable) {
    return (
      <Notice tone="bad" title={t(`failure.passkey.${error.obstacle}.title`)}>
        <p>{t(`failure.passkey.${error.obstacle}.remedy`)}</p>
        {again}
      </Notice>
    );
  }
  if (error instanceof KeyFileRefused) {
    return (
      <Notice tone="bad" title={t(`failure.keyFile.${error.reason}.title`)}>
        <p>{t(`failure.keyFile.${error.reason}.remedy`)}</p>
        {again}
      </Notice>
    );
  }
  if (error instanceof ReceiptRefuted) {
    return (
      <Notice tone="bad" title={t("failure.refuted.title")}>
        <p>{t("failure.refuted.remedy")}</p>
        <p className="code">{error.reason}</p>
      </Notice>
    );
  }
  if (error instanceof Problem) {
    const kind = kindOf(error);
    const said = error.messages?.[language];
    const skewed = Math.abs(clockSkewMs()) > SKEW_WORTH_SAYING_MS;
    return (
      <Notice tone="bad" title={said ?? t(`failure.${kind}.title`)}>
        <p>{t(`failure.${kind}.remedy`)}</p>
        {skewed && <p>{t("failure.skew", { seconds: Math.round(Math.abs(clockSkewMs()) / 1000) })}</p>}
        <p className="code">
          {error.code}
          {error.source ? ` · ${error.source}` : ""}
        </p>
        {again}
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title={t("failure.browser.title")}>
      <p>{t("failure.browser.remedy")}</p>
      <p className="code">{error instanceof Error ? `${error.name}: ${error.message}` : String(error)}</p>
      {again}
    </Notice>
  );
}
