// The content that an allowed look is entitled to, sealed to the reader key; and the public lists of states.

import { queryOptions } from "@tanstack/react-query";
import { getJson, getText } from "./client";

export interface Disclosure {
  readonly transaction: string;
  readonly height: number;
  readonly holder: string;
  /** The sealed box, base64url. */
  readonly content: string;
}

/** The content of an allowed look once its transaction is final, or one part of an extract; the same again however often it is asked for. */
export function fetchDisclosure(transaction: string, part = 0): Promise<Disclosure> {
  const which = part === 0 ? "" : `?part=${part}`;
  return getJson<Disclosure>(`/api/v1/disclosures/${encodeURIComponent(transaction)}${which}`);
}

/** The Token Status List of an issuer, a signed text; needs no session. */
export function statusListQuery(code: string, list: string) {
  return queryOptions({
    queryKey: ["status-list", code, list],
    queryFn: ({ signal }) =>
      getText(`/api/v1/status-lists/${encodeURIComponent(code)}/${encodeURIComponent(list)}`, signal),
  });
}
