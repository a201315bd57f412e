// The words of the documents: those of the portal, and some of their own that are loaded with this folder.

import i18next, { type TFunction } from "i18next";
import { formatTime } from "../components/format";
import type { Language } from "../i18n";
import en from "../locales/pdf/en.json";
import chinese from "../locales/pdf/zh-CN.json";
import type { Content } from "./content";

export interface Words {
  readonly language: Language;
  /** The portal's texts in the language of the document, and in the other one. */
  readonly t: TFunction;
  readonly other: TFunction;
  /** The documents' own texts. */
  readonly own: TFunction<"pdf">;
  readonly time: (ms: number) => string;
}

/** The words for documents in a language; the languages must have been started. */
export function wordsFor(language: Language): Words {
  i18next.addResourceBundle("zh-CN", "pdf", chinese, true, true);
  i18next.addResourceBundle("en", "pdf", en, true, true);
  return {
    language,
    t: i18next.getFixedT(language),
    other: i18next.getFixedT(language === "en" ? "zh-CN" : "en"),
    own: i18next.getFixedT(language, "pdf"),
    time: ms => formatTime(ms, language),
  };
}

/** What every document says at the edges of its pages. */
export function edgesOf({ own }: Words): Content["words"] {
  return {
    page: (page, pages) => own("page", { page, pages }),
    missing: codes => own("missing", { codes }),
  };
}
