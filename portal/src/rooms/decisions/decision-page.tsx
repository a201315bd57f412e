// Where a department draws a decision (决策) as a table, has it checked, tries it, and puts it to the vote.

import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { checkDecisions } from "../../api/decisions";
import { fetchDocument } from "../../api/governance";
import type { DecisionVerdict } from "../../api/types";
import { CheckPart, DrawnPage } from "../../components/act/drawn";
import { ProposeDocument } from "../../components/act/propose-document";
import { DecisionTables } from "../../components/decision-tables";
import { DropZone } from "../../components/drop-zone";
import { SelectField, TextField } from "../../components/field";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { saveAs } from "../../components/save";
import { ToolFrame } from "../../components/tool-frame";
import { useDraft } from "../../components/use-draft";
import { useNarrow } from "../../components/use-narrow";
import { useSession } from "../../components/use-session";
import { BLANK } from "../../diagrams/tables/blank";
import type { TableBoard, TableMark, TableOf } from "../../diagrams/tables/board";
import type { DecisionFile } from "../../diagrams/tables/read";
import { Findings } from "./findings";
import { Trial } from "./trial";

/** What is drawn, and the version that it was begun from: 0 where it is new. */
const DRAFT = { xml: "", base: 0 };
/** What the name of a document can be behind `decision/`. */
const KEY = /^[a-z0-9._-]{1,55}$/;

/** What the check said, with the document that it read. */
interface Checked {
  readonly document: string;
  readonly verdict: DecisionVerdict;
  readonly file: DecisionFile | null;
}

/** Which cells, rules and columns findings are about. */
function marksOf(verdict: DecisionVerdict): Readonly<Record<string, TableMark>> {
  return Object.fromEntries(
    verdict.findings
      .filter(one => one.severity === "error" && one.id !== "")
      .map(one => [one.id, "error" as const]),
  );
}

function Decision() {
  const { t } = useTranslation();
  const session = useSession();
  const [query] = useSearchParams();
  const narrow = useNarrow();
  const wanted = query.get("decision");
  const { form, change } = useDraft(wanted === null ? "decision" : `decision ${wanted}`, DRAFT, "open");
  const [xml, setXml] = useState(form.xml || BLANK);
  const base = useRef(0);
  const [board, setBoard] = useState<TableBoard | null>(null);
  const [tables, setTables] = useState<readonly TableOf[]>([]);
  const [shown, setShown] = useState<TableOf | null>(null);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [broken, setBroken] = useState(false);
  const draft = useRef({ form, change });
  draft.current = { form, change };

  function look(drawing: TableBoard): void {
    setTables(drawing.tables());
    setShown(drawing.shown());
  }

  function keep(given: string): void {
    setXml(given);
    draft.current.change({ xml: given, base: base.current });
  }

  /** Shows a document, and says whether it could be. */
  async function open(drawing: TableBoard, given: string): Promise<boolean> {
    setBroken(false);
    setChecked(null);
    setXml(given);
    try {
      await drawing.open(given);
      return true;
    } catch {
      setBroken(true);
      return false;
    } finally {
      look(drawing);
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the table is opened once for each editor; later texts come from it.
  useEffect(() => {
    if (board === null) return;
    void (async () => {
      const enacted = wanted === null ? null : (await fetchDocument(wanted).catch(() => null))?.value;
      base.current = enacted?.version ?? 0;
      // What was begun from this version goes on; from an earlier one it would undo what was enacted since.
      const { form: kept } = draft.current;
      const begun = kept.xml !== "" && kept.base === base.current ? kept.xml : null;
      await open(board, begun ?? enacted?.content ?? BLANK);
    })();
    board.onChange(() => {
      setChecked(null);
      board.mark({});
      look(board);
      void board.save().then(keep);
    });
  }, [board]);

  async function save(): Promise<string> {
    return board === null || broken ? xml : board.save();
  }

  async function check(): Promise<void> {
    setError(null);
    try {
      const document = await save();
      const verdict = await checkDecisions(document);
      const { readDecisions } = await import("../../diagrams/tables/read");
      setChecked({ document, verdict, file: await readDecisions(document).catch(() => null) });
      board?.mark(marksOf(verdict));
    } catch (caught) {
      setError(caught);
    }
  }

  /** Goes on with another document; one that cannot be drawn does not take the place of what was. */
  async function begin(given: string): Promise<void> {
    if (board === null) return;
    if (await open(board, given)) keep(given);
  }

  async function take(files: readonly File[]): Promise<void> {
    const [file] = files;
    if (file !== undefined) await begin(await file.text());
  }

  const signedIn = session?.state === "active";
  const key = shown?.id ?? "";
  const decision = checked?.verdict.accepted
    ? checked.verdict.decisions.find(one => one.key === key)
    : undefined;
  return (
    <Page title={t("decisions.title")} lead={t("decisions.lead")}>
      <p className="actions">
        <button type="button" className="button" onClick={() => void begin(BLANK)}>
          {t("decisions.new")}
        </button>
        <button type="button" className="button" onClick={() => board?.undo()}>
          {t("modeller.undo")}
        </button>
        <button type="button" className="button" onClick={() => board?.redo()}>
          {t("modeller.redo")}
        </button>
        <button
          type="button"
          className="button"
          onClick={() =>
            void save().then(given => saveAs(`${key || "decision"}.dmn`, given, "application/xml"))
          }
        >
          {t("decisions.download")}
        </button>
      </p>
      {broken && <Notice tone="bad" title={t("decisions.broken")} />}
      <div className="inline-form">
        {tables.length > 1 && (
          <SelectField
            label={t("decisions.which")}
            value={key}
            options={tables.map(one => [one.id, one.name || one.id] as const)}
            onChange={id => {
              if (board === null) return;
              setChecked(null);
              void board.choose(id).then(() => look(board));
            }}
          />
        )}
        <TextField
          label={t("decisions.key")}
          hint={t("decisions.keyHint")}
          error={KEY.test(key) || shown === null ? null : t("decisions.keyWrong")}
          value={key}
          onChange={id => board?.rename(id)}
        />
      </div>
      <div className="table-board">
        <ToolFrame<typeof import("../../diagrams/tables/board"), TableBoard>
          className="tables"
          label={t("decisions.canvas")}
          load={() => import("../../diagrams/tables/board")}
          open={(tool, place, language) => tool.openTables(place, language)}
          onReady={setBoard}
        />
        <p className="hint">{t("decisions.editHint")}</p>
      </div>
      {narrow && (
        <>
          <Notice tone="info" title={t("decisions.narrow")} />
          <DecisionTables xml={xml} />
        </>
      )}
      <DropZone
        label={t("decisions.openFile")}
        hint={t("decisions.openHint")}
        accept=".dmn,.xml"
        onFiles={files => void take(files)}
      />
      <CheckPart
        signedIn={signedIn}
        label={t("decisions.checkNow")}
        onCheck={() => void check()}
        error={error}
      >
        {checked !== null && (
          <Findings verdict={checked.verdict} file={checked.file} onShow={id => board?.show(id)} />
        )}
      </CheckPart>
      <section aria-labelledby="trial">
        <h2 id="trial">{t("decisions.trial.title")}</h2>
        {checked === null || decision === undefined ? (
          <p className="hint">{t("decisions.trial.first")}</p>
        ) : (
          <Trial
            key={checked.document}
            document={checked.document}
            decision={decision}
            onMatched={ids => board?.mark(Object.fromEntries(ids.map(id => [id, "matched" as const])))}
          />
        )}
      </section>
      <section aria-labelledby="propose">
        <h2 id="propose">{t("modeller.propose.title")}</h2>
        {checked === null || decision === undefined || !KEY.test(key) ? (
          <p className="hint">{t("modeller.propose.first")}</p>
        ) : (
          <ProposeDocument
            name={`decision/${key}`}
            draft="decision-proposal"
            save={async () => checked.document}
            told={(name, version) => t("decisions.propose", { name, version })}
          />
        )}
      </section>
    </Page>
  );
}

/** The page on which decisions are drawn. */
export function DecisionPage() {
  const { t } = useTranslation();
  return <DrawnPage title={t("decisions.title")} lead={t("decisions.lead")} Room={Decision} />;
}
