import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/cases";
import { type Form, readForm } from "../../api/forms";
import { enactedQuery, type Item, said } from "../../api/items";
import { fieldsOf } from "../../api/reading";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { useOwnActs } from "../../components/act/recent-acts";
import { Badge } from "../../components/badge";
import { FormValues } from "../../components/form/form-values";
import { formatSize } from "../../components/format";
import { useNames } from "../../components/names";
import { Failure } from "../../components/notice";
import { saveAs } from "../../components/save";
import { useLanguage } from "../../components/use-language";
import { APPLICATION } from "../../ledger/case-form";
import { type OpenedMaterial, openMaterial } from "../../ledger/material-look";
import type { StoredAct } from "../../store/acts";
import { fromUtf8 } from "../../verify/bytes";
import { lookAt, looksOf } from "./look";

/** The values of a form in a file, or null where they are none. */
function valuesIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What is readable of a file: a filled form as such, other text as it is. */
function Content({ text, form }: { text: string; form: Form | null }) {
  const values = form === null ? null : valuesIn(text);
  return form !== null && values !== null ? (
    <FormValues form={form} values={values} />
  ) : (
    <pre className="material-text">{text}</pre>
  );
}

function Opened({ act, form }: { act: StoredAct; form: Form | null }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [opened, setOpened] = useState<OpenedMaterial | null>(null);
  const [error, setError] = useState<unknown>(null);
  async function open(): Promise<void> {
    setError(null);
    try {
      setOpened(await openMaterial(act));
    } catch (caught) {
      setError(caught);
    }
  }
  const text =
    opened !== null && /^(text\/|application\/json)/.test(opened.type) ? fromUtf8(opened.bytes) : null;
  return (
    <>
      {opened === null ? (
        <button type="button" className="button" onClick={() => void open()}>
          {t("cases.openLooked")}
        </button>
      ) : (
        <>
          <p className="receipt-facts">
            <span>{opened.name}</span>
            <span>{formatSize(opened.bytes.length, language)}</span>
          </p>
          {text !== null && <Content text={text} form={form} />}
          <button
            type="button"
            className="button"
            onClick={() => saveAs(opened.name, opened.bytes, opened.type)}
          >
            {t("cases.saveMaterial")}
          </button>
        </>
      )}
      {error !== null && <Failure error={error} />}
    </>
  );
}

/** The materials of a case, each with the look at it; every look is on record first. */
export function Materials({
  value,
  item,
  post,
  onAct,
}: {
  value: Case;
  item: Item | null;
  /** The post under which an officer looks; null where the applicant does. */
  post: OfficerPost | null;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const looks = looksOf(useOwnActs(), value.number);
  const drawn = useQuery({
    ...enactedQuery(`form/${item?.form.key}`, item?.form.version ?? 0),
    enabled: item !== null,
  });
  const form = drawn.data?.value == null ? null : readForm(drawn.data.value);

  async function look(name: string): Promise<void> {
    onAct(await lookAt(value.number, name, post, post === null ? "own-look" : "review"));
  }

  return (
    <section aria-labelledby="case-materials">
      <h2 id="case-materials">{t("services.materials")}</h2>
      {form !== null && Object.keys(value.answers).length > 0 && (
        <>
          <h3>{t("application.publicPart")}</h3>
          <FormValues form={form} values={value.answers} />
        </>
      )}
      <ul className="row-list">
        {value.materials.map(one => {
          const need = item?.materials.find(known => known.class === one.class);
          const looked = looks.find(act => act.arguments.class === one.class);
          return (
            <li key={one.class}>
              <p className="row-title">
                <strong>{need === undefined ? one.class : said(need.name, language)}</strong>{" "}
                <Badge tone="plain">
                  {t(one.origin === "submitted" ? "cases.origin.submitted" : "cases.origin.fetched")}
                </Badge>{" "}
                <span className="hint">{t("cases.keptAt", { name: nameOf(one.holder) })}</span>
              </p>
              {looked !== undefined ? (
                <Opened act={looked} form={one.class === APPLICATION ? form : null} />
              ) : (
                <button type="button" className="button" onClick={() => void look(one.class)}>
                  {t("cases.look")}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <p className="hint">{t("cases.lookHint")}</p>
    </section>
  );
}
