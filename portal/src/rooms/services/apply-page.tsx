// An application (申请): the form, the materials, a look at all of it, and the signature. Drafts survive a closed browser.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type Filled, type Form, fieldsOfForm, readForm, valuesOf, wrongOf } from "../../api/forms";
import { enactedQuery, type Item, itemQuery, readersOfMaterial, said } from "../../api/items";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { Facts } from "../../components/facts";
import { FormSections } from "../../components/form/field-input";
import { FieldLink } from "../../components/form/field-link";
import { focusField } from "../../components/form/focus-field";
import { FormValues } from "../../components/form/form-values";
import { type Attached, MaterialInput } from "../../components/form/material-input";
import { PersonGate } from "../../components/gate";
import { useNames } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { useDraft } from "../../components/use-draft";
import { useLanguage } from "../../components/use-language";
import { APPLICATION, handed, handInForm, losesAnswers } from "../../ledger/case-form";
import type { StoredAct } from "../../store/acts";
import { forgetDraft } from "../../store/drafts";
import { MaterialNeed } from "./item-page";

interface Draft {
  readonly filled: Filled;
  readonly attached: Readonly<Record<string, Attached>>;
}

const EMPTY: Draft = { filled: {}, attached: {} };

function Wizard({ item, form }: { item: Item; form: Form }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const name = `apply ${item.code} ${item.version}`;
  const { form: draft, change } = useDraft<Draft>(name, EMPTY);
  const [checked, setChecked] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = fieldsOfForm(form);
  const wrong = fields.filter(field => wrongOf(field, draft.filled) !== null);
  const needs = item.materials.filter(one => one.source === "submitted" && one.class !== APPLICATION);
  const missing = needs.filter(one => one.required && draft.attached[one.class] === undefined);
  const ready = wrong.length === 0 && missing.length === 0;

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
      const given = needs.flatMap(one => {
        const attached = draft.attached[one.class];
        return attached === undefined ? [] : [{ one, attached }];
      });
      const materials = given.map(({ one, attached }) => handed(one.class, attached.material));
      if (item.materials.some(one => one.class === APPLICATION)) {
        materials.push(await handInForm(item.department, form, draft.filled));
      }
      const answers = valuesOf(form, draft.filled, true);
      const files = given.map(({ one, attached }) => `${said(one.name, language)} (${attached.name})`);
      setAsked({
        operation: "approval.submit",
        draft: name,
        arguments: {
          answers,
          item: item.code,
          materials: materials.toSorted((a, b) => (String(a.class) < String(b.class) ? -1 : 1)),
          version: item.version,
        },
        about: (
          <>
            <Facts
              items={[
                [t("services.item"), said(item.name, language)],
                [t("services.department"), nameOf(item.department)],
              ]}
            />
            <h3>{t("application.sealedPart")}</h3>
            <FormValues form={form} values={valuesOf(form, draft.filled, false)} />
            {files.length > 0 && (
              <Facts items={[[t("services.materials"), files.join(t("common.listSeparator"))]]} />
            )}
            {materials.length > 0 && (
              <>
                <h3>{t("application.whoSees")}</h3>
                <Facts
                  items={item.materials
                    .filter(one => materials.some(given => given.class === one.class))
                    .map(one => [
                      said(one.name, language),
                      readersOfMaterial(item, one.class).map(nameOf).join(t("common.listSeparator")),
                    ])}
                />
                <p className="hint">
                  {t(item.readers === null ? "application.whoSeesUnknown" : "application.whoSeesHint")}
                </p>
              </>
            )}
            {Object.keys(answers).length > 0 && (
              <>
                <h3>{t("application.publicPart")}</h3>
                <FormValues form={form} values={answers} />
              </>
            )}
          </>
        ),
      });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  function finished(act: StoredAct): void {
    if (act.state !== "final") return;
    const number = act.end?.outcome?.case;
    if (typeof number === "string") setDone(number);
    // Forgotten, but not emptied: it stands behind the dialog that tells what became of it, and empty it would be full of faults.
    forgetDraft(name);
  }

  if (done !== null && asked === null) {
    return (
      <Notice tone="good" title={t("application.done")}>
        <p>
          {t("application.number")} <strong className="code">{done}</strong>
        </p>
        <p className="actions">
          <Link className="button button-main" to={`/cases/${done}`}>
            {t("application.follow")}
          </Link>
        </p>
      </Notice>
    );
  }
  return (
    <>
      <p className="hint">{t("application.draft")}</p>
      {checked && !ready && (
        <Notice tone="warn" title={t("application.incomplete")}>
          <ul>
            {wrong.map(field => (
              <li key={field.name}>
                <FieldLink name={field.name}>{said(field.label, language)}</FieldLink>
              </li>
            ))}
            {missing.map(one => (
              <li key={one.class}>
                <FieldLink name={one.class}>{said(one.name, language)}</FieldLink>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <form
        onSubmit={event => {
          event.preventDefault();
          void go();
        }}
      >
        <FormSections
          sections={form.sections}
          filled={draft.filled}
          checked={checked}
          corrections={{}}
          onChange={(name, value) => change({ filled: { ...draft.filled, [name]: value } })}
        />
        <fieldset className="fields">
          <legend>{t("services.materials")}</legend>
          <ul className="row-list">
            {item.materials
              .filter(one => one.class !== APPLICATION)
              .map(one => (
                <li key={one.class} id={`field-${one.class}`}>
                  <MaterialNeed material={one} />
                  {one.source === "submitted" && (
                    <MaterialInput
                      need={one}
                      department={item.department}
                      owner={{}}
                      attached={draft.attached[one.class] ?? null}
                      onAttached={attached =>
                        change({ attached: { ...draft.attached, [one.class]: attached } })
                      }
                    />
                  )}
                </li>
              ))}
          </ul>
        </fieldset>
        {error !== null && <Failure error={error} />}
        <p className="actions">
          <button type="submit" className="button button-main" disabled={busy}>
            {t("act.toCheck")}
          </button>
        </p>
      </form>
      <ActSheet asked={asked} onClose={() => setAsked(null)} onDone={finished} />
    </>
  );
}

function Application({ item }: { item: Item }) {
  const { t } = useTranslation();
  const form = useQuery(enactedQuery(`form/${item.form.key}`, item.form.version));
  return (
    <Answered query={form}>
      {({ value }) => {
        const read = value === null ? null : readForm(value);
        if (read === null) return <Notice tone="bad" title={t("application.noForm")} />;
        // Published before the ledger refused such items: what is filled in would reach nobody.
        if (losesAnswers(item, read)) return <Notice tone="bad" title={t("application.losesAnswers")} />;
        return <Wizard item={item} form={read} />;
      }}
    </Answered>
  );
}

export function ApplyPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { code = "" } = useParams();
  const item = useQuery(itemQuery(code));
  const value = item.data?.value ?? null;
  return (
    <Page title={value === null ? t("services.apply") : said(value.name, language)}>
      <p className="crumbs">
        <Link to="/services">{t("services.name")}</Link> ›{" "}
        <Link to={`/services/${code}`}>{t("services.item")}</Link>
      </p>
      <PersonGate own>
        {() => (
          <Answered query={item}>
            {data =>
              data.value === null ? (
                <Notice tone="bad" title={t("services.none")} />
              ) : (
                <Application item={data.value} />
              )
            }
          </Answered>
        )}
      </PersonGate>
    </Page>
  );
}
