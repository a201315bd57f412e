import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { nodeNow } from "../../api/client";
import { type Entry, type Listing, type ListingState, listingKindsQuery } from "../../api/listings";
import { FactValue, listingLawText } from "../act/fact";
import { operationKey } from "../act/operations";
import { Badge } from "../badge";
import { Digest } from "../digest";
import { DueLamp } from "../due-lamp";
import { Facts } from "../facts";
import { formatCount } from "../format";
import { useNames } from "../names";
import { Time } from "../time";
import { useLanguage } from "../use-language";

const TONES = {
  proposed: "warn",
  notified: "warn",
  active: "bad",
  expired: "plain",
  removed: "plain",
  annulled: "plain",
} as const satisfies Readonly<Record<ListingState, string>>;

/** What an entry says now, in plain words. */
export function EntryFacts({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const { data: kinds } = useQuery(listingKindsQuery);
  const kind = kinds?.value.find(one => one.code === entry.kind);
  return (
    <Facts
      items={[
        [t("act.argument.kind"), <FactValue key="k" kind="listingKind" value={entry.kind} />],
        [t("listing.field.authority"), nameOf(entry.authority)],
        [t("act.argument.subject"), <Digest key="s" value={entry.subject} />],
        [t("act.argument.facts"), entry.facts],
        [t("act.argument.publicity"), <FactValue key="p" kind="publicity" value={entry.publicity} />],
        [t("act.argument.number"), entry.number],
        [
          t("act.argument.document"),
          entry.document === null ? null : <Digest key="d" value={entry.document} />,
        ],
        [t("act.argument.from"), entry.from === null ? null : <Time key="f" ms={entry.from} />],
        [t("listing.field.until"), entry.until === null ? null : <Time key="u" ms={entry.until} />],
        [t("listings.removable"), entry.removable === null ? null : <Time key="r" ms={entry.removable} />],
        [t("listings.version"), entry.version > 1 ? String(entry.version) : null],
        [
          t("listings.terms"),
          kind &&
            t("listings.termsOf", {
              months: kind.months,
              early: kind.earlyMonths,
              statement: kind.statementDays,
              answer: kind.answerDays,
            }),
        ],
        [t("listings.law"), kind && listingLawText(t, kind.code, kind.law)],
      ]}
    />
  );
}

/** An entry with its state, its periods and every step; what can be done now stands below it. */
export function ListingCard({ listing, children }: { listing: Listing; children?: React.ReactNode }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { entry, state } = listing;
  const due = entry?.statementDue;
  return (
    <li>
      <p className="row-title">
        <strong>
          {entry === null ? t("listings.ended") : <FactValue kind="listingKind" value={entry.kind} />}
        </strong>{" "}
        <Badge tone={TONES[state]}>{t(`listings.state.${state}`)}</Badge>{" "}
        {entry && entry.objection !== "none" && (
          <Badge tone={entry.objection === "pending" ? "warn" : "plain"}>
            {t(`listings.objection.${entry.objection}`)}
          </Badge>
        )}{" "}
        {entry?.overdue && <Badge tone="bad">{t("listings.overdue")}</Badge>}
      </p>
      {state === "notified" && due && (
        <p>
          {t(due.end > nodeNow() ? "listings.statementOpen" : "listings.statementOver")} <DueLamp due={due} />
        </p>
      )}
      {entry?.objection === "pending" && entry.objectionDue && (
        <p>
          {t("listings.answerDue")} <DueLamp due={entry.objectionDue} />
        </p>
      )}
      {entry ? <EntryFacts entry={entry} /> : <p className="hint">{t("listings.endedHint")}</p>}
      <details>
        <summary>{t("listings.steps", { n: listing.steps.length })}</summary>
        <ol className="plain-list">
          {listing.steps.map(one => (
            <li key={one.id}>
              {t(operationKey(one.operation), { id: one.operation })} · <Time ms={one.time} />{" "}
              <Link to={`/blocks/${one.height}`}>
                {t("receipts.final", { height: formatCount(one.height, language) })}
              </Link>
            </li>
          ))}
        </ol>
      </details>
      {children}
    </li>
  );
}
