import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { SelectField, TextField } from "../../components/field";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { parseDigest } from "../../verify/digest";
import { isKey } from "../../verify/signature";

const REASONS = ["loss", "compromise"] as const;

/** Recovery at a window (窗口恢复): two clerks and the new key sign; the person's old keys can object during a period of silence. */
export function Recover({ post, onAct }: { post: OfficerPost; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const [party, setParty] = useState("");
  const [key, setKey] = useState("");
  const [second, setSecond] = useState("");
  const [reason, setReason] = useState<string>("loss");
  const [number, setNumber] = useState("");
  const given = { party: party.trim(), key: key.trim(), second: second.trim() };
  const wrong = {
    party: given.party !== "" && parseDigest(given.party) === null,
    key: given.key !== "" && !isKey(given.key),
    second: given.second !== "" && !isKey(given.second),
  };
  const complete = Object.values(given).every(one => one !== "");
  const ready = seal !== null && complete && !Object.values(wrong).includes(true);
  const recovery = /^[1-9][0-9]{0,8}$/.test(number.trim()) ? Number(number) : null;

  return (
    <section className="card" aria-labelledby="recover">
      <h2 id="recover">{t("recover.title")}</h2>
      <p className="hint">{t("recover.hint")}</p>
      <form
        noValidate
        autoComplete="off"
        onSubmit={event => {
          event.preventDefault();
          if (!ready || seal === null) return;
          onAct({
            operation: "identity.recover",
            arguments: {
              key: given.key,
              party: given.party,
              reason,
              window: { department: post.body, second: given.second },
            },
            seal: { key: seal, asAccount: false },
            cosigners: [given.second, given.key],
            as: postText(post),
            warning: t("recover.warning"),
          });
        }}
      >
        <TextField
          label={t("recover.party")}
          hint={t("recover.partyHint")}
          value={party}
          error={wrong.party ? t("posts.holderWrong") : null}
          onChange={setParty}
        />
        <TextField
          label={t("recover.key")}
          hint={t("recover.keyHint")}
          value={key}
          error={wrong.key ? t("keys.wrongKey") : null}
          onChange={setKey}
        />
        <TextField
          label={t("recover.second")}
          hint={t("recover.secondHint")}
          value={second}
          error={wrong.second ? t("keys.wrongKey") : null}
          onChange={setSecond}
        />
        <SelectField
          label={t("act.argument.reason")}
          value={reason}
          options={REASONS.map(one => [one, t(`keys.reason.${one}`)] as const)}
          onChange={setReason}
        />
        <p className="actions">
          <button type="submit" className="button button-main" disabled={!ready}>
            {t("act.toCheck")}
          </button>
        </p>
      </form>
      <form
        className="inline-form"
        onSubmit={event => {
          event.preventDefault();
          if (recovery !== null) onAct({ operation: "identity.complete", arguments: { recovery } });
        }}
      >
        <TextField
          inputMode="numeric"
          label={t("recover.number")}
          hint={t("recover.numberHint")}
          value={number}
          onChange={setNumber}
        />
        <button type="submit" className="button" disabled={recovery === null}>
          {t("act.op.completeRecovery.name")}
        </button>
      </form>
    </section>
  );
}
