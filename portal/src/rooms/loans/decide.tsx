import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OfficerPost } from "../../api/session";
import type { Loan } from "../../api/sharing";
import type { Asked } from "../../components/act/act-sheet";
import { SelectField, TextField } from "../../components/field";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { Notice } from "../../components/notice";
import { useDraft } from "../../components/use-draft";

/** Decides a case: another officer than the one who accepted it; who refuses says why and what can be done about it. */
export function Decide({
  loan,
  post,
  same,
  onAct,
}: {
  loan: Loan;
  post: OfficerPost;
  same: boolean;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const { form, change } = useDraft(`decide ${loan.for} ${loan.case}`, {
    outcome: "approve",
    reason: "",
    remedy: "",
  });
  const [tried, setTried] = useState(false);
  const refuse = form.outcome === "refuse";
  const reason = form.reason.trim();
  const remedy = form.remedy.trim();
  const missing = refuse && (reason === "" || remedy === "");
  return (
    <section className="card" aria-labelledby="decide">
      <h2 id="decide">{t("act.op.decideLoan.name")}</h2>
      {same && (
        <Notice tone="warn" title={t("loans.sameOfficer")}>
          <p>{t("loans.sameOfficerHint")}</p>
        </Notice>
      )}
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault();
          setTried(true);
          if (missing || seal === null) return;
          onAct({
            operation: "sharing.decide_loan",
            arguments: {
              for: loan.for,
              case: loan.case,
              outcome: form.outcome,
              ...(refuse ? { reason, remedy } : reason === "" ? {} : { reason }),
            },
            seal: { key: seal, asAccount: false },
            as: postText(post),
          });
        }}
      >
        <SelectField
          label={t("act.argument.outcome")}
          value={form.outcome}
          options={[
            ["approve", t("act.outcome.approve")],
            ["refuse", t("act.outcome.refuse")],
          ]}
          onChange={outcome => change({ outcome })}
        />
        <TextField
          label={t(refuse ? "act.argument.reason" : "loans.reasonOptional")}
          hint={t("window.noPersonal")}
          lines={2}
          value={form.reason}
          error={tried && refuse && reason === "" ? t("deposit.capture.error.required") : null}
          onChange={value => change({ reason: value })}
        />
        {refuse && (
          <TextField
            label={t("act.argument.remedy")}
            hint={t("window.remedyHint")}
            lines={2}
            value={form.remedy}
            error={tried && remedy === "" ? t("deposit.capture.error.required") : null}
            onChange={value => change({ remedy: value })}
          />
        )}
        <p className="actions">
          <button type="submit" className="button button-main">
            {t("act.toCheck")}
          </button>
        </p>
      </form>
    </section>
  );
}
