// Takes deposits up again that were signed but not finished: a closed window, a lost network.

import { useEffect } from "react";
import { type Deposited, listReceipts } from "../store/receipts";
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

async function resumeAll(): Promise<void> {
  for (const stored of await listReceipts()) {
    if (stored.source !== "deposited" || stored.state !== "waiting") continue;
    // A failure leaves the record waiting, and My receipts says so; the next connection tries again.
    await finishOnce(stored).catch(() => {});
  }
}

/** Resumes unfinished deposits when the page opens and whenever the connection comes back. */
export function useResumedDeposits(online: boolean): void {
  useEffect(() => {
    if (online) resumeAll().catch(() => {});
  }, [online]);
}
