// What follows from the figures of the board: averages, the order of rows, the steps at which things wait.

import type { BoardItem, BoardStep, Flows, Standing } from "../../api/board";

/** Cases that are not decided. */
export function openOf({ green, yellow, red }: Standing): number {
  return green + yellow + red;
}

export function decidedOf({ approved, refused }: Flows): number {
  return approved + refused;
}

/** A sum for each of so many; null where there is none. */
export function average(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}

/** Working days from acceptance to decision. */
export function actualDays(flows: Flows): number | null {
  return average(flows.actual_days, decidedOf(flows));
}

/** Working days that were promised, where something was. */
export function promisedDays(flows: Flows): number | null {
  return average(flows.promised_days, flows.promised);
}

export function statutoryDays(flows: Flows): number | null {
  return average(flows.statutory_days, decidedOf(flows));
}

/** Requests to correct, for each hundred cases that were submitted. */
export function correctionsPer100(flows: Flows): number | null {
  return average(flows.corrected * 100, flows.submitted);
}

export const ORDERS = ["waiting", "red", "submitted", "corrections", "actual", "name"] as const;
export type Order = (typeof ORDERS)[number];

function weight(item: BoardItem, order: Exclude<Order, "name">): number {
  switch (order) {
    case "waiting":
      return openOf(item.standing);
    case "red":
      return item.standing.red * 1_000_000 + item.standing.yellow;
    case "submitted":
      return item.flows.submitted;
    case "corrections":
      return correctionsPer100(item.flows) ?? -1;
    case "actual":
      return actualDays(item.flows) ?? -1;
  }
}

/** Items in an order, the most first; those that are equal by code and version. */
export function ordered(
  items: readonly BoardItem[],
  order: Order,
  nameOf: (item: BoardItem) => string,
): readonly BoardItem[] {
  const byCode = (a: BoardItem, b: BoardItem) =>
    a.item < b.item ? -1 : a.item > b.item ? 1 : a.version - b.version;
  return items.toSorted((a, b) => {
    const first = order === "name" ? nameOf(a).localeCompare(nameOf(b)) : weight(b, order) - weight(a, order);
    return first || byCode(a, b);
  });
}

/** Why a step is a bottleneck. */
export type Heat = "waiting" | "slow";

/**
 * The bottlenecks (堵点): the steps at which the most cases wait now, and those that took the longest on average. A step where nothing waits and
 * nothing was taken is none.
 */
export function bottlenecks(steps: readonly BoardStep[]): ReadonlyMap<string, readonly Heat[]> {
  const most = Math.max(0, ...steps.map(one => one.waiting));
  const slowness = (one: BoardStep) => average(one.seconds, one.taken) ?? 0;
  const slowest = Math.max(0, ...steps.map(slowness));
  const found = steps.map((one): [string, readonly Heat[]] => [
    one.step,
    [
      ...(most > 0 && one.waiting === most ? (["waiting"] as const) : []),
      ...(slowest > 0 && slowness(one) === slowest ? (["slow"] as const) : []),
    ],
  ]);
  return new Map(found.filter(([, heat]) => heat.length > 0));
}

/** The months and years that can be asked for, the newest first: twelve months, and the years that they touch. */
export function periods(now: number): readonly string[] {
  // Shanghai has kept UTC+8 since 1991.
  const today = new Date(now + 8 * 3_600_000);
  const months = Array.from({ length: 12 }, (_, back) =>
    new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );
  const years = new Set(months.map(month => month.slice(0, 4)));
  return [...months, ...years];
}
