import { useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeNow } from "../../api/client";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { TextField } from "../../components/field";
import { fromShanghaiField } from "../../components/format";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { useDraft } from "../../components/use-draft";
import { parseDigest } from "../../verify/digest";

/** What a guardian may do in the person's name: all about certificates. */
const SCOPE = ["sharing."];
/** A guardian's mandate ends within so many days (identity, MAX_GUARDIAN_MS). */
const MOST_MS = 14 * 366 * 24 * 3_600_000;

/** Under which name the form is kept until its mandate is granted. */
export const guardianDraft = (body: string) => `guardian ${body}`;

/** Puts a guardian (监护人) on record, as the department that enrolled the person knows from its register. */
export function AppointGuardian({ post, onAct }: { post: OfficerPost; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const { form, change } = useDraft(guardianDraft(post.body), { ward: "", guardian: "", until: "" });
  const [tried, setTried] = useState(false);
  const [ward, guardian] = [form.ward.trim(), form.guardian.trim()];
  const until = fromShanghaiField(`${form.until}T00:00`);
  const now = nodeNow();
  const errors = {
    ward: parseDigest(ward) === null ? t("posts.holderWrong") : null,
    guardian:
      parseDigest(guardian) === null
        ? t("posts.holderWrong")
        : guardian === ward
          ? t("guardians.same")
          : null,
    until: until !== null && until > now && until <= now + MOST_MS ? null : t("guardians.untilWrong"),
  };
  const good = Object.values(errors).every(one => one === null);
  return (
    <section className="card" aria-labelledby="guardians">
      <h2 id="guardians">{t("guardians.title")}</h2>
      <p className="hint">{t("guardians.hint")}</p>
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault();
          setTried(true);
          if (!good || seal === null || until === null) return;
          onAct({
            operation: "identity.grant",
            arguments: { grade: 1, holder: guardian, kind: "guardian", principal: ward, scope: SCOPE, until },
            seal: { key: seal, asAccount: false },
            as: postText(post),
          });
        }}
      >
        <TextField
          label={t("guardians.ward")}
          hint={t("posts.holderHint")}
          value={form.ward}
          error={tried ? errors.ward : null}
          onChange={value => change({ ward: value })}
        />
        <TextField
          label={t("guardians.guardian")}
          hint={t("posts.holderHint")}
          value={form.guardian}
          error={tried ? errors.guardian : null}
          onChange={value => change({ guardian: value })}
        />
        <TextField
          type="date"
          label={t("act.argument.until")}
          hint={t("guardians.untilHint")}
          value={form.until}
          error={tried ? errors.until : null}
          onChange={value => change({ until: value })}
        />
        <p className="actions">
          <button type="submit" className="button button-main" disabled={seal === null}>
            {t("act.toCheck")}
          </button>
        </p>
      </form>
    </section>
  );
}
