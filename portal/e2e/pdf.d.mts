/** What a PDF file of the portal says. */
export function readPdf(bytes: Buffer): {
  readonly pages: readonly { readonly content: string; readonly text: string }[];
  readonly text: string;
  readonly catalog: string;
  readonly figures: number;
  readonly embedded: number;
  readonly structure: ReadonlySet<string>;
};
