import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/cases";
import { type Item, said } from "../../api/items";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { useOwnActs } from "../../components/act/recent-acts";
import { Badge } from "../../components/badge";
import { formatSize } from "../../components/format";
import { useNames } from "../../components/names";
import { Failure } from "../../components/notice";
import { saveAs } from "../../components/save";
import { useLanguage } from "../../components/use-language";
import { type OpenedMaterial, openMaterial } from "../../ledger/material-look";
import { makeReaderKey } from "../../ledger/reader-key";
import type { StoredAct } from "../../store/acts";
import { fromUtf8 } from "../../verify/bytes";

function Opened({ act }: { act: StoredAct }) {
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
          {text !== null && <pre>{text}</pre>}
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
  const looks = useOwnActs().filter(
    act => act.operation === "approval.look" && act.state === "final" && act.arguments.case === value.number,
  );

  async function look(name: string): Promise<void> {
    const reader = await makeReaderKey();
    onAct({
      operation: "approval.look",
      arguments: {
        case: value.number,
        class: name,
        purpose: post === null ? "own-look" : "review",
        reader: reader.text,
        ...(post === null ? {} : { for: post.body }),
      },
      keep: { reader },
    });
  }

  return (
    <section aria-labelledby="case-materials">
      <h2 id="case-materials">{t("services.materials")}</h2>
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
              {looked !== undefined && looked.end?.outcome?.disclosure !== undefined ? (
                <Opened act={looked} />
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
