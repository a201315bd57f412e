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
