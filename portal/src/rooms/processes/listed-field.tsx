import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SelectField, TextField } from "../../components/field";

/** Stands in the list for what is not in it; no value is like it. */
const OTHER = "\u0000";

/** One of a list, by its name; what is not in the list can be written. */
export function ListedField({
  label,
  hint,
  value,
  options,
  onChange,
}: {
  label: string;
  hint?: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const [other, setOther] = useState(false);
  const written = other || (value !== "" && !options.some(([one]) => one === value));
  return (
    <>
      <SelectField
        label={label}
        hint={written ? undefined : hint}
        value={written ? OTHER : value}
        options={[["", "–"], ...options, [OTHER, t("modeller.other")]]}
        onChange={given => {
          setOther(given === OTHER);
          onChange(given === OTHER ? "" : given);
        }}
      />
      {written && (
        <TextField
          label={t("modeller.otherThan", { label })}
          hint={hint}
          value={value}
          onChange={given => {
            // What is rubbed out to write something else is still not of the list.
            setOther(true);
            onChange(given);
          }}
        />
      )}
    </>
  );
}
