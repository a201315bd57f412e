import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeNow } from "../../api/client";
import { fetchDocument } from "../../api/governance";
import { homeChainQuery } from "../../api/queries";
import { documentContent } from "../../ledger/decision";
import { suiteAlgorithm } from "../../verify/digest";
import { TextField } from "../field";
import { usePostText } from "../gate";
import { useSeals } from "../names";
import { Notice } from "../notice";
import { useDraft } from "../use-draft";
import { usePost } from "../use-session";
import { ActSheet, type Asked } from "./act-sheet";

const DAY_MS = 86_400_000;

/** Puts what was drawn to the vote as the next version of a document; `told` says what that means for what runs. */
export function ProposeDocument({
  name,
  draft,
  save,
  told,
}: {
  name: string;
  /** Under which name what is filled in here is kept. */
  draft: string;
  save: () => Promise<string>;
  told: (name: string, version: number) => string;
}) {
  const { t } = useTranslation();
  const post = usePost("governance.propose");
  const postText = usePostText();
  const sealOf = useSeals();
  const { data: home } = useQuery(homeChainQuery);
  const { form, change } = useDraft(draft, { version: "1", days: "7" });
  const [asked, setAsked] = useState<Asked | null>(null);
  const { data: now } = useQuery({
    queryKey: ["ask", "governance.document", name],
    queryFn: () => fetchDocument(name),
  });
  const next = (now?.value?.version ?? 0) + 1;
  const days = Number(form.days);
  const seal = post === null ? null : sealOf(post.body);
  if (post === null || !home) return <p className="hint">{t("modeller.propose.nobody")}</p>;

  async function propose(): Promise<void> {
    if (post === null || seal === null || !home) return;
    const document = { class: "catalogue", name, version: next, content: await save() };
    setAsked({
      operation: "governance.propose",
      arguments: {
        deadline: Math.floor(nodeNow() + days * DAY_MS),
        decision: {
          kind: "document",
          content: documentContent(document, suiteAlgorithm(home.genesis.suite)),
        },
      },
      seal: { key: seal, asAccount: true },
      as: postText(post),
    });
  }

  return (
    <>
      <p>{told(name, next)}</p>
      <TextField
        type="number"
        min="1"
        max="365"
        label={t("governance.form.days")}
        value={form.days}
        onChange={given => change({ days: given })}
      />
      {seal === null && <Notice tone="warn" title={t("governance.noSeal")} />}
      <p className="actions">
        <button
          type="button"
          className="button button-main"
          disabled={seal === null || !(Number.isInteger(days) && days >= 1 && days <= 365)}
          onClick={() => void propose()}
        >
          {t("act.toCheck")}
        </button>
      </p>
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}
