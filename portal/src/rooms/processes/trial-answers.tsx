import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NeededAnswer } from "../../api/types";
import { SelectField, TextField } from "../../components/field";
import { fits, type Typed, variablesOf } from "./answers";

/** Asks for what the conditions of a drawing read and no step gives: answers of the form. */
export function TrialAnswers({
  answers,
  onGiven,
}: {
  answers: readonly NeededAnswer[];
  onGiven: (variables: Readonly<Record<string, string | number | boolean>>) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<Typed>({});
  const wrong = answers.filter(answer => !fits(answer, typed[answer.name] ?? ""));
  return (
    <fieldset className="fields">
      <legend>{t("modeller.trial.answers")}</legend>
      <p className="hint">{t("modeller.trial.answersHint")}</p>
      {answers.map(answer => {
        const value = typed[answer.name] ?? "";
        const change = (given: string) => setTyped({ ...typed, [answer.name]: given });
        return answer.of === "boolean" ? (
          <SelectField
            key={answer.name}
            label={answer.name}
            value={value}
            options={[
              ["", "–"],
              ["true", t("modeller.trial.yes")],
              ["false", t("modeller.trial.no")],
            ]}
            onChange={change}
          />
        ) : (
          <TextField
            key={answer.name}
            label={answer.name}
            value={value}
            {...(answer.of === "number" ? { inputMode: "numeric" as const } : {})}
            error={wrong.includes(answer) ? t("modeller.trial.whole") : null}
            onChange={change}
          />
        );
      })}
      <button
        type="button"
        className="button"
        disabled={wrong.length > 0}
        onClick={() => onGiven(variablesOf(answers, typed))}
      >
        {t("modeller.trial.beginWith")}
      </button>
    </fieldset>
  );
}
