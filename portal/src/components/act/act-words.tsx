import { useTranslation } from "react-i18next";
import { Facts } from "../facts";
import { useNames } from "../names";
import { useLanguage } from "../use-language";
import { FactValue, factText } from "./fact";
import { factsOf, isOperation, OPERATIONS } from "./operations";

/** The names of arguments that have words of their own. */
const LABELS = [
  "holder",
  "kind",
  "purpose",
  "request",
  "reason",
  "remedy",
  "until",
  "from",
  "material",
  "credential",
  "status",
  "certificate",
  "grantee",
  "case",
  "fields",
  "uses",
  "lease",
  "for",
  "reader",
  "applicant",
  "outcome",
  "subject",
  "authority",
  "key",
  "commitment",
  "code",
  "party",
  "principal",
  "scope",
  "grade",
  "mandate",
  "department",
  "types",
  "type",
  "proposal",
  "choice",
  "decision",
  "deadline",
  "recovery",
  "window",
  "silence_ms",
  "root",
  "items",
  "entry",
  "target",
  "relation",
  "grounds",
  "statement",
  "challenge",
  "finding",
  "listing",
  "facts",
  "publicity",
  "document",
  "number",
  "answer",
  "what",
  "corrected",
  "promise",
  "basis",
  "resource",
  "item",
  "class",
  "cycle",
  "need",
  "complaint",
  "offer",
  "take",
  "copy",
  "ask",
  "presentation",
  "issuer",
  "rows",
  "canaries",
  "content",
  "mark",
  "extract",
  "found",
  "post",
  "deliveryNumber",
  "consent",
  "act",
  "answers",
  "approver",
  "days",
  "fetched",
  "held_fen",
  "how",
  "licence",
  "materials",
  "opinion",
  "points",
  "procedure",
  "renews",
  "sealed",
  "second",
  "seen",
  "step",
  "to",
  "version",
  "work",
  "profile",
  "started",
  "changed",
  "functions",
  "evidence",
  "date",
  "reference",
  "assessor",
  "ends",
  "transaction",
  "by",
  "contact",
  "notice",
  "digest",
  "sent_ms",
] as const;
type Label = (typeof LABELS)[number];

/** Names that mean something else in one operation than in the others. */
const OF_OPERATION: Readonly<Record<string, Readonly<Record<string, Label>>>> = {
  "sharing.extract_deliver": { number: "deliveryNumber" },
};

/** The name of the words for an argument of an operation, or `null` where there are none. */
export function labelOf(operation: string, name: string): Label | null {
  return OF_OPERATION[operation]?.[name] ?? LABELS.find(one => one === name) ?? null;
}

/** What an act does, as one or two sentences. */
export function useActSentence(): (operation: string, given: Readonly<Record<string, unknown>>) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  return (operation, given) => {
    if (!isOperation(operation)) return t("act.otherSays", { id: operation });
    const values = Object.fromEntries(
      factsOf(operation, given).map(([name, kind]) => [
        name,
        factText({ t, language, nameOf }, kind, given[name]),
      ]),
    );
    // Which values a sentence fills in differs from operation to operation; a test compares them with the dictionary.
    const say = t as unknown as (key: string, values: Readonly<Record<string, string>>) => string;
    return say(`act.op.${OPERATIONS[operation].key}.says`, values);
  };
}

/** Every argument of an act with its name. */
export function ActFacts({
  operation,
  given,
}: {
  operation: string;
  given: Readonly<Record<string, unknown>>;
}) {
  const { t } = useTranslation();
  return (
    <Facts
      items={factsOf(operation, given).map(([name, kind]) => {
        const label = labelOf(operation, name);
        // Who holds a certificate is a department; who holds a mandate is whoever it was given to.
        const held = name === "holder" && operation.startsWith("identity.");
        return [
          held ? t("posts.holder") : label === null ? name : t(`act.argument.${label}`),
          <FactValue key={name} kind={kind} value={given[name]} />,
        ] as const;
      })}
    />
  );
}
