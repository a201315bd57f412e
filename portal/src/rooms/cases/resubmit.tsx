// What is to be corrected, with the officer's words, and the way straight to the field.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case, CorrectionPoint } from "../../api/cases";
import {
  type Filled,
  type Form,
  type FormField,
  fieldsOfForm,
  filledFrom,
  readForm,
  valuesOf,
  wrongOf,
} from "../../api/forms";
import { enactedQuery, type Item, said } from "../../api/items";
import { fieldsOf } from "../../api/reading";
import type { Asked } from "../../components/act/act-sheet";
import { useOwnActs } from "../../components/act/recent-acts";
import { FieldInput } from "../../components/form/field-input";
import { FieldLink } from "../../components/form/field-link";
import { focusField } from "../../components/form/focus-field";
import { FormValues } from "../../components/form/form-values";
import { type Attached, MaterialInput } from "../../components/form/material-input";
import { Failure, Notice } from "../../components/notice";
import { useDraft } from "../../components/use-draft";
import { useLanguage } from "../../components/use-language";
import { APPLICATION, handed, handInForm } from "../../ledger/case-form";
import { openMaterial } from "../../ledger/material-look";
import { fromUtf8 } from "../../verify/bytes";
import { lookAt, looksOf } from "./look";

interface Part {
  readonly value: Case;
  readonly item: Item;
  readonly points: readonly CorrectionPoint[];
  readonly onAct: (asked: Asked) => void;
}

/** The sealed part of the form as it was submitted: it is at the department alone, and comes back by a look at one's own case. */
function Submitted({
  value,
  form,
  onFilled,
  onAct,
}: Pick<Part, "value" | "onAct"> & { form: Form; onFilled: (filled: Filled) => void }) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);
  const looked = looksOf(useOwnActs(), value.number).find(act => act.arguments.class === APPLICATION);
  async function take(): Promise<void> {
    setError(null);
    try {
      if (looked === undefined) {
        onAct(await lookAt(value.number, APPLICATION, null, "own-look"));
        return;
      }
      const text = fromUtf8((await openMaterial(looked)).bytes) ?? "";
      onFilled(filledFrom(form, fieldsOf(JSON.parse(text)) ?? {}));
    } catch (caught) {
      setError(caught);
    }
  }
  return (
    <>
      <p className="hint">{t("cases.sealedAgain")}</p>
      <p className="actions">
        <button type="button" className="button" onClick={() => void take()}>
          {t(looked === undefined ? "cases.lookSubmitted" : "cases.fillSubmitted")}
        </button>
      </p>
      {error !== null && <Failure error={error} />}
    </>
  );
}

function Correction({ value, item, points, onAct, form }: Part & { form: Form }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const name = `resubmit ${value.number}`;
  const { form: draft, change } = useDraft(name, {
    filled: {} as Filled,
    attached: {} as Readonly<Record<string, Attached>>,
  });
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = fieldsOfForm(form);
  const filled = { ...filledFrom(form, value.answers), ...draft.filled };
  const wordsOf = (field: FormField) => {
    const point = points.find(one => one.field === field.name);
    return point === undefined ? null : language === "en" ? point.en : point.zh;
  };
  const asked = fields.filter(field => wordsOf(field) !== null && field.kind !== "file");
  // What is sealed is one file: where one field of it is corrected, the whole is handed in anew.
  const sealed = asked.some(field => !field.public) && item.materials.some(one => one.class === APPLICATION);
  const rest = sealed
    ? fields.filter(one => !(one.public || asked.includes(one) || one.kind === "file"))
    : [];
  const needs = item.materials.filter(
    one => one.class !== APPLICATION && points.some(point => point.material === one.class),
  );
  const wrong = [...asked, ...rest].filter(one => wrongOf(one, filled) !== null);
  const missing = needs.filter(one => draft.attached[one.class] === undefined);

  async function go(): Promise<void> {
    setChecked(true);
    const first = wrong[0]?.name ?? missing[0]?.class;
    if (first !== undefined) {
      focusField(first);
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const materials = needs.flatMap(one => {
        const attached = draft.attached[one.class];
        return attached === undefined ? [] : [handed(one.class, attached.material)];
      });
      if (sealed) materials.push(await handInForm(value.department, form, filled));
      const answers = valuesOf(form, filled, true);
      onAct({
        operation: "approval.resubmit",
        draft: name,
        arguments: { answers, case: value.number, materials },
        about: (
          <>
            {sealed && <FormValues form={form} values={valuesOf(form, filled, false)} />}
            <FormValues form={form} values={answers} />
          </>
        ),
      });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  const input = (field: FormField) => (
    <FieldInput
      key={field.name}
      field={field}
      filled={filled}
      checked={checked}
      correction={wordsOf(field)}
      onChange={(one, given) => change({ filled: { ...draft.filled, [one]: given } })}
    />
  );
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        void go();
      }}
    >
      {sealed && (
        <Submitted
          value={value}
          form={form}
          onAct={onAct}
          onFilled={taken => change({ filled: { ...taken, ...draft.filled } })}
        />
      )}
      {asked.map(input)}
      {rest.length > 0 && (
        <fieldset className="fields">
          <legend>{t("cases.sealedRest")}</legend>
          {rest.map(input)}
        </fieldset>
      )}
      {needs.map(need => (
        <div key={need.class} id={`field-${need.class}`}>
          <MaterialInput
            need={need}
            department={value.department}
            owner={{}}
            attached={draft.attached[need.class] ?? null}
            onAttached={attached => change({ attached: { ...draft.attached, [need.class]: attached } })}
          />
        </div>
      ))}
      {error !== null && <Failure error={error} />}
      <p className="actions">
        <button type="submit" className="button button-main" disabled={busy}>
          {t("act.toCheck")}
        </button>
      </p>
    </form>
  );
}

export function Resubmit(part: Part) {
  const { item, points } = part;
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: text } = useQuery(enactedQuery(`form/${item.form.key}`, item.form.version));
  const form = text?.value == null ? null : readForm(text.value);
  const fields = form === null ? [] : fieldsOfForm(form);
  return (
    <section className="card" aria-labelledby="correction">
      <h2 id="correction">{t("cases.correction")}</h2>
      <Notice tone="warn" title={t("cases.correctionOnce")}>
        <ul>
          {points.map(point => {
            const name = point.field ?? point.material ?? "";
            const field = fields.find(one => one.name === point.field);
            const material = item.materials.find(one => one.class === point.material);
            const label = field?.label ?? material?.name ?? { zh: name, en: null };
            return (
              <li key={name}>
                <FieldLink name={name}>{said(label, language)}</FieldLink>
                <p>{language === "en" ? point.en : point.zh}</p>
              </li>
            );
          })}
        </ul>
      </Notice>
      {form !== null && <Correction {...part} form={form} />}
    </section>
  );
}
