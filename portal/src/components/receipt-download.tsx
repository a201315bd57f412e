import { zipSync } from "fflate";
import { useTranslation } from "react-i18next";
import { receiptDocuments, type StoredReceipt } from "../store/receipts";
import { utf8 } from "../verify/bytes";
import { saveAs } from "./save";

function download(stored: StoredReceipt): void {
  const documents = receiptDocuments(stored);
  const [only] = documents;
  if (only === undefined) return;
  if (documents.length === 1) {
    saveAs(only.name, only.text, "application/json");
    return;
  }
  const archive = zipSync(Object.fromEntries(documents.map(({ name, text }) => [name, utf8(text)])));
  saveAs(
    `${only.name.replace(/\.receipt\.json$/, "")}.receipts.zip`,
    archive as Uint8Array<ArrayBuffer>,
    "application/zip",
  );
}

/** Saves a receipt as `<file>.receipt.json`; those of a batch as one archive with a receipt for each file. */
export function ReceiptDownload({ stored, main = false }: { stored: StoredReceipt; main?: boolean }) {
  const { t } = useTranslation();
  return (
    <button type="button" className={main ? "button button-main" : "button"} onClick={() => download(stored)}>
      {t(stored.files.length > 1 ? "receipts.downloadAll" : "receipts.download", { n: stored.files.length })}
    </button>
  );
}
