// What a document says, apart from how it is set: plain data, made by the builders and drawn by the typesetter.

import type { Language } from "../i18n";

/** One cell of a table. */
export interface Cell {
  readonly text: string;
  /** A second line in small grey type: the label in the other language, or what a result rests on. */
  readonly under?: string;
  /** The mark and the word carry the meaning; the colour only repeats it. */
  readonly tone?: "good" | "bad";
  /** The cell names those beside it. */
  readonly names?: boolean;
  /** How many columns it takes; one where nothing is said. */
  readonly span?: number;
  /** Digests and keys, which nobody reads letter by letter, in smaller type. */
  readonly fine?: boolean;
}

export interface Column {
  readonly head: string;
  /** Width as a share of the line; all shares of a table add up to 1. */
  readonly share: number;
  readonly align?: "left" | "right" | "center";
}

export interface Table {
  readonly kind: "table";
  readonly columns: readonly Column[];
  /** Whether the heads of the columns are shown. */
  readonly headed: boolean;
  readonly rows: readonly (readonly Cell[])[];
}

export type Block =
  | { readonly kind: "title"; readonly text: string; readonly under: string | null }
  | { readonly kind: "verdict"; readonly good: boolean; readonly text: string; readonly meaning: string }
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: string; readonly quiet?: boolean }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly string[] }
  | {
      readonly kind: "qr";
      /** What the code says. */
      readonly address: string;
      /** What it shows, for who cannot see it. */
      readonly alt: string;
      readonly caption: string;
    }
  | Table;

/** A whole document. The same value gives the same bytes. */
export interface Content {
  readonly language: Language;
  readonly title: string;
  /** At the head of every page: the department that answers for the content. */
  readonly issuer: string;
  /** At the foot of every page, beside its number. */
  readonly foot: string;
  /** Below it in small type: the filing of the platform, and that it is no endorsement. */
  readonly filing?: string;
  /** The moment that the document is of, in milliseconds: from the ledger, so that it does not change with the printing. */
  readonly time: number;
  readonly blocks: readonly Block[];
  readonly words: {
    /** The number of a page; takes the page and how many there are. */
    readonly page: (page: number, pages: number) => string;
    /** Said where the font lacks characters; takes them as code points. */
    readonly missing: (codes: string) => string;
  };
}

/** Every text of a document, as far as it is known before the setting. */
export function textsOf({ blocks, title, issuer, foot, filing, words }: Content): string {
  const given = blocks.flatMap(block => {
    switch (block.kind) {
      case "title":
        return [block.text, block.under ?? ""];
      case "verdict":
        return [block.text, block.meaning];
      case "list":
        return block.items;
      case "qr":
        return [block.caption, block.address];
      case "table":
        return [
          ...block.columns.map(one => one.head),
          ...block.rows.flatMap(row => row.flatMap(cell => [cell.text, cell.under ?? ""])),
        ];
      default:
        return [block.text];
    }
  });
  return [title, issuer, foot, filing ?? "", words.page(0, 0), words.missing(""), ...given].join("\n");
}
