// A deadline as the ledger reads it, `15 working days`, in its two parts.

/** What a deadline is counted in. */
export const UNITS = ["working days", "days", "months", "hours"] as const;

export type DeadlineUnit = (typeof UNITS)[number];

/** The parts of a deadline; `null` where the words are none. */
export function deadlineOf(words: string): { readonly count: string; readonly unit: DeadlineUnit } | null {
  const [, count, named] = /^([1-9]\d{0,8}) (working day|day|month|hour)s?$/.exec(words) ?? [];
  const unit = UNITS.find(one => one === `${named}s`);
  return count === undefined || unit === undefined ? null : { count, unit };
}

/** The words of a deadline; empty where no number is given. */
export function deadlineWords(count: string, unit: DeadlineUnit): string {
  return count.trim() === "" ? "" : `${count.trim()} ${unit}`;
}
