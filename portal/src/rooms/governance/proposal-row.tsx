import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { getBytes } from "../../api/client";
import type { Proposal } from "../../api/governance";
import { homeChainQuery } from "../../api/queries";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { DecisionFacts, decisionKind } from "../../components/act/decision-facts";
import { Badge, ProofBadge } from "../../components/badge";
import { formatCount } from "../../components/format";
import { usePostText } from "../../components/gate";
import { useNames, useSeals } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import { verifyReceipt } from "../../verify/receipt";

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
      <DecisionFacts decision={data.body?.arguments.decision ?? null} />
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
  const language = useLanguage();
  const { tally, decided } = proposal;
  const [open, setOpen] = useState(false);
  const kind = decisionKind(proposal.kind);
  const status = STATUSES.find(one => one === proposal.status);
  const voted = post === null ? undefined : proposal.votes.find(vote => vote.code === post.body);
  const seal = post === null ? null : sealOf(post.body);

  function vote(choice: "for" | "against"): void {
    if (post === null || seal === null) return;
    onAct({
      operation: "governance.vote",
      arguments: { choice, proposal: proposal.id },
      about: <Content transaction={proposal.transaction} />,
      seal: { key: seal, asAccount: true },
      as: postText(post),
    });
  }

  function withdraw(): void {
    if (post === null || seal === null) return;
    onAct({
      operation: "governance.withdraw",
      arguments: { proposal: proposal.id },
      about: <Content transaction={proposal.transaction} />,
      seal: { key: seal, asAccount: true },
      as: postText(post),
    });
  }

  return (
    <li>
      <p className="row-title">
        <strong>{kind === null ? proposal.kind : t(`governance.kind.${kind}`)}</strong>{" "}
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
      {tally && (
        <p>
          {t("governance.tally", {
            approve: tally.approve,
            against: tally.against,
            needed: tally.needed,
            members: tally.members,
          })}
        </p>
      )}
      {decided && (
        <p className="receipt-facts">
          {decided.height !== null && (
            <Link to={`/blocks/${decided.height}`}>
              {t("governance.decidedAt", { height: formatCount(decided.height, language) })}
            </Link>
          )}
          <Time ms={decided.time} />
        </p>
      )}
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
          {post.body === proposal.member && (
            <p className="actions">
              <button type="button" className="button button-quiet" onClick={withdraw}>
                {t("act.op.withdrawProposal.name")}
              </button>
            </p>
          )}
        </>
      )}
    </li>
  );
}
