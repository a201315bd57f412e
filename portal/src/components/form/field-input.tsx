// The fields of a form, as the department drew it.

import { useTranslation } from "react-i18next";
import { type Filled, type FormField, type FormSection, type Wrong, wrongOf } from "../../api/forms";
import { said } from "../../api/items";
import { Badge } from "../badge";
import { SelectField, TextField, TickField } from "../field";
import { useLanguage } from "../use-language";

function useWrongText(): (field: FormField, wrong: Wrong) => string {
  const { t } = useTranslation();
  return (field, wrong) => {
    const money = field.kind === "fen";
    const [least, most] = money ? [field.least / 100, field.most / 100] : [field.least, field.most];
    return t(`application.wrong.${wrong}`, { least, most });
  };
}

export function FieldInput({
  field,
  filled,
  checked,
  correction,
  onChange,
}: {
  field: FormField;
  filled: Filled;
  /** Whether what is wrong is said: not before the person has gone on. */
  checked: boolean;
  /** What the officer said about the field. */
  correction?: string | null;
  onChange: (name: string, value: string) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const wrongText = useWrongText();
  const value = filled[field.name] ?? "";
  const wrong = checked ? wrongOf(field, filled) : null;
  const error = wrong === null ? (correction ?? null) : wrongText(field, wrong);
  const hints = [
    field.help === null ? null : said(field.help, language),
    t(field.public ? "application.public" : "application.sealed"),
  ];
  const label = `${said(field.label, language)}${field.required ? "" : ` ${t("application.optional")}`}`;
  const common = { label, hint: hints.filter(one => one !== null).join(" "), error };
  const set = (text: string) => onChange(field.name, text);
  const id = `field-${field.name}`;
  const input = () => {
    switch (field.kind) {
      case "boolean":
        return (
          <TickField {...common} checked={value === "true"} onChange={ticked => set(ticked ? "true" : "")} />
        );
      case "choice":
        return (
          <SelectField
            {...common}
            value={value}
            options={[
              ["", "–"],
              ...field.options.map(([one, words]) => [one, said(words, language)] as const),
            ]}
            onChange={set}
          />
        );
      case "date":
        return <TextField {...common} type="date" value={value} onChange={set} />;
      case "number":
        return <TextField {...common} inputMode="numeric" value={value} onChange={set} />;
      case "fen":
        return <TextField {...common} inputMode="decimal" value={value} onChange={set} />;
      case "text":
        return <TextField {...common} lines={field.lines} value={value} onChange={set} />;
      case "file":
        return null;
    }
  };
  return <div id={id}>{input()}</div>;
}

export function FormSections({
  sections,
  ...rest
}: {
  sections: readonly FormSection[];
  filled: Filled;
  checked: boolean;
  corrections: Readonly<Record<string, string>>;
  onChange: (name: string, value: string) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  return sections.map(section => (
    <fieldset className="fields" key={section.title.zh}>
      <legend>{said(section.title, language)}</legend>
      {section.help !== null && <p className="hint">{said(section.help, language)}</p>}
      {section.fields.map(field => {
        const correction = rest.corrections[field.name] ?? null;
        return (
          <div key={field.name}>
            {correction !== null && <Badge tone="warn">{t("application.toCorrect")}</Badge>}
            <FieldInput
              field={field}
              filled={rest.filled}
              checked={rest.checked}
              correction={correction}
              onChange={rest.onChange}
            />
          </div>
        );
      })}
    </fieldset>
  ));
}
