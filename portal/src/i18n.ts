// The two languages of the portal. Chinese is the default; the choice is remembered in this browser.

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./locales/en.json";
import type pdf from "./locales/pdf/zh-CN.json";
import chinese from "./locales/zh-CN.json";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];
const STORAGE_KEY = "yinxin.language";

declare module "i18next" {
  interface CustomTypeOptions {
    // The words of the PDF documents arrive with the code that needs them, see pdf/words.ts.
    resources: { translation: typeof chinese; pdf: typeof pdf };
  }
}

function remembered(): Language {
  try {
    return localStorage.getItem(STORAGE_KEY) === "en" ? "en" : "zh-CN";
  } catch {
    // Storage may be forbidden; the page then starts in Chinese each time.
    return "zh-CN";
  }
}

/** Shows the page in another language, where it is. */
export async function setLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Not remembered then; nothing else depends on it.
  }
}

/** Prepares the texts; to be awaited before the first rendering. */
export async function startLanguages(): Promise<void> {
  const language = remembered();
  document.documentElement.lang = language;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { "zh-CN": { translation: chinese }, en: { translation: en } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}
