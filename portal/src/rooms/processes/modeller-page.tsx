// Where a department draws a process (流程), has it checked, tries a case, and puts it to the vote.

import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { fetchDocument } from "../../api/governance";
import { checkDrawing } from "../../api/processes";
import type { ProcessVerdict } from "../../api/types";
import { CheckPart, DrawnPage } from "../../components/act/drawn";
import { ProposeDocument } from "../../components/act/propose-document";
import { DrawingFrame } from "../../components/drawing-frame";
import { DropZone } from "../../components/drop-zone";
import { SelectField } from "../../components/field";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { saveAs } from "../../components/save";
import { useDraft } from "../../components/use-draft";
import { useSession } from "../../components/use-session";
import { BLANK } from "../../diagrams/blank";
import type { Board, Mark } from "../../diagrams/drawing";
import type { Selected } from "../../diagrams/elements";
import { ElementPanel } from "./element-panel";
import { Findings } from "./findings";
import { Trial } from "./trial";
import { useWords } from "./use-words";

/** `before` is the drawing that a new one, or a file, took the place of; empty where there is none. */
const DRAFT = { xml: BLANK, before: "" };

/** Which elements of a drawing findings are about. */
function marksOf(verdict: ProcessVerdict): Readonly<Record<string, Mark>> {
  const about = (severity: "error" | "warning") =>
    verdict.findings
      .filter(one => one.severity === severity && one.id !== "")
      .map(one => [one.id, severity] as const);
  return Object.fromEntries([...about("warning"), ...about("error")]);
}

function Modeller() {
  const { t } = useTranslation();
  const session = useSession();
  const [query] = useSearchParams();
  const { form, change } = useDraft("process", DRAFT, "open");
  const [board, setBoard] = useState<Board | null>(null);
  const [selected, setSelected] = useState<Selected | null>(null);
  const [parts, setParts] = useState<readonly Selected[]>([]);
  const [verdict, setVerdict] = useState<ProcessVerdict | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [broken, setBroken] = useState(false);
  const canvas = useRef<HTMLDivElement>(null);
  const { word, label } = useWords(parts);
  const draft = useRef({ form, change });
  draft.current = { form, change };
  const wanted = query.get("process");

  async function open(drawing: Board, xml: string): Promise<void> {
    setBroken(false);
    setVerdict(null);
    setSelected(null);
    try {
      await drawing.open(xml);
      setParts(drawing.list());
    } catch {
      setBroken(true);
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawing is opened once for each board; later texts come from it.
  useEffect(() => {
    if (board === null) return;
    void (async () => {
      const enacted = wanted === null ? null : await fetchDocument(wanted).catch(() => null);
      await open(board, enacted?.value?.content ?? draft.current.form.xml);
    })();
    board.onSelect(setSelected);
    board.onChange(() => {
      setSelected(before => (before === null ? null : board.read(before.id)));
      setParts(board.list());
      setVerdict(null);
      board.mark({});
      void board.save().then(xml => draft.current.change({ xml }));
    });
  }, [board]);

  async function check(): Promise<void> {
    if (board === null) return;
    setError(null);
    try {
      const found = await checkDrawing(await board.save());
      setVerdict(found);
      board.mark(marksOf(found));
    } catch (caught) {
      setError(caught);
    }
  }

  /** Another drawing in place of this one, which can be had back. */
  async function replace(drawing: Board, xml: string, before: string): Promise<void> {
    change({ xml, before });
    await open(drawing, xml);
  }

  async function take(files: readonly File[]): Promise<void> {
    const [file] = files;
    if (file === undefined || board === null) return;
    await replace(board, await file.text(), form.xml);
  }

  /** Selects an element, and brings the drawing before the eyes of whoever reads further down. */
  function show(id: string): void {
    board?.show(id);
    canvas.current?.scrollIntoView({ block: "start" });
  }

  const process = verdict?.accepted ? verdict.processes[0] : undefined;
  const signedIn = session?.state === "active";
  const save = async () => (board === null ? "" : board.save());
  return (
    <Page title={t("modeller.title")} lead={t("modeller.lead")}>
      <p className="actions">
        <button
          type="button"
          className="button"
          onClick={() => board && void replace(board, BLANK, form.xml === BLANK ? form.before : form.xml)}
        >
          {t("modeller.new")}
        </button>
        {form.before !== "" && (
          <button
            type="button"
            className="button"
            onClick={() => board && void replace(board, form.before, form.xml)}
          >
            {t("modeller.restore")}
          </button>
        )}
        <button type="button" className="button" onClick={() => board?.undo()}>
          {t("modeller.undo")}
        </button>
        <button type="button" className="button" onClick={() => board?.redo()}>
          {t("modeller.redo")}
        </button>
        <button type="button" className="button" onClick={() => board?.whole()}>
          {t("modeller.whole")}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => void save().then(xml => saveAs("process.bpmn", xml, "application/xml"))}
        >
          {t("modeller.download")}
        </button>
      </p>
      {broken && <Notice tone="bad" title={t("drawing.broken")} />}
      <div className="modeller" ref={canvas}>
        <DrawingFrame<Board>
          tall
          label={t("modeller.canvas")}
          open={(tool, place, language) => tool.openBoard(place, language)}
          onReady={setBoard}
        />
        <div className="modeller-side">
          <SelectField
            label={t("modeller.element")}
            value={selected?.id ?? ""}
            options={[["", "–"], ...parts.map(one => [one.id, `${word(one)} ${label(one.id)}`] as const)]}
            onChange={id => board?.show(id)}
          />
          {selected === null ? (
            <p className="hint">{t("modeller.select")}</p>
          ) : (
            <ElementPanel
              key={selected.id}
              selected={selected}
              steps={parts.filter(one => one.kind === "step").map(one => [one.id, label(one.id)] as const)}
              onChange={(name, value) => board?.change(selected.id, name, value)}
            />
          )}
        </div>
      </div>
      <DropZone
        label={t("modeller.openFile")}
        hint={t("modeller.openHint")}
        accept=".bpmn,.xml"
        onFiles={files => void take(files)}
      />
      <CheckPart
        signedIn={signedIn}
        label={t("modeller.checkNow")}
        onCheck={() => void check()}
        error={error}
      >
        {verdict !== null && <Findings verdict={verdict} parts={parts} onShow={show} />}
      </CheckPart>
      {signedIn && <Trial save={save} label={label} onMarks={marks => board?.mark(marks)} onShow={show} />}
      <section aria-labelledby="propose">
        <h2 id="propose">{t("modeller.propose.title")}</h2>
        {process === undefined ? (
          <p className="hint">{t("modeller.propose.first")}</p>
        ) : (
          <ProposeDocument
            name={`process/${process.key}`}
            draft="process-proposal"
            save={save}
            told={(name, version) => t("modeller.propose.what", { name, version })}
          />
        )}
      </section>
    </Page>
  );
}

/** The table on which processes are drawn. */
export function ModellerPage() {
  const { t } = useTranslation();
  return <DrawnPage title={t("modeller.title")} lead={t("modeller.lead")} Room={Modeller} />;
}
