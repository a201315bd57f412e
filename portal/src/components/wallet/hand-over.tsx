import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeNow } from "../../api/client";
import { QrCode } from "../qr-code";
import { Time } from "../time";

const SECOND_MS = 1_000;

/** The node's time, renewed every second. */
export function useSeconds(): number {
  const [now, setNow] = useState(nodeNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(nodeNow()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Minutes and seconds until a moment, as a clock shows them; never less than none. */
export function timeLeft(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / SECOND_MS));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** How long something can still be used. */
export function Left({ until }: { until: number }) {
  const { t } = useTranslation();
  const now = useSeconds();
  return (
    <p className="hint">
      {t("wallet.left")} <strong role="timer">{timeLeft(until, now)}</strong> · <Time ms={until} />
    </p>
  );
}

/** A link for a wallet: on another device by its QR code, on this one by pressing it, or copied. */
export function HandOver({
  link,
  until,
  label,
  own,
}: {
  link: string;
  until: number;
  label: string;
  /** Whether the wallet is that of whoever reads the page; an officer hands the link to somebody else. */
  own: boolean;
}) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      setCopied(true);
    } catch {
      // Without TLS the clipboard is closed to pages; the link stands below, to be selected.
      setCopied(false);
    }
  }

  return (
    <div className="hand-over">
      <QrCode text={link} label={label} />
      <div>
        <p>{t(own ? "wallet.scan" : "wallet.letScan")}</p>
        <p className="actions">
          {own && (
            <a className="button button-main" href={link}>
              {t("wallet.openHere")}
            </a>
          )}
          <button
            type="button"
            className="button"
            onClick={() => void copy()}
            onBlur={() => setCopied(false)}
          >
            {t(copied ? "digest.copied" : "wallet.copyLink")}
          </button>
        </p>
        <Left until={until} />
        <details>
          <summary>{t("wallet.link")}</summary>
          <p className="link-text code">{link}</p>
        </details>
      </div>
    </div>
  );
}
