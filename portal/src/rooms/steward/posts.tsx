import { useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeNow } from "../../api/client";
import { partyOf } from "../../api/parties";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { CheckList, SelectField, TextField } from "../../components/field";
import { fromShanghaiField } from "../../components/format";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { Failure } from "../../components/notice";
import { parseDigest } from "../../verify/digest";

/** What a post may cover: whole scenarios, or the two acts that a window does beside a colleague. */
export const SCOPES = [
  ["sharing.", "sharing"],
  ["evidence.", "evidence"],
  ["filing.", "filing"],
  ["governance.", "governance"],
  ["identity.", "identity"],
  ["identity.recover", "recover"],
  ["identity.revoke", "revoke"],
] as const;
const GRADES = ["1", "2", "3", "4"] as const;

/** Gives somebody who is enrolled a post (岗位) at one's own body. */
export function GivePost({ post, onAct }: { post: OfficerPost; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const [holder, setHolder] = useState("");
  const [scope, setScope] = useState<readonly string[]>([]);
  const [grade, setGrade] = useState("1");
  const [until, setUntil] = useState("");
  const [error, setError] = useState<unknown>(null);
  const party = holder.trim();
  const holderGood = parseDigest(party) !== null;
  const end = until === "" ? null : fromShanghaiField(`${until}T00:00`);
  const untilGood = until === "" || (end !== null && end > nodeNow());
  const ready = seal !== null && holderGood && scope.length > 0 && untilGood;

  async function give(): Promise<void> {
    if (!ready || seal === null) return;
    setError(null);
    try {
      onAct({
        operation: "identity.grant",
        arguments: {
          grade: Number(grade),
          holder: party,
          kind: "post",
          principal: await partyOf(post.body),
          scope,
          ...(end === null ? {} : { until: end }),
        },
        seal: { key: seal, asAccount: false },
        as: postText(post),
      });
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <section className="card" aria-labelledby="give-post">
      <h2 id="give-post">{t("posts.title")}</h2>
      <p className="hint">{t("posts.hint")}</p>
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault();
          void give();
        }}
      >
        <TextField
          label={t("posts.holder")}
          hint={t("posts.holderHint")}
          value={holder}
          error={party !== "" && !holderGood ? t("posts.holderWrong") : null}
          onChange={setHolder}
        />
        <CheckList
          legend={t("act.argument.scope")}
          options={SCOPES.map(([one, key]) => [one, t(`posts.scope.${key}`)] as const)}
          chosen={scope}
          onChange={setScope}
        />
        <SelectField
          label={t("act.argument.grade")}
          value={grade}
          options={GRADES.map(one => [one, t("act.grade", { n: one })] as const)}
          onChange={setGrade}
        />
        <TextField
          type="date"
          label={t("act.argument.until")}
          hint={t("posts.untilHint")}
          value={until}
          error={untilGood ? null : t("posts.untilWrong")}
          onChange={setUntil}
        />
        {error !== null && <Failure error={error} />}
        <p className="actions">
          <button type="submit" className="button button-main" disabled={!ready}>
            {t("act.toCheck")}
          </button>
        </p>
      </form>
    </section>
  );
}
