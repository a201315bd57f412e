declare module "bpmn-js-i18n/translations/zn" {
  const words: Readonly<Record<string, string>>;
  // biome-ignore lint/style/noDefaultExport: so the library exports it
  export default words;
}

declare module "bpmn-moddle" {
  /** Reads and writes BPMN documents, with the attributes of further descriptors. */
  export class BpmnModdle {
    constructor(descriptors: Readonly<Record<string, unknown>>);
    fromXML(xml: string): Promise<{
      readonly rootElement: unknown;
      readonly elementsById: Readonly<Record<string, unknown>>;
    }>;
    toXML(root: unknown): Promise<{ readonly xml: string }>;
  }
}

declare module "dmn-moddle" {
  /** Reads and writes DMN 1.3 documents. */
  export class DmnModdle {
    fromXML(xml: string, type: string): Promise<{ readonly rootElement: unknown }>;
    toXML(root: unknown, options?: { readonly format?: boolean }): Promise<{ readonly xml: string }>;
    create(type: string, properties: Record<string, unknown>): import("./tables/model").Part;
  }
}

declare module "dmn-js-shared/lib/base/EditingManager" {
  interface View {
    readonly element: unknown;
    readonly type: string;
  }

  /** Opens the views of a document, one at a time. */
  // biome-ignore lint/style/noDefaultExport: so the library exports it
  export default class EditingManager {
    constructor(options: Readonly<Record<string, unknown>>);
    readonly _moddle: {
      create(type: string, properties: Record<string, unknown>): import("./tables/model").Part;
    };
    importXML(xml: string): Promise<{ readonly warnings: readonly unknown[] }>;
    saveXML(options: { readonly format: boolean }): Promise<{ readonly xml: string }>;
    getDefinitions(): unknown;
    getActiveView(): View | undefined;
    getActiveViewer(): unknown;
    getViews(): readonly View[];
    open(view: View): Promise<unknown>;
    // biome-ignore lint/suspicious/noExplicitAny: what an event brings depends on its name
    on(event: string, listener: (event: any) => void): void;
    destroy(): void;
  }
}

declare module "dmn-js-decision-table/lib/Editor" {
  /** Edits one decision table. */
  // biome-ignore lint/style/noDefaultExport: so the library exports it
  export default class Editor {
    constructor(options: Readonly<Record<string, unknown>>);
  }
}

declare module "domify-original" {
  /** Turns a text into an element. */
  // biome-ignore lint/style/noDefaultExport: so the library exports it
  export default function domify(text: string, owner?: Document): Node;
}
