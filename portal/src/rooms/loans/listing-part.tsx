import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldsOf, listOf, numberOf, textOf } from "../../api/reading";
import type { OfficerPost } from "../../api/session";
import { ActResult } from "../../components/act/act-result";
import type { Asked } from "../../components/act/act-sheet";
import { FactValue } from "../../components/act/fact";
import { Badge } from "../../components/badge";
import { SelectField } from "../../components/field";
import { usePostText } from "../../components/gate";
import { PURPOSES, purposeText, useNames } from "../../components/names";
import { Notice } from "../../components/notice";
import { Time } from "../../components/time";
import type { StoredAct } from "../../store/acts";

/** What the joint blacklist said: listed or not, by whom and until when; nothing more is told. */
function Answer({ act }: { act: StoredAct }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const disclosure = fieldsOf(act.end?.outcome?.disclosure);
  if (act.state !== "final" || disclosure === null) return <ActResult act={act} />;
  const entries = listOf(disclosure, "entries").map(fieldsOf);
  return (
    <>
      <Notice
        tone={disclosure.listed === true ? "warn" : "good"}
        title={t(disclosure.listed === true ? "listing.listed" : "listing.notListed")}
      />
      <ul className="row-list">
        {entries.map(entry => {
          const until = numberOf(entry, "until");
          const authority = textOf(entry, "authority") ?? "";
          return (
            <li key={`${authority} ${textOf(entry, "kind")} ${until}`}>
              <p className="row-title">
                <strong>
                  <FactValue kind="listingKind" value={textOf(entry, "kind") ?? ""} />
                </strong>{" "}
                {entry?.objection_pending === true && <Badge tone="warn">{t("listing.objection")}</Badge>}
              </p>
              <p className="receipt-facts">
                <span>{nameOf(authority)}</span>
                {until !== null && (
                  <span>
                    {t("certificate.until")} <Time ms={until} />
                  </span>
                )}
              </p>
            </li>
          );
        })}
      </ul>
      <ActResult act={act} />
    </>
  );
}

/** Asks the joint blacklist about the applicant, for this case and this purpose only. */
export function ListingPart({
  subject,
  name,
  post,
  done,
  onAct,
}: {
  subject: string;
  name: string;
  post: OfficerPost;
  done: StoredAct | null;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const [purpose, setPurpose] = useState<string>("loan");
  return (
    <section className="card" aria-labelledby="listing">
      <h2 id="listing">{t("listing.title")}</h2>
      <p className="hint">{t("listing.hint")}</p>
      <SelectField
        label={t("act.argument.purpose")}
        value={purpose}
        options={PURPOSES.map(one => [one, purposeText(t, one)] as const)}
        onChange={setPurpose}
      />
      <p className="actions">
        <button
          type="button"
          className="button"
          onClick={() =>
            onAct({
              operation: "sharing.listing_query",
              arguments: { for: post.body, subject, purpose, case: name },
              as: postText(post),
            })
          }
        >
          {t("act.toCheck")}
        </button>
      </p>
      {done && <Answer act={done} />}
    </section>
  );
}
