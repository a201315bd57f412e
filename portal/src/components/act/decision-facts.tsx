import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { PARAMETERS } from "../../api/governance";
import { fieldsOf, listOf, numberOf, textOf, textsOf } from "../../api/reading";
import { LEVELS, type Level } from "../../ledger/decision";
import { DecisionTables } from "../decision-tables";
import { Digest } from "../digest";
import { Facts } from "../facts";
import { formatCount } from "../format";
import { useNames } from "../names";
import { useLanguage } from "../use-language";
import { Readiness, scenarioText } from "./readiness";

export const DECISIONS = [
  "admit",
  "suspend",
  "restore",
  "remove",
  "validator",
  "threshold",
  "parameter",
  "calendar",
  "document",
  "upgrade",
] as const;
export type DecisionKind = (typeof DECISIONS)[number];

export function decisionKind(kind: unknown): DecisionKind | null {
  return DECISIONS.find(one => one === kind) ?? null;
}

/** What a department may do beyond the common rights, in the order in which the ledger wants them. */
export const ROLES = ["audit", "court", "data", "identity", "police", "registry"] as const;

export function rolesText(t: TFunction, roles: readonly string[]): string {
  return roles
    .map(role => {
      const known = ROLES.find(one => one === role);
      return known === undefined ? role : t(`governance.role.${known}`);
    })
    .join(t("common.listSeparator"));
}

export const LEVEL_WORDS = {
  province: "governance.level.province",
  city: "governance.level.city",
  district: "governance.level.district",
} as const satisfies Readonly<Record<Level, string>>;

/** What a decision is about, in one word or two. */
export function decisionText(t: TFunction, value: unknown): string {
  const kind = decisionKind(fieldsOf(value)?.kind);
  return kind === null ? JSON.stringify(value) : t(`governance.kind.${kind}`);
}

export function parameterText(t: TFunction, name: string): string {
  const known = PARAMETERS.find(one => one === name);
  return known === undefined ? name : t(`governance.parameter.${known}`);
}

/** A value of a parameter: a number, or on and off. */
export function settingText(t: TFunction, value: unknown): string {
  if (typeof value === "boolean") return t(value ? "governance.on" : "governance.off");
  return String(value ?? "");
}

/** The rule of a threshold (表决规则). */
export function ruleText(t: TFunction, rule: unknown): string {
  if (rule === "majority" || rule === "two_thirds" || rule === "all") return t(`governance.rule.${rule}`);
  const votes = numberOf(fieldsOf(rule), "at_least");
  return votes === null ? JSON.stringify(rule) : t("governance.rule.atLeast", { n: votes });
}

/** A decision in plain words, every part of it: a member, a value, the days of a year, a text. What has no words is shown as it is. */
export function DecisionFacts({ decision }: { decision: unknown }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const fields = fieldsOf(decision);
  const kind = decisionKind(fields?.kind);
  const content = fieldsOf(fields?.content);
  if (kind === null || content === null) return <pre>{JSON.stringify(decision, null, 2)}</pre>;
  const member = (code: string | null) =>
    code === null ? null : (
      <>
        {nameOf(code) === code ? null : nameOf(code)} <span className="code">{code}</span>
      </>
    );
  const height = numberOf(content, "height");
  const from =
    height === null
      ? t("governance.noChange")
      : t("governance.fromHeight", { height: formatCount(height, language) });
  const key = (name: string) => {
    const value = textOf(content, name);
    return value === null ? null : <Digest key={name} value={value} />;
  };
  const kindRow = [t("governance.decides"), t(`governance.kind.${kind}`)] as const;
  if (kind === "parameter") {
    const name = textOf(content, "name") ?? "";
    return (
      <Facts
        items={[
          kindRow,
          [t("governance.parameterName"), parameterText(t, name)],
          [t("governance.newValue"), settingText(t, content.value)],
        ]}
      />
    );
  }
  if (kind === "calendar") {
    const holidays = listOf(content, "holidays").flatMap(one => {
      const [date, name] = [textOf(fieldsOf(one), "date"), textOf(fieldsOf(one), "name")];
      return date === null ? [] : [`${date} ${name ?? ""}`];
    });
    const days = (list: readonly string[]) => (
      <ul className="plain-list">
        {list.map(one => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    );
    return (
      <Facts
        items={[
          kindRow,
          [t("governance.form.year"), String(numberOf(content, "year") ?? "")],
          [t("governance.form.edition"), String(numberOf(content, "edition") ?? "")],
          [t("governance.form.title"), textOf(content, "title")],
          [t("governance.form.holidays"), days(holidays)],
          [t("governance.form.workdays"), days(textsOf(content, "workdays"))],
        ]}
      />
    );
  }
  if (kind === "document") {
    const text = textOf(content, "content");
    return (
      <>
        <Facts
          items={[
            kindRow,
            [
              t("governance.form.class"),
              t(content.class === "policy" ? "governance.class.policy" : "governance.class.catalogue"),
            ],
            [t("governance.documentName"), textOf(content, "name")],
            [t("governance.documentVersion"), String(numberOf(content, "version") ?? "")],
            [t("governance.documentDigest"), key("digest")],
          ]}
        />
        {text === null ? (
          <p className="hint">{t("governance.digestOnly")}</p>
        ) : textOf(content, "name")?.startsWith("decision/") ? (
          <DecisionTables xml={text} />
        ) : (
          <pre>{text}</pre>
        )}
      </>
    );
  }
  if (kind === "threshold") {
    const threshold = fieldsOf(content.threshold);
    const of = decisionKind(content.of);
    const required = textsOf(threshold, "required");
    return (
      <Facts
        items={[
          kindRow,
          [t("governance.form.of"), of === null ? String(content.of) : t(`governance.kind.${of}`)],
          [t("governance.form.rule"), ruleText(t, threshold?.rule)],
          [
            t("governance.form.required"),
            required.length === 0 ? null : required.map(nameOf).join(t("common.listSeparator")),
          ],
        ]}
      />
    );
  }
  if (kind === "upgrade") {
    const [scenario, to] = [textOf(content, "scenario") ?? "", numberOf(content, "to") ?? 0];
    return (
      <>
        <Facts
          items={[
            kindRow,
            [t("governance.upgrade.scenario"), scenarioText(t, scenario)],
            [t("governance.upgrade.to"), t("governance.upgrade.version", { n: to })],
            [t("governance.form.takesEffect"), height === null ? t("governance.upgrade.withdrawn") : from],
          ]}
        />
        {height !== null && <Readiness scenario={scenario} to={to} />}
      </>
    );
  }
  const level = LEVELS.find(one => one === content.level);
  return (
    <Facts
      items={[
        kindRow,
        [t("governance.memberName"), textOf(content, "name")],
        [t("governance.form.member"), member(textOf(content, "code"))],
        [t("governance.form.level"), level === undefined ? null : t(LEVEL_WORDS[level])],
        [
          t("governance.roles"),
          kind === "admit" ? rolesText(t, textsOf(content, "roles")) || t("governance.noRoles") : null,
        ],
        [t("governance.form.account"), key("account")],
        [
          t("governance.form.validator"),
          key("validator") ??
            (kind === "admit" || kind === "validator" ? t("governance.form.reads_node") : null),
        ],
        [t("governance.form.takesEffect"), from],
      ]}
    />
  );
}
