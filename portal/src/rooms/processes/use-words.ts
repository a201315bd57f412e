import { useTranslation } from "react-i18next";
import { useLanguage } from "../../components/use-language";
import { ATTRIBUTES, type Attribute, kindOfTag, type Selected } from "../../diagrams/elements";
import { labelOf, toldOf, type Word } from "./called";

/** Tags whose kind has no word of its own. */
const TAGS = [
  "collaboration",
  "endEvent",
  "eventBasedGateway",
  "exclusiveGateway",
  "inclusiveGateway",
  "parallelGateway",
  "startEvent",
  "subProcess",
] as const;

const NAMES: readonly Attribute[] = Object.values(ATTRIBUTES).flat();

/** The words of the page for elements, their labels, and sentences about them. */
export function useWords(parts: readonly Selected[]): {
  readonly word: Word;
  readonly label: (id: string) => string;
  readonly told: (finding: Parameters<typeof toldOf>[0]) => string;
} {
  const { t } = useTranslation();
  const language = useLanguage();
  const word: Word = ({ id, tag }) => {
    const own = TAGS.find(one => one === tag);
    if (own !== undefined) return t(`modeller.tag.${own}`);
    const kind = parts.find(one => one.id === id)?.kind ?? kindOfTag(tag);
    return t(`modeller.kind.${kind}`);
  };
  const attribute = (name: string) => {
    const known = NAMES.find(one => one === name);
    return known === undefined ? undefined : t(`modeller.attribute.${known}`);
  };
  return {
    word,
    label: id =>
      labelOf(
        parts.find(one => one.id === id),
        id,
        language,
        word,
      ),
    told: finding => toldOf(finding, parts, { language, word, attribute }),
  };
}
