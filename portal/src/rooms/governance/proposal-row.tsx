import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getBytes } from "../../api/client";
import type { Proposal } from "../../api/governance";
import { homeChainQuery } from "../../api/queries";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { Badge, ProofBadge } from "../../components/badge";
import { usePostText } from "../../components/gate";
import { useNames, useSeals } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Time } from "../../components/time";
import { verifyReceipt } from "../../verify/receipt";

const KINDS = [
  "admit",
  "suspend",
  "restore",
  "remove",
  "validator",
  "threshold",
  "parameter",
  "calendar",
  "document",
] as const;
const STATUSES = ["open", "enacted", "rejected", "failed", "withdrawn", "expired"] as const;

/** What exactly is proposed, from the verified receipt of the transaction that made it. */
function Content({ transaction }: { transaction: string }) {
  const { t } = useTranslation();
  const { data: home } = useQuery(homeChainQuery);
  const { data, error } = useQuery({
    queryKey: ["proposal-content", transaction],
    enabled: home !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () =>
      verifyReceipt(await getBytes(`/api/v1/receipts/${transaction}`), home ? [home.chain] : []),
  });
  if (error) return <Failure error={error} />;
  if (data === undefined) return <p className="hint">{t("common.loading")}</p>;
  return (
    <>
      <ProofBadge state={data.result === "VERIFIED" ? "verified" : "refuted"} />
      <pre>{JSON.stringify(data.body?.arguments.decision ?? null, null, 2)}</pre>
    </>
  );
}

/** A proposal, how the votes stand, and the vote of one's own department where it is still wanted. */
export function ProposalRow({
  proposal,
  post,
  onAct,
}: {
  proposal: Proposal;
  post: OfficerPost | null;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const sealOf = useSeals();
  const postText = usePostText();
  const [open, setOpen] = useState(false);
  const kind = KINDS.find(one => one === proposal.kind);
  const status = STATUSES.find(one => one === proposal.status);
  const voted = post === null ? undefined : proposal.votes.find(vote => vote.code === post.body);
  const seal = post === null ? null : sealOf(post.body);

  function vote(choice: "for" | "against"): void {
    if (post === null || seal === null) return;
    onAct({
      operation: "governance.vote",
      arguments: { choice, proposal: proposal.id },
      seal: { key: seal, asAccount: true },
      as: postText(post),
    });
  }

  return (
    <li>
      <p className="row-title">
        <strong>{kind === undefined ? proposal.kind : t(`governance.kind.${kind}`)}</strong>{" "}
        {status && (
          <Badge tone={status === "enacted" ? "good" : status === "open" ? "warn" : "plain"}>
            {t(`governance.proposalStatus.${status}`)}
          </Badge>
        )}
      </p>
      <p className="receipt-facts">
        <span>{t("governance.by", { name: nameOf(proposal.member) })}</span>
        <span>
          {t("act.argument.deadline")} <Time ms={proposal.deadline} />
        </span>
      </p>
      {proposal.votes.length > 0 && (
        <ul className="chips">
          {proposal.votes.map(one => (
            <li key={one.code}>
              {nameOf(one.code)} · {t(one.choice === "for" ? "act.choice.for" : "act.choice.against")}
            </li>
          ))}
        </ul>
      )}
      <details onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>{t("governance.content")}</summary>
        {open && <Content transaction={proposal.transaction} />}
      </details>
      {status === "open" && post !== null && (
        <>
          {voted && <Notice tone="info" title={t("governance.voted")} />}
          {!voted && (
            <p className="actions">
              <button type="button" className="button button-main" onClick={() => vote("for")}>
                {t("act.choice.for")}
              </button>
              <button type="button" className="button" onClick={() => vote("against")}>
                {t("act.choice.against")}
              </button>
            </p>
          )}
        </>
      )}
    </li>
  );
}
