// What officers and applicants sign about cases, in words: opinions, what was seen, what is handed in and what is to be corrected.

import type { TFunction } from "i18next";
import { CHANNELS } from "../../api/notices";
import { fieldsOf, textOf } from "../../api/reading";

const OUTCOMES = ["agree", "object", "approve", "refuse"] as const;
const DELIVERIES = ["electronic", "window", "post"] as const;
const PROCEDURES = ["auction", "expert", "hearing", "inspection"] as const;

/** What an officer concluded, in words; codes of the drawing that are not known are shown as they are. */
export function outcomeText(t: TFunction, outcome: string): string {
  const known = OUTCOMES.find(one => one === outcome);
  return known === undefined ? outcome : t(`cases.outcomes.${known}`);
}

/** A procedure whose time does not count (特别程序), in words. */
export function procedureText(t: TFunction, procedure: string): string {
  const known = PROCEDURES.find(one => one === procedure);
  return known === undefined ? procedure : t(`cases.special.${known}`);
}

/** The arguments of approval that have a form of their own, by the kind of fact. */
export const APPROVAL_KINDS = [
  "answers",
  "channel",
  "delivery",
  "handed",
  "opinion",
  "points",
  "procedure",
  "seen",
  "stepOutcome",
] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

function pairs(t: TFunction, value: unknown): string {
  return Object.entries(fieldsOf(value) ?? {})
    .map(([name, one]) => t("common.pair", { name, value: String(one) }))
    .join(t("common.listSeparator"));
}

function all(t: TFunction, value: unknown, each: (one: unknown) => string | null): string {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap(one => each(one) ?? []).join(t("common.listSeparator"));
}

/** Such an argument in one line; `null` where it is none. */
export function approvalText(t: TFunction, kind: string, value: unknown): string | null {
  const fields = fieldsOf(value);
  switch (APPROVAL_KINDS.find(one => one === kind)) {
    case "answers":
      return pairs(t, value);
    case "handed":
      return all(t, value, one => textOf(fieldsOf(one), "class"));
    case "opinion":
      return textOf(fields, "text", "commitment");
    case "points":
      return all(t, value, one => {
        const point = fieldsOf(one);
        const name = textOf(point, "field", "material");
        return name === null ? null : t("common.pair", { name, value: textOf(point, "zh") ?? "" });
      });
    case "seen":
      return Object.keys(fields ?? {}).join(t("common.listSeparator"));
    case "channel": {
      const known = CHANNELS.find(one => one === value);
      return known === undefined ? null : t(`notices.by.${known}`);
    }
    case "delivery": {
      const known = DELIVERIES.find(one => one === value);
      return known === undefined ? null : t(`cases.deliver.${known}`);
    }
    case "procedure":
      return typeof value === "string" ? procedureText(t, value) : null;
    case "stepOutcome":
      return typeof value === "string" ? outcomeText(t, value) : null;
    default:
      return null;
  }
}
