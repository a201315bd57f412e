// What is to be corrected, with the officer's words, and the way straight to the field.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case, CorrectionPoint } from "../../api/cases";
import { readForm, valueIn, wrongOf } from "../../api/forms";
import { enactedQuery, type Item, said } from "../../api/items";
import { statusQuery } from "../../api/queries";
import type { Asked } from "../../components/act/act-sheet";
import { FieldInput } from "../../components/form/field-input";
import { type Attached, MaterialInput } from "../../components/form/material-input";
import { Notice } from "../../components/notice";
import { useDraft } from "../../components/use-draft";
import { useLanguage } from "../../components/use-language";
import type { JsonObject } from "../../verify/json";

export function Resubmit({
  value,
  item,
  points,
  onAct,
}: {
  value: Case;
  item: Item;
  points: readonly CorrectionPoint[];
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: text } = useQuery(enactedQuery(`form/${item.form.key}`, item.form.version));
  const { data: status } = useQuery(statusQuery);
  const desk = status?.validators.find(one => one.self)?.code ?? item.department;
  const form = text?.value == null ? null : readForm(text.value);
  const fields = form?.sections.flatMap(section => section.fields) ?? [];
  const first = Object.fromEntries(
    Object.entries(value.answers).map(([name, one]) => {
      const field = fields.find(known => known.name === name);
      return [name, field?.kind === "fen" && typeof one === "number" ? String(one / 100) : String(one)];
    }),
  );
  const { form: draft, change } = useDraft(`resubmit ${value.number}`, {
    filled: {} as Readonly<Record<string, string>>,
    attached: {} as Readonly<Record<string, Attached>>,
  });
  const [checked, setChecked] = useState(false);
  const filled = { ...first, ...draft.filled };
  const asked = points.flatMap(point => fields.find(one => one.name === point.field) ?? []);
  const needs = points.flatMap(point => item.materials.find(one => one.class === point.material) ?? []);
  const wrong = asked.filter(one => one.public && wrongOf(one, filled) !== null);
  const missing = needs.filter(one => draft.attached[one.class] === undefined);

  function go(): void {
    setChecked(true);
    if (wrong.length > 0 || missing.length > 0) return;
    const open = fields.filter(one => one.public && one.kind !== "file");
    const answers: JsonObject = Object.fromEntries(
      open.flatMap(one => {
        const given = valueIn(one, filled);
        return given === null ? [] : [[one.name, given] as const];
      }),
    );
    onAct({
      operation: "approval.resubmit",
      arguments: {
        answers,
        case: value.number,
        materials: needs.flatMap(one => {
          const attached = draft.attached[one.class];
          return attached === undefined
            ? []
            : [
                {
                  class: one.class,
                  commitment: attached.material,
                  holder: attached.holder,
                  origin: "submitted",
                },
              ];
        }),
      },
    });
  }

  return (
    <section className="card" aria-labelledby="correction">
      <h2 id="correction">{t("cases.correction")}</h2>
      <Notice tone="warn" title={t("cases.correctionOnce")}>
        <ul>
          {points.map(point => {
            const field = fields.find(one => one.name === point.field);
            const material = item.materials.find(one => one.class === point.material);
            const label = field?.label ??
              material?.name ?? { zh: point.field ?? point.material ?? "", en: null };
            return (
              <li key={`${point.field} ${point.material}`}>
                <a href={`#field-${point.field ?? point.material}`}>{said(label, language)}</a>{" "}
                {language === "en" ? point.en : point.zh}
              </li>
            );
          })}
        </ul>
      </Notice>
      {asked.map(field => (
        <FieldInput
          key={field.name}
          field={field}
          filled={filled}
          checked={checked}
          onChange={(name, given) => change({ filled: { ...draft.filled, [name]: given } })}
        />
      ))}
      {needs.map(need => (
        <div key={need.class} id={`field-${need.class}`}>
          <MaterialInput
            need={need}
            desk={desk}
            owner={{}}
            attached={draft.attached[need.class] ?? null}
            onAttached={attached => change({ attached: { ...draft.attached, [need.class]: attached } })}
          />
        </div>
      ))}
      <p className="actions">
        <button type="button" className="button button-main" onClick={go}>
          {t("act.toCheck")}
        </button>
      </p>
    </section>
  );
}
