// Takes up again what was signed but not finished, deposits and other acts: a closed window, a lost network.

import { useEffect } from "react";
import { deleteAct, listActs } from "../store/acts";
import { type Deposited, listReceipts } from "../store/receipts";
import { finishActOnce } from "./act";
import { finishDeposit, type Stage } from "./finish";

const running = new Map<string, Promise<Deposited>>();

/** Finishes a deposit once, however many parts of the page ask for it. Only the first asker hears the stages. */
export function finishOnce(deposit: Deposited, onStage?: (stage: Stage) => void): Promise<Deposited> {
  let run = running.get(deposit.id);
  if (run === undefined) {
    run = finishDeposit(deposit, onStage).finally(() => running.delete(deposit.id));
    running.set(deposit.id, run);
  }
  return run;
}

async function resumeDeposits(): Promise<void> {
  for (const stored of await listReceipts()) {
    if (stored.source !== "deposited" || stored.state !== "waiting") continue;
    // A failure leaves the record waiting, and My receipts says so; the next connection tries again.
    await finishOnce(stored).catch(() => {});
  }
}

/** How long what became of an act is remembered here. The ledger remembers it for ever. */
const REMEMBER_MS = 30 * 24 * 3_600_000;

async function resumeActs(): Promise<void> {
  for (const act of await listActs()) {
    if (act.state === "waiting") await finishActOnce(act).catch(() => {});
    else if (Date.now() - act.createdAt > REMEMBER_MS) await deleteAct(act.id);
  }
}

/** Resumes what is unfinished when the page opens and whenever the connection comes back. */
export function useResumed(online: boolean): void {
  useEffect(() => {
    if (!online) return;
    resumeDeposits().catch(() => {});
    resumeActs().catch(() => {});
  }, [online]);
}
