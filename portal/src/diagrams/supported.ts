// What the drawing tool offers, without what a ledger does not execute: nobody should draw what the check then refuses.

/** Parts of the names of entries that lead to elements which docs/reference/processes.md lists as refused. */
const REFUSED = [
  "script",
  "ad-hoc",
  "adhoc",
  "transaction",
  "event-subprocess",
  "event-sub-process",
  "compensation",
  "cancel-",
  "signal",
  "link",
  "conditional",
  "complex",
  "loop-standard",
  "toggle-loop",
  "timer-start",
  "data-store",
];

/** Whether an entry of a menu of the drawing tool is offered. */
export function offered(entry: string): boolean {
  return !REFUSED.some(part => entry.toLowerCase().includes(part));
}
