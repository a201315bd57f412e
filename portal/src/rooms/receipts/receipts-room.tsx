import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { DropZone } from "../../components/drop-zone";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import type { StoredReceipt } from "../../store/receipts";
import { useReceipts } from "../../store/use-receipts";
import { type ImportResult, importReceipt } from "./import";
import { ReceiptCard } from "./receipt-card";

function matches(stored: StoredReceipt, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  return (
    wanted === "" ||
    stored.id.includes(wanted) ||
    stored.files.some(file => file.name.toLowerCase().includes(wanted) || file.content.includes(wanted))
  );
}

/** My receipts (我的回执): all that this browser keeps. */
export function ReceiptsRoom() {
  const { t } = useTranslation();
  const receipts = useReceipts();
  const [words, setWords] = useState("");
  const [results, setResults] = useState<readonly { name: string; result: ImportResult }[]>([]);
  const [error, setError] = useState<unknown>(null);

  async function bring(files: File[]): Promise<void> {
    setError(null);
    try {
      const done: { name: string; result: ImportResult }[] = [];
      for (const file of files) done.push({ name: file.name, result: await importReceipt(file) });
      setResults(done);
    } catch (caught) {
      setError(caught);
    }
  }

  const shown = receipts?.filter(stored => matches(stored, words)) ?? [];
  return (
    <Page title={t("receipts.title")} lead={t("receipts.lead")}>
      {receipts === null && <Notice tone="info" title={t("common.loading")} />}
      {receipts?.length === 0 && (
        <div className="empty card">
          <p>{t("receipts.empty")}</p>
          <p className="actions">
            <Link className="button button-main" to="/deposit">
              {t("receipts.emptyAction")}
            </Link>
          </p>
        </div>
      )}
      {receipts !== null && receipts.length > 0 && (
        <>
          <div className="field">
            <label htmlFor="receipt-words">{t("receipts.search")}</label>
            <input
              id="receipt-words"
              type="search"
              autoComplete="off"
              value={words}
              onChange={event => setWords(event.currentTarget.value)}
            />
          </div>
          <p className="hint" role="status">
            {t("receipts.shown", { shown: shown.length, n: receipts.length })}
          </p>
          <ul className="receipt-list">
            {shown.map(stored => (
              <ReceiptCard key={stored.id} stored={stored} />
            ))}
          </ul>
        </>
      )}
      <section aria-labelledby="import">
        <h2 id="import">{t("receipts.import.title")}</h2>
        <DropZone
          multiple
          accept=".json,application/json"
          label={t("receipts.import.drop")}
          hint={t("receipts.import.hint")}
          onFiles={files => void bring(files)}
        />
        <ul className="plain-list" aria-live="polite">
          {results.map(({ name, result }) => (
            <li key={name} className={result === "noReceipt" ? "error" : "hint"}>
              {t(`receipts.import.${result}`, { name })}
            </li>
          ))}
        </ul>
        {error !== null && <Failure error={error} />}
      </section>
    </Page>
  );
}
