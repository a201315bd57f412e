// How a sentence calls an element: by what is written on the drawing, not by the identifier that the tool made up.

import { spoken } from "../../api/items";
import type { Called, Selected } from "../../diagrams/elements";

/** What a kind of element is called in the language of the page. */
export type Word = (one: Called) => string;

/** What is written on an element; of a flow without a name, where it leads; its identifier where there is nothing else. */
export function labelOf(one: Selected | undefined, id: string, language: string, word: Word): string {
  if (one === undefined) return id;
  if (one.name !== "") return spoken(one.name, language);
  if (one.ends.length < 2) return id;
  return one.ends.map(end => (end.name === "" ? word(end) : spoken(end.name, language))).join(" → ");
}

/** An identifier as drawing tools make them up. */
const MADE_UP = /\b[A-Z][A-Za-z]*_[0-9a-z]{7}\b/g;

/** A sentence of the check, with elements and attributes as the page calls them. */
export function toldOf(
  finding: { readonly element: string; readonly id: string; readonly zh: string; readonly en: string },
  parts: readonly Selected[],
  {
    language,
    word,
    attribute,
  }: { language: string; word: Word; attribute: (name: string) => string | undefined },
): string {
  const { element, id } = finding;
  const sentence = language === "en" ? finding.en : finding.zh;
  const label = (of: string) =>
    labelOf(
      parts.find(one => one.id === of),
      of,
      language,
      word,
    );
  const named = sentence
    .replaceAll(`“${id}”`, () => `“${label(id)}”`)
    .replaceAll(`<${element}>`, () => word({ id, tag: element, name: "" }));
  return named
    .replaceAll(MADE_UP, of => (of === id ? of : label(of)))
    .replaceAll(/\byx:(\w+)/g, (whole, name: string) => attribute(name) ?? whole);
}
