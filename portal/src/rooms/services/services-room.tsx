// One-stop (一网通办): what do you want done? By situation of life or by words, never by department.

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { EVENTS, type ItemRow, itemsQuery, type LifeEvent, said } from "../../api/items";
import { Answered } from "../../components/answered";
import { TextField } from "../../components/field";
import { formatCount } from "../../components/format";
import { useNames } from "../../components/names";
import { Page } from "../../components/page";
import { usePeriodText } from "../../components/period";
import { useLanguage } from "../../components/use-language";
import { useSession } from "../../components/use-session";
import { fits } from "./search";

/** How many items are shown before one looks more exactly. */
const SHOWN = 40;

function Row({ item }: { item: ItemRow }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const period = usePeriodText();
  return (
    <li>
      <p className="row-title">
        <Link to={`/services/${item.code}`}>
          <strong>{said(item.name, language)}</strong>
        </Link>
      </p>
      <p className="receipt-facts">
        <span>{nameOf(item.department)}</span>
        <span>
          {item.promised === null
            ? t("services.immediate")
            : t("services.promised", { period: period(item.promised) })}
        </span>
        <span>{t(item.fee ? "services.fee" : "services.free")}</span>
        <span>
          {item.visits === 0
            ? t("services.noVisit")
            : t("services.visits", { n: formatCount(item.visits, language) })}
        </span>
      </p>
    </li>
  );
}

export function ServicesRoom() {
  const { t } = useTranslation();
  const language = useLanguage();
  const items = useQuery(itemsQuery);
  const nameOf = useNames();
  const session = useSession();
  // In the address, so that a way back, a reload and a change of language keep the place.
  const [query, setQuery] = useSearchParams();
  const words = query.get("q") ?? "";
  const event = EVENTS.find(one => one === query.get("event")) ?? null;
  const all = items.data?.value;
  const counts = useMemo(() => {
    const count = (one: LifeEvent) => all?.filter(item => item.events.includes(one)).length ?? 0;
    return EVENTS.map(one => [one, count(one)] as const).filter(([, n]) => n > 0);
  }, [all]);

  function change(part: Readonly<Record<string, string>>): void {
    setQuery(
      before => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(part)) {
          if (value === "") after.delete(name);
          else after.set(name, value);
        }
        return after;
      },
      { replace: true },
    );
  }

  return (
    <Page title={t("services.title")} lead={t("services.lead")}>
      {session?.kind === "person" && (
        <p>
          <Link to="/cases">{t("cases.ownTitle")}</Link>
        </p>
      )}
      <search>
        <TextField
          label={t("services.search")}
          hint={t("services.searchHint")}
          value={words}
          onChange={q => change({ q })}
        />
      </search>
      <Answered query={items}>
        {data => {
          const found = data.value.filter(
            item =>
              (event === null || item.events.includes(event)) &&
              fits(words, [item.name.zh, item.name.en ?? "", nameOf(item.department), item.code]),
          );
          return (
            <>
              <h2>{t("services.events")}</h2>
              <ul className="event-row">
                {counts.map(([one, n]) => (
                  <li key={one}>
                    <button
                      type="button"
                      className="button"
                      aria-pressed={event === one}
                      onClick={() => change({ event: event === one ? "" : one })}
                    >
                      {t(`services.event.${one}`)} <span className="hint">{formatCount(n, language)}</span>
                    </button>
                  </li>
                ))}
              </ul>
              <h2>{t("services.found", { n: formatCount(found.length, language) })}</h2>
              {found.length === 0 ? (
                <p className="empty">{t("services.none")}</p>
              ) : (
                <ul className="row-list">
                  {found.slice(0, SHOWN).map(item => (
                    <Row key={item.code} item={item} />
                  ))}
                </ul>
              )}
              {found.length > SHOWN && (
                <p className="hint">
                  {t("services.more", { n: formatCount(found.length - SHOWN, language) })}
                </p>
              )}
            </>
          );
        }}
      </Answered>
    </Page>
  );
}
