// How long until a period ends, in the days of the law (Asia/Shanghai), and which lamp that lights.

const DAY_MS = 86_400_000;
/** Shanghai has kept UTC+8 since 1991. */
const OFFSET_MS = 8 * 3_600_000;

function dayOf(ms: number): number {
  return Math.floor((ms + OFFSET_MS) / DAY_MS);
}

/**
 * How many days are left, today counted as one: 1 on the last day, 0 or less when the period has ended. `end` is the first
 * moment after the last day.
 */
export function daysLeft(end: number, now: number): number {
  const days = dayOf(end - 1) - dayOf(now) + 1;
  return end <= now ? Math.min(0, days) : days;
}

export type Lamp = "green" | "yellow" | "red" | "over";

/** green: more than three days; yellow: two or three; red: the last day; over: too late. */
export function lampOf(end: number, now: number): Lamp {
  if (end <= now) return "over";
  const days = daysLeft(end, now);
  return days <= 1 ? "red" : days <= 3 ? "yellow" : "green";
}
