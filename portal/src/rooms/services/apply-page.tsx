// An application (申请): the form, the materials, a look at all of it, and the signature. Drafts survive a closed browser.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type Filled, type Form, readForm, valueIn, wrongOf } from "../../api/forms";
import { enactedQuery, type Item, itemQuery, said } from "../../api/items";
import { statusQuery } from "../../api/queries";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { Facts } from "../../components/facts";
import { FormSections } from "../../components/form/field-input";
import { type Attached, MaterialInput } from "../../components/form/material-input";
import { PersonGate } from "../../components/gate";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { useDraft } from "../../components/use-draft";
import { useLanguage } from "../../components/use-language";
import { ensureAccount } from "../../ledger/identity";
import { deskKey, handIn } from "../../ledger/materials";
import type { StoredAct } from "../../store/acts";
import { utf8 } from "../../verify/bytes";
import type { JsonObject } from "../../verify/json";
import { MaterialNeed } from "./item-page";

/** The class of the material that the filled form itself is: what of it is sealed, in one file. */
const APPLICATION = "application";

interface Draft {
  readonly filled: Filled;
  readonly attached: Readonly<Record<string, Attached>>;
}

const EMPTY: Draft = { filled: {}, attached: {} };

/** The values of the form that are public on the ledger, or those that are sealed. */
function values(form: Form, filled: Filled, open: boolean): JsonObject {
  const fields = form.sections.flatMap(section => section.fields);
  return Object.fromEntries(
    fields
      .filter(field => field.public === open && field.kind !== "file")
      .flatMap(field => {
        const value = valueIn(field, filled);
        return value === null ? [] : [[field.name, value] as const];
      }),
  );
}

function Wizard({ item, form, desk }: { item: Item; form: Form; desk: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { form: draft, change, clear } = useDraft<Draft>(`apply ${item.code} ${item.version}`, EMPTY);
  const [checked, setChecked] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = form.sections.flatMap(section => section.fields);
  const wrong = fields.filter(field => wrongOf(field, draft.filled) !== null);
  const handed = item.materials.filter(one => one.source === "submitted" && one.class !== APPLICATION);
  const missing = handed.filter(one => one.required && draft.attached[one.class] === undefined);
  const ready = wrong.length === 0 && missing.length === 0;

  async function go(): Promise<void> {
    setChecked(true);
    const [first] = wrong;
    if (first !== undefined) {
      document.querySelector<HTMLElement>(`#field-${first.name} :is(input, select, textarea)`)?.focus();
      return;
    }
    if (!ready) return;
    setBusy(true);
    setError(null);
    try {
      const materials = handed.flatMap(one => {
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
      });
      if (item.materials.some(one => one.class === APPLICATION)) {
        const { id } = await ensureAccount();
        const sealed = JSON.stringify(values(form, draft.filled, false), null, 2);
        const file = { name: "application.json", type: "application/json", bytes: utf8(sealed) };
        const { material, holder } = await handIn(file, { key: await deskKey(desk), account: id });
        materials.push({ class: APPLICATION, commitment: material, holder, origin: "submitted" });
      }
      setAsked({
        operation: "approval.submit",
        arguments: {
          answers: values(form, draft.filled, true),
          item: item.code,
          materials: materials.toSorted((a, b) => (a.class < b.class ? -1 : 1)),
          version: item.version,
        },
        about: (
          <Facts
            items={[
              [t("services.item"), said(item.name, language)],
              [t("services.materials"), materials.map(one => one.class).join(t("common.listSeparator"))],
            ]}
          />
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
    clear();
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
                <a href={`#field-${field.name}`}>{said(field.label, language)}</a>
              </li>
            ))}
            {missing.map(one => (
              <li key={one.class}>{said(one.name, language)}</li>
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
                <li key={one.class}>
                  <MaterialNeed material={one} />
                  {one.source === "submitted" && (
                    <MaterialInput
                      need={one}
                      desk={desk}
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
  const { data: status } = useQuery(statusQuery);
  const own = status?.validators.find(one => one.self);
  const desk = own?.code ?? item.department;
  return (
    <Answered query={form}>
      {({ value }) => {
        const read = value === null ? null : readForm(value);
        return read === null ? (
          <Notice tone="bad" title={t("application.noForm")} />
        ) : (
          <Wizard item={item} form={read} desk={desk} />
        );
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
      <PersonGate>
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
