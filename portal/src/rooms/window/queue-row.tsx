import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { OfficerPost } from "../../api/session";
import type { Request } from "../../api/sharing";
import type { Asked } from "../../components/act/act-sheet";
import { Digest } from "../../components/digest";
import { DueLamp } from "../../components/due-lamp";
import { TextField } from "../../components/field";
import { usePostText } from "../../components/gate";
import { kindText, purposeText, useSeals } from "../../components/names";
import { useDraft } from "../../components/use-draft";

function Decline({
  request,
  post,
  onAct,
  onCancel,
}: {
  request: Request;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const { form, change } = useDraft(`decline ${request.id}`, { reason: "", remedy: "" });
  const ready = form.reason.trim() !== "" && form.remedy.trim() !== "" && seal !== null;
  return (
    <form
      className="inset"
      onSubmit={event => {
        event.preventDefault();
        if (!ready) return;
        onAct({
          operation: "sharing.decline",
          arguments: { request: request.id, reason: form.reason.trim(), remedy: form.remedy.trim() },
          seal: { key: seal, asAccount: false },
          as: postText(post),
        });
      }}
    >
      <TextField
        label={t("act.argument.reason")}
        hint={t("window.noPersonal")}
        lines={2}
        value={form.reason}
        onChange={reason => change({ reason })}
      />
      <TextField
        label={t("act.argument.remedy")}
        hint={t("window.remedyHint")}
        lines={2}
        value={form.remedy}
        onChange={remedy => change({ remedy })}
      />
      <p className="actions">
        <button type="submit" className="button button-main" disabled={!ready}>
          {t("act.toCheck")}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t("common.cancel")}
        </button>
      </p>
    </form>
  );
}

/** A request in the queue: how long it may still take, and the two ways to answer it. */
export function QueueRow({
  request,
  post,
  onAct,
}: {
  request: Request;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const [declining, setDeclining] = useState(false);
  return (
    <li>
      <p className="row-title">
        <strong>{kindText(t, request.kind)}</strong> {request.due && <DueLamp due={request.due} />}
      </p>
      <p className="receipt-facts">
        <span>
          {t("common.pair", { name: t("act.argument.purpose"), value: purposeText(t, request.purpose) })}
        </span>
        <span>
          {t("window.applicant")} <Digest value={request.person} label={t("window.applicant")} />
        </span>
      </p>
      {declining ? (
        <Decline request={request} post={post} onAct={onAct} onCancel={() => setDeclining(false)} />
      ) : (
        <p className="actions">
          <Link className="button button-main" to={`/window/${encodeURIComponent(request.id)}`}>
            {t("act.op.issue.name")}
          </Link>
          <button type="button" className="button" onClick={() => setDeclining(true)}>
            {t("act.op.decline.name")}
          </button>
        </p>
      )}
    </li>
  );
}
