import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { CaptureErrors, CaptureForm, DepositForm } from "./form";

const PUBLIC = ["tool", "tool_version", "environment", "from", "to"] as const;
const PRIVATE = ["title", "source", "operator"] as const;
const LONGEST = 1024;

/** Optional: who captured the material, with what, where and when; asked by a court about the time before the ledger. */
export function CaptureFields({
  form,
  errors,
  onChange,
}: {
  form: DepositForm;
  errors: CaptureErrors;
  onChange: (change: Partial<DepositForm>) => void;
}) {
  const { t } = useTranslation();
  const id = useId();

  function field(name: keyof CaptureForm) {
    const error = errors[name];
    return (
      <div key={name} className="field">
        <label htmlFor={`${id}-${name}`}>{t(`deposit.capture.${name}`)}</label>
        <input
          id={`${id}-${name}`}
          type={name === "from" || name === "to" ? "datetime-local" : "text"}
          value={form.capture[name]}
          maxLength={LONGEST}
          autoComplete="off"
          aria-invalid={error !== undefined}
          aria-describedby={error ? `${id}-${name}-error` : undefined}
          onChange={event => onChange({ capture: { ...form.capture, [name]: event.currentTarget.value } })}
        />
        {error && (
          <span className="error" id={`${id}-${name}-error`}>
            {t(`deposit.capture.error.${error}`)}
          </span>
        )}
      </div>
    );
  }

  return (
    <div className="capture">
      <label className="check">
        <input
          type="checkbox"
          checked={form.withCapture}
          aria-labelledby={`${id}-label`}
          aria-describedby={`${id}-hint`}
          onChange={event => onChange({ withCapture: event.currentTarget.checked })}
        />
        <span>
          <span id={`${id}-label`}>{t("deposit.capture.with")}</span>
          <span className="hint" id={`${id}-hint`}>
            {t("deposit.capture.hint")}
          </span>
        </span>
      </label>
      {form.withCapture && (
        <>
          <fieldset className="fields">
            <legend>{t("deposit.capture.public")}</legend>
            {PUBLIC.map(field)}
          </fieldset>
          <fieldset className="fields">
            <legend>{t("deposit.capture.private")}</legend>
            {PRIVATE.map(field)}
          </fieldset>
        </>
      )}
    </div>
  );
}
