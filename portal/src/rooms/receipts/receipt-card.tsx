import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { formatCount, formatSize } from "../../components/format";
import { ReceiptDownload } from "../../components/receipt-download";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import { deleteReceipt, type StoredReceipt } from "../../store/receipts";

const SHOWN = 20;

function State({ stored }: { stored: StoredReceipt }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (stored.source === "imported" || stored.state === "final") {
    return (
      <Badge tone="good">
        {t("receipts.final", { height: formatCount(stored.finality?.height ?? 0, language) })}
      </Badge>
    );
  }
  const tone = stored.state === "waiting" ? "warn" : "bad";
  return <Badge tone={tone}>{t(`receipts.state.${stored.state}`)}</Badge>;
}

function Delete({ stored, title }: { stored: StoredReceipt; title: string }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <button
        type="button"
        className="button button-quiet"
        aria-label={t("receipts.deleteOf", { title })}
        onClick={() => setAsking(true)}
      >
        {t("receipts.delete")}
      </button>
    );
  }
  const sealed = stored.source === "deposited" && stored.kind === "sealed";
  return (
    <span className="confirm" role="alertdialog" aria-label={t("receipts.deleteOf", { title })}>
      <span>{t(sealed ? "receipts.deleteSealed" : "receipts.deleteAsk")}</span>
      <button type="button" className="button button-danger" onClick={() => void deleteReceipt(stored.id)}>
        {t("receipts.deleteYes")}
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the question has just replaced the focused button; the safe answer gets the focus. */}
      <button type="button" className="button" autoFocus onClick={() => setAsking(false)}>
        {t("common.cancel")}
      </button>
    </span>
  );
}

/** One of my receipts: what it is for, its state, and what can be done with it. */
export function ReceiptCard({ stored }: { stored: StoredReceipt }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [first] = stored.files;
  const title =
    stored.files.length === 1
      ? (first?.name ?? "")
      : t("receipts.batchTitle", { first: first?.name, n: formatCount(stored.files.length, language) });
  const ready = stored.source === "imported" || stored.state === "final";
  const time = stored.finality?.time ?? stored.createdAt;
  return (
    <li className="card receipt">
      <h2>{title}</h2>
      <p className="receipt-facts">
        <State stored={stored} />
        <span>
          {stored.source === "imported" ? t("receipts.imported") : t(`receipts.kind.${stored.kind}`)}
        </span>
        <span>
          <Time ms={time} />
        </span>
      </p>
      {stored.source === "deposited" && stored.rejection && (
        <p className="error">
          {stored.rejection.messages?.[language] ?? ""} <span className="code">{stored.rejection.code}</span>
        </p>
      )}
      {stored.source === "deposited" && stored.state === "waiting" && (
        <p className="hint">{t("receipts.waitingHint")}</p>
      )}
      <p className="actions">
        {ready && <ReceiptDownload stored={stored} />}
        {ready && (
          <Link className="button" to={`/verify?receipt=${encodeURIComponent(stored.id)}`}>
            {t("receipts.verify")}
          </Link>
        )}
        <Delete stored={stored} title={title} />
      </p>
      <details>
        <summary>{t("receipts.details")}</summary>
        <Facts
          items={[
            [t("receipts.chain"), stored.chainName],
            [t("transaction.id"), <Digest key="id" value={stored.id} label={t("transaction.id")} />],
            [
              t("receipts.entry"),
              stored.source === "deposited" && stored.finality && (
                <span key="entry">
                  <Digest value={stored.finality.entry} label={t("receipts.entry")} />{" "}
                  <Link to={`/evidence/${stored.finality.entry}`}>{t("common.open")}</Link>
                </span>
              ),
            ],
            [
              t("receipts.files"),
              <ul key="files" className="plain-list">
                {stored.files.slice(0, SHOWN).map((file, at) => (
                  <li key={file.commitment}>
                    {file.name} <span className="hint">{formatSize(file.size, language)}</span>{" "}
                    <Digest value={file.content} label={file.name} />
                    {ready && stored.files.length > 1 && (
                      <>
                        {" "}
                        <Link to={`/verify?receipt=${encodeURIComponent(stored.id)}&item=${at}`}>
                          {t("receipts.verifyOne")}
                        </Link>
                      </>
                    )}
                  </li>
                ))}
                {stored.files.length > SHOWN && (
                  <li>{t("common.andMore", { n: formatCount(stored.files.length - SHOWN, language) })}</li>
                )}
              </ul>,
            ],
          ]}
        />
      </details>
    </li>
  );
}
