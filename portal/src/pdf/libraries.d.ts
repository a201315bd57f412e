declare module "linebreak" {
  /** The places where UAX 14 allows a line to end, one after the other. */
  // biome-ignore lint/style/noDefaultExport: so the library exports it
  export default class LineBreaker {
    constructor(text: string);
    nextBreak(): { readonly position: number; readonly required: boolean } | null;
  }
}

declare module "pdfkit/output" {
  /** The bytes of a document; to be called before it ends. */
  export function toBytes(document: PDFKit.PDFDocument): Promise<Uint8Array>;
}
