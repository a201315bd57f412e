// The editor of decision tables, dmn-js, behind the few things that pages ask of it. Loaded by the first page that shows it.

import TableEditor from "dmn-js-decision-table/lib/Editor";
import EditingManager from "dmn-js-shared/lib/base/EditingManager";
import { completeFacts, type Part, partOf, renameDecision, tableOf } from "./model";
import { handOverStyles, markSheet } from "./styles";
import "./board.css";
import { translator } from "./words";

handOverStyles();

export type TableMark = "error" | "matched";

/** A decision of the document that has a table. */
export interface TableOf {
  readonly id: string;
  readonly name: string;
}

export interface TableBoard {
  /** Shows the first table of a document. */
  open(xml: string): Promise<void>;
  /** The decisions that have a table. */
  tables(): readonly TableOf[];
  /** The decision whose table is shown. */
  shown(): TableOf | null;
  choose(id: string): Promise<void>;
  /** Gives the decision that is shown another identifier. */
  rename(id: string): void;
  /** The document as it is drawn now, with the facts that its columns read. */
  save(): Promise<string>;
  undo(): void;
  redo(): void;
  onChange(listener: () => void): void;
  /** Marks cells, rules and columns; all earlier marks go. */
  mark(marks: Readonly<Record<string, TableMark>>): void;
  /** Brings a cell, rule or column into the window. */
  show(id: string): void;
  close(): void;
}

interface Viewer {
  get(name: "commandStack"): { undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean };
  on(event: string, listener: () => void): void;
}

class Tables extends EditingManager {
  _getViewProviders(): readonly object[] {
    return [
      {
        id: "decisionTable",
        constructor: TableEditor,
        opens: (element: Part) => element.$type === "dmn:Decision" && tableOf(element) !== null,
      },
    ];
  }
}

function placesOf(id: string): string {
  const named = CSS.escape(id);
  return `[data-element-id="${named}"], [data-row-id="${named}"]`;
}

const RULES: Readonly<Record<TableMark, string>> = {
  error: "background: var(--seal-wash); box-shadow: inset 0 0 0 2px var(--seal);",
  matched: "background: var(--good-wash);",
};

/** An editor of tables in a place. */
export function openTables(container: HTMLElement, language: string): TableBoard {
  const manager = new Tables({
    container,
    common: {
      expressionLanguages: { options: [{ value: "feel", label: "FEEL" }] },
      // What was just typed must be in the document that is checked, not follow it some moments later.
      debounceInput: false,
    },
    decisionTable: { additionalModules: [{ translate: ["value", translator(language)] }] },
  });
  const sheet = markSheet();
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  manager.on("viewer.created", ({ viewer }: { viewer: Viewer }) =>
    viewer.on("commandStack.changed", changed),
  );
  const stack = () => (manager.getActiveViewer() as Viewer | undefined)?.get("commandStack");
  const active = () => partOf(manager.getActiveView()?.element);
  const named = (part: Part): TableOf => ({ id: part.id ?? "", name: part.name ?? "" });
  return {
    async open(xml) {
      sheet.mark([]);
      await manager.importXML(xml);
    },
    tables: () =>
      manager
        .getViews()
        .flatMap(view => partOf(view.element) ?? [])
        .map(named),
    shown: () => {
      const part = active();
      return part === null ? null : named(part);
    },
    async choose(id) {
      const view = manager.getViews().find(one => partOf(one.element)?.id === id);
      if (view !== undefined) await manager.open(view);
    },
    rename(id) {
      const [part, definitions] = [active(), partOf(manager.getDefinitions())];
      if (part === null || definitions === null) return;
      renameDecision(definitions, part, id);
      changed();
    },
    async save() {
      const definitions = partOf(manager.getDefinitions());
      if (definitions === null) return "";
      const moddle = manager._moddle;
      completeFacts(definitions, (type, properties) => moddle.create(type, properties));
      const { xml } = await manager.saveXML({ format: true });
      return xml;
    },
    undo: () => stack()?.canUndo() && stack()?.undo(),
    redo: () => stack()?.canRedo() && stack()?.redo(),
    onChange(listener) {
      listeners.push(listener);
    },
    mark(marks) {
      sheet.mark(Object.entries(marks).map(([id, mark]) => `:is(${placesOf(id)}) { ${RULES[mark]} }`));
    },
    show(id) {
      const place = container.querySelector(placesOf(id));
      place?.scrollIntoView({ block: "center", inline: "center" });
      if (place instanceof HTMLElement) {
        const field = place.matches("[tabindex]")
          ? place
          : place.querySelector("[tabindex], [contenteditable]");
        (field as HTMLElement | null)?.focus();
      }
    },
    close() {
      sheet.clear();
      manager.destroy();
    },
  };
}
