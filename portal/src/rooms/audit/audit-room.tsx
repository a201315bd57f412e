import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AccessFilter, accessPage } from "../../api/usage";
import { AtHeight } from "../../components/badge";
import { SelectField, TextField } from "../../components/field";
import { formatCount } from "../../components/format";
import { PostGate } from "../../components/gate";
import { useNames } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { useLanguage } from "../../components/use-language";
import { EventRow } from "./event-row";
import { Evidence } from "./evidence";

const EMPTY: AccessFilter = { source: "", officer: "", subject: "", allowed: "" };

/** What an auditor's post must cover: no operation, but the trail itself. */
export const AUDIT_SCOPE = "audit.trail";

function Filter({ filter, onChange }: { filter: AccessFilter; onChange: (filter: AccessFilter) => void }) {
  const { t } = useTranslation();
  const [form, setForm] = useState(filter);
  return (
    <form
      className="card"
      onSubmit={event => {
        event.preventDefault();
        onChange({
          ...form,
          source: form.source.trim(),
          officer: form.officer.trim(),
          subject: form.subject.trim(),
        });
      }}
    >
      <div className="fields">
        <TextField
          label={t("audit.source")}
          value={form.source}
          onChange={source => setForm({ ...form, source })}
        />
        <TextField
          label={t("audit.officer")}
          value={form.officer}
          onChange={officer => setForm({ ...form, officer })}
        />
        <TextField
          label={t("audit.subject")}
          value={form.subject}
          onChange={subject => setForm({ ...form, subject })}
        />
        <SelectField
          label={t("audit.decision")}
          value={form.allowed}
          options={[
            ["", t("audit.all")],
            ["true", t("person.looks.allowed")],
            ["false", t("person.looks.refused")],
          ]}
          onChange={allowed =>
            setForm({ ...form, allowed: allowed === "true" || allowed === "false" ? allowed : "" })
          }
        />
      </div>
      <p className="actions">
        <button type="submit" className="button button-main">
          {t("search.go")}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => {
            setForm(EMPTY);
            onChange(EMPTY);
          }}
        >
          {t("audit.clear")}
        </button>
      </p>
    </form>
  );
}

function Trail() {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const [filter, setFilter] = useState(EMPTY);
  const { data, error, isPending, fetchNextPage, hasNextPage, refetch } = useInfiniteQuery({
    queryKey: ["access", filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => accessPage(filter, pageParam, signal),
    getNextPageParam: page => page.next,
  });
  const events = data?.pages.flatMap(page => page.items) ?? [];
  const gaps = data?.pages[0]?.gaps ?? [];
  const refused = events.filter(one => !one.allowed).length;
  const withheld = events.filter(one => one.withheld !== null).length;
  return (
    <>
      <Filter filter={filter} onChange={setFilter} />
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {isPending && <Notice tone="info" title={t("common.loading")} />}
      {data && (
        <>
          {gaps.length > 0 && (
            <Notice tone="bad" title={t("audit.gaps")}>
              <ul>
                {gaps.map(gap => (
                  <li key={`${gap.source} ${gap.from}`}>
                    {t("audit.gap", { name: nameOf(gap.source), from: gap.from, to: gap.to })}
                  </li>
                ))}
              </ul>
            </Notice>
          )}
          <p className="receipt-facts" role="status">
            <span>{t("audit.count", { n: formatCount(events.length, language) })}</span>
            <span className={refused > 0 ? "error" : undefined}>
              {t("audit.refused", { n: formatCount(refused, language) })}
            </span>
            <span>{t("audit.withheld", { n: formatCount(withheld, language) })}</span>
            {gaps.length === 0 && <span>{t("audit.noGaps")}</span>}
          </p>
          <Evidence events={events} gaps={gaps} filter={filter} height={data.pages[0]?.height ?? 0} />
          {events.length === 0 && <p className="empty">{t("audit.none")}</p>}
          <ul className="row-list">
            {events.map(event => (
              <EventRow key={`${event.source} ${event.sequence}`} event={event} />
            ))}
          </ul>
          {hasNextPage && (
            <p className="actions">
              <button type="button" className="button" onClick={() => void fetchNextPage()}>
                {t("search.more")}
              </button>
            </p>
          )}
          <AtHeight height={data.pages[0]?.height ?? 0} />
        </>
      )}
    </>
  );
}

/** Access audit (访问审计): every look at protected data, refused and withheld ones too. */
export function AuditRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("audit.title")} lead={t("audit.lead")}>
      <PostGate operation={AUDIT_SCOPE}>{() => <Trail />}</PostGate>
    </Page>
  );
}
