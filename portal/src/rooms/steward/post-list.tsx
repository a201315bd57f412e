import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { nodeNow } from "../../api/client";
import { demoQuery } from "../../api/demo";
import { END_REASONS, type Mandate, postsQuery } from "../../api/mandates";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { SelectField } from "../../components/field";
import { formatCount } from "../../components/format";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import { SCOPES } from "./posts";

/** The name of a person of the demonstration; the ledger has no names. */
function usePersonaName(): (party: string) => string | null {
  const language = useLanguage();
  const { data: demo } = useQuery(demoQuery);
  return party => {
    const persona = demo?.personas.find(one => one.party === party);
    return persona === undefined ? null : language === "en" ? persona.name.en : persona.name.zh;
  };
}

function ScopeText({ scope }: { scope: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <ul className="plain-list">
      {scope.map(one => {
        const known = SCOPES.find(([name]) => name === one);
        return <li key={one}>{known === undefined ? one : t(`posts.scope.${known[1]}`)}</li>;
      })}
    </ul>
  );
}

/** Ends a post: why, and what follows, before the sheet. */
function EndPost({
  mandate,
  own,
  post,
  onAct,
  onCancel,
}: {
  mandate: Mandate;
  own: boolean;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  // Who ends his own post resigns; the others are ended by the body.
  const offered = END_REASONS.filter(one => (one === "resigned") === own);
  const [reason, setReason] = useState<string>(offered[0] ?? "left");
  return (
    <div className="inset">
      <SelectField
        label={t("act.argument.reason")}
        value={reason}
        options={offered.map(one => [one, t(`posts.reason.${one}`)] as const)}
        onChange={setReason}
      />
      <p className="actions">
        <button
          type="button"
          className="button button-main"
          disabled={!own && seal === null}
          onClick={() =>
            onAct({
              operation: "identity.end",
              arguments: { mandate: mandate.id, reason },
              warning: t(own ? "posts.endOwnWarning" : "posts.endWarning"),
              about: <PostFacts mandate={mandate} />,
              ...(own || seal === null ? {} : { seal: { key: seal, asAccount: false }, as: postText(post) }),
            })
          }
        >
          {t("act.toCheck")}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t("common.cancel")}
        </button>
      </p>
    </div>
  );
}

function PostFacts({ mandate }: { mandate: Mandate }) {
  const { t } = useTranslation();
  const name = usePersonaName()(mandate.holder);
  return (
    <Facts
      items={[
        [
          t("posts.holder"),
          <span key="h">
            {name} <Digest value={mandate.holder} label={t("posts.holder")} />
          </span>,
        ],
        [t("act.argument.grade"), t("act.grade", { n: mandate.grade })],
        [t("act.argument.scope"), <ScopeText key="s" scope={mandate.scope} />],
        [t("act.argument.from"), <Time key="f" ms={mandate.from} />],
        [
          t("act.argument.until"),
          mandate.until === null ? t("posts.noEnd") : <Time key="u" ms={mandate.until} />,
        ],
      ]}
    />
  );
}

/** How a post ended, and what that means: from that height on it opens nothing. */
function Ended({ mandate }: { mandate: Mandate }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { ended } = mandate;
  if (ended === null) {
    return (
      <p className="hint">
        {t("posts.expired")} {mandate.until !== null && <Time ms={mandate.until} />}
      </p>
    );
  }
  return (
    <p className="hint">
      {t(ended.resigned ? "posts.resignedAt" : "posts.endedAt")} <Time ms={ended.time} />
      {ended.reason && ` · ${t(`posts.reason.${ended.reason}`)}`}
      <br />
      {t("posts.refusedFrom")}{" "}
      <Link to={`/blocks/${ended.height}`}>
        {t("receipts.final", { height: formatCount(ended.height, language) })}
      </Link>{" "}
      <span className="code">AUTH_MANDATE_ENDED</span>
    </p>
  );
}

function PostRow({
  mandate,
  post,
  party,
  onAct,
}: {
  mandate: Mandate;
  post: OfficerPost;
  party: string | null;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const [ending, setEnding] = useState(false);
  const over = mandate.ended !== null || (mandate.until !== null && mandate.until <= nodeNow());
  const own = mandate.holder === party;
  return (
    <li>
      <p className="row-title">
        <Badge tone={mandate.alive ? "good" : over ? "plain" : "warn"}>
          {t(mandate.alive ? "posts.alive" : over ? "posts.over" : "posts.ahead")}
        </Badge>{" "}
        {own && <Badge tone="plain">{t("posts.own")}</Badge>}
      </p>
      <PostFacts mandate={mandate} />
      {over && <Ended mandate={mandate} />}
      {!over && !ending && (
        <p className="actions">
          <button type="button" className="button" onClick={() => setEnding(true)}>
            {t("posts.end")}
          </button>
        </p>
      )}
      {!over && ending && (
        <EndPost mandate={mandate} own={own} post={post} onAct={onAct} onCancel={() => setEnding(false)} />
      )}
    </li>
  );
}

/** All posts of a body, for whoever administers them: who acts for it, in what, since when and until when; ended ones apart. */
export function PostList({
  post,
  party,
  onAct,
}: {
  post: OfficerPost;
  party: string | null;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const posts = useQuery(postsQuery(post.principal));
  const row = (one: Mandate) => (
    <PostRow key={one.id} mandate={one} post={post} party={party} onAct={onAct} />
  );
  return (
    <section aria-labelledby="post-list">
      <h2 id="post-list">{t("posts.list")}</h2>
      <p className="hint">{t("posts.listHint")}</p>
      <Answered query={posts}>
        {({ value }) => {
          const over = value.filter(
            one => one.ended !== null || (one.until !== null && one.until <= nodeNow()),
          );
          const living = value.filter(one => !over.includes(one));
          return (
            <>
              {living.length === 0 ? (
                <p className="empty">{t("posts.none")}</p>
              ) : (
                <ul className="row-list">{living.map(row)}</ul>
              )}
              {over.length > 0 && (
                <details>
                  <summary>{t("posts.ended", { n: over.length })}</summary>
                  <ul className="row-list">{over.map(row)}</ul>
                </details>
              )}
            </>
          );
        }}
      </Answered>
    </section>
  );
}
