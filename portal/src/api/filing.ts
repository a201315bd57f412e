// The filing of the platform's service (区块链信息服务备案), the operator's duties, and the orders that hide content.

import { queryOptions } from "@tanstack/react-query";
import { askQuery } from "./ask";
import { type Fields, fieldsOf, listOf, numberOf, textOf, textsOf, timeOf } from "./reading";
import { type Due, dueOf } from "./sharing";

/** A text in Chinese and, where there is one, in English. */
export interface Label {
  readonly zh: string;
  readonly en: string | null;
}

export interface FiledService {
  readonly operator: string;
  readonly name: Label;
  readonly domain: string;
  /** The filing number, or null while there is none. */
  readonly number: string | null;
  readonly filed: string | null;
  readonly ends: string | null;
}

export interface FilingNotice {
  readonly services: readonly FiledService[];
  /** That a filing is no endorsement. */
  readonly statement: Label;
}

function labelOf(value: unknown): Label {
  const fields = fieldsOf(value);
  return { zh: textOf(fields, "zh") ?? "", en: textOf(fields, "en") };
}

function presentIn<T>(values: readonly unknown[], read: (fields: Fields) => T | null): readonly T[] {
  return values.flatMap(one => {
    const fields = fieldsOf(one);
    return (fields === null ? null : read(fields)) ?? [];
  });
}

/** How often what stands on every page is asked for anew. */
const OFTEN_MS = 60_000;

/** What every page shows, to everybody. */
export const filingNoticeQuery = queryOptions({
  ...askQuery("filing.notice", {}, (value): FilingNotice => {
    const fields = fieldsOf(value);
    const services = presentIn(listOf(fields, "services"), (one): FiledService | null => {
      const [operator, domain] = [textOf(one, "operator"), textOf(one, "domain")];
      if (operator === null || domain === null) return null;
      return {
        operator,
        domain,
        name: labelOf(one.name),
        number: textOf(one, "number"),
        filed: textOf(one, "filed"),
        ends: textOf(one, "ends"),
      };
    });
    return { services, statement: labelOf(fields?.statement) };
  }),
  staleTime: OFTEN_MS,
});

export const DUTIES = ["filing", "change", "crypto"] as const;
export type DutyKind = (typeof DUTIES)[number];

export interface Duty {
  readonly duty: DutyKind;
  readonly basis: string;
  readonly from: string;
  readonly due: Due;
  readonly overdue: boolean;
}

export const ASSESSMENTS = ["security", "mlps", "crypto"] as const;
export type AssessmentKind = (typeof ASSESSMENTS)[number];
export const FINDINGS = ["pass", "partial", "fail"] as const;
export type Finding = (typeof FINDINGS)[number];

export interface Assessment {
  readonly kind: AssessmentKind;
  readonly date: string;
  readonly finding: Finding;
  readonly reference: string;
  readonly assessor: string;
  readonly grade: number | null;
}

export interface Profile {
  readonly algorithms: readonly string[];
  readonly domain: string;
  readonly form: Label;
  readonly name: Label;
  readonly nodes: readonly { readonly name: string; readonly place: string }[];
}

export const STATES = ["unfiled", "filed", "stopping", "stopped"] as const;
export type ServiceState = (typeof STATES)[number];

export interface Sheet {
  readonly operator: string;
  readonly state: ServiceState;
  readonly profile: Profile;
  readonly started: string;
  readonly changed: string | null;
  readonly number: string | null;
  readonly filed: string | null;
  readonly ends: string | null;
  readonly assessments: readonly Assessment[];
  readonly duties: readonly Duty[];
}

function profileOf(value: unknown): Profile {
  const fields = fieldsOf(value);
  return {
    algorithms: textsOf(fields, "algorithms"),
    domain: textOf(fields, "domain") ?? "",
    form: labelOf(fields?.form),
    name: labelOf(fields?.name),
    nodes: presentIn(listOf(fields, "nodes"), one => ({
      name: textOf(one, "name") ?? "",
      place: textOf(one, "place") ?? "",
    })),
  };
}

function dutyOf(fields: Fields): Duty | null {
  const duty = DUTIES.find(one => one === fields.duty);
  const due = dueOf(fields.due);
  if (duty === undefined || due === null) return null;
  return {
    duty,
    due,
    basis: textOf(fields, "basis") ?? "",
    from: textOf(fields, "from") ?? "",
    overdue: fields.overdue === true,
  };
}

function assessmentsOf(value: unknown): readonly Assessment[] {
  const all = fieldsOf(value);
  return ASSESSMENTS.flatMap(kind => {
    const fields = fieldsOf(all?.[kind]);
    const finding = FINDINGS.find(one => one === fields?.finding);
    if (fields === null || finding === undefined) return [];
    return [
      {
        kind,
        finding,
        date: textOf(fields, "date") ?? "",
        reference: textOf(fields, "reference") ?? "",
        assessor: textOf(fields, "assessor") ?? "",
        grade: numberOf(fields, "grade"),
      },
    ];
  });
}

function sheetOf(fields: Fields): Sheet | null {
  const operator = textOf(fields, "operator");
  const state = STATES.find(one => one === fields.state);
  if (operator === null || state === undefined) return null;
  const filed = fieldsOf(fields.filed);
  return {
    operator,
    state,
    profile: profileOf(fields.profile),
    started: textOf(fields, "started") ?? "",
    changed: textOf(fields, "changed"),
    number: textOf(filed, "number"),
    filed: textOf(filed, "date"),
    ends: textOf(fieldsOf(fields.stop), "ends"),
    assessments: assessmentsOf(fields.assessments),
    duties: presentIn(listOf(fields, "duties"), dutyOf),
  };
}

/** Every service with its duties, for operators and whoever supervises them. */
export const filingSheetsQuery = queryOptions({
  ...askQuery("filing.services", {}, value => presentIn(listOf(fieldsOf(value), "services"), sheetOf)),
  // No interval: a request a minute would keep the session of somebody who has left alive.
  staleTime: OFTEN_MS,
});

export const EVENTS = ["register", "amend", "record", "assess", "stop", "overdue", "ended"] as const;
export type EventKind = (typeof EVENTS)[number];

export interface FilingEvent {
  readonly number: number;
  readonly what: EventKind;
  readonly time: number;
  readonly duty: DutyKind | null;
  readonly kind: AssessmentKind | null;
  readonly text: string | null;
}

/** What happened to a service, newest first. */
export function filingHistoryQuery(operator: string) {
  return askQuery("filing.history", { operator }, value =>
    presentIn(listOf(fieldsOf(value), "events"), (one): FilingEvent | null => {
      const event = fieldsOf(one.event);
      const detail = fieldsOf(event?.detail);
      const what = EVENTS.find(kind => kind === event?.what);
      const [number, time] = [numberOf(one, "number"), timeOf(event, "at")];
      if (what === undefined || number === null || time === null) return null;
      return {
        number,
        what,
        time,
        duty: DUTIES.find(duty => duty === detail?.duty) ?? null,
        kind: ASSESSMENTS.find(kind => kind === detail?.kind) ?? null,
        text: textOf(detail, "number", "reason", "due") ?? textOf(fieldsOf(detail?.assessment), "reference"),
      };
    }),
  );
}

/** An order that hides what a transaction made public. */
export interface HidingOrder {
  readonly transaction: string;
  readonly by: string;
  readonly number: string;
  readonly basis: string;
  readonly reason: string;
  readonly time: number;
  /** When it was lifted, and by whom. */
  readonly lifted: { readonly time: number; readonly by: string } | null;
}

/** The newest orders, lifted ones too. */
export const hidingOrdersQuery = askQuery("filing.orders", {}, (value): readonly HidingOrder[] =>
  presentIn(listOf(fieldsOf(value), "items"), item => {
    const transaction = textOf(item, "transaction");
    if (transaction === null) return null;
    return presentIn(listOf(item, "orders"), (one): HidingOrder | null => {
      const [by, time] = [textOf(one, "by"), timeOf(one, "at")];
      if (by === null || time === null) return null;
      const lifted = fieldsOf(one.lifted);
      return {
        transaction,
        by,
        time,
        number: textOf(one, "number") ?? "",
        basis: textOf(one, "basis") ?? "",
        reason: textOf(one, "reason") ?? "",
        lifted: lifted === null ? null : { time: timeOf(lifted, "at") ?? 0, by: textOf(lifted, "by") ?? "" },
      };
    });
  }).flat(),
);
