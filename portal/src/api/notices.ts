// Notices (通知) of cases and the messages of a party. The one place that knows the names of their members.

import { askQuery } from "./ask";
import { type Label, labelOf } from "./items";
import { fieldsOf, listOf, numberOf, textOf, timeOf } from "./reading";

export const NOTICE_KINDS = [
  "acceptance",
  "correction",
  "decision",
  "extension",
  "renewal",
  "suspension",
  "turned_down",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
export const SERVED_BY = ["email", "opened", "portal"] as const;
export const FAILURES = ["no_address", "refused", "unreachable"] as const;
export const CHANNELS = ["portal", "email"] as const;
export type Channel = (typeof CHANNELS)[number];

/** Something that was sent, or could not be. */
export interface Dispatch {
  readonly sent: number;
  readonly received: number | null;
  readonly failed: (typeof FAILURES)[number] | null;
}

export interface CaseNotice {
  readonly number: number;
  readonly kind: NoticeKind;
  readonly time: number;
  readonly opened: number | null;
  readonly served: { readonly how: (typeof SERVED_BY)[number]; readonly time: number } | null;
  readonly dispatches: readonly Dispatch[];
}

function servedOf(value: unknown): CaseNotice["served"] {
  const fields = fieldsOf(value);
  const how = SERVED_BY.find(one => one === fields?.how);
  return how === undefined ? null : { how, time: numberOf(fields, "time_ms") ?? 0 };
}

export function noticeOf(value: unknown): CaseNotice | null {
  const fields = fieldsOf(value);
  const kind = NOTICE_KINDS.find(one => one === fields?.kind);
  if (fields === null || kind === undefined) return null;
  return {
    number: numberOf(fields, "number") ?? 0,
    kind,
    time: numberOf(fields, "time_ms") ?? 0,
    opened: timeOf(fields, "opened"),
    served: servedOf(fields.served),
    dispatches: listOf(fields, "dispatches").map(one => {
      const dispatch = fieldsOf(one);
      return {
        sent: numberOf(dispatch, "sent_ms") ?? 0,
        received: numberOf(dispatch, "received_ms"),
        failed: FAILURES.find(known => known === dispatch?.failed) ?? null,
      };
    }),
  };
}

export interface Message {
  readonly case: string;
  readonly name: Label;
  readonly notice: number;
  readonly kind: NoticeKind;
  readonly time: number;
  readonly opened: number | null;
}

export interface Messages {
  readonly messages: readonly Message[];
  readonly length: number;
  readonly pageSize: number;
  readonly unread: number;
}

function messageOf(value: unknown): Message | null {
  const fields = fieldsOf(value);
  const number = textOf(fields, "case");
  const kind = NOTICE_KINDS.find(one => one === fields?.kind);
  if (fields === null || number === null || kind === undefined) return null;
  return {
    case: number,
    name: labelOf(fields.name),
    notice: numberOf(fields, "notice") ?? 0,
    kind,
    time: numberOf(fields, "time_ms") ?? 0,
    opened: timeOf(fields, "opened"),
  };
}

/** The messages of a party, the newest first, a page at a time. */
export function messagesQuery(party: string, page = 0) {
  return {
    ...askQuery("approval.messages", { page, party }, (value): Messages => {
      const fields = fieldsOf(value);
      return {
        messages: listOf(fields, "messages").flatMap(one => messageOf(one) ?? []),
        length: numberOf(fields, "length") ?? 0,
        pageSize: numberOf(fields, "page_size") ?? 1,
        unread: numberOf(fields, "unread") ?? 0,
      };
    }),
    refetchInterval: 10_000,
  };
}
