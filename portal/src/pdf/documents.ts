// The door of this folder. It is loaded when somebody asks for a document, and not before.

import type { Language } from "../i18n";
import { type CheckedCertificate, certificateContent } from "./certificate";
import { certificateReport } from "./certificate-report";
import type { Content } from "./content";
import { fetchFont } from "./fonts";
import { type CheckedLicence, licenceContent } from "./licence";
import { type Made, makePdf } from "./make";
import { type CheckedReceipt, receiptReport } from "./receipt-report";
import { wordsFor } from "./words";

export type Wanted =
  | { readonly kind: "certificate"; readonly given: CheckedCertificate }
  | { readonly kind: "certificate-report"; readonly given: CheckedCertificate }
  | { readonly kind: "licence"; readonly given: CheckedLicence }
  | { readonly kind: "receipt-report"; readonly given: CheckedReceipt };

export interface PdfFile extends Made {
  readonly name: string;
}

/** Makes a document in a language, with the font of the node that serves the page. `filing` is the platform's filing, at the foot of every page. */
export async function makeDocument(
  wanted: Wanted,
  language: Language,
  filing: string | null,
): Promise<PdfFile> {
  const words = wordsFor(language);
  const make = (content: Content) => makePdf(filing === null ? content : { ...content, filing }, fetchFont);
  switch (wanted.kind) {
    case "certificate": {
      const made = await make(certificateContent(words, wanted.given));
      return { ...made, name: `${words.t("certificate.file")}.pdf` };
    }
    case "certificate-report": {
      const made = await make(certificateReport(words, wanted.given));
      return { ...made, name: `${words.own("report.file")}.pdf` };
    }
    case "licence": {
      const made = await makePdf(licenceContent(words, wanted.given), fetchFont);
      return { ...made, name: `${words.t("licence.file")}.pdf` };
    }
    case "receipt-report": {
      const made = await make(receiptReport(words, wanted.given));
      return { ...made, name: `${words.own("receipt.file")}.pdf` };
    }
  }
}
