import { useState } from "react";
import { useTranslation } from "react-i18next";
import { commitNumber } from "../../api/desk";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { TextField } from "../../components/field";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { Failure } from "../../components/notice";
import { citizenNumberValid, normaliseNumber } from "../../ledger/numbers";
import { isKey } from "../../verify/signature";

/** Enrols a person: the number is checked here and at the department's node, and never reaches the ledger. */
export function Enrol({ post, onAct }: { post: OfficerPost; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  // Not kept as a draft: a citizen number must not stay in the browser.
  const [number, setNumber] = useState("");
  const [key, setKey] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const numberGood = citizenNumberValid(number);
  const account = key.trim();
  const keyGood = isKey(account);

  async function prepare(): Promise<void> {
    setTried(true);
    if (!numberGood || !keyGood || seal === null) return;
    setBusy(true);
    setError(null);
    try {
      const { commitment } = await commitNumber(number);
      onAct({
        operation: "identity.enrol",
        arguments: { authority: post.body, kind: "person", key: account, commitment },
        seal: { key: seal, asAccount: false },
        cosigners: [account],
        as: postText(post),
      });
      setNumber("");
      setKey("");
      setTried(false);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section className="card" aria-labelledby="enrol">
      <h2 id="enrol">{t("enrol.title")}</h2>
      <p className="hint">{t("enrol.hint")}</p>
      <form
        noValidate
        autoComplete="off"
        onSubmit={event => {
          event.preventDefault();
          void prepare();
        }}
      >
        <TextField
          label={t("enrol.number")}
          hint={t("enrol.numberHint")}
          value={number}
          error={(tried || number.length >= 18) && !numberGood ? t("issue.problem.citizen") : null}
          onChange={value => setNumber(normaliseNumber(value))}
        />
        <TextField
          label={t("enrol.key")}
          hint={t("enrol.keyHint")}
          value={key}
          error={(tried || account !== "") && !keyGood ? t("keys.wrongKey") : null}
          onChange={setKey}
        />
        {error !== null && <Failure error={error} />}
        <p className="actions">
          <button type="submit" className="button button-main" disabled={busy}>
            {t("act.toCheck")}
          </button>
        </p>
      </form>
    </section>
  );
}
