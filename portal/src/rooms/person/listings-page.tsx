import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Entry, LISTING_STEPS, listingsQuery } from "../../api/listings";
import { covers, type OfficerPost, type Post, type Session } from "../../api/session";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { useNow } from "../../components/due-lamp";
import { TextField } from "../../components/field";
import { fromShanghaiField, shorten } from "../../components/format";
import { PersonGate } from "../../components/gate";
import { ListingCard } from "../../components/listing/listing-card";
import { useStep } from "../../components/listing/use-step";
import { useNames, useSeals } from "../../components/names";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { type Paper, PaperField } from "../../components/paper-field";

interface Part {
  readonly id: string;
  readonly entry: Entry;
  /** The post in which somebody acts for the body that is listed; null for the person or the seal itself. */
  readonly post: OfficerPost | null;
  readonly onAct: (asked: Asked) => void;
}

const SAYS = {
  statement: ["sharing.listing_statement", "statement"],
  object: ["sharing.listing_object", "grounds"],
  promise: ["sharing.listing_promise", "promise"],
} as const;

/** What the person says in a paper of his own; a promise also says when what was wrong had been corrected. */
function Say({ part: { id, entry, post, onAct }, what }: { part: Part; what: keyof typeof SAYS }) {
  const { t } = useTranslation();
  const { step } = useStep(id, entry, post, onAct);
  const [paper, setPaper] = useState<Paper | null>(null);
  const [day, setDay] = useState("");
  const now = useNow();
  const [operation, argument] = SAYS[what];
  const corrected = fromShanghaiField(`${day}T00:00`);
  const dated = what !== "promise" || (corrected !== null && corrected <= now);
  return (
    <form
      className="inset"
      onSubmit={event => {
        event.preventDefault();
        if (paper === null || !dated) return;
        step(operation, {
          [argument]: paper.digest,
          ...(what === "promise" && corrected !== null ? { corrected } : {}),
        });
      }}
    >
      {what === "promise" && (
        <TextField
          type="date"
          label={t("act.argument.corrected")}
          hint={t("listings.correctedHint")}
          value={day}
          onChange={setDay}
        />
      )}
      <PaperField
        label={t(`listings.say.${what}`)}
        hint={t("listings.paper.own")}
        paper={paper}
        onChange={setPaper}
      />
      <p className="actions">
        <button type="submit" className="button button-main" disabled={paper === null || !dated}>
          {t("act.toCheck")}
        </button>
      </p>
    </form>
  );
}

/** What the person concerned can do about an entry as it stands. */
function OwnSteps(part: Part) {
  const { t } = useTranslation();
  const now = useNow();
  const { entry } = part;
  const [open, setOpen] = useState<keyof typeof SAYS | null>(null);
  const listening = entry.statementDue !== null && entry.statementDue.end > now;
  const steps = [
    ["statement", t("act.op.listingStatement.name"), entry.state === "notified" && listening],
    ["object", t("act.op.listingObject.name"), entry.state === "active" && entry.objection !== "pending"],
    ["promise", t("act.op.listingPromise.name"), entry.state === "active"],
  ] as const;
  const offered = steps.filter(([, , possible]) => possible);
  return (
    <>
      {entry.state === "active" && (
        <Notice tone="info" title={t("listings.appeal")}>
          <p>{t("listings.appealHint")}</p>
        </Notice>
      )}
      {entry.state === "proposed" && <p className="hint">{t("listings.beforeNotice")}</p>}
      {offered.length > 0 && (
        <p className="actions">
          {offered.map(([step, name]) => (
            <button
              key={step}
              type="button"
              className="button"
              aria-expanded={open === step}
              onClick={() => setOpen(open === step ? null : step)}
            >
              {name}
            </button>
          ))}
        </p>
      )}
      {open !== null && offered.some(([step]) => step === open) && <Say key={open} part={part} what={open} />}
    </>
  );
}

/** The entries about a party, and under each what can be done. */
function About({
  party,
  operations = LISTING_STEPS,
  none,
  post = null,
  acts = true,
}: {
  party: string;
  /** The steps that may be seen. */
  operations?: readonly string[];
  none: string;
  post?: OfficerPost | null;
  acts?: boolean;
}) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const listings = useQuery(listingsQuery(party, operations));
  return (
    <>
      <Answered query={listings}>
        {data =>
          data.value.length === 0 ? (
            <p className="empty">{none}</p>
          ) : (
            <ul className="row-list">
              {data.value.map(one => (
                <ListingCard key={one.id} listing={one}>
                  {one.entry && acts && (
                    <OwnSteps
                      key={`${one.state} ${one.entry.objection}`}
                      id={one.id}
                      entry={one.entry}
                      post={post}
                      onAct={setAsked}
                    />
                  )}
                </ListingCard>
              ))}
            </ul>
          )
        }
      </Answered>
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

/** The entries about a body or person in whose name somebody acts, as far as his mandate goes. */
function AboutAnother({ post }: { post: Post }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const sealOf = useSeals();
  const id = useId();
  const office = post.kind === "post" || post.kind === "representative";
  const operations = office ? LISTING_STEPS : LISTING_STEPS.filter(one => covers(post.scope, one));
  if (operations.length === 0) return null;
  const { body } = post;
  const sealed = office && body !== null && sealOf(body) !== null;
  const acts = sealed && covers(post.scope, "sharing.listing_statement");
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        {t("listings.ofBody", { name: body === null ? shorten(post.principal) : nameOf(body) })}
      </h2>
      <p className="hint">{t(office ? "listings.bodyOffice" : "listings.bodyAgent")}</p>
      {!sealed && <p className="hint">{t(office ? "listings.bodySeal" : "listings.bodyActs")}</p>}
      <About
        party={post.principal}
        operations={operations}
        none={t("listings.noneOf")}
        post={body === null ? null : { ...post, body }}
        acts={acts}
      />
    </section>
  );
}

function Own({ session, party }: { session: Session; party: string }) {
  const { t } = useTranslation();
  // Of each body once, by the mandate that shows the most.
  const rank = (post: Post) => (post.kind === "post" || post.kind === "representative" ? 0 : 1);
  const others = session.posts
    .toSorted((a, b) => rank(a) - rank(b))
    .filter((post, at, all) => all.findIndex(one => one.principal === post.principal) === at);
  return (
    <>
      <p>
        <Link to="/me">{t("person.name")}</Link>
      </p>
      <About party={party} none={t("listings.noneOwn")} />
      {others.map(post => (
        <AboutAnother key={post.principal} post={post} />
      ))}
    </>
  );
}

/** The listings about whoever is signed in, and about those in whose name he acts: what is said, until when to answer, and how. */
export function ListingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("listings.own")} lead={t("listings.ownLead")}>
      <PersonGate own>{(session, party) => <Own key={party} session={session} party={party} />}</PersonGate>
    </Page>
  );
}
