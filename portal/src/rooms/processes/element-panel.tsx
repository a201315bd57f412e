import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { enactedNamesQuery, enactedQuery } from "../../api/decisions";
import { membersQuery } from "../../api/members";
import { CheckList, SelectField, TextField } from "../../components/field";
import { ATTRIBUTES, type Attribute, REPEATED, type Selected } from "../../diagrams/elements";
import { DeadlineField } from "./deadline-field";
import { ListedField } from "./listed-field";

/** How the names of documents with decisions begin. */
const DECISION = "decision/";

/** Attributes that have one of a few values, with the words for each. */
const CHOICES = {
  grade: [
    ["1", "modeller.choice.grade.1"],
    ["2", "modeller.choice.grade.2"],
    ["3", "modeller.choice.grade.3"],
    ["4", "modeller.choice.grade.4"],
  ],
  twoOfficers: [["true", "modeller.choice.twoOfficers.true"]],
  default: [["true", "modeller.choice.default.true"]],
  atExpiry: [
    ["escalate", "modeller.choice.atExpiry.escalate"],
    ["deem-accepted", "modeller.choice.atExpiry.deemAccepted"],
    ["renew-by-lapse", "modeller.choice.atExpiry.renewByLapse"],
  ],
  days: [
    ["working", "modeller.choice.days.working"],
    ["calendar", "modeller.choice.days.calendar"],
  ],
} as const;

const HINTED = ["outcomes", "result", "materials", "basis", "duration", "condition", "key"] as const;

function isChoice(name: Attribute): name is keyof typeof CHOICES {
  return Object.hasOwn(CHOICES, name);
}

/** The usual roles; the check warns of others (`ROLES` of the node). */
const ROLES = [
  ["window-clerk", "modeller.role.windowClerk"],
  ["clerk", "modeller.role.clerk"],
  ["reviewer", "modeller.role.reviewer"],
  ["section-head", "modeller.role.sectionHead"],
  ["head", "modeller.role.head"],
  ["expert", "modeller.role.expert"],
  ["assessor", "modeller.role.assessor"],
] as const;

function DepartmentField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const { data: members } = useQuery(membersQuery);
  return (
    <ListedField
      label={t("modeller.attribute.department")}
      hint={t("modeller.hint.department")}
      value={value}
      options={[
        ["handler", t("modeller.handler")],
        ...(members?.members ?? []).map(one => [one.code, one.name] as const),
      ]}
      onChange={onChange}
    />
  );
}

/** Which enacted decision a task asks. Choosing one of the list names its newest version too; other names can be written. */
function DecisionField({
  value,
  version,
  onChange,
}: {
  value: string;
  version: string;
  onChange: (name: "decision" | "version", value: string) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const { data: names = [] } = useQuery(enactedNamesQuery(DECISION));
  const { data: enacted = [] } = useQuery(enactedQuery(names));
  const [key = ""] = value.split("#");
  const known = enacted.find(one => one.name === `${DECISION}${key}`);
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{t("modeller.attribute.decision")}</label>
        <input
          id={id}
          type="text"
          autoComplete="off"
          list={`${id}-list`}
          value={value}
          aria-describedby={`${id}-hint`}
          onChange={event => {
            const given = event.currentTarget.value;
            onChange("decision", given);
            const chosen = enacted.find(one => one.name === `${DECISION}${given}`);
            if (chosen !== undefined) onChange("version", String(chosen.version));
          }}
        />
        <datalist id={`${id}-list`}>
          {enacted.map(one => (
            <option key={one.name} value={one.name.slice(DECISION.length)} />
          ))}
        </datalist>
        <span className="hint" id={`${id}-hint`}>
          {known === undefined
            ? t("modeller.hint.decision")
            : t("modeller.hint.decisionVersion", { key, version: known.version })}
        </span>
      </div>
      <TextField
        label={t("modeller.attribute.version")}
        value={version}
        onChange={given => onChange("version", given)}
      />
    </>
  );
}

/** The other steps, and what stands in the drawing and is no step of it, so that it can be taken out. */
function apartFrom(
  selected: Selected,
  value: string,
  steps: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const others = steps.filter(([id]) => id !== selected.id);
  const unknown = value.split(/\s+/).filter(one => one !== "" && !others.some(([id]) => id === one));
  return [...others, ...unknown.map(one => [one, one] as const)];
}

/** What the ledger must know of the element that is selected. */
export function ElementPanel({
  selected,
  steps,
  onChange,
}: {
  selected: Selected;
  /** Every step of the drawing: its identifier and what is written on it. */
  steps: readonly (readonly [string, string])[];
  onChange: (name: string, value: string) => void;
}) {
  const { t } = useTranslation();
  const own: readonly Attribute[] = ATTRIBUTES[selected.kind];
  const names = [
    ...own.filter(name => name !== "default" || selected.chosen),
    ...(selected.repeated ? REPEATED : []),
  ];
  const hintOf = (name: Attribute) => {
    const hinted = HINTED.find(one => one === name);
    return hinted === undefined ? undefined : t(`modeller.hint.${hinted}`);
  };
  return (
    <fieldset className="fields">
      <legend>
        {t(`modeller.kind.${selected.kind}`)} <span className="code">{selected.id}</span>
      </legend>
      <TextField
        label={t("modeller.attribute.name")}
        value={selected.name}
        onChange={value => onChange("name", value)}
      />
      {names.map(name => {
        const value = selected.values[name] ?? "";
        if (name === "department") {
          return <DepartmentField key={name} value={value} onChange={given => onChange(name, given)} />;
        }
        if (name === "role") {
          return (
            <ListedField
              key={name}
              label={t("modeller.attribute.role")}
              hint={t("modeller.hint.role")}
              value={value}
              options={ROLES.map(([role, words]) => [role, t(words)] as const)}
              onChange={given => onChange(name, given)}
            />
          );
        }
        if (name === "notSameAs") {
          return (
            <CheckList
              key={name}
              legend={t("modeller.attribute.notSameAs")}
              options={apartFrom(selected, value, steps)}
              chosen={value.split(/\s+/)}
              onChange={given => onChange(name, given.filter(one => one !== "").join(" "))}
            />
          );
        }
        if (name === "deadline") {
          return <DeadlineField key={name} value={value} onChange={given => onChange(name, given)} />;
        }
        if (selected.kind === "rule" && name === "version") return null;
        if (name === "decision") {
          return (
            <DecisionField
              key={name}
              value={value}
              version={selected.values.version ?? ""}
              onChange={onChange}
            />
          );
        }
        if (isChoice(name)) {
          return (
            <SelectField
              key={name}
              label={t(`modeller.attribute.${name}`)}
              hint={hintOf(name)}
              value={value}
              options={[["", "–"], ...CHOICES[name].map(([one, words]) => [one, t(words)] as const)]}
              onChange={given => onChange(name, given)}
            />
          );
        }
        return (
          <TextField
            key={name}
            label={t(`modeller.attribute.${name}`)}
            hint={hintOf(name)}
            value={value}
            onChange={given => onChange(name, given)}
          />
        );
      })}
      {names.length === 0 && <p className="hint">{t("modeller.nothing")}</p>}
    </fieldset>
  );
}
