import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OfficerPost } from "../../api/session";
import type { Lease } from "../../api/sharing";
import type { Asked } from "../../components/act/act-sheet";
import { Badge } from "../../components/badge";
import { CheckList } from "../../components/field";
import { formatCount } from "../../components/format";
import { usePostText } from "../../components/gate";
import { fieldsText, fieldText, purposeText, useNames } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import { FUND_FIELDS } from "../../ledger/fund";
import { planLook } from "../../ledger/look";

/** Reads under a lease: which fields, and a clear word where the choice goes beyond what was allowed. */
export function ReadPart({
  lease,
  post,
  onAct,
}: {
  lease: Lease;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const postText = usePostText();
  const [fields, setFields] = useState<readonly string[]>(lease.fields);
  const [error, setError] = useState<unknown>(null);
  const beyond = fields.filter(one => !lease.fields.includes(one));

  async function look(): Promise<void> {
    setError(null);
    try {
      const request = await planLook("sharing.disclose", {
        for: post.body,
        lease: lease.id,
        purpose: lease.purpose,
        case: lease.case,
        fields: fields.toSorted(),
      });
      onAct({
        ...request,
        as: postText(post),
        warning: beyond.length > 0 ? t("loans.beyond", { fields: fieldsText(t, beyond) }) : null,
      });
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <section className="card" aria-labelledby="read">
      <h2 id="read">{t("act.op.disclose.name")}</h2>
      <p className="receipt-facts">
        <Badge tone={lease.state === "living" ? "good" : "bad"}>{t(`lease.state.${lease.state}`)}</Badge>
        <span>{nameOf(lease.issuer)}</span>
        <span>{purposeText(t, lease.purpose)}</span>
        <span>
          {t("lease.left", {
            left: formatCount(lease.left, language),
            uses: formatCount(lease.uses, language),
          })}
        </span>
        <span>
          {t("certificate.until")} <Time ms={lease.until} />
        </span>
      </p>
      <CheckList
        legend={t("loans.fields")}
        hint={t("loans.fieldsHint", { fields: fieldsText(t, lease.fields) })}
        options={FUND_FIELDS.map(field => [field, fieldText(t, field)] as const)}
        chosen={fields}
        onChange={setFields}
      />
      {beyond.length > 0 && (
        <Notice tone="warn" title={t("loans.beyond", { fields: fieldsText(t, beyond) })} />
      )}
      {error !== null && <Failure error={error} />}
      <p className="actions">
        <button
          type="button"
          className="button button-main"
          disabled={fields.length === 0}
          onClick={() => void look()}
        >
          {t("act.toCheck")}
        </button>
      </p>
    </section>
  );
}
