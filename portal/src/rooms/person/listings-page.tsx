import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Entry, listingsQuery } from "../../api/listings";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { useNow } from "../../components/due-lamp";
import { TextField } from "../../components/field";
import { fromShanghaiField } from "../../components/format";
import { PersonGate } from "../../components/gate";
import { ListingCard } from "../../components/listing/listing-card";
import { useStep } from "../../components/listing/use-step";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { type Paper, PaperField } from "../../components/paper-field";

interface Part {
  readonly id: string;
  readonly entry: Entry;
  readonly onAct: (asked: Asked) => void;
}

const SAYS = {
  statement: ["sharing.listing_statement", "statement"],
  object: ["sharing.listing_object", "grounds"],
  promise: ["sharing.listing_promise", "promise"],
} as const;

/** What the person says in a paper of his own; a promise also says when what was wrong had been corrected. */
function Say({ part: { id, entry, onAct }, what }: { part: Part; what: keyof typeof SAYS }) {
  const { t } = useTranslation();
  const { step } = useStep(id, entry, null, onAct);
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

function Own({ party }: { party: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const listings = useQuery(listingsQuery(party));
  return (
    <>
      <p>
        <Link to="/me">{t("person.name")}</Link>
      </p>
      <Answered query={listings}>
        {data =>
          data.value.length === 0 ? (
            <p className="empty">{t("listings.noneOwn")}</p>
          ) : (
            <ul className="row-list">
              {data.value.map(one => (
                <ListingCard key={one.id} listing={one}>
                  {one.entry && (
                    <OwnSteps
                      key={`${one.state} ${one.entry.objection}`}
                      id={one.id}
                      entry={one.entry}
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

/** The listings about the person who is signed in: what is said about him, until when he can answer, and how. */
export function ListingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("listings.own")} lead={t("listings.ownLead")}>
      <PersonGate own>{(_, party) => <Own key={party} party={party} />}</PersonGate>
    </Page>
  );
}
