// The drawing tool, bpmn-js, behind the few things that pages ask of it. Loaded by the first page that shows a drawing.

import Modeler from "bpmn-js/lib/Modeler";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { DESCRIPTOR } from "./descriptor";
import "./drawing.css";
import {
  definitionOf,
  type Part,
  partOf,
  partsOf,
  REFERENCES,
  REPEATED,
  referringPart,
  type Selected,
  type Shape,
  selectedOf,
} from "./elements";
import { offered } from "./supported";
import { translator } from "./words";

/** What the overlays with words are called. */
const NOTE = "note";
/** How wide the tools on the left of a board are. */
const TOOLS = 110;

export type Mark = "now" | "done" | "late" | "hot" | "error" | "warning";

export interface Drawing {
  /** Shows a document; answers what the library could not make of it. */
  open(xml: string): Promise<readonly string[]>;
  /** The whole drawing in the window. */
  whole(): void;
  /** Marks elements by colour; all earlier marks go. */
  mark(marks: Readonly<Record<string, Mark>>): void;
  /** Writes a few words at the corners of elements; all earlier ones go. */
  note(notes: Readonly<Record<string, string>>): void;
  /** Brings an element into the window and selects it. */
  show(id: string): void;
  /** Every element that can be selected. */
  list(): readonly Selected[];
  /** What an element of the drawing is, `null` where there is none. */
  read(id: string): Selected | null;
  onSelect(listener: (selected: Selected | null) => void): void;
  close(): void;
}

export interface Board extends Drawing {
  /** The document as it is drawn now. */
  save(): Promise<string>;
  change(id: string, name: string, value: string): void;
  undo(): void;
  redo(): void;
  onChange(listener: () => void): void;
}

/** The services of the library that are used here. */
interface Services {
  readonly canvas: {
    zoom(to: "fit-viewport" | number, center?: "auto"): number;
    viewbox(): { readonly inner: Box; readonly outer: Box };
    viewbox(box: Box): void;
    addMarker(id: string, name: string): void;
    removeMarker(id: string, name: string): void;
    getRootElement(): Shape;
    scrollToElement(id: string, padding?: number): void;
  };
  readonly elementRegistry: {
    get(id: string): Shape | undefined;
    filter(fits: (shape: Shape) => boolean): readonly Shape[];
  };
  readonly eventBus: { on(events: readonly string[] | string, listener: (event: Changed) => void): void };
  readonly selection: { select(shape: Shape): void; get(): readonly Shape[] };
  readonly modeling: {
    updateProperties(shape: Shape, properties: Record<string, unknown>): void;
    updateModdleProperties(shape: Shape, part: Part, properties: Record<string, unknown>): void;
  };
  readonly moddle: { create(type: string, properties: Record<string, unknown>): Part };
  readonly overlays: {
    add(
      id: string,
      type: string,
      overlay: { position: { top: number; left: number }; html: HTMLElement },
    ): string;
    remove(filter: { type: string }): void;
  };
  readonly commandStack: { undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Changed {
  readonly newSelection?: readonly Shape[];
}

type Get = <Name extends keyof Services>(name: Name) => Services[Name];

function options(container: HTMLElement, language: string) {
  const translate = translator(language);
  return {
    container,
    moddleExtensions: { yx: DESCRIPTOR },
    additionalModules: [
      { translate: ["value", translate] },
      { __init__: ["offers"], offers: ["type", Offers] },
    ],
  };
}

type Entries = Record<string, unknown>;

/** Takes out of every menu what the ledger does not execute. */
class Offers {
  static readonly $inject = ["injector"];

  constructor(injector: { get(name: string, strict: false): Registering | null }) {
    const filter = () => (entries: Entries) =>
      Object.fromEntries(Object.entries(entries).filter(([name]) => offered(name)));
    const provider = {
      getPopupMenuEntries: filter,
      getPopupMenuHeaderEntries: filter,
      getPaletteEntries: filter,
      getContextPadEntries: filter,
    };
    const menus = injector.get("popupMenu", false);
    for (const menu of ["bpmn-replace", "bpmn-append", "bpmn-create"]) {
      menus?.registerProvider(menu, 100, provider);
    }
    for (const name of ["palette", "contextPad"]) injector.get(name, false)?.registerProvider(100, provider);
  }
}

interface Registering {
  registerProvider(...given: readonly unknown[]): void;
}

/** The whole drawing in the window, with room on its left for the tools. */
function showWhole(canvas: Services["canvas"], room: number): void {
  canvas.zoom("fit-viewport", "auto");
  const { inner, outer } = canvas.viewbox();
  if (inner.width === 0 || outer.width === 0) return;
  const wide = inner.width / Math.max(outer.width - room - 40, 80);
  const scale = Math.max(wide, inner.height / Math.max(outer.height - 40, 80), 0.6);
  canvas.viewbox({
    x: inner.x - (room + 20) * scale,
    y: inner.y - (outer.height * scale - inner.height) / 2,
    width: outer.width * scale,
    height: outer.height * scale,
  });
}

function drawn(
  made: { importXML(xml: string): Promise<{ warnings: unknown[] }>; destroy(): void },
  get: Get,
  room: number,
): Drawing {
  let marked: Readonly<Record<string, Mark>> = {};
  const shapeOf = (id: string) => get("elementRegistry").get(id);
  return {
    async open(xml) {
      const { warnings } = await made.importXML(xml);
      marked = {};
      showWhole(get("canvas"), room);
      return warnings.map(one =>
        one instanceof Error ? one.message : String((one as { message?: unknown }).message),
      );
    },
    whole: () => showWhole(get("canvas"), room),
    mark(marks) {
      const canvas = get("canvas");
      for (const [id, mark] of Object.entries(marked))
        if (shapeOf(id)) canvas.removeMarker(id, `mark-${mark}`);
      for (const [id, mark] of Object.entries(marks)) if (shapeOf(id)) canvas.addMarker(id, `mark-${mark}`);
      marked = marks;
    },
    note(notes) {
      const overlays = get("overlays");
      overlays.remove({ type: NOTE });
      for (const [id, words] of Object.entries(notes)) {
        if (shapeOf(id) === undefined) continue;
        const html = document.createElement("div");
        html.className = "drawing-note";
        html.textContent = words;
        overlays.add(id, NOTE, { position: { top: -24, left: -8 }, html });
      }
    },
    show(id) {
      const shape = shapeOf(id);
      if (shape === undefined) return;
      get("canvas").scrollToElement(id);
      get("selection").select(shape);
    },
    list: () =>
      get("elementRegistry")
        .filter(shape => shape.labelTarget === undefined && shape.businessObject !== undefined)
        .map(selectedOf),
    read: id => {
      const shape = shapeOf(id);
      return shape === undefined ? null : selectedOf(shape);
    },
    onSelect(listener) {
      get("eventBus").on("selection.changed", ({ newSelection = [] }) => {
        const [shape] = newSelection;
        const only = newSelection.length === 1 && shape !== undefined;
        listener(only ? selectedOf(shape.labelTarget ?? shape) : null);
      });
    },
    close: () => made.destroy(),
  };
}

/** A drawing to look at. */
export function openViewer(container: HTMLElement, language: string): Drawing {
  const viewer = new NavigatedViewer(options(container, language));
  return drawn(viewer, name => viewer.get(name), 0);
}

/** A drawing to change. */
export function openBoard(container: HTMLElement, language: string): Board {
  const modeler = new Modeler({ ...options(container, language), keyboard: { bind: true } });
  const get: Get = name => modeler.get(name);
  return {
    ...drawn(modeler, get, TOOLS),
    async save() {
      const { xml } = await modeler.saveXML({ format: true });
      return xml ?? "";
    },
    change: (id, name, value) => change(get, id, name, value),
    undo: () => get("commandStack").canUndo() && get("commandStack").undo(),
    redo: () => get("commandStack").canRedo() && get("commandStack").redo(),
    onChange(listener) {
      get("eventBus").on("commandStack.changed", listener);
    },
  };
}

function change(get: Get, id: string, name: string, value: string): void {
  const shape = get("elementRegistry").get(id);
  if (shape === undefined) return;
  const part = shape.businessObject;
  const { modeling, moddle } = { modeling: get("modeling"), moddle: get("moddle") };
  const given = value === "" ? undefined : value;
  const expression = () =>
    given === undefined ? undefined : moddle.create("bpmn:FormalExpression", { body: given });
  const { kind } = selectedOf(shape);
  if (name === "name") {
    modeling.updateProperties(shape, { name: given });
  } else if (REPEATED.some(one => one === name)) {
    const loop = partOf(part.get("loopCharacteristics"));
    const ours = name === "collection" || name === "item";
    if (loop)
      modeling.updateModdleProperties(
        shape,
        loop,
        ours ? { [`yx:${name}`]: given } : { [name]: expression() },
      );
  } else if (kind === "flow" && name === "condition") {
    modeling.updateProperties(shape, { conditionExpression: expression() });
  } else if (kind === "flow") {
    if (shape.source)
      modeling.updateProperties(shape.source, { default: given === undefined ? undefined : part });
  } else if (kind === "timer") {
    const timer = definitionOf(part);
    if (timer === null) return;
    modeling.updateModdleProperties(
      shape,
      timer,
      name === "duration" ? { timeDuration: expression() } : { "yx:days": given },
    );
  } else if (kind === "message" || kind === "error" || kind === "escalation") {
    refer(get, shape, kind, given);
  } else if (kind === "process") {
    const process = part.$type === "bpmn:Participant" ? partOf(part.get("processRef")) : part;
    if (process !== null && given !== undefined)
      modeling.updateModdleProperties(shape, process, { id: given });
  } else {
    modeling.updateProperties(shape, { [name === "calledElement" ? name : `yx:${name}`]: given });
  }
}

/** Lets an element refer to the message, error or escalation of a name, which is made where there is none. */
function refer(get: Get, shape: Shape, kind: keyof typeof REFERENCES, given: string | undefined): void {
  const { type, reference, name } = REFERENCES[kind];
  const modeling = get("modeling");
  let found: Part | undefined;
  if (given !== undefined) {
    const definitions = definitionsOf(get("canvas").getRootElement().businessObject);
    if (definitions === null) return;
    const all = partsOf(definitions.get("rootElements"));
    found = all.find(one => one.$type === type && one.get(name) === given);
    if (found === undefined) {
      const numbers = all.filter(one => one.$type === type).length + 1;
      found = get("moddle").create(type, { id: `${kind}-${numbers}`, [name]: given });
      modeling.updateModdleProperties(shape, definitions, { rootElements: [...all, found] });
    }
  }
  modeling.updateModdleProperties(shape, referringPart(shape.businessObject), { [reference]: found });
}

function definitionsOf(part: Part): Part | null {
  let now: Part | null = part;
  while (now !== null && now.$type !== "bpmn:Definitions") {
    now = partOf((now as { readonly $parent?: unknown }).$parent);
  }
  return now;
}
