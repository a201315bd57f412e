import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { spoken } from "../api/items";
import type { Board, Drawing, Mark } from "../diagrams/drawing";
import { Notice } from "./notice";
import { ToolFrame } from "./tool-frame";

/** A drawing whose names are in the language of the page, where it has them in both. */
export function inLanguage(xml: string, language: string): string {
  return xml.replaceAll(/ name="([^"]*)"/g, (_, name: string) => ` name="${spoken(name, language)}"`);
}

/** A place in which the drawing tool works; it is loaded by the first that is shown. */
export function DrawingFrame<Kind extends Drawing | Board>({
  label,
  open,
  onReady,
  tall = false,
}: {
  label: string;
  /** Opens the tool in the place. */
  open: (tool: typeof import("../diagrams/drawing"), place: HTMLElement, language: string) => Kind;
  /** Called with the tool, and with `null` before it is closed. */
  onReady: (drawing: Kind | null) => void;
  tall?: boolean;
}) {
  return (
    <ToolFrame
      label={label}
      className={tall ? "drawing drawing-tall" : "drawing"}
      load={() => import("../diagrams/drawing")}
      open={open}
      onReady={onReady}
    />
  );
}

/** A drawing to look at, with what is going on in it marked. */
export function ProcessView({
  xml,
  marks,
  notes,
  label,
  onSelect,
}: {
  xml: string;
  marks: Readonly<Record<string, Mark>>;
  /** A few words beside elements, by their identifiers. */
  notes?: Readonly<Record<string, string>>;
  label: string;
  onSelect?: (id: string | null) => void;
}) {
  const { t } = useTranslation();
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  const select = useRef(onSelect);
  select.current = onSelect;
  const hint = useId();

  useEffect(() => {
    if (drawing === null) return;
    let left = false;
    drawing.open(xml).then(
      () => !left && setShown(xml),
      () => !left && setBroken(true),
    );
    return () => {
      left = true;
    };
  }, [drawing, xml]);

  useEffect(() => {
    if (drawing !== null && shown === xml) drawing.mark(marks);
  }, [drawing, shown, xml, marks]);

  useEffect(() => {
    if (drawing !== null && shown === xml) drawing.note(notes ?? {});
  }, [drawing, shown, xml, notes]);

  return (
    <>
      <DrawingFrame<Drawing>
        label={label}
        open={(tool, place, language) => tool.openViewer(place, language)}
        onReady={made => {
          made?.onSelect(selected => select.current?.(selected?.id ?? null));
          setDrawing(made);
        }}
      />
      {broken && <Notice tone="bad" title={t("drawing.broken")} />}
      <p className="hint" id={hint}>
        {t("drawing.lookHint")}
      </p>
    </>
  );
}
