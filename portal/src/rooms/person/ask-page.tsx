import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { membersQuery } from "../../api/members";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { SelectField } from "../../components/field";
import { type InName, PersonGate } from "../../components/gate";
import { PURPOSES, purposeText } from "../../components/names";
import { Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { useDraft } from "../../components/use-draft";
import { FUND_KIND } from "../../ledger/fund";

/** Departments that issue the certificate: provident fund centres, by their role; all members where no role says so. */
function useHolders(): readonly (readonly [string, string])[] {
  const { data } = useQuery(membersQuery);
  const members = data?.members.filter(one => one.status === "active" || one.status === "") ?? [];
  const funds = members.filter(
    one => one.roles.some(role => role.includes("fund")) || one.name.includes("公积金"),
  );
  return (funds.length > 0 ? funds : members).map(one => [one.code, one.name] as const);
}

function Ask({ party, inName }: { party: string; inName: InName }) {
  const { t } = useTranslation();
  const holders = useHolders();
  const { form, change, clear } = useDraft(`ask ${party}`, { holder: "", purpose: "loan" });
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState(false);
  const holder = form.holder === "" ? (holders[0]?.[0] ?? "") : form.holder;
  return (
    <>
      {done && (
        <Notice tone="good" title={t("person.ask.done")}>
          <Link to="/me">{t("person.ask.follow")}</Link>
        </Notice>
      )}
      <form
        onSubmit={event => {
          event.preventDefault();
          setAsked(
            inName({
              operation: "sharing.request",
              arguments: { holder, kind: FUND_KIND, purpose: form.purpose },
            }),
          );
        }}
      >
        <SelectField
          label={t("person.ask.kind")}
          value={FUND_KIND}
          options={[[FUND_KIND, t("certificate.kind.hpf")]]}
          onChange={() => {}}
        />
        <SelectField
          label={t("person.ask.holder")}
          hint={t("person.ask.holderHint")}
          value={holder}
          options={holders}
          onChange={value => change({ holder: value })}
        />
        <SelectField
          label={t("person.ask.purpose")}
          hint={t("person.ask.purposeHint")}
          value={form.purpose}
          options={PURPOSES.map(one => [one, purposeText(t, one)] as const)}
          onChange={value => change({ purpose: value })}
        />
        <p className="actions">
          <button type="submit" className="button button-main" disabled={holder === ""}>
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
          clear();
        }}
      />
    </>
  );
}

/** Asks a department for a certificate. */
export function AskPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("person.ask.name")} lead={t("person.ask.lead")}>
      <p className="crumbs">
        <Link to="/me">{t("person.name")}</Link>
      </p>
      <PersonGate>{(_, party, inName) => <Ask key={party} party={party} inName={inName} />}</PersonGate>
    </Page>
  );
}
