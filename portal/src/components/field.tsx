import { useId } from "react";

interface Common {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | null | undefined;
}

function described(id: string, { hint, error }: Common): string | undefined {
  const parts = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(one => one !== "");
  return parts.length === 0 ? undefined : parts.join(" ");
}

function Notes({ id, hint, error }: Common & { id: string }) {
  return (
    <>
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error && (
        <span className="error" id={`${id}-error`}>
          {error}
        </span>
      )}
    </>
  );
}

/** A line, or several, of text with its name, a hint and what is wrong with it. */
export function TextField({
  value,
  onChange,
  type = "text",
  lines = 1,
  required = false,
  inputMode,
  max,
  min,
  autoComplete = "off",
  ...common
}: Common & {
  value: string;
  onChange: (value: string) => void;
  type?: "text" | "number" | "date" | "month" | "password";
  /** What a password manager may fill in or keep. Else nothing: what a clerk types about people is not for the browser to remember and offer. */
  autoComplete?: "off" | "new-password" | "current-password";
  lines?: number;
  required?: boolean;
  inputMode?: "decimal" | "numeric";
  min?: string;
  max?: string;
}) {
  const id = useId();
  const shared = {
    id,
    value,
    required,
    "aria-invalid": Boolean(common.error),
    "aria-describedby": described(id, common),
  };
  return (
    <div className="field">
      <label htmlFor={id}>{common.label}</label>
      {lines > 1 ? (
        <textarea
          {...shared}
          rows={lines}
          autoComplete={autoComplete}
          onChange={event => onChange(event.currentTarget.value)}
        />
      ) : (
        <input
          {...shared}
          type={type}
          {...(inputMode ? { inputMode } : {})}
          {...(min ? { min } : {})}
          {...(max ? { max } : {})}
          autoComplete={autoComplete}
          onChange={event => onChange(event.currentTarget.value)}
        />
      )}
      <Notes id={id} {...common} />
    </div>
  );
}

/** One of several answers. */
export function SelectField({
  value,
  options,
  onChange,
  ...common
}: Common & {
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{common.label}</label>
      <select
        id={id}
        value={value}
        aria-invalid={Boolean(common.error)}
        aria-describedby={described(id, common)}
        onChange={event => onChange(event.currentTarget.value)}
      >
        {options.map(([option, label]) => (
          <option key={option} value={option}>
            {label}
          </option>
        ))}
      </select>
      <Notes id={id} {...common} />
    </div>
  );
}

/** Any number of several answers. */
export function CheckList({
  legend,
  options,
  chosen,
  onChange,
  hint,
}: {
  legend: string;
  options: readonly (readonly [string, string])[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
  hint?: string;
}) {
  const id = useId();
  return (
    <fieldset className="fields" aria-describedby={hint ? `${id}-hint` : undefined}>
      <legend>{legend}</legend>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <div className="check-grid">
        {options.map(([option, label]) => (
          <label key={option} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(option)}
              onChange={event =>
                onChange(
                  event.currentTarget.checked
                    ? options.map(([one]) => one).filter(one => one === option || chosen.includes(one))
                    : chosen.filter(one => one !== option),
                )
              }
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
