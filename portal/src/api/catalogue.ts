// The catalogue (数据目录) and the requests for its resources, in the form the rooms use.

import { askQuery } from "./ask";
import { fieldsOf, listOf, numberOf, textOf, textsOf } from "./reading";
import { type Due, dueOf } from "./sharing";

export interface Resource {
  readonly resource: string;
  readonly sharing: "unconditional" | "conditional" | "not_shared" | null;
  readonly fields: readonly { readonly name: string; readonly grade: number }[];
  readonly state: string;
  readonly stale: boolean;
  readonly version: number;
}

const CLASSES = ["unconditional", "conditional", "not_shared"] as const;

function readResource(value: unknown): Resource | null {
  const fields = fieldsOf(value);
  const resource = textOf(fields, "resource");
  if (fields === null || resource === null) return null;
  const kind = textOf(fieldsOf(fields.class), "kind");
  return {
    resource,
    sharing: CLASSES.find(one => one === kind) ?? null,
    fields: listOf(fields, "fields").flatMap(one => {
      const name = textOf(fieldsOf(one), "name");
      return name === null ? [] : [{ name, grade: numberOf(fieldsOf(one), "grade") ?? 0 }];
    }),
    state: textOf(fields, "state") ?? "",
    stale: fields.stale === true,
    version: numberOf(fields, "version") ?? 0,
  };
}

export function resourcesQuery(owner: string) {
  return askQuery("sharing.resources", { owner }, value =>
    listOf(fieldsOf(value), "resources").flatMap(one => readResource(one) ?? []),
  );
}

export interface ResourceRequest {
  readonly id: string;
  readonly resource: string;
  readonly requester: string;
  readonly fields: readonly string[];
  readonly need: string;
  readonly basis: string;
  readonly purpose: string;
  readonly due: Due | null;
  readonly overdue: boolean;
}

function readResourceRequest(value: unknown): ResourceRequest | null {
  const outer = fieldsOf(value);
  const inner = fieldsOf(outer?.request);
  const id = textOf(outer, "id");
  if (outer === null || inner === null || id === null) return null;
  return {
    id,
    resource: textOf(inner, "resource") ?? "",
    requester: textOf(inner, "requester") ?? "",
    fields: textsOf(inner, "fields"),
    need: textOf(inner, "need") ?? "",
    basis: textOf(inner, "basis") ?? "",
    purpose: textOf(inner, "purpose") ?? "",
    due: dueOf(outer.due),
    overdue: outer.overdue === true,
  };
}

export function resourceRequestsQuery(owner: string) {
  return askQuery("sharing.resource_requests", { owner }, value =>
    listOf(fieldsOf(value), "requests").flatMap(one => readResourceRequest(one) ?? []),
  );
}
