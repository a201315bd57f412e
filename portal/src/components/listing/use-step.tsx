import { useTranslation } from "react-i18next";
import type { Entry } from "../../api/listings";
import type { OfficerPost } from "../../api/session";
import type { JsonObject } from "../../verify/json";
import type { Asked } from "../act/act-sheet";
import { usePostText } from "../gate";
import { useSeals } from "../names";
import { EntryFacts } from "./listing-card";

/** Makes the sheet of a step on an entry: what the entry says stands in it, and whose seal goes beside. `post` is null for the person concerned. */
export function useStep(
  id: string,
  entry: Entry,
  post: OfficerPost | null,
  onAct: (asked: Asked) => void,
): {
  readonly ready: boolean;
  readonly step: (operation: string, more: JsonObject, warning?: string) => void;
} {
  const { t } = useTranslation();
  const postText = usePostText();
  const seals = useSeals();
  const seal = post === null ? null : seals(post.body);
  return {
    ready: post === null || seal !== null,
    step: (operation, more, warning) =>
      onAct({
        operation,
        arguments: { ...(post === null ? {} : { for: post.body }), listing: id, ...more },
        about: (
          <>
            <h3 className="sheet-part">{t("listings.about")}</h3>
            <EntryFacts entry={entry} />
          </>
        ),
        ...(post === null || seal === null
          ? {}
          : { seal: { key: seal, asAccount: false }, as: postText(post) }),
        ...(warning === undefined ? {} : { warning }),
      }),
  };
}
