import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { nodeNow } from "../../api/client";
import { membersQuery } from "../../api/members";
import { certificatesQuery } from "../../api/sharing";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { CheckList, SelectField, TextField } from "../../components/field";
import { fromShanghaiField } from "../../components/format";
import { type InName, PersonGate } from "../../components/gate";
import { fieldText, kindText, PURPOSES, purposeText, useNames } from "../../components/names";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { useDraft } from "../../components/use-draft";
import { FUND_FIELDS, LOAN_FIELDS } from "../../ledger/fund";

const DAY_MS = 86_400_000;
const DAYS = 30;
const MOST_USES = 100;

/** The day `ms` lies in, as a date field has it, in Asia/Shanghai. */
function dayField(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);
}

interface LeaseForm {
  readonly grantee: string;
  readonly purpose: string;
  readonly case: string;
  readonly fields: readonly string[];
  readonly uses: string;
  readonly until: string;
}

function Grant({ party, inName }: { party: string; inName: InName }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const [parameters] = useSearchParams();
  const certificates = useQuery(certificatesQuery(party));
  const { data: members } = useQuery(membersQuery);
  const { form, change, clear } = useDraft<LeaseForm>(`lease ${party}`, {
    grantee: "",
    purpose: "loan",
    case: "",
    fields: [...LOAN_FIELDS],
    uses: "1",
    until: dayField(nodeNow() + DAYS * DAY_MS),
  });
  const [certificate, setCertificate] = useState(parameters.get("certificate") ?? "");
  const [asked, setAsked] = useState<Asked | null>(null);
  const [tried, setTried] = useState(false);
  const [done, setDone] = useState(false);

  const valid = certificates.data?.value.filter(({ value }) => value.state === "valid") ?? [];
  const chosen = valid.find(({ value }) => value.id === certificate) ?? valid[0];
  const grantees =
    members?.members
      .filter(one => one.code !== chosen?.value.issuer)
      .map(one => [one.code, one.name] as const) ?? [];
  const fund = grantees.find(([, name]) => name.includes("公积金")) ?? grantees[0];
  const grantee = form.grantee === "" ? (fund?.[0] ?? "") : form.grantee;
  const uses = Number(form.uses);
  const until = fromShanghaiField(`${form.until}T23:59`);
  const errors = {
    case: form.case.trim() === "" ? t("lease.error.case") : null,
    fields: form.fields.length === 0 ? t("lease.error.fields") : null,
    uses: Number.isInteger(uses) && uses >= 1 && uses <= MOST_USES ? null : t("lease.error.uses"),
    until: until !== null && until > nodeNow() ? null : t("lease.error.until"),
  };
  const good = Object.values(errors).every(one => one === null);

  function toCheck(): void {
    setTried(true);
    if (!good || chosen === undefined || until === null) return;
    setAsked(
      inName({
        operation: "sharing.lease",
        arguments: {
          certificate: chosen.value.id,
          grantee,
          purpose: form.purpose,
          case: form.case.trim(),
          fields: form.fields.toSorted(),
          uses,
          until,
        },
      }),
    );
  }

  return (
    <Answered query={certificates}>
      {() =>
        chosen === undefined ? (
          <Notice tone="info" title={t("lease.noCertificate")}>
            <Link to="/me/ask">{t("person.ask.name")}</Link>
          </Notice>
        ) : (
          <>
            {done && (
              <Notice tone="good" title={t("lease.done")}>
                <Link to="/me">{t("person.ask.follow")}</Link>
              </Notice>
            )}
            <form
              noValidate
              onSubmit={event => {
                event.preventDefault();
                toCheck();
              }}
            >
              <SelectField
                label={t("lease.certificate")}
                value={chosen.value.id}
                options={valid.map(
                  ({ value }) => [value.id, `${kindText(t, value.kind)} · ${nameOf(value.issuer)}`] as const,
                )}
                onChange={setCertificate}
              />
              <SelectField
                label={t("lease.grantee")}
                value={grantee}
                options={grantees}
                onChange={value => change({ grantee: value })}
              />
              <SelectField
                label={t("lease.purpose")}
                value={form.purpose}
                options={PURPOSES.map(one => [one, purposeText(t, one)] as const)}
                onChange={value => change({ purpose: value })}
              />
              <TextField
                label={t("lease.case")}
                hint={t("lease.caseHint")}
                value={form.case}
                error={tried ? errors.case : null}
                onChange={value => change({ case: value })}
              />
              <CheckList
                legend={t("lease.fields")}
                hint={t("lease.fieldsHint")}
                options={FUND_FIELDS.map(field => [field, fieldText(t, field)] as const)}
                chosen={form.fields}
                onChange={fields => change({ fields })}
              />
              {tried && errors.fields && <p className="error">{errors.fields}</p>}
              <div className="fields">
                <TextField
                  label={t("lease.uses")}
                  type="number"
                  inputMode="numeric"
                  min="1"
                  max={String(MOST_USES)}
                  value={form.uses}
                  error={tried ? errors.uses : null}
                  onChange={value => change({ uses: value })}
                />
                <TextField
                  label={t("lease.until")}
                  type="date"
                  value={form.until}
                  error={tried ? errors.until : null}
                  onChange={value => change({ until: value })}
                />
              </div>
              <p className="actions">
                <button type="submit" className="button button-main">
                  {t("act.toCheck")}
                </button>
              </p>
            </form>
            <ActSheet
              asked={asked}
              onClose={() => setAsked(null)}
              onDone={act => {
                if (act.state !== "final") return;
                setDone(true);
                setTried(false);
                clear();
              }}
            />
          </>
        )
      }
    </Answered>
  );
}

/** Grants a lease (授权使用): which fields, to whom, what for, how often, until when. */
export function LeasePage() {
  const { t } = useTranslation();
  return (
    <Page title={t("person.lease.name")} lead={t("person.lease.lead")}>
      <p className="crumbs">
        <Link to="/me">{t("person.name")}</Link>
      </p>
      <PersonGate>{(_, party, inName) => <Grant key={party} party={party} inName={inName} />}</PersonGate>
    </Page>
  );
}
