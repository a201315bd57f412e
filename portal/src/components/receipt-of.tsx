import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getBytes } from "../api/client";
import { fromUtf8 } from "../verify/bytes";
import { Failure } from "./notice";
import { saveAs } from "./save";

/** Saves the receipt file of a final transaction: with it, what happened is proven without this network. */
export function ReceiptOf({ transaction }: { transaction: string }) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);

  async function save(): Promise<void> {
    setError(null);
    try {
      const text = fromUtf8(await getBytes(`/api/v1/receipts/${transaction}`)) ?? "";
      saveAs(`receipt-${transaction.slice(-12)}.yinxin.json`, text, "application/json");
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <>
      {error !== null && <Failure error={error} />}
      <p className="actions">
        <button type="button" className="button" onClick={() => void save()}>
          {t("wallet.saveReceipt")}
        </button>
      </p>
    </>
  );
}
