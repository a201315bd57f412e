// Wallets (钱包): what is offered to them, what is asked of them, and what came of it.

import { queryOptions } from "@tanstack/react-query";
import { askQuery } from "./ask";
import { getJson, postJson } from "./client";
import { foundQuery } from "./concerns";
import { fieldsOf, textOf, textsOf, timeOf } from "./reading";

/** Where wallets reach the node that serves this page, or `null` where it serves none. */
export const walletAddressQuery = queryOptions({
  queryKey: ["wallet-address"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) =>
    (await getJson<{ readonly address: string | null }>("/api/v1/wallets", signal)).address,
});

export interface Offer {
  readonly link: string;
  /** Six digits that the person types into the wallet. */
  readonly tx_code: string;
  readonly until: number;
}

/** Offers what was taken, to whoever brings the code; a second time it gives another transaction code. */
export function offerQuery(take: string, code: string) {
  return queryOptions({
    queryKey: ["wallet-offer", take],
    // Neither the code nor the link outlives the page that shows them.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: ({ signal }) => postJson<Offer>("/api/v1/wallets/offers", { take, code }, signal),
  });
}

export interface Taken {
  readonly certificate: string;
  readonly fields: readonly string[];
  /** What became of it in the wallet. */
  readonly copy: string | null;
  readonly until: number;
}

function readTaken(value: unknown): Taken | null {
  const fields = fieldsOf(value);
  const certificate = textOf(fields, "certificate");
  if (certificate === null) return null;
  return {
    certificate,
    fields: textsOf(fields, "fields"),
    copy: textOf(fields, "copy"),
    until: timeOf(fields, "until") ?? 0,
  };
}

export function takenQuery(take: string) {
  return askQuery("sharing.wallet_taken", { take }, readTaken);
}

const COPY_STATES = ["valid", "suspended", "expired", "ended", "revoked", "erasing", "erased"] as const;
export type CopyState = (typeof COPY_STATES)[number];

export interface WalletCopy {
  readonly id: string;
  readonly certificate: string;
  readonly credential: string;
  readonly fields: readonly string[];
  readonly issuer: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: CopyState;
  readonly issued: number | null;
  readonly until: number | null;
}

export function readCopy(value: unknown, id: string): WalletCopy | null {
  const fields = fieldsOf(value);
  const [certificate, issuer] = [textOf(fields, "certificate"), textOf(fields, "issuer")];
  if (fields === null || certificate === null || issuer === null) return null;
  return {
    id,
    certificate,
    credential: textOf(fields, "credential") ?? "",
    fields: textsOf(fields, "fields"),
    issuer,
    kind: textOf(fields, "kind") ?? "",
    subject: textOf(fields, "subject") ?? "",
    // One that is not known is not shown as valid.
    state: COPY_STATES.find(one => one === fields.state) ?? "ended",
    issued: timeOf(fields, "issued"),
    until: timeOf(fields, "until"),
  };
}

/** The copies of a person's certificates in wallets. */
export function copiesQuery(party: string) {
  return foundQuery(party, "sharing.wallet_bind", "sharing.wallet_copy", "copy", readCopy);
}

export function copyQuery(copy: string) {
  return askQuery("sharing.wallet_copy", { copy }, value => readCopy(value, copy));
}

/** Opens to wallets what an officer asked for; as often as it is asked, it is the same request. */
export function walletRequestQuery(ask: string) {
  return queryOptions({
    queryKey: ["wallet-request", ask],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: ({ signal }) =>
      postJson<{ readonly link: string; readonly until: number }>(
        "/api/v1/wallets/requests",
        { ask },
        signal,
      ),
  });
}

export type WalletRequestState = "waiting" | "shown" | "refused" | "declined" | "over";

export interface WalletRequestStand {
  readonly state: WalletRequestState;
  /** The access event that answered it. */
  readonly look: string | null;
  /** The rule by which an answer was refused. */
  readonly code: string | null;
}

export function walletStandQuery(ask: string) {
  return queryOptions({
    queryKey: ["wallet-stand", ask],
    queryFn: ({ signal }) =>
      getJson<WalletRequestStand>(`/api/v1/wallets/requests/${encodeURIComponent(ask)}`, signal),
  });
}
