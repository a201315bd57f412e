// A node that is full, or an account that has too much waiting, asks for patience and names no fault.

import { Problem } from "../api/problem";

const BUSY_WAIT_MS = 2_000;

/** Waits; an aborted wait fails with the reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/**
 * Does a step again for as long as the node answers 503 or 429, with the pause it asks for, until `isOver` says that it cannot
 * come to anything any more. `onBusy` hears each time.
 */
export async function patiently<T>(
  step: () => Promise<T>,
  { isOver, onBusy, signal }: { isOver: () => boolean; onBusy: () => void; signal?: AbortSignal | undefined },
): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      const patience = error instanceof Problem && (error.status === 503 || error.status === 429);
      if (!patience || isOver()) throw error;
      onBusy();
      await pause(error.retryAfterMs ?? BUSY_WAIT_MS, signal);
    }
  }
}
