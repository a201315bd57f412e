import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { membersQuery } from "../../api/members";
import { type AccessBy, accessPage } from "../../api/usage";
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

/** Which looks: by or about whom (empty: by every member and by persons themselves), and with which result. */
export interface AccessFilter {
  readonly by: AccessBy;
  readonly name: string;
  readonly allowed: "" | "true" | "false";
}

const EMPTY: AccessFilter = { by: "source", name: "", allowed: "" };
const BY = ["source", "officer", "subject"] as const;

/** With fewer events than this there are no more to show. */
const FULL = 100;

/** What an auditor's post covers: no operation, but the trail itself. A post at a member with the role `audit` does as well. */
const AUDIT_SCOPE = "audit.trail";

function Filter({ filter, onChange }: { filter: AccessFilter; onChange: (filter: AccessFilter) => void }) {
  const { t } = useTranslation();
  const [form, setForm] = useState(filter);
  const { data: members } = useQuery(membersQuery);
  const sources = [
    ["", t("audit.everySource")],
    ...(members?.members.map(one => [one.code, one.name] as const) ?? []),
    ["self", t("audit.self")],
  ] as const;
  return (
    <form
      className="card"
      onSubmit={event => {
        event.preventDefault();
        onChange({ ...form, name: form.name.trim() });
      }}
    >
      <div className="fields">
        <SelectField
          label={t("audit.by")}
          value={form.by}
          options={BY.map(by => [by, t(`audit.${by}`)] as const)}
          onChange={value => setForm({ ...form, by: BY.find(by => by === value) ?? "source", name: "" })}
        />
        {form.by === "source" ? (
          <SelectField
            label={t("audit.source")}
            value={form.name}
            options={sources}
            onChange={name => setForm({ ...form, name })}
          />
        ) : (
          <TextField
            label={t(`audit.${form.by}`)}
            hint={t("audit.partyHint")}
            required
            value={form.name}
            onChange={name => setForm({ ...form, name })}
          />
        )}
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
  const [pages, setPages] = useState(1);
  const { data: members } = useQuery(membersQuery);
  const every = [...(members?.members.map(one => one.code) ?? []), "self"];
  const names = filter.name === "" ? every : [filter.name];
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["access", filter, names.join(" "), pages],
    enabled: members !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => accessPage(filter.by, names, filter.allowed, pages, signal),
  });
  const events = data?.items ?? [];
  const gaps = data?.gaps ?? [];
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
            {filter.by === "source" && filter.allowed === "" && gaps.length === 0 && (
              <span>{t("audit.noGaps")}</span>
            )}
          </p>
          <Evidence events={events} gaps={gaps} filter={filter} height={data.height} />
          {events.length === 0 && <p className="empty">{t("audit.none")}</p>}
          <ul className="row-list">
            {events.map(event => (
              <EventRow key={`${event.source} ${event.sequence}`} event={event} />
            ))}
          </ul>
          {events.length >= pages * FULL && (
            <p className="actions">
              <button type="button" className="button" onClick={() => setPages(pages + 1)}>
                {t("search.more")}
              </button>
            </p>
          )}
          <AtHeight height={data.height} />
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
      <PostGate operation={AUDIT_SCOPE} atBodyWith="audit">
        {() => <Trail />}
      </PostGate>
    </Page>
  );
}
