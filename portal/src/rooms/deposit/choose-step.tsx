import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Digest } from "../../components/digest";
import { DropZone } from "../../components/drop-zone";
import { formatCount, formatSize } from "../../components/format";
import { Notice } from "../../components/notice";
import { useLanguage } from "../../components/use-language";
import { CaptureFields } from "./capture-fields";
import { captureErrors, type DepositForm } from "./form";
import { type ChosenFile, MAX_FILES } from "./hashed-files";

/** More entries than this at once are better one batch: each entry is a transaction of its own. */
const MAX_SEPARATE = 50;
const SHOWN = 50;

function FileRow({ chosen, onRemove }: { chosen: ChosenFile; onRemove: () => void }) {
  const { t } = useTranslation();
  const { file, content, share, failed } = chosen;
  return (
    <li className="file-row">
      <span className="file-name">{file.name}</span>
      <span className="hint">{formatSize(file.size, useLanguage())}</span>
      <span className="file-state">
        {failed && <span className="error">{t("deposit.choose.unreadable")}</span>}
        {!failed && content === null && (
          <progress max={1} value={share} aria-label={t("deposit.choose.hashing", { name: file.name })} />
        )}
        {content !== null && (
          <Digest value={content} label={t("deposit.choose.digestOf", { name: file.name })} />
        )}
      </span>
      <button
        type="button"
        className="button button-quiet"
        aria-label={t("deposit.choose.remove", { name: file.name })}
        onClick={onRemove}
      >
        {t("common.remove")}
      </button>
    </li>
  );
}

/** Two answers to one question, each with its consequence in plain words. */
function Choice<T extends string>({
  legend,
  value,
  options,
  onChange,
}: {
  legend: string;
  value: T;
  options: readonly (readonly [T, string, string])[];
  onChange: (value: T) => void;
}) {
  const id = useId();
  return (
    <fieldset className="choice">
      <legend>{legend}</legend>
      {options.map(([option, label, hint]) => (
        <label key={option} className={option === value ? "choice-option choice-chosen" : "choice-option"}>
          <input
            type="radio"
            name={id}
            value={option}
            checked={option === value}
            aria-labelledby={`${id}-${option}-label`}
            aria-describedby={`${id}-${option}`}
            onChange={() => onChange(option)}
          />
          <span>
            <span className="choice-label" id={`${id}-${option}-label`}>
              {label}
            </span>
            <span className="hint" id={`${id}-${option}`}>
              {hint}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** First step: which files, in which way, with which origin. */
export function ChooseStep({
  files,
  form,
  account,
  onAdd,
  onRemove,
  onChange,
  onNext,
}: {
  files: readonly ChosenFile[];
  form: DepositForm;
  account: string | null;
  onAdd: (files: File[]) => void;
  onRemove: (key: string) => void;
  onChange: (change: Partial<DepositForm>) => void;
  onNext: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [asked, setAsked] = useState(false);
  const errors = captureErrors(form);
  const hashing = files.some(one => one.content === null && !one.failed);
  const unreadable = files.some(one => one.failed);
  const tooMany = !form.batch && files.length > MAX_SEPARATE;
  const obstacle =
    files.length === 0
      ? "noFiles"
      : unreadable
        ? "unreadable"
        : tooMany
          ? "tooMany"
          : Object.keys(errors).length > 0
            ? "capture"
            : null;

  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        setAsked(true);
        if (obstacle === null && !hashing) onNext();
      }}
    >
      <DropZone
        multiple
        label={t("deposit.choose.drop")}
        hint={t("deposit.choose.dropHint")}
        onFiles={onAdd}
      />
      {files.length > 0 && (
        <>
          <p className="hint" role="status">
            {t(hashing ? "deposit.choose.countHashing" : "deposit.choose.count", {
              n: formatCount(files.length, language),
              done: formatCount(files.filter(one => one.content !== null).length, language),
              size: formatSize(
                files.reduce((sum, one) => sum + one.file.size, 0),
                language,
              ),
            })}
            {files.length === MAX_FILES &&
              ` ${t("deposit.choose.most", { n: formatCount(MAX_FILES, language) })}`}
          </p>
          <ul className="file-list">
            {files.slice(0, SHOWN).map(one => (
              <FileRow key={one.key} chosen={one} onRemove={() => onRemove(one.key)} />
            ))}
          </ul>
          {files.length > SHOWN && (
            <p className="hint">{t("common.andMore", { n: formatCount(files.length - SHOWN, language) })}</p>
          )}
        </>
      )}
      <Choice
        legend={t("deposit.kind.legend")}
        value={form.kind}
        onChange={kind => onChange({ kind })}
        options={[
          ["sealed", t("deposit.kind.sealed"), t("deposit.kind.sealedHint")],
          ["open", t("deposit.kind.open"), t("deposit.kind.openHint")],
        ]}
      />
      {files.length > 1 && (
        <Choice
          legend={t("deposit.mode.legend")}
          value={form.batch ? "batch" : "each"}
          onChange={mode => onChange({ batch: mode === "batch" })}
          options={[
            ["batch", t("deposit.mode.batch"), t("deposit.mode.batchHint")],
            ["each", t("deposit.mode.each"), t("deposit.mode.eachHint", { n: MAX_SEPARATE })],
          ]}
        />
      )}
      <CaptureFields form={form} errors={asked ? errors : {}} onChange={onChange} />
      <section className="card account-card" aria-labelledby="account">
        <h2 id="account">{t("deposit.account.title")}</h2>
        {account === null ? (
          <p>{t("deposit.account.none")}</p>
        ) : (
          <p>
            <Digest value={account} label={t("deposit.account.title")} />
          </p>
        )}
        <p className="hint">{t("deposit.account.hint")}</p>
      </section>
      {asked && obstacle !== null && (
        <Notice tone="bad" title={t(`deposit.obstacle.${obstacle}`, { n: MAX_SEPARATE })} />
      )}
      <p className="actions">
        <button type="submit" className="button button-main" disabled={hashing}>
          {hashing ? t("deposit.choose.wait") : t("deposit.choose.next")}
        </button>
      </p>
    </form>
  );
}
