// How long until a period ends, in the days of the law (Asia/Shanghai), and which lamp that lights.

const DAY_MS = 86_400_000;
/** Shanghai has kept UTC+8 since 1991. */
const OFFSET_MS = 8 * 3_600_000;

function dayOf(ms: number): number {
  return Math.floor((ms + OFFSET_MS) / DAY_MS);
}

/** How many days after today the last day is: 0 on the last day itself, less when the period has ended. `end` is the first moment after it. */
export function daysLeft(end: number, now: number): number {
  const days = dayOf(end - 1) - dayOf(now);
  return end <= now ? Math.min(-1, days) : days;
}

export type Lamp = "green" | "yellow" | "red" | "over";

/** green: more than two days after today; yellow: one or two; red: the last day; over: too late. */
export function lampOf(end: number, now: number): Lamp {
  if (end <= now) return "over";
  const days = daysLeft(end, now);
  return days <= 0 ? "red" : days <= 2 ? "yellow" : "green";
}
