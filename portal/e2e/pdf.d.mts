/** What a PDF file of the portal says. */
export function readPdf(bytes: Buffer): {
  readonly pages: readonly { readonly text: string }[];
  readonly text: string;
  readonly catalog: string;
  /** The dark squares of the QR code that it draws, as "row column". */
  readonly squares: ReadonlySet<string>;
  readonly figures: number;
  readonly embedded: number;
  readonly structure: ReadonlySet<string>;
};

/** The dark squares that a QR code for this text has. */
export function expectedSquares(text: string): ReadonlySet<string>;
