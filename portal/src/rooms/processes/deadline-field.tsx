import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SelectField, TextField } from "../../components/field";
import { type DeadlineUnit, deadlineOf, deadlineWords, UNITS } from "./deadline";

const WORDS = {
  "working days": "modeller.unit.workingDays",
  days: "modeller.unit.days",
  months: "modeller.unit.months",
  hours: "modeller.unit.hours",
} as const satisfies Readonly<Record<DeadlineUnit, string>>;

/** Until when a step must be done: a number and what it counts. */
export function DeadlineField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const parts = deadlineOf(value);
  const [chosen, setChosen] = useState<DeadlineUnit>("working days");
  const unit = parts?.unit ?? chosen;
  return (
    <>
      <TextField
        label={t("modeller.attribute.deadline")}
        type="number"
        min="1"
        value={parts?.count ?? ""}
        error={parts === null && value !== "" ? t("modeller.deadlineWrong", { value }) : null}
        onChange={count => onChange(deadlineWords(count, unit))}
      />
      <SelectField
        label={t("modeller.unit.label")}
        value={unit}
        options={UNITS.map(one => [one, t(WORDS[one])] as const)}
        onChange={given => {
          const next = UNITS.find(one => one === given) ?? unit;
          setChosen(next);
          if (parts !== null) onChange(deadlineWords(parts.count, next));
        }}
      />
    </>
  );
}
