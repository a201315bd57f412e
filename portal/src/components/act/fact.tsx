import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { PUBLICITIES } from "../../api/listings";
import { END_REASONS } from "../../api/mandates";
import { fieldsOf, numberOf, textOf } from "../../api/reading";
import type { Language } from "../../i18n";
import { usePartyName } from "../acting/use-acting";
import { Digest } from "../digest";
import { formatCount, formatTime, shorten } from "../format";
import { fieldsText, fieldText, inFormOrder, kindText, purposeText, useNames } from "../names";
import { Time } from "../time";
import { useLanguage } from "../use-language";
import { DecisionFacts, decisionText } from "./decision-facts";
import type { FactKind } from "./operations";

export interface FactContext {
  readonly t: TFunction;
  readonly language: Language;
  readonly nameOf: (code: string) => string;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(one => typeof one === "string");
}

const HOUR_MS = 3_600_000;

const ENUMERATED = {
  choice: ["for", "against"],
  finding: ["kept", "corrected"],
  keyReason: ["loss", "compromise", "death", "left", "stopped"],
  outcome: ["approve", "refuse"],
  mandateKind: ["post", "representative", "agent", "guardian"],
  answer: ["grant", "refuse", "more"],
  partyKind: ["person", "organisation", "department", "device"],
} as const;

const LISTING_KINDS = {
  "hpf-fraud": "hpfFraud",
  "serious-violation": "seriousViolation",
  "wage-arrears": "wageArrears",
} as const;

function isListingKind(text: string): text is keyof typeof LISTING_KINDS {
  return Object.hasOwn(LISTING_KINDS, text);
}

function oneOf<T extends string>(all: readonly T[], value: unknown): T | null {
  return all.find(one => one === value) ?? null;
}

/** A kind of mandate in words, or its code where none are known. */
export function mandateKindText(t: TFunction, kind: string): string {
  return wordOf(t, "mandateKind", kind) ?? kind;
}

/** A kind of listing in words, or its code where none are known. */
export function listingKindText(t: TFunction, code: string): string {
  return isListingKind(code) ? t(`act.listingKind.${LISTING_KINDS[code]}`) : code;
}

/** What the terms of a kind of listing rest on, in words, or as the ledger has it where none are known. */
export function listingLawText(t: TFunction, code: string, law: string): string {
  return isListingKind(code) ? t(`listings.laws.${LISTING_KINDS[code]}`) : law;
}

/** What a correction changes: each part with its new value. */
function correctionText(t: TFunction, value: unknown): string {
  const words = { facts: "facts", kind: "kind", number: "number", publicity: "publicity" } as const;
  return Object.entries(fieldsOf(value) ?? {})
    .map(([name, given]) => {
      const known = Object.values(words).find(one => one === name);
      const text = wordOf(t, name === "kind" ? "listingKind" : "publicity", given) ?? plain(given);
      return t("common.pair", { name: known === undefined ? name : t(`act.argument.${known}`), value: text });
    })
    .join(t("common.listSeparator"));
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function wordOf(t: TFunction, kind: FactKind, value: unknown): string | null {
  if (kind === "choice") {
    const one = oneOf(ENUMERATED.choice, value);
    return one && t(`act.choice.${one}`);
  }
  if (kind === "outcome") {
    const one = oneOf(ENUMERATED.outcome, value);
    return one && t(`act.outcome.${one}`);
  }
  if (kind === "mandateKind") {
    const one = oneOf(ENUMERATED.mandateKind, value);
    return one && t(`act.mandateKind.${one}`);
  }
  if (kind === "partyKind") {
    const one = oneOf(ENUMERATED.partyKind, value);
    return one && t(`act.partyKind.${one}`);
  }
  if (kind === "publicity") {
    const one = oneOf(PUBLICITIES, value);
    return one && t(`listings.publicity.${one}`);
  }
  if (kind === "keyReason") {
    const one = oneOf(ENUMERATED.keyReason, value);
    return one && t(`keys.endReason.${one}`);
  }
  if (kind === "endReason") {
    const one = oneOf(END_REASONS, value);
    return one && t(`posts.reason.${one}`);
  }
  if (kind === "finding") {
    const one = oneOf(ENUMERATED.finding, value);
    return one && t(`listings.finding.${one}`);
  }
  if (kind === "correction") return correctionText(t, value);
  if (kind === "listingKind" && typeof value === "string" && isListingKind(value)) {
    return t(`act.listingKind.${LISTING_KINDS[value]}`);
  }
  if (kind === "answer" && typeof value === "object" && value !== null && "kind" in value) {
    const one = oneOf(ENUMERATED.answer, value.kind);
    return one && t(`act.answer.${one}`);
  }
  return null;
}

/** An argument as a person reads it, in one line of text. */
export function factText({ t, language, nameOf }: FactContext, kind: FactKind, value: unknown): string {
  const word = wordOf(t, kind, value);
  if (word !== null) return word;
  if (kind === "department" && typeof value === "string") return nameOf(value);
  if (kind === "purpose" && typeof value === "string") return purposeText(t, value);
  if (kind === "kind" && typeof value === "string") return kindText(t, value);
  if (kind === "fields" && isTexts(value)) return fieldsText(t, value);
  if (kind === "list" && isTexts(value)) return value.join(t("common.listSeparator"));
  if (kind === "time" && typeof value === "number") return formatTime(value, language);
  if (kind === "count" && typeof value === "number") return formatCount(value, language);
  if (kind === "grade" && typeof value === "number") return t("act.grade", { n: value });
  if (kind === "duration" && typeof value === "number")
    return t("act.hours", { n: formatCount(value / HOUR_MS, language) });
  if (["digest", "account", "party"].includes(kind) && typeof value === "string") return shorten(value);
  if (kind === "decision") return decisionText(t, value);
  if (kind === "kept") {
    const commitment = textOf(fieldsOf(value), "commitment");
    if (commitment !== null) return shorten(commitment);
  }
  if (kind === "consent") {
    const until = numberOf(fieldsOf(value), "until");
    if (until !== null) return t("act.consentText", { until: formatTime(until, language) });
  }
  if (kind === "window") {
    const window = fieldsOf(value);
    const [department, second] = [textOf(window, "department"), textOf(window, "second")];
    if (department !== null && second !== null)
      return t("act.windowText", { name: nameOf(department), key: shorten(second) });
  }
  return plain(value);
}

/** An argument as a person reads it: digests unfold, times are times. */
export function FactValue({ kind, value }: { kind: FactKind; value: unknown }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const partyName = usePartyName();
  if (kind === "party" && typeof value === "string" && partyName(value) !== shorten(value)) {
    return (
      <>
        {partyName(value)} <Digest value={value} />
      </>
    );
  }
  if (["digest", "account", "party"].includes(kind) && typeof value === "string") {
    return <Digest value={value} />;
  }
  const commitment = kind === "kept" ? textOf(fieldsOf(value), "commitment") : null;
  if (commitment !== null) {
    return (
      <>
        <Digest value={commitment} /> <Digest value={textOf(fieldsOf(value), "material") ?? ""} />
      </>
    );
  }
  if (kind === "time" && typeof value === "number") return <Time ms={value} />;
  if (kind === "department" && typeof value === "string" && nameOf(value) !== value) {
    return (
      <>
        {nameOf(value)} <span className="code">{value}</span>
      </>
    );
  }
  if (kind === "fields" && isTexts(value)) {
    return (
      <ul className="chips">
        {inFormOrder(value).map(one => (
          <li key={one}>{fieldText(t, one)}</li>
        ))}
      </ul>
    );
  }
  if (kind === "decision") return <DecisionFacts decision={value} />;
  return factText({ t, language, nameOf }, kind, value);
}
