// Receipt files brought into this browser.

import { findReceipt, type Imported, type StoredReceipt, saveReceipt } from "../../store/receipts";
import { fromUtf8 } from "../../verify/bytes";
import { MAX_RECEIPT_BYTES, verifyReceipt } from "../../verify/receipt";

/** What became of an imported file. */
export type ImportResult = "imported" | "known" | "noReceipt";

/**
 * Keeps a receipt file. It need not verify against a trusted chain now (the chain may be pinned later), so every reading
 * of it verifies it again; but it must be a receipt file.
 */
export async function importReceipt(file: File): Promise<ImportResult> {
  if (file.size > MAX_RECEIPT_BYTES) return "noReceipt";
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = fromUtf8(bytes);
  const verdict = await verifyReceipt(bytes, []);
  if (text === null || verdict.file === null || verdict.chain === null) return "noReceipt";
  const { receipt, opening, item, genesis } = verdict.file;
  const commitment = item?.commitment ?? String(verdict.body?.arguments.commitment ?? "");
  // Two items of one batch are two receipts of one transaction.
  const id = item ? `${receipt.transaction}#${item.path.index}` : receipt.transaction;
  const known: StoredReceipt | undefined =
    (await findReceipt(id)) ?? (await findReceipt(receipt.transaction));
  if (known !== undefined && known.source === "deposited") return "known";
  const imported: Imported = {
    source: "imported",
    id,
    chain: verdict.chain,
    chainName: genesis.name,
    createdAt: Date.now(),
    files: [
      {
        name: opening?.file.name ?? file.name.replace(/\.receipt\.json$/, ""),
        media_type: opening?.file.media_type ?? "",
        size: opening?.file.size ?? 0,
        content: opening?.content ?? commitment,
        commitment,
        salt: opening?.salt ?? null,
      },
    ],
    fileName: file.name,
    receipt: text,
    finality: { height: receipt.height, time: receipt.time },
  };
  await saveReceipt(imported);
  return "imported";
}
