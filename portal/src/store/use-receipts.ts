import { useEffect, useState } from "react";
import { listReceipts, onReceiptsChange, type StoredReceipt } from "./receipts";

/** My receipts, following every change; `null` until they have been read, an empty list where storage is forbidden. */
export function useReceipts(): readonly StoredReceipt[] | null {
  const [receipts, setReceipts] = useState<readonly StoredReceipt[] | null>(null);
  useEffect(() => {
    const load = () =>
      void listReceipts().then(setReceipts, () => {
        setReceipts([]);
      });
    load();
    return onReceiptsChange(load);
  }, []);
  return receipts;
}
