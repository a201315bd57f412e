import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OfficerPost } from "../../api/session";
import type { Certificate, CertificateState } from "../../api/sharing";
import type { Asked } from "../../components/act/act-sheet";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { TextField } from "../../components/field";
import { usePostText } from "../../components/gate";
import { kindText, useSeals } from "../../components/names";
import { Time } from "../../components/time";

const CHANGES = ["suspend", "resume", "revoke"] as const;
type Change = (typeof CHANGES)[number];

function possible(state: CertificateState): readonly Change[] {
  if (state === "valid") return ["suspend", "revoke"];
  return state === "suspended" ? ["resume", "revoke"] : [];
}

/** A certificate that this department issued, with what it can still do about it. */
export function IssuedRow({
  certificate,
  post,
  onAct,
}: {
  certificate: Certificate;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const [change, setChange] = useState<Change | null>(null);
  const [reason, setReason] = useState("");
  return (
    <li>
      <p className="row-title">
        <strong>{kindText(t, certificate.kind)}</strong>{" "}
        <Badge tone={certificate.state === "valid" ? "good" : "plain"}>
          {t(`certificate.state.${certificate.state}`)}
        </Badge>
      </p>
      <p className="receipt-facts">
        <Digest value={certificate.id} label={t("certificate.number")} />
        {certificate.until !== null && (
          <span>
            {t("certificate.until")} <Time ms={certificate.until} />
          </span>
        )}
      </p>
      {change === null ? (
        <p className="actions">
          {possible(certificate.state).map(one => (
            <button key={one} type="button" className="button" onClick={() => setChange(one)}>
              {t(`act.op.${one}.name`)}
            </button>
          ))}
        </p>
      ) : (
        <form
          className="inset"
          onSubmit={event => {
            event.preventDefault();
            if (reason.trim() === "" || seal === null) return;
            onAct({
              operation: `sharing.${change}`,
              arguments: { certificate: certificate.id, reason: reason.trim() },
              seal: { key: seal, asAccount: false },
              as: postText(post),
              warning: change === "revoke" ? t("window.revokeWarning") : null,
            });
          }}
        >
          <TextField
            label={t("act.argument.reason")}
            hint={t("window.noPersonal")}
            value={reason}
            onChange={setReason}
          />
          <p className="actions">
            <button type="submit" className="button button-main" disabled={reason.trim() === ""}>
              {t("act.toCheck")}
            </button>
            <button type="button" className="button" onClick={() => setChange(null)}>
              {t("common.cancel")}
            </button>
          </p>
        </form>
      )}
    </li>
  );
}
