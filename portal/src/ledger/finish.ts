// From a signed deposit to a verified receipt. Can be taken up again at any point: the record is kept before it is sent,
// and sending the same transaction twice is not an error.

import { getBytes, getJson, nodeNow, postJson } from "../api/client";
import { Problem } from "../api/problem";
import type { TransactionAnswer } from "../api/types";
import { type Deposited, type Finality, receiptDocument, saveReceipt } from "../store/receipts";
import { fromUtf8, utf8 } from "../verify/bytes";
import type { ReceiptFile } from "../verify/document";
import type { JsonObject } from "../verify/json";
import { type Reason, verifyReceipt } from "../verify/receipt";
import { patiently, pause } from "./patience";

/** Where a deposit is on its way. `busy`: the node is full and asked to wait. */
export type Stage = "sending" | "busy" | "waiting" | "verifying" | "done";

/** The receipt that the node gave does not verify: the node is wrong or the answer was altered on its way. */
export class ReceiptRefuted extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason);
    this.name = "ReceiptRefuted";
    this.reason = reason;
  }
}

const WAIT_MS = 10_000;
/** Between two questions, should the node answer at once instead of waiting. */
const ASK_AGAIN_MS = 500;
/** After `valid_until` no block can take the transaction; this much later no node is still working on it. */
const GRACE_MS = 30_000;

function isOver(deposit: Deposited): boolean {
  return nodeNow() > deposit.validUntil + GRACE_MS;
}

/** Does a step of a deposit, with the patience that the node asks for. */
function patient<T>(
  deposit: Deposited,
  onStage: (stage: Stage) => void,
  step: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return patiently(step, { isOver: () => isOver(deposit), onBusy: () => onStage("busy"), signal });
}

async function answerFor(
  deposit: Deposited,
  onStage: (stage: Stage) => void,
  signal?: AbortSignal,
): Promise<TransactionAnswer> {
  const path = `/api/v1/transactions/${deposit.id}?wait_ms=${WAIT_MS}`;
  for (;;) {
    const answer = await patient(deposit, onStage, () => getJson<TransactionAnswer>(path, signal), signal);
    if (answer.status === "committed" || answer.status === "rejected") return answer;
    if (isOver(deposit)) return answer;
    await pause(ASK_AGAIN_MS, signal);
  }
}

function finalityOf(file: ReceiptFile): Finality {
  const outcome: JsonObject = file.receipt.outcome ?? {};
  const first = outcome.first as unknown as Finality["first"];
  const entry = typeof outcome.entry === "string" ? outcome.entry : "";
  const own = first === null || typeof first !== "object" || first.entry === entry;
  return {
    height: file.receipt.height,
    time: file.receipt.time,
    entry,
    first: own && outcome.repeat !== true ? null : first,
    repeat: outcome.repeat === true,
  };
}

/** Fetches the receipt of a final deposit and accepts it only if every part of it verifies. */
async function collect(deposit: Deposited, signal?: AbortSignal): Promise<Deposited> {
  const bytes = await getBytes(`/api/v1/receipts/${deposit.id}`, signal);
  const candidate: Deposited = { ...deposit, receipt: fromUtf8(bytes) ?? "" };
  const bare = await verifyReceipt(bytes, [deposit.chain]);
  if (bare.result !== "VERIFIED" || bare.file === null) {
    throw new ReceiptRefuted(bare.result === "VERIFIED" ? "RECEIPT_FORMAT" : bare.result);
  }
  if (bare.file.receipt.transaction !== deposit.id) throw new ReceiptRefuted("RECEIPT_TRANSACTION");
  // With the opening put in: what the holder will show later must hold now.
  const document = receiptDocument(candidate, 0);
  const full = await verifyReceipt(document ? utf8(document.text) : bytes, [deposit.chain]);
  if (full.result !== "VERIFIED") throw new ReceiptRefuted(full.result);
  return { ...candidate, state: "final", finality: finalityOf(bare.file) };
}

async function keep(deposit: Deposited): Promise<Deposited> {
  await saveReceipt(deposit);
  return deposit;
}

/** Brings a waiting deposit to its end and keeps the result. Throws where the way is blocked; the record stays waiting. */
export async function finishDeposit(
  deposit: Deposited,
  onStage: (stage: Stage) => void = () => {},
  signal?: AbortSignal,
): Promise<Deposited> {
  onStage("sending");
  try {
    const hand = () => postJson("/api/v1/transactions", deposit.envelope);
    await patient(deposit, onStage, hand, signal);
  } catch (error) {
    // 4xx: refused for what it is, and it would be refused again. 429 is about the pace, not about the transaction.
    if (!(error instanceof Problem) || error.status < 400 || error.status >= 500 || error.status === 429)
      throw error;
    const { code, messages } = error;
    // A deposit taken up again after its window may have been executed long ago: ask before calling it refused.
    const known = await getJson<TransactionAnswer>(`/api/v1/transactions/${deposit.id}`, signal);
    if (known.status === "unknown")
      return keep({ ...deposit, state: "rejected", rejection: { code, messages } });
  }
  onStage("waiting");
  const answer = await answerFor(deposit, onStage, signal);
  if (answer.status === "rejected") {
    const code = answer.name ?? String(answer.code ?? "");
    return keep({ ...deposit, state: "rejected", rejection: { code, messages: answer.messages ?? null } });
  }
  if (answer.status !== "committed") return keep({ ...deposit, state: "expired" });
  onStage("verifying");
  const finished = await keep(await patient(deposit, onStage, () => collect(deposit, signal), signal));
  onStage("done");
  return finished;
}
