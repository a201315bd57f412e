// Names that stand for codes: departments by their unified social credit code, known purposes and fields by their words.

import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { membersQuery } from "../api/members";
import { homeChainQuery } from "../api/queries";
import { AGE_FIELD, FUND_FIELDS, FUND_KIND, isFundField } from "../ledger/fund";

/** Gives the name of a department, or its code where nobody has told its name. */
export function useNames(): (code: string) => string {
  const { data: members } = useQuery(membersQuery);
  const { data: home } = useQuery(homeChainQuery);
  return code =>
    members?.members.find(one => one.code === code)?.name ??
    home?.genesis.members.find(one => one.code === code)?.name ??
    code;
}

/** Gives the seal of a department: the account it acts with, or null where it is not known. */
export function useSeals(): (code: string) => string | null {
  const { data: members } = useQuery(membersQuery);
  const { data: home } = useQuery(homeChainQuery);
  return code =>
    members?.members.find(one => one.code === code)?.account ??
    home?.genesis.members.find(one => one.code === code)?.account ??
    null;
}

/** Purposes that are offered; others may occur and are shown as they are. */
export const PURPOSES = ["loan", "verify", "own-look"] as const;

const PURPOSE_WORDS = {
  "age-check": "ageCheck",
  leak: "leak",
  loan: "loan",
  "own-look": "ownLook",
  verify: "verify",
  wallet: "wallet",
} as const;

function isPurpose(text: string): text is keyof typeof PURPOSE_WORDS {
  return Object.hasOwn(PURPOSE_WORDS, text);
}

export function purposeText(t: TFunction, purpose: string): string {
  return isPurpose(purpose) ? t(`purpose.${PURPOSE_WORDS[purpose]}`) : purpose;
}

const EXTRACT_KINDS = {
  extract: "certificate.kind.extract",
  "extract-mark": "certificate.kind.extractMark",
} as const;

export function kindText(t: TFunction, kind: string): string {
  if (kind === FUND_KIND) return t("certificate.kind.hpf");
  if (kind === "extract" || kind === "extract-mark") return t(EXTRACT_KINDS[kind]);
  return kind === "listing" ? t("certificate.kind.listing") : kind;
}

const LISTING_FIELDS = ["authority", "kind", "listed", "objection_pending", "until"] as const;

export function fieldText(t: TFunction, field: string): string {
  if (isFundField(field) || field === AGE_FIELD) return t(`certificate.field.${field}`);
  const listing = LISTING_FIELDS.find(one => one === field);
  return listing === undefined ? field : t(`listing.field.${listing}`);
}

/** The same fields in the order of the form; those of no form at the end. */
export function inFormOrder(fields: readonly string[]): readonly string[] {
  return [...FUND_FIELDS.filter(one => fields.includes(one)), ...fields.filter(one => !isFundField(one))];
}

export function fieldsText(t: TFunction, fields: readonly string[]): string {
  return inFormOrder(fields)
    .map(field => fieldText(t, field))
    .join(t("common.listSeparator"));
}
