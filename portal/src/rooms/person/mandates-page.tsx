import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { nodeNow } from "../../api/client";
import { type Mandate, mandatesQuery } from "../../api/mandates";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { mandateKindText } from "../../components/act/fact";
import { usePartyName } from "../../components/acting/use-acting";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { SelectField, TextField } from "../../components/field";
import { fromShanghaiField } from "../../components/format";
import { PersonGate } from "../../components/gate";
import { Page } from "../../components/page";
import { Time } from "../../components/time";
import { useDraft } from "../../components/use-draft";
import { forgetDraft } from "../../store/drafts";
import { parseDigest } from "../../verify/digest";

const SCOPES = {
  all: ["sharing."],
  ask: ["sharing.cancel", "sharing.request"],
} as const;

const draftOf = (party: string) => `agent ${party}`;

function scopeOf(name: string): readonly string[] {
  return name === "ask" ? SCOPES.ask : SCOPES.all;
}

/** One mandate, seen from one of its sides, with the way to end it for whoever can. */
function MandateRow({
  mandate,
  party,
  onAct,
}: {
  mandate: Mandate;
  party: string;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const nameOf = usePartyName();
  const given = mandate.principal === party;
  const other = given ? mandate.holder : mandate.principal;
  const scope =
    mandate.scope.join(" ") === SCOPES.all.join(" ")
      ? t("mandates.scope.all")
      : mandate.scope.toSorted().join(" ") === SCOPES.ask.join(" ")
        ? t("mandates.scope.ask")
        : mandate.scope.join(t("common.listSeparator"));
  return (
    <li>
      <p className="row-title">
        <strong>{nameOf(other)}</strong> <Badge tone="plain">{mandateKindText(t, mandate.kind)}</Badge>{" "}
        <Badge tone={mandate.alive ? "good" : "plain"}>
          {t(mandate.alive ? "mandates.alive" : "mandates.over")}
        </Badge>
      </p>
      <p>{scope}</p>
      <p className="receipt-facts hint">
        <Digest value={other} />
        {mandate.from !== null && (
          <span>
            {t("act.argument.from")} <Time ms={mandate.from} />
          </span>
        )}
        {mandate.until !== null && (
          <span>
            {t("acting.until")} <Time ms={mandate.until} />
          </span>
        )}
        {mandate.ended !== null && (
          <span>
            {t("mandates.endedAt")} <Time ms={mandate.ended.time} />
          </span>
        )}
      </p>
      {mandate.alive && (!given || mandate.grantor === party) && (
        <p className="actions">
          <button
            type="button"
            className="button"
            onClick={() => onAct({ operation: "identity.end", arguments: { mandate: mandate.id } })}
          >
            {t(given ? "mandates.end" : "mandates.resign")}
          </button>
        </p>
      )}
      {mandate.alive && given && mandate.grantor !== party && (
        <p className="hint">{t("mandates.endedByAuthority")}</p>
      )}
    </li>
  );
}

/** Authorises somebody as one's agent (代理人): whom, for what, until when. */
function Authorise({ party, onAct }: { party: string; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const { form, change } = useDraft(draftOf(party), { holder: "", scope: "all", until: "" });
  const [tried, setTried] = useState(false);
  const holder = form.holder.trim();
  const until = fromShanghaiField(`${form.until}T00:00`);
  const errors = {
    holder:
      parseDigest(holder) === null
        ? t("posts.holderWrong")
        : holder === party
          ? t("mandates.notOneself")
          : null,
    until: until !== null && until > nodeNow() ? null : t("posts.untilWrong"),
  };
  return (
    <section className="card" aria-labelledby="authorise">
      <h2 id="authorise">{t("mandates.authorise")}</h2>
      <p className="hint">{t("mandates.authoriseHint")}</p>
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault();
          setTried(true);
          if (errors.holder !== null || errors.until !== null || until === null) return;
          onAct({
            operation: "identity.grant",
            arguments: {
              grade: 1,
              holder,
              kind: "agent",
              principal: party,
              scope: [...scopeOf(form.scope)],
              until,
            },
            warning: t("mandates.warning"),
          });
        }}
      >
        <TextField
          label={t("mandates.holder")}
          hint={t("mandates.holderHint")}
          value={form.holder}
          error={tried ? errors.holder : null}
          onChange={value => change({ holder: value })}
        />
        <SelectField
          label={t("act.argument.scope")}
          value={form.scope}
          options={[
            ["all", t("mandates.scope.all")],
            ["ask", t("mandates.scope.ask")],
          ]}
          onChange={scope => change({ scope })}
        />
        <TextField
          type="date"
          label={t("act.argument.until")}
          value={form.until}
          error={tried ? errors.until : null}
          onChange={value => change({ until: value })}
        />
        <p className="actions">
          <button type="submit" className="button button-main">
            {t("act.toCheck")}
          </button>
        </p>
      </form>
    </section>
  );
}

function Mandates({ party, onAct }: { party: string; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const mandates = useQuery(mandatesQuery(party));
  const list = (items: readonly Mandate[], none: string) =>
    items.length === 0 ? (
      <p className="empty">{none}</p>
    ) : (
      <ul className="row-list">
        {items.map(one => (
          <MandateRow key={one.id} mandate={one} party={party} onAct={onAct} />
        ))}
      </ul>
    );
  return (
    <Answered query={mandates}>
      {data => {
        const personal = data.value
          .map(({ value }) => value)
          .filter(one => one.kind === "guardian" || one.kind === "agent")
          .toSorted((a, b) => Number(b.alive) - Number(a.alive));
        return (
          <>
            <section aria-labelledby="mandates-given">
              <h2 id="mandates-given">{t("mandates.given")}</h2>
              {list(
                personal.filter(one => one.principal === party),
                t("mandates.noneGiven"),
              )}
            </section>
            <section aria-labelledby="mandates-held">
              <h2 id="mandates-held">{t("mandates.held")}</h2>
              {list(
                personal.filter(one => one.holder === party),
                t("mandates.noneHeld"),
              )}
            </section>
          </>
        );
      }}
    </Answered>
  );
}

/** Who may act for me (谁可以替我办理), for whom I may, and authorising an agent. */
export function MandatesPage() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  /** Another round is an empty form. */
  const [round, setRound] = useState(0);
  return (
    <Page title={t("mandates.name")} lead={t("mandates.lead")}>
      <p className="crumbs">
        <Link to="/me">{t("person.name")}</Link>
      </p>
      <PersonGate own>
        {(_, party) => (
          <>
            <Mandates party={party} onAct={setAsked} />
            <Authorise key={`${party} ${round}`} party={party} onAct={setAsked} />
            <ActSheet
              asked={asked}
              onClose={() => setAsked(null)}
              onDone={act => {
                if (act.operation !== "identity.grant" || act.state !== "final") return;
                forgetDraft(draftOf(party));
                setRound(round + 1);
              }}
            />
          </>
        )}
      </PersonGate>
    </Page>
  );
}
