import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Concern, Found } from "../../api/concerns";
import type { Listing } from "../../api/listings";
import type { Certificate, Lease, Request } from "../../api/sharing";
import type { Usage } from "../../api/usage";
import type { Asked } from "../../components/act/act-sheet";
import { DueLamp } from "../../components/due-lamp";
import { kindText, useNames } from "../../components/names";
import { Time } from "../../components/time";

const SHOWN_REFUSALS = 3;

/** A recovery that somebody opened for this party; it can be stopped within the silence period. */
function recoveriesOf(concerns: readonly Concern[]): readonly { recovery: number; until: number }[] {
  return concerns.flatMap(one => {
    const recovery = one.outcome?.recovery;
    const until = one.outcome?.until;
    return one.operation === "identity.recover" &&
      one.code === 0 &&
      typeof recovery === "number" &&
      typeof until === "number" &&
      until > Date.now()
      ? [{ recovery, until }]
      : [];
  });
}

/** What waits for the person, most pressing first: each with the step that settles it. */
export function Waiting({
  requests,
  certificates,
  leases,
  usage,
  concerns,
  listings,
  onAct,
}: {
  requests: readonly Found<Request>[];
  certificates: readonly Found<Certificate>[];
  leases: readonly Found<Lease>[];
  usage: readonly Usage[];
  concerns: readonly Concern[];
  listings: readonly Listing[];
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const recoveries = recoveriesOf(concerns);
  // One for each body, its latest.
  const refused = usage
    .filter(one => !one.allowed && one.receiver_code !== "self")
    .filter((one, at, all) => all.findIndex(other => other.receiver_code === one.receiver_code) === at)
    .slice(0, SHOWN_REFUSALS);
  const declined = requests.filter(({ value }) => value.state === "declined").slice(0, 1);
  const leased = new Set(leases.map(({ value }) => value.certificate));
  const unused = certificates.filter(({ value }) => value.state === "valid" && !leased.has(value.id));
  // What somebody is about to decide, or has decided, against the person comes before papers.
  const listed = listings.filter(one => one.entry !== null && one.state !== "proposed");
  const count = listed.length + recoveries.length + refused.length + declined.length + unused.length;
  return (
    <section className="card waiting" aria-labelledby="waiting">
      <h2 id="waiting">{t("person.waiting.title", { n: count })}</h2>
      {count === 0 && <p className="empty">{t("person.waiting.nothing")}</p>}
      <ul className="row-list">
        {recoveries.map(({ recovery, until }) => (
          <li key={`recovery ${recovery}`}>
            <p className="row-title error">
              <strong>{t("person.waiting.recovery")}</strong>
            </p>
            <p className="hint">
              {t("person.waiting.recoveryHint")} <Time ms={until} />
            </p>
            <p className="actions">
              <button
                type="button"
                className="button button-danger"
                onClick={() => onAct({ operation: "identity.object", arguments: { recovery } })}
              >
                {t("act.op.objectRecovery.name")}
              </button>
            </p>
          </li>
        ))}
        {listed.map(one => (
          <li key={one.id}>
            <p className="row-title error">
              <strong>
                {t(one.state === "notified" ? "listings.waiting.notified" : "listings.waiting.active", {
                  name: nameOf(one.entry?.authority ?? ""),
                })}
              </strong>
            </p>
            {one.state === "notified" && one.entry?.statementDue && <DueLamp due={one.entry.statementDue} />}
            <p>
              <Link to="/me/listings">{t("common.open")}</Link>
            </p>
          </li>
        ))}
        {refused.map(one => (
          <li key={one.transaction}>
            <p className="row-title">
              <strong>{t("person.waiting.refused", { name: one.receiver_name ?? one.receiver_code })}</strong>
            </p>
            <p className="hint">{t("person.waiting.refusedHint")}</p>
            <p>
              <Link to="/me/looks">{t("common.open")}</Link>
            </p>
          </li>
        ))}
        {declined.map(({ value }) => (
          <li key={value.id}>
            <p className="row-title">
              <strong>
                {t("person.waiting.declined", { name: nameOf(value.holder), kind: kindText(t, value.kind) })}
              </strong>
            </p>
            <p>{value.reason}</p>
            <p className="hint">{value.remedy}</p>
            <p>
              <Link to="/me/ask">{t("person.waiting.askAgain")}</Link>
            </p>
          </li>
        ))}
        {unused.map(({ value }) => (
          <li key={value.id}>
            <p className="row-title">
              <strong>
                {t("person.waiting.issued", { name: nameOf(value.issuer), kind: kindText(t, value.kind) })}
              </strong>
            </p>
            <p className="actions">
              <Link className="button button-main" to={`/me/certificates/${encodeURIComponent(value.id)}`}>
                {t("person.waiting.view")}
              </Link>
              <Link className="button" to={`/me/lease?certificate=${encodeURIComponent(value.id)}`}>
                {t("person.lease.name")}
              </Link>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
